"""Lines of digits -> their numbers: split at wide gaps, and joined where rows fell apart. Knows no pictures.

Numbers side by side at the same height are a row: one line with several numbers. Numbers that stand apart and are
tilted their own way are lines of their own.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from inkdigits.core.quantiles import quantile
from inkdigits.read.result import Box, Digit, Line, Number

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
    return [_joined(row) for row in rows]


def _pieces(line: Line) -> list[Line]:
    """Return the numbers of a line as lines; a line that has its numbers already stays whole."""
    if line.parts or len(line.digits) < 2:
        return [line]
    height = _height(line)
    gaps = [after.box[0] - before.box[2] for before, after in pairwise(line.digits)]
    if min(gaps) < -height:  # written upwards or downwards
        return [line]
    usual = max(quantile(gaps, 0.5), 0.0) if len(gaps) > 2 else 0.0
    wide = [number + 1 for number, gap in enumerate(gaps) if gap > max(_WIDE_GAP * height, _WIDER * usual)]
    if not wide:
        return [line]
    edges = [0, *wide, len(line.digits)]
    return [_part(line.digits[first:last], line) for first, last in pairwise(edges)]


def _part(digits: tuple[Digit, ...], line: Line) -> Line:
    confidence = max(line.confidence, math.prod(digit.confidence for digit in digits))
    return replace(line, digits=digits, confidence=confidence, box=_around([digit.box for digit in digits]))


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


def _joined(row: Sequence[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    parts = tuple(Number(line.text, line.confidence, line.box) for line in row)
    return replace(
        row[0],
        digits=tuple(digit for line in row for digit in line.digits),
        confidence=math.prod(part.confidence for part in parts),
        box=_around([line.box for line in row]),
        parts=parts,
    )


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _around(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)
