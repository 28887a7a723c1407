"""Level four-sided spaces -> lattices of rows and columns. Knows no ink and no networks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_ROWS_AT_ONCE = 256
"""This many spaces are compared with all others at once."""

_RULE_SHARE = 0.25
"""A rule between two cells is no thicker than this share of a cell's shorter side."""

_MIN_RULE = 6.0
"""Nor than this, in pixels."""

_MAX_GAP = 1.4
"""Separate boxes of one row are at most this many widths apart."""

_MAX_LATTICES = 10
"""At most this many lattices are found: the largest."""

_MAX_RULES = 150
"""A lattice with more rules in one direction is a pattern, and no form."""

_ALIGNED = 0.25
"""Edges this near to each other, in sides of a cell, are one rule."""


@dataclass(frozen=True)
class Span:
    """A cell of a lattice: which rules bound it.

    Attributes:
        top, bottom: Numbers of the row rules.
        left, right: Numbers of the column rules.
    """

    top: int
    bottom: int
    left: int
    right: int


@dataclass(eq=False)
class Lattice:
    """Rules in two directions and the cells between them.

    Attributes:
        rows: Curves y(x) of the row rules, top to bottom, (R + 1, 3), float64: a quadratic function.
        columns: Curves x(y) of the column rules, left to right, (C + 1, 3).
        cells: What is closed by rules.
        gaps: Numbers of the columns that are no cells: the space between separate boxes.
        row_gaps: The same of rows, in a lattice that was turned by a quarter.
        is_open: Whether there are no rules between columns: a cell is a whole row until the columns are found.
    """

    rows: NDArray[np.float64]
    columns: NDArray[np.float64]
    cells: set[Span]
    gaps: set[int] = field(default_factory=set)
    row_gaps: set[int] = field(default_factory=set)
    is_open: bool = False

    @property
    def vertices(self) -> NDArray[np.float64]:
        """Where the rules cross, (R + 1, C + 1, 2), float64, (x, y) in pixels of the level page."""
        x = np.repeat(self.columns[None, :, 0], len(self.rows), axis=0)
        y = np.repeat(self.rows[:, None, 0], len(self.columns), axis=1)
        for _ in range(3):
            y = _evaluate(self.rows[:, None], x)
            x = _evaluate(self.columns[None], y)
        return np.stack([x, y], axis=2)


