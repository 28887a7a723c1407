"""A reading -> the same without printed digits, which are refused. Knows nothing of how print is told."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images
from inkdigits.read.candidates import Candidate
from inkdigits.read.refusal import RefusalReason
from inkdigits.read.result import Box, Cell, Digit, Line, Number, Reading, Sign, Table, box_around


def without_print(reading: Reading) -> Reading:
    """Return a reading in which only handwriting is read; print is refused as `printed`.

    Args:
        reading: Of one page.

    Examples:
        >>> seven, one = Digit("7", 0.9, (0, 0, 9, 9)), Digit("1", 0.8, (10, 0, 19, 9), printed=True)
        >>> rest = without_print(Reading((Line((seven, one), 0.7, (0, 0, 19, 9)),)))
        >>> rest.text, rest.refused[0].text, str(rest.refused[0].reason)
        ('7', '1', 'printed')
    """
    printed = np.array([digit.printed for line in reading.lines for digit in line.digits], bool)  # (digits,)
    if not printed.any():
        return reading
    lines = [_part(line, printed=False) for line in reading.lines]
    refused = [replace(_part(line, printed=True), reason=RefusalReason.PRINTED) for line in reading.lines]
    return replace(
        reading,
        lines=tuple(line for line in lines if line.digits),
        refused=tuple(line for line in refused if line.digits) + reading.refused,
        normalize_forms=partial(_forms_of, reading, ~printed),
        tables=tuple(_handwritten_table(table, reading.lines) for table in reading.tables),
    )


def _forms_of(reading: Reading, chosen: NDArray[np.bool_]) -> Images:
    return reading.forms[chosen]


def _part(line: Line, *, printed: bool) -> Line:
    """Return the printed digits of a line, or the others; the line itself if it has no others."""
    chosen = [digit.printed == printed for digit in line.digits]
    if all(chosen):
        return line
    digits = tuple(digit for digit in line.digits if digit.printed == printed)
    if not digits:
        return replace(line, digits=())
    confidence = max(line.confidence, _all_right(digits))
    return replace(
        line,
        digits=digits,
        confidence=confidence,
        box=box_around([digit.box for digit in digits]),
        parts=tuple(_parts(line, chosen)),
        signs=tuple(_signs(line.signs, chosen)),
        candidates=(Candidate("".join(digit.digit for digit in digits), confidence),) if line.candidates else (),
    )


def _parts(line: Line, chosen: Sequence[bool]) -> Iterator[Number]:
    """Yield the numbers of a line with the digits that were chosen."""
    ends = accumulate((len(part.text) for part in line.parts), initial=0)
    for part, (first, end) in zip(line.parts, pairwise(ends), strict=True):
        own = [digit for digit, is_own in zip(line.digits[first:end], chosen[first:end], strict=True) if is_own]
        if len(own) == end - first:
            yield part
        elif own:
            text = "".join(digit.digit for digit in own)
            yield Number(text, max(part.confidence, _all_right(own)), box_around([digit.box for digit in own]))


def _signs(signs: Sequence[Sign], chosen: Sequence[bool]) -> Iterator[Sign]:
    """Yield the signs beside digits that were chosen, with their new places."""
    for sign in signs:
        if any(chosen[max(0, sign.before - 1) : sign.before + 1]):
            yield replace(sign, before=sum(chosen[: sign.before]))


def _handwritten_table(table: Table, lines: Sequence[Line]) -> Table:
    return replace(table, rows=tuple(tuple(_handwritten_cell(cell, lines) for cell in row) for row in table.rows))


def _handwritten_cell(cell: Cell, lines: Sequence[Line]) -> Cell:
    """Return a cell with its handwritten digits alone; what is in it is told by its place."""
    own = [digit for line in lines for digit in line.digits if _is_inside(digit.box, cell.box)]
    kept = "".join(digit.digit for digit in own if not digit.printed)
    if "".join(digit.digit for digit in own) != cell.text or kept == cell.text:
        return cell
    return Cell(kept, cell.confidence, cell.box)


def _is_inside(box: Box, outer: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x < outer[2] and outer[1] <= y < outer[3]


def _all_right(digits: Sequence[Digit]) -> float:
    return math.prod(digit.confidence for digit in digits)
