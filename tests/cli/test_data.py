import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from inkdigits.cli.commands import app
from inkdigits.core.errors import DataError
from inkdigits.data.hands.strokes import StrokeDigits, write_strokes
from inkdigits.data.load import load


def run(*arguments: str):
    return CliRunner().invoke(app, ["data", *arguments])


def test_the_page_shows_shape_range_counts_and_origin():
    shown = run("uci")
    assert shown.exit_code == 0
    for words in ("1,438 x 28 x 28", "359 x 28 x 28", "uint8", "0 to 255", "0 to 1", "UCI", "the last fifth"):
        assert words in shown.output


def test_json_is_one_object():
    record = json.loads(run("uci", "--json").output)
    assert set(record) == {"name", "classes", "provenance", "train", "test", "findings"}
    assert record["findings"] == []
    assert record["classes"] == list("0123456789")
    assert record["train"]["shape"] == [1438, 28, 28]
    assert record["test"]["examples"] == sum(record["test"]["counts"]) == 359
    assert (record["train"]["min"], record["train"]["max"], record["train"]["dtype"]) == (0, 255, "uint8")


def test_writers_are_counted_where_they_are_known(tmp_path: Path):
    strokes = tuple((np.array([[5, 0], [5 + number, 90]], np.int16),) for number in range(6))
    writers = np.array([1, 1, 2, 31, 31, 44], np.int16)
    write_strokes(tmp_path / "pendigits.npz", StrokeDigits(strokes, np.array([1, 7, 7, 1, 1, 1]), writers))
    record = json.loads(run("pendigits", "--data-dir", str(tmp_path), "--json").output)
    assert (record["train"]["writers"], record["test"]["writers"]) == (2, 2)
    assert "writers" in run("pendigits", "--data-dir", str(tmp_path)).output
    assert json.loads(run("uci", "--json").output)["test"]["writers"] is None
    assert "writers" not in run("uci").output.replace("(other writers)", "")


def test_samples_are_drawn_and_replace_an_older_picture(tmp_path: Path):
    picture = tmp_path / "samples.png"
    picture.write_bytes(b"older")
    shown = run("uci", "--samples", str(picture))
    assert f"Samples: {picture}" in shown.output
    with Image.open(picture) as drawn:
        assert drawn.size == (10 + 10 * 94, 10 + 10 * 112)


def test_unreadable_pictures_are_left_out_on_request(picture_folder: Path):
    (picture_folder / "7" / "[bad].png").write_bytes(b"no picture")
    assert isinstance(run(str(picture_folder)).exception, DataError)
    shown = run(str(picture_folder), "--skip-bad")
    assert shown.exit_code == 0
    assert "[bad].png" in shown.output


def test_a_data_folder_is_named(write_idx, tmp_path: Path):
    write_idx(np.zeros((3, 28, 28), np.uint8), "train-images-idx3-ubyte", tmp_path / "part")
    raised = run("mnist", "--data-dir", str(tmp_path / "part")).exception
    assert isinstance(raised, DataError)
    assert "part of MNIST" in str(raised)


@pytest.mark.parametrize(("arguments", "status"), [(["data", "mnits"], 1), (["data"], 2)])
def test_exit_status_and_the_one_line(arguments, status):
    done = subprocess.run(
        [sys.executable, "-m", "inkdigits", *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == status
    assert done.stdout == ""
    if status == 1:
        assert done.stderr.startswith("error: there is no data set or file 'mnits'")
        assert done.stderr.count("\n") == 1


@pytest.fixture
def turned(tmp_path: Path) -> Path:
    """The uci digits as EMNIST has its own: rows and columns swapped."""
    uci = load("uci")
    path = tmp_path / "turned.npz"
    np.savez(path, x=uci.train.images.swapaxes(1, 2), y=uci.train.labels)
    return path


def test_what_is_found_is_said_with_the_option_that_mends_it(turned: Path):
    assert "Found: all pictures are transposed (certain: " in run(str(turned)).output
    assert "if so, add --transpose" in run(str(turned)).output
    (finding,) = json.loads(run(str(turned), "--json").output)["findings"]
    assert (finding["kind"], finding["certainty"], finding["changes"]) == ("transposed", "certain", {"transpose": True})
    mended = json.loads(run(str(turned), "--transpose", "--json").output)
    assert mended["findings"] == []
    assert "as asked: rows and columns swapped" in mended["provenance"]["notes"]


def test_changes_can_be_combined(turned: Path):
    options = ("--transpose", "--mirror", "--flip", "--invert", "--shift-labels", "1", "--json")
    kinds = [finding["kind"] for finding in json.loads(run(str(turned), *options).output)["findings"]]
    assert "inverted" in kinds
    assert "labels shifted" in kinds


def test_one_class_is_taken_on_request(tmp_path: Path, some_digits):
    np.savez(tmp_path / "threes.npz", x=some_digits.images, y=np.full(60, 3))
    assert isinstance(run(str(tmp_path / "threes.npz")).exception, DataError)
    assert "all training digits are of the class 3" in run(str(tmp_path / "threes.npz"), "--one-class").output


def test_training_warns_and_goes_on(inkdigits, turned: Path, tmp_path: Path):
    command = ("train", "softmax", "--data", turned, "--epochs", 1, "--json")
    done = inkdigits(*command, "--out", tmp_path / "as-it-is")
    assert done.status == 0
    assert done.stderr.startswith("warning: all pictures are transposed (certain: ")
    assert done.stderr.count("\n") == 1
    seeds = inkdigits(*command, "--seeds", 2, "--out", tmp_path / "seeds")
    assert seeds.stderr.count("warning: all pictures are transposed") == 1
    mended = inkdigits(*command, "--transpose", "--out", tmp_path / "mended")
    assert mended.stderr == ""
    evaluated = inkdigits("evaluate", tmp_path / "mended", "--json").json
    assert evaluated["errors"] == mended.json["test"]["errors"]


def test_evaluating_other_data_warns_too(inkdigits, quick_run, turned: Path):
    wrong = inkdigits("evaluate", quick_run.path, "--data", turned, "--json")
    assert wrong.stderr.startswith("warning: all pictures are transposed")
    right = inkdigits("evaluate", quick_run.path, "--data", turned, "--transpose", "--json")
    assert right.stderr == ""
    assert right.json["accuracy"] > wrong.json["accuracy"] + 0.3
    assert inkdigits("evaluate", quick_run.path, "--transpose").status == 2
