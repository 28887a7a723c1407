import os
import signal
import subprocess
import sys

import pytest

from inkdigits.core.errors import RunError, StorageError
from inkdigits.recipes import load_recipe
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.history import History
from inkdigits.runs.paths import clean_up

METADATA = '{"format": 1, "status": "running", "seed": 1, "dataset": {}, "network": null}'


def create(path, **options):
    return RunFolder.create(path, load_recipe("softmax"), {"run.json": METADATA}, **options)


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
    alive, dead = tmp_path / f".run.{os.getppid()}.x", tmp_path / ".run.999999999.y"
    alive.mkdir()
    dead.mkdir()
    (tmp_path / ".run.part").write_text("a file")
    create(tmp_path / "run")
    clean_up(tmp_path / "run")
    assert {path.name for path in tmp_path.iterdir()} == {alive.name, ".run.part", "run"}


KILLED = """
import os, pathlib, signal, sys
from inkdigits.recipes import load_recipe
from inkdigits.runs.folder import RunFolder
path, last = pathlib.Path(sys.argv[1]), int(sys.argv[2])
rename, calls = pathlib.Path.rename, 0
def count(self, target):
    global calls
    calls += 1
    if calls == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
pathlib.Path.rename = count
metadata = '{"format": 1, "status": "running", "seed": 2, "dataset": {}, "network": null}'
RunFolder.create(path, load_recipe("softmax"), {"run.json": metadata}, overwrite=True)
"""


@pytest.mark.parametrize("moment", [1, 2])
def test_killed_while_a_run_is_replaced_the_old_one_is_still_there(tmp_path, moment):
    """Replacing takes two renames; killed before either, the old run comes back on the next training."""
    create(tmp_path / "run")
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "run"), str(moment)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "run").exists() == (moment == 1)
    clean_up(tmp_path / "run")
    assert RunFolder.open(tmp_path / "run").metadata["seed"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_link_to_a_run_is_followed(tmp_path):
    create(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    replaced = create(tmp_path / "link", overwrite=True)
    assert replaced.path == tmp_path / "real"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("name", ["file/run", "x" * 300])
def test_impossible_places_are_one_error(tmp_path, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="can't be written"):
        create(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "a list in place of an object"),
        ("{", "damaged"),
        ('{"format": 1}', "lacks status, seed"),
        ("", "damaged"),
    ],
)
def test_damaged_metadata_is_an_error(tmp_path, text, words):
    run = create(tmp_path / "run")
    (run.path / "run.json").write_text(text)
    with pytest.raises(RunError, match=words):
        RunFolder.open(run.path)


def test_a_broken_link_is_in_the_way(tmp_path):
    (tmp_path / "run").symlink_to(tmp_path / "nowhere")
    with pytest.raises(RunError, match="is not a run"):
        create(tmp_path / "run")
