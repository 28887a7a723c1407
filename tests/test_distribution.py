"""The wheel as a user gets it: installed without extras into an empty environment, it reads a picture."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def installed(tmp_path):
    """The folder of commands of an environment that holds the wheel and what it needs."""
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "env", cwd=tmp_path)
    commands = tmp_path / "env" / "bin"
    pip = (sys.executable, "-m", "pip", "--python", commands / "python", "install", "--no-compile", "--retries", "1")
    done = run(*pip, "-q", "-c", ROOT / "constraints.txt", wheel, cwd=tmp_path)
    if "connection broken" in done.stderr and "CI" not in os.environ:
        pytest.skip("the package index can't be reached")
    assert done.returncode == 0, done.stderr
    return commands


@pytest.mark.slow
def test_the_wheel_without_extras_reads_a_picture(installed, tmp_path):
    paper = np.full((90, 60), 240, np.uint8)
    paper[20:70, 27:33] = 30
    Image.fromarray(paper).save(tmp_path / "one.png")
    read = run(installed / "inkdigits", "read", "--single", "one.png", cwd=tmp_path)
    assert (read.returncode, read.stdout.strip()) == (0, "1"), read.stderr
    listed = run(installed / "inkdigits", "recipes", cwd=tmp_path)
    assert (listed.returncode, "mlp-dropout" in listed.stdout) == (0, True), listed.stderr
    trained = run(installed / "inkdigits", "train", "softmax", "--data", "uci", cwd=tmp_path)
    assert trained.returncode == 1
    assert trained.stderr.startswith("error: ")
    assert 'pip install "inkdigits[learn]"' in trained.stderr
