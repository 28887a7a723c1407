"""The script that measures how much better lines of one writer are read after teaching."""

import sys
from pathlib import Path

import adaptation
import numpy as np
import pytest

from inkdigits.data.hands.crops import CropDigits, write_crops
from inkdigits.data.load import load
from inkdigits.learn.adaptation.lines.label_file import read_label_file
from inkdigits.read.models.chosen import SHIPPED_MODELS
from inkdigits.read.reader import Reader


def case(writer, old, new, *, size=20):
    figures = {"wrong": 0, "sure": 10, "sure_right": 9}
    return {
        "writer": writer,
        "lines": size,
        "test": {"lines": 60, "old": figures | {"wrong": old}, "new": figures | {"wrong": new}},
        "others": {"lines": 200, "old": figures | {"wrong": 20}, "new": figures | {"wrong": 21}},
        "result": {
            "mnist": {"old": 0.9961, "new": 0.9957},
            "seconds": 61.4,
            "strength": {"digits": 0.5, "lines": 0.75},
        },
    }


def test_a_page_has_the_mean_fall_and_the_worst_writer():
    results = {"date": "2026-11-29", "inkdigits": "1", "processor": "P", "cores": 2, "base": ["digits.onnx"]}
    page = adaptation.page(results | {"cases": [case(1, 20, 10), case(4, 10, 11), case(1, 20, 0, size=50)]})
    assert "| 20 | 2 | 30 of 120 | 21 | 20 % | -10 % | -0.04 (worst -0.04) | -0.50 (worst -0.50) | 61 to 61 |" in page
    assert "| 50 | 1 | 20 of 60 | 0 | 100 % | 100 % |" in page
    assert "| 4 | 20 | 60 | 10 | 11 | 9 of 10 before, 9 of 10 after | 0.5, 0.75 |" in page


def test_where_nothing_was_wrong_each_error_counts():
    assert adaptation.fall(case(1, 0, 2)) == -2.0
    assert adaptation.fall(case(1, 0, 0)) == 0.0


def test_the_halves_of_a_writer_share_no_digit(tmp_path):
    generator = np.random.default_rng(0)
    crops = []
    for _ in range(40):
        crop = np.zeros((20, 12), np.uint8)
        crop[2:-2, 3:9] = generator.integers(8, 16, (16, 6)) * 17
        crops.append(crop)
    labels, writers = np.arange(40) % 10, np.repeat(np.array([3, 4], np.int16), 20)
    write_crops(tmp_path / "swiss_numbers.npz", CropDigits(tuple(crops), np.full(40, 20), labels, writers))
    first, second = adaptation.halves(tmp_path, 3)
    assert (len(first), len(second)) == (10, 10)
    assert not {image.tobytes() for image in first.images} & {image.tobytes() for image in second.images}
    assert (adaptation.halves(tmp_path, 3)[0].images == first.images).all()


def test_lines_are_scored_as_they_are_read(tmp_path):
    lines = adaptation.compose(load("uci").test, 3, seed=5)
    (picture, text), *_ = lines
    scores = adaptation.score(Reader(), [(picture, text), (picture, text + "1")])
    assert 1 <= scores["wrong"] <= 2
    assert scores["sure_right"] <= scores["sure"] <= 2
    rows = read_label_file(adaptation.save(lines, tmp_path / "given"))
    assert [row.text for row in rows] == [text for _, text in lines]


@pytest.mark.slow
def test_a_case_is_taught_and_measured(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("inkdigits.learn.adaptation.adapt.COMPOSED", 10)
    monkeypatch.setattr("inkdigits.learn.adaptation.adapt.DIGIT_STEPS", 1)
    monkeypatch.setattr("inkdigits.learn.adaptation.adapt.line_steps", lambda lines: 1)
    monkeypatch.setattr("inkdigits.learn.adaptation.lines.task.KNOWN_LINES", 10)
    base = tmp_path / "base"
    base.mkdir()
    for name in ("digits.onnx", "lines-2.onnx"):
        (base / name).write_bytes((SHIPPED_MODELS / name).read_bytes())
    uci = load("uci").train
    crops = tuple(image[2:26, 4:24] // 17 * 17 for image in uci.images[:200])
    write_crops(
        tmp_path / "swiss_numbers.npz",
        CropDigits(crops, np.full(200, 24), uci.labels[:200], np.zeros(200, np.int16)),
    )
    options = ("--writers", "0", "--lines", "2", "--test", "2", "--others", "2", "--hands", tmp_path)
    folders = ("--base", base, "--work", tmp_path / "work", "--out", tmp_path / "out", "--known", "uci")
    monkeypatch.setattr(sys, "argv", ["adaptation.py", *map(str, (*options, *folders))])
    adaptation.main()
    (page,) = (tmp_path / "out").glob("adaptation-*.md")
    assert "| 2 | 1 | " in page.read_text()
