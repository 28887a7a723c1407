"""Groups of parts that long strokes tie together -> one group a line. Knows nothing of how a line is measured.

A tail hangs down beside the digits of the next line, or runs into one of them: then both are one part.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import quantile
from inkdigits.read.layout.components import Labels, Part, cut_part
from inkdigits.read.layout.digit_height import tall_parts
from inkdigits.read.layout.grouping import group_parts

_LONG = 1.45
"""Parts higher than this many digits may tie lines together."""

_FAR = 2.0
"""Without the long parts the digits of a line stand further apart, by this factor."""

_NEAREST = 3
"""So many digits of a line tell where its heads and feet are."""

_INSIDE = 0.6
"""A part that takes up this share of the height of a line's digits may be one of them."""

_MOST = 400
"""A group of more parts is no writing."""


@dataclass(frozen=True)
class _Band:
    """Where a row has its heads and its feet, about some place."""

    row: list[Part]
    head: float
    foot: float

    @property
    def height(self) -> float:
        return self.foot - self.head

    def is_under(self, other: "_Band") -> bool:
        return self.head > other.foot - 0.1 * max(self.height, other.height)


def untie(groups: list[list[Part]], labels: Labels) -> list[list[Part]]:
    """Part lines that long strokes tie together.

    Args:
        groups: Parts that stand on one line, as it seemed.
        labels: (h, w), the part of each pixel: a part that belongs to two lines is cut, and this changed in place.

    Returns:
        The lines, in no order.
    """
    rows: list[list[Part]] = []
    longs: list[tuple[Part, list[list[Part]]]] = []
    for group in groups:
        usual, long = _apart(group)
        own = _rows(usual) if long else [group]
        rows += own
        longs += [(part, own) for part in long]
    if not longs:
        return rows
    free = int(labels.max(initial=0)) + 1
    boxes = np.array([_box(row) for row in rows])
    shares = []
    for part, own in longs:
        left, top, right, bottom = boxes.T
        reach = 0.5 * part.height
        near = (left < part.right + reach) & (right > part.left - reach) & (top < part.bottom) & (bottom > part.top)
        others = [rows[place] for place in np.flatnonzero(near) if len(rows[place]) > 1]
        pieces = _share_out(part, own, others, labels, free)
        free += len(pieces) - 1
        shares += pieces
    for piece, row in shares:
        row.append(piece)
    return rows


def _apart(group: list[Part]) -> tuple[list[Part], list[Part]]:
    """Return the usual parts of a group and its long ones."""
    if not 3 <= len(group) <= _MOST:
        return group, []
    # In a group of several lines most parts may be long.
    most = _LONG * quantile((part.height for part in tall_parts(group)), 0.3)
    return [part for part in group if part.height <= most], [part for part in group if part.height > most]


def _rows(parts: list[Part]) -> list[list[Part]]:
    """Return the lines that parts fall into without the long ones, upper first; one where none stands under another."""
    rows = [tall_parts(row) for row in group_parts(parts, far=_FAR)]
    highest = max(part.height for part in parts)
    rows = [row for row in rows if max(part.height for part in row) > 0.5 * highest]
    rows.sort(key=lambda row: quantile((part.bottom for part in row), 0.5))
    return [list(row) for row in rows] if any(map(_stand_apart, pairwise(rows))) else [parts]


def _stand_apart(rows: tuple[list[Part], list[Part]]) -> bool:
    upper, lower = rows
    if len(upper) + len(lower) < 3:  # Two pieces of a broken stroke are no two lines.
        return False
    x = quantile((part.middle[0] for part in min(rows, key=len)), 0.5)
    return _band(lower, x).is_under(_band(upper, x))


def _box(row: list[Part]) -> tuple[int, int, int, int]:
    left, top = (min(edges) for edges in zip(*((part.left, part.top) for part in row), strict=True))
    right, bottom = (max(edges) for edges in zip(*((part.right, part.bottom) for part in row), strict=True))
    return left, top, right, bottom


def _band(row: list[Part], x: float) -> _Band:
    near = sorted(row, key=lambda part: abs(part.middle[0] - x))[:_NEAREST]
    return _Band(row, quantile((part.top for part in near), 0.5), quantile((part.bottom for part in near), 0.5))


def _share_out(
    part: Part, own: Sequence[list[Part]], others: Sequence[list[Part]], labels: Labels, free: int
) -> list[tuple[Part, list[Part]]]:
    """Give a long part to the line whose digit it is; cut it where it is a digit of several.

    Args:
        part: What to give away.
        own: The rows that it seemed to stand in.
        others: Rows that it reaches, these among them.
        labels: Where the part is; changed where it is cut.
        free: First number that no part has.
    """
    bands = [_band(row, part.middle[0]) for row in own]
    for row in others:
        other = _band(row, part.middle[0])
        near = _is_beside(row, part, other.height) and other.height > 0.6 * bands[0].height
        if near and all(other.is_under(band) or band.is_under(other) for band in bands):
            bands.append(other)
    inside = [band for band in bands if min(part.bottom, band.foot) - max(part.top, band.head) > _INSIDE * band.height]
    if not inside:
        return [(part, min(bands[: len(own)], key=lambda band: abs(part.top - band.head)).row)]
    inside.sort(key=lambda band: band.head)
    shares: list[tuple[Part, list[Part]]] = []
    for band, below in pairwise(inside):
        # Where its top is lower than that, it only reaches up from the next line.
        if part.top > (band.head + band.foot) / 2 or part.height < 2 or not below.is_under(band):
            continue
        if not _is_digit_of(part, below, labels):
            return [*shares, (part, band.row)]
        piece, part = cut_part(part, _thinnest_row(part, band, below, labels), labels, free + len(shares))
        shares.append((piece, band.row))
    return [*shares, (part, inside[-1].row)]


def _is_beside(row: list[Part], part: Part, height: float) -> bool:
    return any(other.right > part.left - height and other.left < part.right + height for other in row)


def _ink(part: Part, labels: Labels) -> NDArray[np.bool_]:
    return np.asarray(labels[part.top : part.bottom, part.left : part.right] == part.label)


def _is_digit_of(part: Part, band: _Band, labels: Labels) -> bool:
    """Tell whether a part that comes from above holds a digit of a line, and is no tail that hangs in."""
    if part.bottom > band.foot - 0.3 * band.height:
        return True
    within = _ink(part, labels)[max(0, round(band.head) - part.top) :]
    return bool(np.count_nonzero(within.any(axis=0)) > 0.5 * band.height)


def _thinnest_row(part: Part, upper: _Band, lower: _Band, labels: Labels) -> int:
    """Return the row between the feet of one line and the heads of the next where there is least ink."""
    about = np.array([max(upper.foot, lower.head - 0.25 * lower.height), lower.head + 0.15 * lower.height])
    first, last = sorted(np.clip(about.round().astype(int), part.top + 1, part.bottom - 1).tolist())
    counts = _ink(part, labels).sum(axis=1)[first - part.top : last + 1 - part.top]
    # The last of the thinnest: a tail goes down to the digit that it runs into.
    return int(last) - int(np.argmin(counts[::-1]))
