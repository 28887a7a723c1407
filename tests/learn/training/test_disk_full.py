"""A real full disk: a file system of a few megabytes, filled while a network trains on it."""

import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import torch
from torch import nn

from helpers.recipes import small_recipe
from inkdigits.core.errors import StorageError
from inkdigits.runs.folder import RunFolder


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of its own with 4 MB; skips where this user may not mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=4m", "inkdigits-test", str(disk)]
    if not mount or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a small file system")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(path: Path) -> None:
    """Write until no byte more fits."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


class Filling(nn.Module):
    """A network during whose twelfth step the disk fills up, where `filler` says with what."""

    def __init__(self, filler: Path | None = None):
        super().__init__()
        torch.manual_seed(0)
        self.dense, self.filler, self.steps = nn.Linear(784, 10), filler, 0

    def forward(self, pictures):
        self.steps += self.training
        if self.filler and self.steps == 12:
            fill(self.filler)
        return self.dense(pictures.flatten(1))


def test_a_disk_that_fills_up_while_training_loses_nothing(small_disk, train_small, capfd):
    recipe = small_recipe(epochs=4, schedule={"name": "constant"})
    run = RunFolder(small_disk / "run")
    with pytest.raises(StorageError, match="no space left"):
        train_small(recipe, "disk/run", network=Filling(small_disk / "filler"))
    assert run.load_checkpoint()[1]["step"] == 10
    assert "Traceback" not in capfd.readouterr().err
    (small_disk / "filler").unlink()
    resumed = train_small(recipe, "disk/run", network=Filling(), resume=True)
    whole = train_small(recipe, "whole", network=Filling())
    for name in ("weights.safetensors", "history.json"):
        assert (resumed.path / name).read_bytes() == (whole.path / name).read_bytes()


@pytest.mark.slow
def test_a_full_disk_is_one_line_on_the_command_line(small_disk, tmp_path):
    fill(small_disk / "filler")
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(small_recipe().to_toml(), "utf-8")
    command = [sys.executable, "-m", "inkdigits", "train", str(recipe), "--data", "uci", "--out", "disk/run"]
    failed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=100)
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[-1].startswith("error: no space left to write")
    assert "Traceback" not in failed.stderr
    assert [path.name for path in small_disk.iterdir()] == ["filler"]
