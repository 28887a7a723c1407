"""The cells of a comb and a pattern: the digits that fit best together."""

from dataclasses import replace

import numpy as np
import pytest

from inkdigits.read.decoding.choosing import Choice
from inkdigits.read.decoding.rescoring import DecodedLine
from inkdigits.read.forms.fit_row import fit_row
from inkdigits.read.onnx_model import Metadata
from inkdigits.read.patterns.constraint import make_constraint
from inkdigits.read.read_line import LineReading
from inkdigits.read.result import Digit, Line, Number

METADATA = Metadata("lines", tuple("0123456789"))


def cell(**shares):
    """Return what was read in a cell: `cell(d1=0.8, d7=0.2)`."""
    posteriors = np.zeros((1, 10))
    for name, share in shares.items():
        posteriors[0, int(name[1:])] = share
    label = int(posteriors.argmax())
    decoded = DecodedLine((label,), 0, ((0, 1),), 0.0, posteriors, 9.0, 9.0, 1.0, 0.0)
    line = Line((Digit(str(label), 0.9 * float(posteriors.max()), (0, 0, 9, 9)),), 0.9, (0, 0, 9, 9))
    return LineReading(line, (), Choice(decoded), 50)


CELLS = [cell(d1=0.6, d7=0.4), cell(d2=1.0), cell(d5=0.7, d6=0.3)]


def fit(cells=CELLS, **known):
    digits = tuple(one.line.digits[0] for one in cells)
    box = (0, 0, 9, 9)
    parts = (Number("".join(digit.digit for digit in digits[:2]), 0.5, box), Number(digits[2].digit, 0.5, box))
    confidence = float(np.prod([digit.confidence for digit in digits]))
    row = Line(digits, confidence, box, parts=parts)
    return fit_row(row, cells, METADATA, make_constraint(known.get("pattern"), known.get("best"), known.get("check")))


def test_the_digits_that_fit_best():
    line = fit(pattern=r"7\d[5-9]", best=3)
    assert line.text == "725"
    assert [number.text for number in line.numbers] == ["72", "5"]
    assert line.confidence == pytest.approx(0.9**3 * 0.7, abs=1e-3)
    assert [(one.text, round(one.confidence, 2)) for one in line.candidates[:2]] == [("725", 0.51), ("726", 0.22)]
    assert [round(digit.confidence, 2) for digit in line.digits] == [0.9, 0.9, 0.63]
    assert [one.digit for one in line.digits[2].alternatives] == ["6"]


def test_a_check():
    assert fit(check=lambda text: int(text) % 7 == 0).text == "126"


def test_nothing_fits():
    assert fit(pattern=r"\d[3-9]\d").reason == "no-match"
    assert fit(pattern=r"\d{4}").reason == "no-match"
    assert fit(check=lambda text: text == "999").reason == "check-failed"


def test_what_may_be_no_digit_keeps_its_doubt():
    doubtful = [*CELLS[:2], replace(CELLS[2], line=replace(CELLS[2].line, digits=(Digit("5", 0.35, (0, 0, 9, 9)),)))]
    assert fit(doubtful, pattern=r"\d{3}").digits[2].confidence == pytest.approx(0.35, abs=1e-3)
