"""A minus before a line belongs to it, and is no line of its own."""

import pytest

from helpers.writing import blank, draw, page_of, picture_of, write
from inkdigits.read.layout.components import Component
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.layout.minus import without_minus
from inkdigits.read.reader import Reader

DIGIT, OTHER = Component(60, 40, 90, 100, 900, 1), Component(110, 40, 140, 100, 900, 2)


def flat(left: int, top: int, right: int, bottom: int) -> Component:
    return Component(left, top, right, bottom, 100, 9)


@pytest.mark.parametrize("line", [[DIGIT], [DIGIT, OTHER]], ids=["one digit", "two"])
@pytest.mark.parametrize(
    ("stroke", "is_minus"),
    [
        (flat(20, 66, 50, 74), True),
        (flat(2, 40, 30, 50), False),  # at the head
        (flat(20, 95, 50, 102), False),  # at the foot
        (flat(-40, 66, -4, 74), False),  # far away
        (flat(20, 60, 32, 84), False),  # upright
        (flat(-60, 66, 40, 74), False),  # too long
        (flat(46, 66, 54, 70), False),  # a speck
        (flat(150, 66, 180, 74), False),  # behind
    ],
)
def test_what_is_a_minus(line, stroke, is_minus):
    groups = [line, [stroke]]
    assert without_minus(groups) == ([line] if is_minus else groups)


def test_strokes_alone_stay():
    groups = [[flat(20, 66, 50, 74)], [flat(60, 66, 90, 74)]]
    assert without_minus(groups) == groups
    assert without_minus([]) == []


@pytest.mark.parametrize("text", ["3", "804"])
@pytest.mark.parametrize("height", [30, 60, 120])
def test_a_minus_is_read(reader: Reader, text: str, height: int):
    canvas = blank(3 * height, 5 * height)
    write(canvas, text, 1.6 * height, height, height, pen=0.09 * height)
    middle = 1.5 * height
    draw(canvas, [(0.6 * height, middle), (1.1 * height, middle + 0.02 * height)], 0.09 * height)
    (line,) = find_lines(page_of(canvas)).lines
    assert [component.is_mark for component in line.components] == [True] + [False] * len(text)
    (read,) = reader.read(picture_of(canvas)).lines
    assert read.text == text
    assert [number.written for number in read.numbers] == [f"-{text}"]
