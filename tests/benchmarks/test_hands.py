"""The script that measures digit networks on the digits of several countries."""

import json
import sys
from pathlib import Path

import hands
import numpy as np
import pytest

from inkdigits.data.dataset import Split
from inkdigits.data.hands.crops import CropDigits, write_crops
from inkdigits.data.hands.strokes import StrokeDigits, write_strokes
from inkdigits.data.load import load
from inkdigits.read.reader import Reader

SEVEN = np.array([[0, 0], [50, 0], [98, 0], [100, 1], [99, 5], [70, 80], [50, 150]], np.int16)
ONE = np.array([[0, 0], [0, 50], [0, 150]], np.int16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Sevens and ones of a few writers under the names of the real files."""
    for name, writers in (("pendigits", [1, 30, 31, 44]), ("uji_penchars", [1, 5, 9, 11])):
        digits = ((SEVEN,), (ONE,), (SEVEN,), (ONE,))
        write_strokes(
            tmp_path / f"{name}.npz", StrokeDigits(digits, np.array([7, 1, 7, 1]), np.array(writers, np.int16))
        )
    crop = np.zeros((40, 9), np.uint8)
    crop[1:-1, 3:6] = 255
    writers = np.array([0, 11, 12, 14, 15], np.int16)
    write_crops(tmp_path / "swiss_numbers.npz", CropDigits((crop,) * 5, np.full(5, 60), np.ones(5, int), writers))
    square = np.zeros((2, 16, 16), bool)
    square[:, :, 6:10] = True
    np.savez(tmp_path / "semeion.npz", images=square, labels=np.array([1, 1]))
    return tmp_path


@pytest.mark.mnist
def test_the_sets_leave_out_what_networks_learn_from(folder: Path, mnist_folder: Path):
    sets = hands.load_sets(folder, mnist_folder)
    assert {name: len(digits) for name, digits in sets.items()} == {
        "MNIST test": 10_000,
        "Swiss, held back": 2,
        "UJI": 4,
        "pendigits test": 2,
        "Swiss, all": 4,  # the writer from 0016 on is left out
        "pendigits, all": 4,
        "Semeion": 2,
    }
    assert set(sets["pendigits test"].writers.tolist()) == {31, 44}


def test_answers_are_counted_by_class_and_confusion():
    digits = load("uci").test
    right = hands.measure(Reader().digit_network, digits)
    assert right["n"] == 359
    assert right["errors"] == round((1 - right["right"]) * 359) < 36
    # Threes that are called eights are mistakes where they are read as what they are.
    wrong = hands.measure(Reader().digit_network, Split(digits.images, np.where(digits.labels == 3, 8, digits.labels)))
    threes = int((digits.labels == 3).sum())
    read_as_three = round(right["by_class"]["3"] * threes)
    assert wrong["confusions"][0] == {"digit": "8", "read": "3", "count": read_as_three}
    assert wrong["errors"] >= read_as_three
    assert "3" not in wrong["by_class"]


@pytest.mark.slow
@pytest.mark.mnist
def test_the_record_of_several_networks(folder: Path, mnist_folder: Path, monkeypatch, capsys):
    network = str(Reader().digit_network.path)
    options = ["--hands", str(folder), "--data-dir", str(mnist_folder), "--out", str(folder / "out")]
    monkeypatch.setattr(sys, "argv", ["hands.py", *options, "--model", f"one={network}", "--model", network])
    hands.main()
    (page,) = (folder / "out").glob("hands-*.md")
    assert page.read_text("utf-8") in capsys.readouterr().out
    record = json.loads(page.with_suffix(".json").read_text("utf-8"))
    assert list(record["networks"]) == ["one", "digits"]
    assert record["networks"]["one"] == record["networks"]["digits"]
    assert record["networks"]["one"]["UJI"] == {
        "n": 4,
        "right": 1.0,
        "errors": 0,
        "by_class": {"1": 1.0, "7": 1.0},
        "confusions": [],
    }
    assert "| one | 99." in page.read_text("utf-8")
