from contextlib import suppress

import pytest

from inkdigits.corrections.model_registry import ModelRegistry


@pytest.fixture
def networks(tmp_path):
    return ModelRegistry(tmp_path)


def stage(networks, content):
    with networks.stage({"mnist": {"new": 0.99}}) as folder:
        (folder / "digits.onnx").write_bytes(content)
        (folder / "lines-1.onnx").write_bytes(content)


def contents(version):
    return [file.read_bytes() for file in version.files]


def test_at_first_the_shipped_network_is_used(networks):
    assert networks.current is None
    assert not networks.folder.exists()


def test_a_candidate_is_used_only_when_it_is_accepted(networks):
    stage(networks, b"first")
    assert networks.current is None
    assert networks.accept()
    assert contents(networks.current) == [b"first", b"first"]
    assert networks.state.candidate is None
    assert not networks.accept()


def test_rollback_goes_step_by_step_to_the_shipped_network(networks):
    for content in (b"first", b"second"):
        stage(networks, content)
        networks.accept()
    assert contents(networks.current) == [b"second", b"second"]
    assert networks.rollback()
    assert contents(networks.current) == [b"first", b"first"]
    assert networks.rollback()
    assert networks.current is None
    assert not networks.rollback()
    assert list(networks.folder.rglob("*.onnx")) == []


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
    with suppress(RuntimeError), networks.stage({}) as folder:
        (folder / "digits.onnx").write_bytes(b"half")
        raise RuntimeError
    assert networks.state.candidate is None
    assert contents(networks.current) == [b"first", b"first"]
    stage(networks, b"second")  # takes the place of what is left
    assert sorted(path.read_bytes() for path in networks.folder.rglob("digits.onnx")) == [b"first", b"second"]


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
    networks.current.files[1].unlink()
    assert contents(networks.current) == [b"first", b"first"]


def test_a_version_is_a_set_with_its_figures_and_its_date(networks):
    stage(networks, b"first")
    candidate = networks.candidate
    assert [file.name for file in candidate.files] == ["digits.onnx", "lines-1.onnx"]
    networks.accept()
    stage(networks, b"second")
    networks.accept()
    assert networks.previous == candidate
    assert (networks.current.name, networks.current.result) == ("taught-0002", {"mnist": {"new": 0.99}})
    assert networks.current.date in networks.current.described
    assert len(networks.current.date) == len("2026-11-29")


def test_a_registry_from_before_lines_could_be_taught_still_opens(networks):
    networks.folder.mkdir()
    for name in ("taught-0001.onnx", "taught-0002.onnx", "taught-0003.onnx"):
        (networks.folder / name).write_bytes(name.encode())
    (networks.folder / "shelf.json").write_text(
        '{"accepted": ["taught-0001.onnx", "taught-0002.onnx"],'
        ' "candidate": {"file": "taught-0003.onnx", "result": {"seconds": 1}}, "made": 3}'
    )
    assert contents(networks.current) == [b"taught-0002.onnx"]
    assert networks.candidate.files[0].name == "taught-0003.onnx"
    stage(networks, b"new")  # in place of the candidate
    networks.accept()
    assert contents(networks.current) == [b"new", b"new"]
    networks.rollback()
    assert contents(networks.current) == [b"taught-0002.onnx"]
    assert sorted(path.name for path in networks.folder.glob("taught-*")) == ["taught-0001.onnx", "taught-0002.onnx"]


def test_what_is_left_of_a_set_that_was_killed_half_way_is_in_nobodys_way(networks):
    stage(networks, b"first")
    networks.accept()
    half = networks.folder / "taught-0002"
    half.mkdir()
    (half / "lines-9.onnx").write_bytes(b"half")
    assert contents(networks.current) == [b"first", b"first"]
    stage(networks, b"second")
    assert [file.name for file in networks.candidate.files] == ["digits.onnx", "lines-1.onnx"]
