"""The lines of docs/reference/onnx.md run an exported network as they say."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import inkdigits
from helpers.recipes import small_recipe
from inkdigits.learn.export.export import export_run
from inkdigits.read.reader import Reader

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "onnx.md").read_text("utf-8")

NODE = shutil.which("node")


def block(language, number=0):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)[number]


def run_lines(code, folder):
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("onnx")
    layers = [{"type": "flatten"}, {"type": "dense", "units": 10, "activation": "softmax"}]
    run = inkdigits.train(small_recipe(layers=layers, epochs=2), "uci", out=folder / "run", progress=False)
    return export_run(run, folder / "first.onnx", temperature=1.7).path


@pytest.fixture(scope="module")
def expected(exported):
    """The answer and its probability, as the reader gives them for the digit of the page."""
    digit = np.zeros((28, 28))
    digit[4:24, 13:16] = 1
    probabilities = Reader(exported).read_digits(digit)[0]
    return str(probabilities.argmax()), float(probabilities.max())


def check(printed, expected):
    answer, probability = printed.split()
    assert answer == expected[0]
    assert float(probability) == pytest.approx(expected[1], abs=1e-4)


@pytest.mark.slow
def test_the_lines_of_python(exported, expected):
    check(run_lines(block("python"), exported.parent), expected)


def test_the_lines_that_look_into_it(exported):
    assert run_lines(block("python", 1), exported.parent).strip() == "0_flatten (1, 784)"


@pytest.fixture
def script(exported):
    code = block("js")
    assert "const temperature = 1.0;" in code
    path = exported.parent / "read.mjs"
    path.write_text(code.replace("temperature = 1.0", "temperature = 1.7"), "utf-8")
    return path


@pytest.mark.skipif(NODE is None, reason="there is no node")
def test_the_lines_of_javascript_are_whole(script):
    subprocess.run([NODE, "--check", script], check=True, capture_output=True)


def packages():
    """Folders of $NODE_PATH that hold onnxruntime-web."""
    folders = map(Path, filter(None, os.environ.get("NODE_PATH", "").split(os.pathsep)))
    return [folder for folder in folders if (folder / "onnxruntime-web").is_dir()]


@pytest.mark.skipif(NODE is None or not packages(), reason="no node, or no onnxruntime-web in $NODE_PATH")
def test_the_lines_of_javascript(script, expected):
    (script.parent / "node_modules").symlink_to(packages()[0])
    done = subprocess.run([NODE, script.name], cwd=script.parent, capture_output=True, text=True, check=True)
    check(done.stdout, expected)
