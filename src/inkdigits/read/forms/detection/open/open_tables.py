"""Long parallel rules -> tables that have rules in one direction only. Knows no networks.

The rules say where the rows are; the columns are found later, from the ink between the rules.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.read.forms.detection.lattice import Lattice, Span
from inkdigits.read.forms.detection.perspective import Homography, transform
from inkdigits.read.forms.detection.rules.long_rules import Rule

_MIN_RULES = 3
"""Fewer rules make no table."""

_MAX_TURN = 0.12
"""Greatest difference of the slopes of two neighbouring rules."""

_ALIGNED = 0.08
"""Rules of a table begin and end within this share of their length of each other."""

_MIN_ROW, MAX_ROW = 14.0, 0.6
"""Least height of a row in pixels, and greatest as a share of the rules' length."""


def find_open_tables(
    rules: list[Rule], least: int = _MIN_RULES, highest: float = MAX_ROW
) -> list[tuple[Lattice, Homography]]:
    """Return tables with rules between their rows only, and the way from the level page to the page.

    Args:
        rules: Long rules of the page, level or tilted.
        least: Fewer rules make no table.
        highest: Greatest height of a row, in lengths of a rule.

    Examples:
        >>> rules = [Rule((20.0, y), (220.0, y), 2.0) for y in (20.0, 60.0, 100.0)]
        >>> [(lattice, _)] = find_open_tables(rules)
        >>> len(lattice.cells)
        2
    """
    waiting = list(rules)
    tables = []
    while waiting:
        family = [waiting.pop(0)]
        grown = True
        while grown:
            grown = False
            for rule in waiting:
                if any(_belongs(rule, other, highest) for other in family):
                    family.append(rule)
                    waiting.remove(rule)
                    grown = True
                    break
        if len(family) >= least:
            tables.append(_table(family))
    return tables


def _belongs(rule: Rule, other: Rule, highest: float) -> bool:
    """Tell whether two rules may be neighbours in one table."""
    if abs(np.tan(rule.angle) - np.tan(other.angle)) > _MAX_TURN:
        return False
    along = np.array([np.cos(other.angle), np.sin(other.angle)])
    aside = np.array([-along[1], along[0]])
    ends = np.array([rule.start, rule.end]) - other.start
    away = np.abs(ends @ aside)
    if away.min() < _MIN_ROW or away.max() > highest * other.length:
        return False
    # In perspective, and seen from the side, rules begin a little further on from row to row.
    shift = _ALIGNED * other.length + 0.5 * float(away.mean())
    places = ends @ along
    return bool(abs(places[0]) < shift and abs(places[1] - other.length) < shift)


def _table(family: list[Rule]) -> tuple[Lattice, Homography]:
    family = sorted(family, key=lambda rule: rule.start[1] + rule.end[1])
    first, last = family[0], family[-1]
    width = (first.length + last.length) / 2
    height = (np.hypot(*np.subtract(last.start, first.start)) + np.hypot(*np.subtract(last.end, first.end))) / 2
    (upper_left, lower_left), (upper_right, lower_right) = (
        _straight(family, np.array([getattr(rule, end) for rule in family])) for end in ("start", "end")
    )
    corners = np.array([upper_left, upper_right, lower_right, lower_left], np.float32)
    level = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    to_page = np.asarray(cv2.getPerspectiveTransform(level, corners), np.float64)
    to_level = np.asarray(np.linalg.inv(to_page), np.float64)
    rows = []
    for rule in family:
        (x0, y0), (x1, y1) = transform(to_level, np.array([rule.start, rule.end]))
        slope = (y1 - y0) / max(x1 - x0, 1e-6)
        rows.append([y0 - slope * x0, slope, 0.0])
    curves: NDArray[np.float64] = np.array(rows)
    cells = {Span(row, row + 1, 0, 1) for row in range(len(family) - 1)}
    columns = np.array([[0.0, 0.0, 0.0], [width, 0.0, 0.0]])
    return Lattice(curves, columns, cells, is_open=True), to_page


def _straight(family: list[Rule], ends: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the first and the last rule end if the ends of all lie on a line: some rules are cut short.

    Args:
        family: Rules from top to bottom.
        ends: (N, 2), float64, one end of each.
    """
    angle = float(np.median([rule.angle for rule in family]))
    along = np.array([np.cos(angle), np.sin(angle)])
    place, below = ends @ along, ends @ np.array([-along[1], along[0]])
    one, other = np.triu_indices(len(family), 1)
    slope = float(np.median((place[other] - place[one]) / np.maximum(below[other] - below[one], 1e-6)))
    off = float(np.median(place - slope * below)) + slope * below - place
    return ends[0] + off[0] * along, ends[-1] + off[-1] * along
