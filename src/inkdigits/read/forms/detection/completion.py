"""A lattice with missing cells -> the whole lattice: writing that crosses rules hides cells. Knows no networks.

Where cells are equal, the next one is expected at the same distance, and accepted if its edges are inked.
"""

from copy import copy

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask
from inkdigits.read.forms.detection.lattice import Lattice, Span
from inkdigits.read.forms.detection.perspective import Homography, transform

_STEPS = 40
"""Points of an edge that are looked at."""

_TRIM = 0.12
"""The share of an edge that is left out at each end."""

_MIN_COVERAGE = 0.6
"""Share of an edge with ink on it."""

_MIN_CELL_COVERAGE = 0.45
"""Share of all four sides of a cell with ink on them: dark writing beside a pale rule may hide it."""

_MIN_RULE_SHARE = 0.5
"""A line is a rule of a table if it is inked along at least this share of the cells beside it."""

_LIKE_OTHERS = 0.88
"""The side of a cell is a rule if it is inked along at least this share of what rules of the table usually are."""

_CLEARER = 0.25
"""By how much a rule is better covered than the middle of the cells beside it."""

_BESIDE = 0.3
"""How far from a rule the cells beside it are looked at, in sides of a cell."""

_STRETCHES = (1.0, 0.97, 1.03, 0.94, 1.06, 0.91, 1.09)
"""Where the next box is looked for, in distances between boxes."""

_EQUAL = 0.12
"""Sides of equal cells differ at most by this share."""

_MAX_ADDED = 60
"""At most this many rows or columns are added to a lattice."""


