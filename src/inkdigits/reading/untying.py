"""Groups of parts that long strokes tie together -> one group a line. Knows nothing of how a line is measured.

A tail hangs down beside the digits of the next line, or runs into one of them: then both are one part.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkdigits.reading.grouping import group_parts
from inkdigits.reading.parts import Labels, Part, cut_part
from inkdigits.reading.sizes import usual_height

_LONG = 1.45
"""Parts higher than this many digits may tie lines together."""

_FAR = 2.0
"""Without the long parts the digits of a line stand further apart, by this factor."""

_NEAREST = 3
"""So many digits of a line tell where its heads and feet are."""


def untie(groups: list[list[Part]], labels: Labels) -> list[list[Part]]:
    """Part lines that long strokes tie together.

    Args:
        groups: Parts that stand on one line, as it seemed.
        labels: (h, w), the part of each pixel: a part that belongs to two lines is cut, and this changed in place.

    Returns:
        The groups, those that are several lines replaced by these.
    """
    free = int(labels.max(initial=0)) + 1
    untied = []
    for group in groups:
        rows, longs = _rows(group)
        if len(rows) < 2:
            untied.append(group)
            continue
        for long in longs:
            for piece, row in _share_out(long, rows, labels, free):
                free = max(free, piece.label + 1)
                row.append(piece)
        untied += rows
    return untied


def _rows(group: list[Part]) -> tuple[list[list[Part]], list[Part]]:
    """Return the lines that a group falls into without its long parts, upper first, and these."""
    if len(group) < 3:
        return [group], []
    usual = usual_height(group)
    longs = [part for part in group if part.height > _LONG * usual]
    if not longs or len(longs) == len(group):
        return [group], []
    rest = [part for part in group if part.height <= _LONG * usual]
    rows = [row for row in group_parts(rest, far=_FAR) if max(part.height for part in row) > 0.6 * usual]
    rows.sort(key=lambda row: float(np.median([part.bottom for part in row])))
    if not any(_is_under(lower, upper) for upper, lower in pairwise(rows)):
        return [group], []
    return rows, longs


def _is_under(lower: list[Part], upper: list[Part]) -> bool:
    """Tell whether two rows stand one under the other where they are nearest."""
    pairs = ((one, other) for one in lower for other in upper)
    one, other = min(pairs, key=lambda pair: abs(pair[0].middle[0] - pair[1].middle[0]))
    return one.middle[1] - other.middle[1] > 0.8 * max(one.height, other.height)


def _share_out(long: Part, rows: list[list[Part]], labels: Labels, free: int) -> list[tuple[Part, list[Part]]]:
    """Give a long part to the line whose digit it is; cut it where it is a digit of several."""
    bands = [_band(row, long.middle[0]) for row in rows]
    inside = [
        (row, head, foot)
        for row, (head, foot) in zip(rows, bands, strict=True)
        if min(long.bottom, foot) - max(long.top, head) > 0.6 * (foot - head)
    ]
    if not inside:
        away = [abs(long.top - head) for head, _ in bands]
        return [(long, rows[int(np.argmin(away))])]
    shared = []
    rest = long
    for (row, head, foot), (_, next_head, next_foot) in pairwise(inside):
        if rest.top > (head + foot) / 2:  # It only reaches up from the next line.
            continue
        if not _reaches_foot(rest, next_head, next_foot, labels):
            return [*shared, (rest, row)]
        piece, rest = cut_part(rest, _thinnest_row(rest, foot, next_head, labels), labels, free)
        free += 1
        shared.append((piece, row))
    return [*shared, (rest, inside[-1][0])]


def _band(row: list[Part], x: float) -> tuple[float, float]:
    """Return where heads and feet of a line are near a place."""
    near = sorted(row, key=lambda part: abs(part.middle[0] - x))[:_NEAREST]
    return float(np.median([part.top for part in near])), float(np.median([part.bottom for part in near]))


def _ink(part: Part, labels: Labels) -> NDArray[np.bool_]:
    return np.asarray(labels[part.top : part.bottom, part.left : part.right] == part.label)


def _reaches_foot(part: Part, head: float, foot: float, labels: Labels) -> bool:
    """Tell whether a part is a digit between a head and a foot, and no tail that hangs in from above."""
    if part.bottom > foot - 0.3 * (foot - head):
        return True
    within = _ink(part, labels)[max(0, round(head) - part.top) :]
    return bool(np.count_nonzero(within.any(axis=0)) > 0.5 * (foot - head))


def _thinnest_row(part: Part, foot: float, head: float, labels: Labels) -> int:
    """Return the row between the feet of one line and the heads of the next where there is least ink."""
    slack = 0.15 * (head - foot)
    first = int(np.clip(round(foot + min(slack, 0)), part.top + 1, part.bottom - 1))
    last = int(np.clip(round(head + abs(slack)), first, part.bottom - 1))
    counts = _ink(part, labels).sum(axis=1)[first - part.top : last + 1 - part.top]
    # The last of the thinnest: a tail goes down to the digit that it runs into.
    return last - int(np.argmin(counts[::-1]))
