"""Lines of digits -> their numbers: split at wide gaps, and joined where rows fell apart. Knows no pictures.

Numbers side by side at the same height are a row: one line with several numbers. Numbers that stand apart and are
tilted their own way are lines of their own.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

import numpy as np

from inkdigits.core.quantiles import quantile
from inkdigits.read.result import Box, Line, Number, Sign, box_around
from inkdigits.read.written import written_numbers

_WIDE_GAP = 0.9
"""A gap between two numbers is wider than this, in heights of a digit."""

_WIDER = 2.2
"""And so many times as wide as the gaps between the digits of the line."""

_MAX_GAP = 10.0
"""Numbers of one row are at most so far apart, in heights of a digit."""

_MAX_RATIO = 1.4
"""Digits of one row differ at most by this factor in height."""

_MAX_OFF = 0.22
"""How far numbers of one row are off a straight line, in heights of a digit."""

_MAX_STEP = 0.5
"""How much higher or lower the next number of a row begins, in heights of a digit."""

_MAX_SLOPE = 0.12
"""Greatest slope of a row."""


def arrange_numbers(lines: Sequence[Line]) -> list[Line]:
    """Return lines with their numbers: rows are joined, and strewn numbers are lines of their own.

    The digits of all lines keep their order.

    Args:
        lines: In reading order.

    Examples:
        >>> from inkdigits.read.result import Digit
        >>> digits = [Digit("1", 1.0, (left, 0, left + 10, 20)) for left in (0, 15, 100, 115)]
        >>> [line] = arrange_numbers([Line(tuple(digits), 1.0, (0, 0, 125, 20))])
        >>> [number.text for number in line.numbers]
        ['11', '11']
    """
    pieces = [piece for line in lines for piece in _pieces(line)]
    rows: list[list[Line]] = []
    for piece in pieces:
        if rows and _is_row(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_joined(row, row[0]) for row in rows]


def with_numbers(line: Line) -> Line:
    """Return a line with its numbers; it stays one line, whatever gaps it has.

    Args:
        line: With or without signs.

    Examples:
        >>> from inkdigits.read.result import Digit
        >>> eight, three = (Digit(name, 1.0, (left, 0, left + 10, 20)) for name, left in (("8", 0), ("3", 30)))
        >>> line = Line((eight, three), 1.0, (0, 0, 40, 20), signs=(Sign("+", 1, (15, 5, 25, 15)),))
        >>> [number.written for number in with_numbers(line).numbers]
        ['8', '3']
    """
    if line.parts or not line.digits:
        return line
    return replace(_joined(_pieces(line), line), confidence=line.confidence, box=line.box)


def _pieces(line: Line) -> list[Line]:
    """Return what stands between the wide gaps of a line as lines; a line that has its numbers already stays whole."""
    if line.parts or len(line.digits) < 2:
        return [line]
    height = _height(line)
    # Signs stand in gaps between digits: what is wide then is a gap between a sign and a digit.
    places = sorted(
        [(number, 1, digit.box) for number, digit in enumerate(line.digits)]
        + [(sign.before, 0, sign.box) for sign in line.signs],
        key=lambda place: place[:2],
    )
    gaps = [after[2][0] - before[2][2] for before, after in pairwise(places)]
    if min(gaps) < -height:  # written upwards or downwards
        return [line]
    usual = max(quantile(gaps, 0.5), 0.0) if len(gaps) > 2 else 0.0
    wide = [number + 1 for number, gap in enumerate(gaps) if gap > max(_WIDE_GAP * height, _WIDER * usual)]
    if not wide:
        return [line]
    pieces = []
    signs = list(line.signs)
    for first, last in pairwise([0, *wide, len(places)]):
        own_signs = [signs.pop(0) for _, is_digit, _ in places[first:last] if not is_digit]
        numbers = [number for number, is_digit, _ in places[first:last] if is_digit]
        if numbers:  # a sign that stands alone parts numbers and belongs to none
            own = tuple(replace(sign, before=sign.before - numbers[0]) for sign in own_signs)
            pieces.append(_part(line, numbers[0], numbers[-1] + 1, own))
    return pieces


def _part(line: Line, first: int, end: int, signs: tuple[Sign, ...]) -> Line:
    digits = line.digits[first:end]
    confidence = max(line.confidence, math.prod(digit.confidence for digit in digits))
    box = box_around([digit.box for digit in digits])
    return replace(line, digits=digits, confidence=confidence, box=box, signs=signs)


def _height(line: Line) -> float:
    return max(1.0, quantile([digit.box[3] - digit.box[1] for digit in line.digits], 0.5))


def _is_row(row: Sequence[Line], piece: Line) -> bool:
    """Tell whether a piece goes on a row of numbers."""
    last = row[-1]
    if last.parts or piece.parts:
        return False
    height, other = _height(last), _height(piece)
    gap = piece.box[0] - last.box[2]
    if not 0 < gap < _MAX_GAP * min(height, other) or max(height, other) > _MAX_RATIO * min(height, other):
        return False
    if abs(_middle(piece.digits[0].box)[1] - _middle(last.digits[-1].box)[1]) > _MAX_STEP * height:
        return False
    middles = np.array([_middle(digit.box) for line in (*row, piece) for digit in line.digits])  # (digits, 2)
    slope, constant = np.polyfit(middles[:, 0], middles[:, 1], 1)
    if abs(slope) > _MAX_SLOPE:
        return False
    # The middle of each number counts: digits with tails reach down.
    off = [
        abs(float(np.mean([y - slope * x - constant for x, y in (_middle(digit.box) for digit in line.digits)])))
        for line in (*row, piece)
    ]
    return max(off) < _MAX_OFF * height and all(abs(_slope(line) - slope) < 2 * _MAX_SLOPE for line in (last, piece))


def _slope(line: Line) -> float:
    if len(line.digits) < 3:
        return 0.0
    x, y = np.array([_middle(digit.box) for digit in line.digits]).T
    return float(np.polyfit(x, y, 1)[0])


def _joined(row: Sequence[Line], line: Line) -> Line:
    """Return a row as one line with its numbers.

    Args:
        row: What stands between the gaps.
        line: The line if `row` is all of it.
    """
    if row[0].parts:
        return row[0]
    parts = tuple(part for piece in row for part in _numbers(piece))
    if len(row) == 1:
        return row[0] if len(parts) == 1 and parts[0].written == line.text else replace(row[0], parts=parts)
    starts = accumulate((len(piece.digits) for piece in row), initial=0)
    return replace(
        line,
        digits=tuple(digit for piece in row for digit in piece.digits),
        confidence=math.prod(piece.confidence for piece in row),
        box=box_around([piece.box for piece in row]),
        parts=parts,
        signs=tuple(
            replace(sign, before=sign.before + start)
            for piece, start in zip(row, starts, strict=False)
            for sign in piece.signs
        ),
    )


def _numbers(piece: Line) -> list[Number]:
    """Return the numbers of what stands between two gaps."""
    before = [""] * (len(piece.digits) + 1)
    for sign in piece.signs:
        before[sign.before] += sign.sign
    written = written_numbers(piece.text, before)
    if len(written) == 1:
        return [Number(piece.text, piece.confidence, piece.box, written[0].written)]
    parts = [(_part(piece, number.first, number.end, ()), number.written) for number in written]
    return [Number(part.text, part.confidence, part.box, number) for part, number in parts]


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
