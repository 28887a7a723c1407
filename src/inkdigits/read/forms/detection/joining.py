"""Lattices that continue each other -> one: digits that touch a rule hide whole rows of cells. Knows no networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from inkdigits.read.forms.detection.completion import EdgeInk
from inkdigits.read.forms.detection.lattice import Lattice, Span

_ALIGNED = 0.2
"""Rules so near to each other, in sides of the cells beside them, are one."""

_MAX_HIDDEN = 3
"""At most so many rows of cells are hidden between two lattices."""

_MIN_COVERAGE = 0.6
"""Share of the rules between two lattices with ink on it."""


class Part(NamedTuple):
    """A lattice, how many of its cells were seen as spaces, and whether it was joined of others."""

    lattice: Lattice
    seen: int
    is_joined: bool = False


def join_lattices(parts: Sequence[Part], ink: EdgeInk) -> list[Part]:
    """Return lattices, those that continue each other across or down as one.

    Args:
        parts: On one level page.
        ink: Tells where rules are.
    """
    parts = _joined_down(parts, ink)
    turned = _joined_down([part._replace(lattice=_transposed(part.lattice)) for part in parts], ink.transposed())
    return [part._replace(lattice=_transposed(part.lattice)) for part in turned]


def _transposed(lattice: Lattice) -> Lattice:
    """Return a lattice whose x and y are exchanged."""
    cells = {Span(cell.left, cell.right, cell.top, cell.bottom) for cell in lattice.cells}
    return Lattice(lattice.columns, lattice.rows, cells, lattice.row_gaps, lattice.gaps)


def _joined_down(parts: Sequence[Part], ink: EdgeInk) -> list[Part]:
    joined: list[Part] = []
    for part in sorted(parts, key=lambda part: float(part.lattice.rows[0, 0])):
        for number, above in enumerate(joined):
            whole = _joined(above.lattice, part.lattice, ink)
            if whole is not None:
                joined[number] = Part(whole, above.seen + part.seen, is_joined=True)
                break
        else:
            joined.append(part)
    return joined


def _joined(above: Lattice, below: Lattice, ink: EdgeInk) -> Lattice | None:
    """Return two lattices as one, or None if the lower one doesn't continue the upper one."""
    if len(above.columns) != len(below.columns) or above.gaps or below.gaps or above.row_gaps or below.row_gaps:
        return None
    last, first = above.vertices[-1], below.vertices[0]  # (C + 1, 2) each
    widths = np.diff(last[:, 0])
    if np.abs(last[:, 0] - first[:, 0]).max() > _ALIGNED * widths.min():
        return None
    heights = np.concatenate([np.diff(one.vertices[..., 1], axis=0).mean(axis=1) for one in (above, below)])
    height, gap = float(np.median(heights)), float((first[:, 1] - last[:, 1]).mean())
    hidden = round(gap / height)
    if not 0 <= hidden <= _MAX_HIDDEN or abs(gap - hidden * height) > _ALIGNED * height * max(hidden, 1):
        return None
    if hidden and float(ink.coverage(last, first).mean()) < _MIN_COVERAGE:
        return None
    known = below.rows if hidden else below.rows[1:]
    more = len(above.rows) - (not hidden)
    cells = {Span(cell.top + more, cell.bottom + more, cell.left, cell.right) for cell in below.cells}
    return Lattice(np.concatenate([above.rows, known]), above.columns, above.cells | cells)
