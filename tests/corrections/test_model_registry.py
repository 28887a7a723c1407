from contextlib import suppress

import pytest

from inkdigits.corrections.model_registry import ModelRegistry


@pytest.fixture
def networks(tmp_path):
    return ModelRegistry(tmp_path)


def offer(networks, content):
    with networks.offer({"mnist": {"new": 0.99}}) as path:
        path.write_bytes(content)


def test_at_first_the_shipped_network_is_used(networks):
    assert networks.current is None
    assert not networks.folder.exists()


def test_a_taught_network_is_used_only_after_a_yes(networks):
    offer(networks, b"first")
    assert networks.current is None
    assert networks.accept()
    assert networks.current.read_bytes() == b"first"
    assert networks.shelf.candidate is None
    assert not networks.accept()


def test_back_goes_step_by_step_to_the_shipped_one(networks):
    for content in (b"first", b"second"):
        offer(networks, content)
        networks.accept()
    assert networks.current.read_bytes() == b"second"
    assert networks.back()
    assert networks.current.read_bytes() == b"first"
    assert networks.back()
    assert networks.current is None
    assert not networks.back()
    assert list(networks.folder.glob("*.onnx")) == []


def test_what_is_thrown_away_is_gone_and_its_name_is_not_used_again(networks):
    offer(networks, b"first")
    name = networks.shelf.candidate.file
    assert networks.discard()
    assert not networks.discard()
    assert not (networks.folder / name).exists()
    offer(networks, b"second")
    assert networks.shelf.candidate.file != name


def test_a_teaching_that_fails_offers_nothing(networks):
    offer(networks, b"first")
    networks.accept()
    with suppress(RuntimeError), networks.offer({}) as path:
        path.write_bytes(b"half")
        raise RuntimeError
    assert networks.shelf.candidate is None
    assert networks.current.read_bytes() == b"first"
    offer(networks, b"second")  # takes the rubbish's place
    assert sorted(path.read_bytes() for path in networks.folder.glob("*.onnx")) == [b"first", b"second"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"accepted": ["../x.onnx"], "candidate": null, "made": 1}', '{"accepted": 7}'],
)
def test_a_damaged_note_means_the_shipped_network(networks, text):
    networks.folder.mkdir()
    (networks.folder / "shelf.json").write_text(text)
    (networks.folder.parent / "x.onnx").write_bytes(b"elsewhere")
    assert networks.current is None


def test_a_file_that_is_gone_means_the_one_before(networks):
    for content in (b"first", b"second"):
        offer(networks, content)
        networks.accept()
    networks.current.unlink()
    assert networks.current.read_bytes() == b"first"
