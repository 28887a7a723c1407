import os

import pytest

from inkdigits.errors import RunError
from inkdigits.recipes import load_recipe
from inkdigits.training.history import History
from inkdigits.training.run_folder import RunFolder


def create(path, **options):
    return RunFolder.create(path, load_recipe("softmax"), {"run.json": '{"format": 1, "status": "running"}'}, **options)


def test_a_folder_appears_whole_with_its_parents(tmp_path):
    run = create(tmp_path / "a" / "b" / "run")
    assert run.recipe == load_recipe("softmax")
    assert run.status == "running"
    assert run.history.records == History().records
    assert [path.name for path in run.path.parent.iterdir()] == ["run"]


def test_weights_before_the_first_checkpoint(tmp_path):
    with pytest.raises(RunError, match="before its first checkpoint"):
        create(tmp_path / "run").weights()


def test_a_failure_leaves_nothing(tmp_path):
    with pytest.raises(AttributeError):
        RunFolder.create(tmp_path / "run", load_recipe("softmax"), {"run.json": None})
    assert list(tmp_path.iterdir()) == []


def test_what_a_live_process_makes_is_left_alone(tmp_path):
    alive, dead = tmp_path / f".run.{os.getpid()}.x", tmp_path / ".run.999999999.y"
    alive.mkdir()
    dead.mkdir()
    (tmp_path / ".run.part").write_text("a file")
    create(tmp_path / "run")
    assert {path.name for path in tmp_path.iterdir()} == {alive.name, ".run.part", "run"}


def test_a_broken_link_is_in_the_way(tmp_path):
    (tmp_path / "run").symlink_to(tmp_path / "nowhere")
    with pytest.raises(RunError, match="is not a run"):
        create(tmp_path / "run")