def _evaluate(curves: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    return curves[..., 0] + (curves[..., 1] + curves[..., 2] * at) * at


def find_lattices(quads: NDArray[np.float64]) -> list[Lattice]:
    """Return the lattices that spaces form: at least three cells.

    Args:
        quads: (N, 4, 2), float64, corners on the level page in pixels, clockwise from the upper left one.
    """
    if len(quads) < 2:
        return []
    left, right = quads[:, [0, 3], 0].mean(axis=1), quads[:, [1, 2], 0].mean(axis=1)
    top, bottom = quads[:, [0, 1], 1].mean(axis=1), quads[:, [2, 3], 1].mean(axis=1)
    boxes = np.stack([left, top, right, bottom], axis=1)
    beside, apart = _neighbours(boxes)
    below, _ = _neighbours(boxes[:, [1, 0, 3, 2]])
    groups = _Sets(len(quads))
    for one, other in (*beside, *below, *apart):
        groups.join(one, other)
    columns, rows = _Sets(2 * len(quads)), _Sets(2 * len(quads))
    for one, other in beside:
        columns.join(2 * one + 1, 2 * other)
    for one, other in below:
        rows.join(2 * one + 1, 2 * other)
    for pairs, sets, first, last in ((below, columns, 0, 2), ((*beside, *apart), rows, 1, 3)):
        for one, other in pairs:
            near = _ALIGNED * min(boxes[one, last] - boxes[one, first], boxes[other, last] - boxes[other, first])
            for side, edge in enumerate((first, last)):
                if abs(boxes[one, edge] - boxes[other, edge]) < near:
                    sets.join(2 * one + side, 2 * other + side)
    lattices = []
    largest = sorted((members for members in groups.members() if len(members) >= 2), key=lambda members: -len(members))
    for members in largest[:_MAX_LATTICES]:
        lattice = _lattice(np.array(members), quads, boxes, columns, rows, apart)
        if lattice is not None:
            lattices.append(lattice)
    return lattices


def _neighbours(boxes: NDArray[np.float64]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return pairs of spaces side by side: those with a rule between them, and equal ones with a gap between them."""
    left, top, right, bottom = boxes.T
    widths, heights = right - left, bottom - top
    touching, apart = [], []
    for first in range(0, len(boxes), _ROWS_AT_ONCE):
        one = np.s_[first : first + _ROWS_AT_ONCE, None]
        gap = left - right[one]
        overlap = np.minimum(bottom[one], bottom) - np.maximum(top[one], top)
        shorter = np.minimum(heights[one], heights)
        is_level = overlap > 0.7 * shorter
        thickest = np.maximum(_MIN_RULE, _RULE_SHARE * np.minimum(shorter, np.minimum(widths[one], widths)))
        touching.append(np.argwhere(is_level & (gap > -0.5 * thickest) & (gap < thickest)) + np.array([first, 0]))
        is_equal = (overlap > 0.8 * np.maximum(heights[one], heights)) & (
            np.abs(widths[one] - widths) < 0.25 * np.maximum(widths[one], widths)
        )
        # A box for a digit is rarely wider than high.
        is_equal &= widths[one] < 1.6 * heights[one]
        apart.append(np.argwhere(is_equal & (gap >= thickest) & (gap < _MAX_GAP * widths)) + np.array([first, 0]))
    pairs = [(int(one), int(other)) for one, other in np.concatenate(touching)]
    followed = {one for one, _ in pairs}
    # Only the nearest box is the neighbour.
    nearest: dict[int, int] = {}
    for one, other in np.concatenate(apart).tolist():
        if one not in followed and (one not in nearest or left[other] < left[nearest[one]]):
            nearest[one] = other
    return pairs, list(nearest.items())


class _Sets:
    """Disjoint sets of numbers."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def root(self, number: int) -> int:
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def join(self, one: int, other: int) -> None:
        self._parents[self.root(other)] = self.root(one)

    def members(self) -> Iterable[list[int]]:
        found: dict[int, list[int]] = {}
        for number in range(len(self._parents)):
            found.setdefault(self.root(number), []).append(number)
        return found.values()


def _lattice(
    members: NDArray[np.intp],
    quads: NDArray[np.float64],
    boxes: NDArray[np.float64],
    columns: _Sets,
    rows: _Sets,
    apart: list[tuple[int, int]],
) -> Lattice | None:
    numbers, curves = [], []
    for sets, axis, corners in ((rows, 1, ((0, 1), (3, 2))), (columns, 0, ((0, 3), (1, 2)))):
        roots = np.array([[sets.root(2 * member), sets.root(2 * member + 1)] for member in members])  # (n, 2)
        at = boxes[members][:, [axis, axis + 2]]  # (n, 2)
        sizes = at[:, 1] - at[:, 0]
        order = _order(roots, at, sizes)
        number = np.vectorize(order.__getitem__)(roots)  # (n, 2)
        if number.max() >= _MAX_RULES:
            return None
        numbers.append(number)
        points = np.stack([quads[members][:, list(pair)] for pair in corners], axis=1)  # (n, 2 sides, 2 ends, 2)
        curves.append(
            np.array(
                [
                    _fit(
                        points[number == line].reshape(-1, 2)[:, 1 - axis],
                        points[number == line].reshape(-1, 2)[:, axis],
                    )
                    for line in range(int(number.max()) + 1)
                ]
            )
        )
    row_numbers, column_numbers = numbers
    cells = {
        Span(int(top), int(bottom), int(left), int(right))
        for (top, bottom), (left, right) in zip(row_numbers, column_numbers, strict=True)
        if top < bottom and left < right
    }
    index = {int(member): number for number, member in enumerate(members)}
    gaps = {
        int(column_numbers[index[one], 1])
        for one, other in apart
        if one in index and column_numbers[index[one], 1] + 1 == column_numbers[index[other], 0]
    }
    if len(curves[0]) > 2:
        gaps = {gap for gap in gaps if not any(cell.left <= gap < cell.right for cell in cells)}
    # Where most cells touch, a gap is a cell that writing hides.
    return Lattice(curves[0], curves[1], cells, gaps if 2 * len(gaps) >= len(cells) - 1 else set())


def _order(roots: NDArray[np.intp], at: NDArray[np.float64], sizes: NDArray[np.float64]) -> dict[int, int]:
    """Return the number of each rule: sets of edges in order, those that nearly coincide as one."""
    found = np.unique(roots)
    means = np.array([at[roots == root].mean() for root in found])
    near = np.array([sizes[(roots == root).any(axis=1)].min() for root in found])
    order, number, last = {}, -1, -1
    for index in np.argsort(means):
        if last < 0 or means[index] - means[last] > _ALIGNED * min(near[index], near[last]):
            number += 1
        order[int(found[index])] = number
        last = int(index)
    return order


def _fit(along: NDArray[np.float64], aside: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the coefficients of a level, slightly bent curve through points, (3,); outliers count little."""
    middle, reach = along.mean(), max(float(np.ptp(along)) / 2, 1.0)
    scaled = (along - middle) / reach
    terms = np.stack([np.ones_like(scaled), scaled, scaled**2], axis=1)
    # Few points say little about a bend.
    prior = np.diag([1e-9, 0.05, 0.5 if len(along) >= 8 else 1e6])
    weights = np.ones(len(along))
    start = np.median(aside)
    for _ in range(5):
        weighted = terms * weights[:, None]
        solution = np.linalg.solve(weighted.T @ terms + prior, weighted.T @ (aside - start))
        residuals = np.abs(aside - start - terms @ solution)
        weights = 1 / (1 + (residuals / max(1.5 * float(np.median(residuals)), 0.7)) ** 2)
    constant, slope, bend = solution
    return np.array(
        [
            start + constant - slope * middle / reach + bend * middle**2 / reach**2,
            slope / reach - 2 * bend * middle / reach**2,
            bend / reach**2,
        ]
    )
