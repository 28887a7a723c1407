"""Rows between long rules -> the rules between their columns, solid or broken. Knows no networks."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask
from inkdigits.read.forms.detection.lattice import Lattice, Span
from inkdigits.read.forms.detection.perspective import Homography

_ROW_HEIGHT = 64
"""Height of the lowest row in pixels, where rules are looked for."""

_MIN_ROW = 8
"""Lower rows are not looked at, in pixels."""

_MAX_SIDE = 3000
"""Longest side of the picture that they are looked for in."""

_MIN_IN_ROW = 0.5
"""Share of a row's height that a rule is inked on, with small gaps closed."""

_ENDS, _MIN_AT_ENDS = (0.07, 0.15), 0.35
"""So near to the row's rules, in heights of the row, a rule is inked too in the mean: digits leave paper there."""

_MAX_GAP = 9
"""Gaps between dots and dashes that are closed, in pixels."""

_MIN_ROWS = 0.75
"""Share of the rows in which it is."""

_CLEARER = 0.3
"""By how much more it is inked than the columns of pixels beside it."""

_MIN_WIDTH = 0.4
"""Least distance between two rules, in heights of a row."""

_TILTS = np.linspace(-0.02, 0.02, 9)
"""How far a rule moves sideways, in heights of the table."""


def with_column_rules(lattice: Lattice, to_page: Homography, strokes: Mask) -> Lattice:
    """Return rows with the rules between their columns; as they are if there are none.

    Args:
        lattice: Rows between rules.
        to_page: (3, 3), float64, from its level page to the page.
        strokes: (h, w), bool, rules, print and writing.
    """
    vertices = lattice.vertices
    tops = vertices[:, :, 1].mean(axis=1)
    first, last = vertices[:, 0, 0].mean(), vertices[:, -1, 0].mean()
    row = float(np.diff(tops).min())
    scale = min(_ROW_HEIGHT / max(row, 1.0), _MAX_SIDE / max(last - first, tops[-1] - tops[0]), 2.0)
    margin = 6
    width, height = round((last - first) * scale) + 2 * margin, round((tops[-1] - tops[0]) * scale) + 1
    to_level = np.array([[1 / scale, 0, first - margin / scale], [0, 1 / scale, tops[0]], [0, 0, 1.0]])
    near = cv2.dilate(strokes.view(np.uint8), np.ones((3, 3), np.uint8))
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    level = cv2.warpPerspective(near, to_page @ to_level, (width, height), flags=flags)
    edges = np.round((tops - tops[0]) * scale).astype(int)
    if np.diff(edges).min() < _MIN_ROW:
        return lattice
    found = _find(np.asarray(level, np.uint8), edges)
    if not found:
        return lattice
    curves = []
    for place, tilt in found:
        x = first + (place - margin) / scale
        slope = tilt * height / max(height - 1, 1)
        curves.append([x - slope * tops[0], slope, 0.0])
    # A table may have no rule at its left or right end.
    ends = ([first, 0.0, 0.0], [last, 0.0, 0.0])
    least = _MIN_WIDTH * row
    if curves[0][0] + curves[0][1] * tops[0] - first > least:
        curves.insert(0, ends[0])
    if last - (curves[-1][0] + curves[-1][1] * tops[0]) > least:
        curves.append(ends[1])
    if len(curves) < 3:
        return lattice
    cells = {
        Span(top, top + 1, left, left + 1) for top in range(len(lattice.rows) - 1) for left in range(len(curves) - 1)
    }
    return Lattice(lattice.rows, np.array(curves), cells)


def _find(level: NDArray[np.uint8], edges: NDArray[np.intp]) -> list[tuple[int, float]]:
    """Return the column of each rule at the top of the table, and how far it moves sideways for each pixel down."""
    height, width = level.shape
    best = np.zeros(width)
    tilts = np.zeros(width)
    for tilt in _TILTS:
        sheared = cv2.warpAffine(
            level, np.array([[1, tilt, 0], [0, 1, 0]]), (width, height), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        )
        closed = cv2.morphologyEx(sheared, cv2.MORPH_CLOSE, np.ones((_MAX_GAP, 1), np.uint8))
        spans = list(zip(edges.tolist(), edges[1:].tolist(), strict=False))
        shares = np.array([closed[top:bottom].mean(axis=0) for top, bottom in spans])
        at_ends = np.mean([_at_ends(np.asarray(sheared[top:bottom], np.uint8)) for top, bottom in spans], axis=0)
        rows = (shares >= _MIN_IN_ROW).mean(axis=0)  # (w,)
        whole = shares.mean(axis=0)
        beside = (np.roll(whole, 10) + np.roll(whole, -10)) / 2
        score = np.where((rows >= _MIN_ROWS) & (whole - beside >= _CLEARER) & (at_ends >= _MIN_AT_ENDS), whole, 0.0)
        better = score > best
        best[better], tilts[better] = score[better], tilt
    least = round(_MIN_WIDTH * float(np.diff(edges).min()))
    found: list[tuple[int, float]] = []
    while best.max() > 0:
        # The middle of a rule that is several pixels thick.
        peak = int(best.argmax())
        same = np.flatnonzero(best >= 0.97 * best[peak])
        same = same[np.abs(same - peak) <= 6]
        place = round(float(same.mean()))
        found.append((place, float(tilts[peak])))
        best[max(0, place - least) : place + least + 1] = 0
    return sorted(found)


def _at_ends(row: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return how much of each column of pixels is inked near the rules above and below a row, (w,)."""
    first, last = (round(share * len(row)) for share in _ENDS)
    last = max(last, first + 2)
    return np.asarray(np.minimum(row[first:last].mean(axis=0), row[len(row) - last : len(row) - first].mean(axis=0)))
