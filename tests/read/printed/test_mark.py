"""Print is marked in what the reader reads, and left out where only handwriting is wanted."""

import json

import numpy as np
import pytest

from helpers.print import handwritten_line, printed_line, stacked
from helpers.writing import picture_of
from inkdigits.learn.synthesis.ink import composite_ink
from inkdigits.read.printed.mark import mark_printed
from inkdigits.read.reader import Reader
from inkdigits.read.result import Digit, Line, Reading

PRINT, HAND = "4071982", "3650482"


@pytest.fixture(scope="module")
def both() -> np.ndarray:
    """A picture of a printed number, and of a handwritten one below it."""
    return picture_of(stacked(printed_line(PRINT), handwritten_line(HAND)))


@pytest.mark.parametrize("font", ["DejaVuSans", "DejaVuSerif", "STIXGeneral", "Aileron"])
@pytest.mark.parametrize("height", [18, 40])
def test_a_printed_line_is_marked(reader: Reader, font: str, height: int):
    reading = reader.read(picture_of(printed_line(PRINT, height, font)))
    assert reading.text == PRINT
    assert all(digit.printed for digit in reading.lines[0].digits)


def test_handwriting_is_not_marked(reader: Reader):
    for seed in range(8):
        reading = reader.read(picture_of(handwritten_line(HAND, seed=seed)), min_confidence=0)
        assert reading.lines
        assert not any(digit.printed for line in reading.lines for digit in line.digits)


def test_json_says_it_where_it_is_print(reader: Reader, both: np.ndarray):
    record = json.loads(json.dumps(reader.read(both).to_dict()))
    assert [[digit.get("printed") for digit in line["digits"]] for line in record["lines"]] == [[True] * 7, [None] * 7]


def test_only_handwriting_is_read(reader: Reader, both: np.ndarray):
    reading = reader.read(both, handwritten=True)
    assert reading.text == HAND
    assert [(line.text, line.reason) for line in reading.refused] == [(PRINT, "printed")]
    assert reading.forms.shape == (7, 28, 28)
    assert np.array_equal(reading.forms, reader.read(both).forms[7:])


def test_print_beside_handwriting_in_one_line(reader: Reader):
    printed, written = printed_line("20719", 44), handwritten_line("3586")
    height = min(len(printed), len(written))
    line = np.concatenate([printed[:height, :-30], written[:height]], axis=1)
    reading = reader.read(picture_of(line), handwritten=True)
    left_out = "".join(line.text for line in reading.refused)
    assert len(left_out) >= 2
    assert reading.text.replace("\n", "").endswith("3586")
    assert sorted(left_out + reading.text.replace("\n", "")) == sorted("207193586")


def test_a_table_keeps_its_handwriting(reader: Reader):
    """Printed numbers on the left, what was filled in on the right."""
    rows = [("4071", "365"), ("2963", "482"), ("1850", "709")]
    canvas = np.zeros((100 * len(rows) + 40, 560), np.float32)
    for number, texts in enumerate(rows):
        written = printed_line(texts[0], 36), handwritten_line(texts[1], 36)
        for left, line in zip((40, 300), written, strict=True):
            ink = line[18:-18, 18:-18][:84, :240]
            composite_ink(canvas, ink, left, 20 + 100 * number + (100 - len(ink)) // 2)
    for x in (20, 280, 540):
        canvas[20:-20, x - 1 : x + 1] = 1
    for y in range(20, len(canvas), 100):
        canvas[y - 1 : y + 1, 20:540] = 1
    (table,) = reader.read(picture_of(canvas)).tables
    assert [tuple(cell.text for cell in row) for row in table.rows] == rows
    reading = reader.read(picture_of(canvas), handwritten=True)
    (table,) = reading.tables
    assert [row[1].text for row in table.rows] == [written for _, written in rows]
    assert sum(len(row[0].text) for row in table.rows) <= 8
    assert reading.text == "\n".join("".join(cell.text for cell in row) for row in table.rows)
    assert {line.reason for line in reading.refused} == {"printed"}
    assert sum(len(line.text) for line in reading.refused) >= 4


def test_a_single_digit(reader: Reader):
    (line,) = reader.read(picture_of(printed_line("8", 40)), single=True).lines
    assert line.digits[0].printed
    (refused,) = reader.read(picture_of(printed_line("8", 40)), single=True, handwritten=True).refused
    assert (refused.text, refused.reason) == ("8", "printed")
    assert reader.read(picture_of(handwritten_line("8")), single=True, handwritten=True).text == "8"


def test_networks_with_other_classes_say_nothing():
    reading = Reading((Line((Digit("seven", 0.9, (0, 0, 9, 9)),), 0.9, (0, 0, 9, 9)),))
    assert mark_printed(reading) is reading