class EdgeInk:
    """Tells how much of an edge is inked.

    Args:
        strokes: (h, w), bool, rules, print and writing.
        to_page: (3, 3), float64, from the level page to the page.
    """

    def __init__(self, strokes: Mask, to_page: Homography) -> None:
        self._near = cv2.dilate(strokes.view(np.uint8), np.ones((5, 5), np.uint8))
        self._to_page = to_page

    def transposed(self) -> "EdgeInk":
        """Return the same for a level page whose x and y are exchanged."""
        other = copy(self)
        other._to_page = self._to_page[:, [1, 0, 2]]
        return other

    def coverage(self, starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of each edge with ink near it.

        Args:
            starts: (N, 2), float64, (x, y) in pixels of the level page.
            ends: (N, 2), float64, (x, y) in pixels of the level page.

        Returns:
            (N,), float64, 0 … 1.
        """
        along = np.linspace(_TRIM, 1 - _TRIM, _STEPS)[None, :, None]
        points = transform(self._to_page, starts[:, None] * (1 - along) + ends[:, None] * along)
        x, y = np.moveaxis(np.round(np.clip(points, -1, 1e5)).astype(int), -1, 0)  # (N, steps) each
        height, width = self._near.shape
        inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        inked = self._near[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] > 0
        return np.asarray((inked & inside).mean(axis=1))


def complete(lattice: Lattice, ink: EdgeInk) -> Lattice:
    """Return a lattice with the rows, columns and cells that were missing.

    Args:
        lattice: What the spaces on the page formed.
        ink: Tells where rules are.
    """
    if lattice.gaps:
        return _with_all_cells(_with_more_boxes(lattice, ink), ink)
    return _with_all_cells(_with_more_lines(_without_false_lines(lattice, ink), ink), ink)


def rule_share(lattice: Lattice, ink: EdgeInk) -> float:
    """Return the share of the sides of a lattice's places that are rules, 0 … 1.

    Args:
        lattice: Its sides between separate boxes don't count.
        ink: Tells where rules are.
    """
    across, down = _side_coverage(lattice, ink)
    places = [column for column in range(across.shape[1]) if column not in lattice.gaps]
    covered = np.concatenate([across[:, places].ravel(), down.ravel()])
    return float((covered >= max(_LIKE_OTHERS * float(np.median(covered)), _MIN_COVERAGE)).mean())


def _side_coverage(lattice: Lattice, ink: EdgeInk) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the coverage of the sides of all places: level ones (R + 1, C), and upright ones (R, C + 1)."""
    vertices = lattice.vertices
    rows, columns = vertices.shape[:2]
    across = ink.coverage(vertices[:, :-1].reshape(-1, 2), vertices[:, 1:].reshape(-1, 2))
    down = ink.coverage(vertices[:-1].reshape(-1, 2), vertices[1:].reshape(-1, 2))
    return across.reshape(rows, columns - 1), down.reshape(rows - 1, columns)


def _without_false_lines(lattice: Lattice, ink: EdgeInk) -> Lattice:
    """Return a table without lines along which hardly a cell has a rule: sides of half cells."""
    across, down = _side_coverage(lattice, ink)
    usual = float(np.median(np.concatenate([across.ravel(), down.ravel()])))
    # Where a rule is interrupted, nothing of it is left; writing covers some of the way.
    kept = [(one >= _LIKE_OTHERS * usual).mean(axis=1) >= _MIN_RULE_SHARE for one in (across, down.T)]
    rows, columns = kept
    if rows.all() and columns.all():
        return lattice
    if rows.sum() < 2 or columns.sum() < 2:
        return lattice
    new_row, new_column = (np.cumsum(one) - 1 for one in kept)
    cells = {
        Span(int(new_row[cell.top]), int(new_row[cell.bottom]), int(new_column[cell.left]), int(new_column[cell.right]))
        for cell in lattice.cells
        if rows[cell.top] and rows[cell.bottom] and columns[cell.left] and columns[cell.right]
    }
    return Lattice(lattice.rows[rows], lattice.columns[columns], cells)


def _with_more_boxes(lattice: Lattice, ink: EdgeInk) -> Lattice:
    """Return a row of separate boxes with those before, between and behind the known ones."""
    columns = lattice.columns
    boxes = [(number, number + 1) for number in range(len(columns) - 1) if number not in lattice.gaps]
    lefts = np.array([columns[left, 0] for left, _ in boxes])
    pitches = np.diff(lefts)
    if len(lattice.rows) != 2 or not len(pitches) or np.ptp(pitches) > _EQUAL * pitches.mean():
        return lattice
    pitch = float(np.median(pitches))
    found = [columns[[left, right]] for left, right in boxes]
    for at, step in ((-1, pitch), (0, -pitch)):
        for _ in range(_MAX_ADDED):
            box = _next_box(found[at], step, lattice.rows, ink)
            if box is None:
                break
            found.insert(len(found) if at else 0, box)
    curves = np.concatenate(found)
    count = len(curves)
    cells = {Span(0, 1, left, left + 1) for left in range(0, count, 2)}
    return Lattice(lattice.rows, curves, cells, set(range(1, count - 1, 2)))


def _next_box(
    box: NDArray[np.float64], step: float, rows: NDArray[np.float64], ink: EdgeInk
) -> NDArray[np.float64] | None:
    """Return the columns of the box one step further, (2, 3), or None if there is none."""
    best, best_share = None, _MIN_COVERAGE
    for stretch in _STRETCHES:
        moved = box + np.array([[stretch * step, 0, 0]] * 2)
        between = (box + moved) / 2
        upper, lower = Lattice(
            rows, np.concatenate([moved, between[:1] + (between[1:] - between[:1]) / 2]), set()
        ).vertices
        starts = np.array([upper[0], lower[0], upper[0], upper[1], upper[2]])
        ends = np.array([upper[1], lower[1], lower[0], lower[1], lower[2]])
        *edges, outside = ink.coverage(starts, ends)
        share = float(min(edges)) + 0.1 * float(np.mean(edges)) - 0.1 * abs(stretch - 1)
        if share > best_share and outside + _CLEARER <= min(edges):
            best, best_share = moved, share
    return best


def _with_more_lines(lattice: Lattice, ink: EdgeInk) -> Lattice:
    """Return a table with rules between its rules, and beyond them, where equal cells would have them."""
    rows, columns = lattice.rows, lattice.columns
    row_numbers, column_numbers = np.arange(len(rows)), np.arange(len(columns))
    for axis in (1, 0, 1, 0):
        lines, others, numbers = (columns, rows, column_numbers) if axis else (rows, columns, row_numbers)
        lines, numbers = _added_between(lines, others, numbers, axis, ink)
        lines, numbers = _added_outside(lines, others, numbers, axis, ink)
        if axis:
            columns, column_numbers = lines, numbers
        else:
            rows, row_numbers = lines, numbers
    new_row, new_column = (
        {int(old): new for new, old in enumerate(numbers) if old >= 0} for numbers in (row_numbers, column_numbers)
    )
    cells = {
        Span(new_row[cell.top], new_row[cell.bottom], new_column[cell.left], new_column[cell.right])
        for cell in lattice.cells
    }
    return Lattice(rows, columns, cells)


def _segments(curve: NDArray[np.float64], others: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Return where a rule crosses the rules of the other direction, (others, 2)."""
    crossed = Lattice(others, curve[None], set()) if axis else Lattice(curve[None], others, set())
    return crossed.vertices[:, 0] if axis else crossed.vertices[0]


def _is_rule(curve: NDArray[np.float64], others: NDArray[np.float64], axis: int, ink: EdgeInk, size: float) -> bool:
    """Tell whether a curve is inked, and its surroundings are not."""
    covered = []
    for off in (0.0, -_BESIDE * size, _BESIDE * size):
        points = _segments(curve + np.array([off, 0, 0]), others, axis)
        covered.append(np.sort(ink.coverage(points[:-1], points[1:])))
    on, *beside = np.array(covered)  # (cells,) each, the least covered first
    # Digits fill some of the cells: those that they fill least show whether a rule is better covered than its cells.
    emptier = np.s_[: (len(on) + 1) // 2]
    is_clearer = any(on[of].mean() >= np.mean(beside, axis=0)[of].mean() + _CLEARER for of in (np.s_[:], emptier))
    return bool(is_clearer and on.mean() >= _MIN_COVERAGE)


def _added_between(
    lines: NDArray[np.float64], others: NDArray[np.float64], numbers: NDArray[np.intp], axis: int, ink: EdgeInk
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    places = _segments_of_all(lines, others, axis)
    sizes = np.diff(places)
    usual = _usual(sizes)
    if usual is None:
        return lines, numbers
    curves, known = [lines[0]], [int(numbers[0])]
    for first, second, number, size in zip(lines, lines[1:], numbers[1:], sizes, strict=False):
        parts = round(size / usual)
        if 2 <= parts <= _MAX_ADDED and abs(size / usual - parts) < _EQUAL * parts:
            for part in range(1, parts):
                curve = first + (second - first) * part / parts
                if _is_rule(curve, others, axis, ink, usual):
                    curves.append(curve)
                    known.append(-1)
        curves.append(second)
        known.append(int(number))
    return np.array(curves), np.array(known)


def _added_outside(
    lines: NDArray[np.float64], others: NDArray[np.float64], numbers: NDArray[np.intp], axis: int, ink: EdgeInk
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    usual = _usual(np.diff(_segments_of_all(lines, others, axis)))
    if usual is None:
        return lines, numbers
    curves, known = list(lines), numbers.tolist()
    for at, step in ((-1, usual), (0, -usual)):
        for _ in range(_MAX_ADDED):
            curve = curves[at] + np.array([step, 0, 0])
            links = ink.coverage(_segments(curves[at], others, axis), _segments(curve, others, axis))
            if float(links.mean()) < _MIN_COVERAGE or not _is_rule(curve, others, axis, ink, usual):
                break
            curves.insert(len(curves) if at else 0, curve)
            known.insert(len(known) if at else 0, -1)
    return np.array(curves), np.array(known)


def _segments_of_all(lines: NDArray[np.float64], others: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Return the mean place of each rule on the level page, (lines,)."""
    return np.array([_segments(line, others, axis)[:, 1 - axis].mean() for line in lines])


def _usual(sizes: NDArray[np.float64]) -> float | None:
    """Return the side of most cells, or None if they differ."""
    usual = float(np.median(sizes)) if len(sizes) else 0.0
    equal = np.abs(sizes - usual) < _EQUAL * usual
    return float(sizes[equal].mean()) if equal.sum() >= max(1, 0.6 * len(sizes)) else None


def _with_all_cells(lattice: Lattice, ink: EdgeInk) -> Lattice:
    """Return a lattice with a cell wherever its rules enclose one."""
    across, down = _side_coverage(lattice, ink)
    count, width = down.shape[0], across.shape[1]
    cells = {cell for cell in lattice.cells if not _is_divided(cell, across, down)}
    covered = np.zeros((count, width), dtype=bool)
    for cell in cells:
        covered[cell.top : cell.bottom, cell.left : cell.right] = True
    for row, column in np.argwhere(~covered).tolist():
        edges = (across[row, column], across[row + 1, column], down[row, column], down[row, column + 1])
        if column not in lattice.gaps and np.mean(edges) >= _MIN_CELL_COVERAGE:
            cells.add(Span(row, row + 1, column, column + 1))
    return Lattice(lattice.rows, lattice.columns, cells, lattice.gaps)


def _is_divided(cell: Span, across: NDArray[np.float64], down: NDArray[np.float64]) -> bool:
    """Tell whether a rule runs through a cell."""
    rows, columns = np.s_[cell.top : cell.bottom], np.s_[cell.left : cell.right]
    inside = (*across[cell.top + 1 : cell.bottom, columns], *down[rows, cell.left + 1 : cell.right].T)
    return any(float(edges.mean()) >= _MIN_COVERAGE for edges in inside)
