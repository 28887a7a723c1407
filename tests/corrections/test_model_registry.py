from contextlib import suppress

import pytest

from inkdigits.corrections.model_registry import ModelRegistry


@pytest.fixture
def networks(tmp_path):
    return ModelRegistry(tmp_path)


def stage(networks, content):
    with networks.stage({"mnist": {"new": 0.99}}) as path:
        path.write_bytes(content)


def test_at_first_the_shipped_network_is_used(networks):
    assert networks.current is None
    assert not networks.folder.exists()


def test_a_candidate_is_used_only_when_it_is_accepted(networks):
    stage(networks, b"first")
    assert networks.current is None
    assert networks.accept()
    assert networks.current.read_bytes() == b"first"
    assert networks.state.candidate is None
    assert not networks.accept()


def test_rollback_goes_step_by_step_to_the_shipped_network(networks):
    for content in (b"first", b"second"):
        stage(networks, content)
        networks.accept()
    assert networks.current.read_bytes() == b"second"
    assert networks.rollback()
    assert networks.current.read_bytes() == b"first"
    assert networks.rollback()
    assert networks.current is None
    assert not networks.rollback()
    assert list(networks.folder.glob("*.onnx")) == []


def test_a_discarded_candidate_is_gone_and_its_name_is_not_used_again(networks):
    stage(networks, b"first")
    name = networks.state.candidate.file
    assert networks.discard()
    assert not networks.discard()
    assert not (networks.folder / name).exists()
    stage(networks, b"second")
    assert networks.state.candidate.file != name


def test_an_adaptation_that_fails_stages_nothing(networks):
    stage(networks, b"first")
    networks.accept()
    with suppress(RuntimeError), networks.stage({}) as path:
        path.write_bytes(b"half")
        raise RuntimeError
    assert networks.state.candidate is None
    assert networks.current.read_bytes() == b"first"
    stage(networks, b"second")  # takes the place of what is left
    assert sorted(path.read_bytes() for path in networks.folder.glob("*.onnx")) == [b"first", b"second"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"accepted": ["../x.onnx"], "candidate": null, "made": 1}', '{"accepted": 7}'],
)
def test_a_damaged_state_means_the_shipped_network(networks, text):
    networks.folder.mkdir()
    (networks.folder / "shelf.json").write_text(text)
    (networks.folder.parent / "x.onnx").write_bytes(b"elsewhere")
    assert networks.current is None


def test_a_file_that_is_gone_means_the_one_before(networks):
    for content in (b"first", b"second"):
        stage(networks, content)
        networks.accept()
    networks.current.unlink()
    assert networks.current.read_bytes() == b"first"
