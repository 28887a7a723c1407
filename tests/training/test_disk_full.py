"""A real full disk: a file system of a few megabytes, filled while a network trains on it."""

import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from helpers.recipes import small_recipe
from inkdigits.recipes import recipe_to_toml
from inkdigits.training.run_folder import RunFolder


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


def train(recipe: Path, out: Path, *more: str):
    command = [sys.executable, "-m", "inkdigits", "train", str(recipe), "--data", "uci", "--out", str(out), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)


def test_a_full_disk_is_one_line_and_loses_nothing(small_disk, tmp_path):
    recipe, longer = tmp_path / "short.toml", tmp_path / "longer.toml"
    recipe.write_text(recipe_to_toml(small_recipe(epochs=2, schedule={"name": "constant"})), "utf-8")
    longer.write_text(recipe_to_toml(small_recipe(epochs=4, schedule={"name": "constant"})), "utf-8")
    out = small_disk / "run"
    assert train(recipe, out).returncode == 0
    step = RunFolder.open(out).load_checkpoint()[1]["step"]
    filler = small_disk / "filler"
    fill(filler)
    failed = train(longer, out, "--resume")
    assert failed.returncode == 1
    assert [line for line in failed.stderr.splitlines() if line.startswith("error: no space left")]
    assert "Traceback" not in failed.stderr
    assert RunFolder.open(out).load_checkpoint()[1]["step"] == step
    filler.unlink()
    assert train(longer, out, "--resume").returncode == 0
    assert RunFolder.open(out).note["epochs"] == 4.0


def test_no_room_for_a_first_checkpoint(small_disk, tmp_path):
    big = tmp_path / "big.toml"
    big.write_text(recipe_to_toml(small_recipe(layers=_layers(3000), epochs=1)), "utf-8")
    failed = train(big, small_disk / "run")
    assert failed.returncode == 1
    assert "error: no space left" in failed.stderr
    assert "Traceback" not in failed.stderr


def _layers(units: int):
    return [
        {"type": "flatten"},
        {"type": "dense", "units": units, "activation": "relu"},
        {"type": "dense", "units": 10, "activation": "softmax"},
    ]
