"""A row of touching cells -> the same with equal cells: strokes of digits pass for dividers, and hide others.

Knows no networks.
"""

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.forms.detection.completion import EdgeInk
from inkdigits.read.forms.detection.lattice import Lattice, Span

_MIN_CELLS = 4
"""Fewer cells don't show that they are equal."""

_MAX_ASPECT = 1.3
"""Cells that are more times as wide as high hold numbers, and need not be equal."""

_NEAR = 0.1
"""A divider is so near to where it should be, in widths of a cell."""

_MIN_KEPT, _MIN_FOUND = 0.66, 0.6
"""Least share of the lines that are dividers, and of the dividers that were found."""

_MIN_COVERAGE = 0.5
"""Least share of a missing divider, and of the rules above and below a missing cell, with ink on it."""

_MIN_END_COVERAGE = 0.7
"""The same of cells beyond the last one."""

_CLEARER = 0.15
"""By how much the divider that ends such a cell is better covered than the middle of the cell."""

_SOME = 0.25
"""This share of the cells of a row has no rule in the middle."""

_STRETCHES = (1.0, 0.97, 1.03)
"""Where the next divider is looked for, in widths of a cell."""

_MAX_ADDED = 30
"""At most so many cells are added at an end."""


def with_equal_cells(lattice: Lattice, ink: EdgeInk) -> Lattice:
    """Return a row of cells with a divider wherever equal cells have one, and nowhere else; other lattices as they are.

    Args:
        lattice: Any.
        ink: Tells where rules are.
    """
    if lattice.is_open or lattice.row_gaps:
        return lattice
    if len(lattice.rows) <= 3 and len(lattice.columns) >= _MIN_CELLS:
        return _equal_columns(_without_middle_rule(lattice, ink), ink) or lattice
    if len(lattice.columns) <= 3 and len(lattice.rows) >= _MIN_CELLS and not lattice.gaps:
        upright = Lattice(lattice.columns, lattice.rows, set())
        ink = ink.transposed()
        level = _equal_columns(_without_middle_rule(upright, ink), ink)
        if level is not None:
            cells = {Span(cell.left, cell.right, cell.top, cell.bottom) for cell in level.cells}
            return Lattice(level.columns, level.rows, cells)
    return lattice


def _without_middle_rule(lattice: Lattice, ink: EdgeInk) -> Lattice:
    """Return two rows of cells as one, if what divides them is only in some of them: the strokes of digits."""
    if len(lattice.rows) != 3:
        return lattice
    middle = lattice.vertices[1]
    if float(np.quantile(ink.coverage(middle[:-1], middle[1:]), _SOME)) >= _MIN_FOUND:
        return lattice
    return Lattice(lattice.rows[[0, 2]], lattice.columns, set(), lattice.gaps)


def _equal_columns(lattice: Lattice, ink: EdgeInk) -> Lattice | None:
    """Return a row with equal cells, or None if it isn't one."""
    if len(lattice.rows) != 2:
        return None
    vertices = lattice.vertices
    places = vertices[..., 0].mean(axis=0)  # (C + 1,)
    height = float(np.diff(vertices[..., 1], axis=0).mean())
    numbers = _numbers(places, _MAX_ASPECT * height)
    if numbers is None:
        return None
    columns = _all_dividers(lattice.columns, places, numbers)
    missing = ~np.isin(np.arange(len(columns)), numbers)
    is_new = missing[:-1] | missing[1:]
    for gap in lattice.gaps:
        if numbers[gap] < 0 or numbers[gap + 1] != numbers[gap] + 1:
            return None
        is_new[numbers[gap]] = True
    above, below, dividers = _coverage(lattice.rows, columns, ink)
    seen = (dividers[missing], above[is_new], below[is_new])
    if min(covered.min(initial=1) for covered in seen) < _MIN_COVERAGE:
        return None
    for at in (-1, 0):
        columns = _with_cells_at_end(columns, lattice.rows, at, ink)
    cells = {Span(0, 1, left, left + 1) for left in range(len(columns) - 1)}
    return Lattice(lattice.rows, columns, cells)


def _numbers(places: NDArray[np.float64], widest: float) -> NDArray[np.intp] | None:
    """Return which divider each line is, (lines,), -1 if none; None if there are no equal cells."""
    best = None
    for pitch in np.diff(places).tolist():
        if not 0 < pitch <= widest:
            continue
        for start in places.tolist():
            steps = (places - start) / pitch
            away = np.abs(steps - np.round(steps))
            numbers = np.where(away <= _NEAR, np.round(steps), np.nan)
            found = np.unique(numbers[~np.isnan(numbers)])
            # Of two lines in one place, neither is known to be the divider.
            if len(found) != np.count_nonzero(~np.isnan(numbers)):
                continue
            count = found[-1] - found[0] + 1
            error = float(away[~np.isnan(numbers)].mean())
            if len(found) >= _MIN_FOUND * count and (best is None or (len(found), -error) > best[0]):
                best = (len(found), -error), np.where(np.isnan(numbers), -1, numbers - found[0]).astype(int)
    if best is None or best[0][0] < max(_MIN_CELLS, _MIN_KEPT * len(places)):
        return None
    return best[1]


def _all_dividers(
    lines: NDArray[np.float64], places: NDArray[np.float64], numbers: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the curves of all dividers: those that were found, and between them those that are missing."""
    known = numbers >= 0
    every = np.arange(numbers.max() + 1)
    return np.stack([np.interp(every, numbers[known], curve) for curve in lines[known].T], axis=1)


def _coverage(
    rows: NDArray[np.float64], columns: NDArray[np.float64], ink: EdgeInk
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the coverage of the upper and the lower side of each cell, and of each divider."""
    upper, lower = Lattice(rows, columns, set()).vertices
    return ink.coverage(upper[:-1], upper[1:]), ink.coverage(lower[:-1], lower[1:]), ink.coverage(upper, lower)


def _with_cells_at_end(
    columns: NDArray[np.float64], rows: NDArray[np.float64], at: int, ink: EdgeInk
) -> NDArray[np.float64]:
    """Return the dividers with those beyond the last one, or before the first."""
    step = (columns[-1] - columns[0]) / (len(columns) - 1) * (1 if at else -1)
    for _ in range(_MAX_ADDED):
        best, best_share = None, _MIN_END_COVERAGE
        for stretch in _STRETCHES:
            curves = np.stack([columns[at], columns[at] + stretch * step / 2, columns[at] + stretch * step])
            above, below, (_, middle, end) = _coverage(rows, curves, ink)
            share = float(min(*above, *below, end))
            if share > best_share and end >= middle + _CLEARER:
                best, best_share = curves[2], share
        if best is None:
            break
        columns = np.concatenate([columns, best[None]] if at else [best[None], columns])
    return columns
