"""Columns between rules -> the rows of what is written in them. Knows no networks.

A table may have rules between its columns only, with or without a frame. Its rows are what stands side by side.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask
from inkdigits.read.forms.detection.lattice import Lattice, Span
from inkdigits.read.forms.detection.open.open_tables import find_open_tables
from inkdigits.read.forms.detection.perspective import Homography, transform
from inkdigits.read.forms.detection.rules.long_rules import Rule
from inkdigits.read.page.component_labelling import label_components

_SIDE = 1200
"""Longest side of the level picture in which rows are looked for, in pixels."""

_BORDER = 0.06
"""So near to a rule, in widths of a column, ink may be the rule's."""

_TALLEST = 0.4
"""Digits are at most this share of a column's height: where they are higher, there is one row."""

_MAX_TOO_HIGH = 0.3
"""Greatest share of what is higher, of the heights of all strokes."""

_LEAST_STROKE = 4
"""Strokes that are lower, in pixels, are specks."""

_LYING = 3.0, 0.9
"""Rules of a page that lies on its side are so many rows long at least, and this share of the height of all rows."""

_LEAST_HEIGHT = 0.45
"""What is lower than this share of the tall strokes is no digit."""

_APART = 0.55
"""Middles of strokes in neighbouring rows are further apart than this, in heights of a digit."""

_MIN_ROWS = 2
"""Fewer rows make no table."""

_MIN_RULES = 2
"""Fewer rules make no columns."""

_MAX_COLUMN = 1.2
"""Greatest width of a column, in lengths of a rule."""

_MIN_PITCH = 1.0
"""Rows are at least so many heights of a digit apart."""


def with_rows(lattice: Lattice, to_page: Homography, strokes: Mask) -> Lattice | None:
    """Return columns with the rows of what is written in them, or None if that is one row.

    Args:
        lattice: One row of cells without gaps.
        to_page: (3, 3), float64, from its level page to the page.
        strokes: (h, w), bool, rules, print and writing.
    """
    vertices = lattice.vertices
    top, bottom = vertices[0, :, 1].mean(), vertices[1, :, 1].mean()
    lefts = vertices[:, :, 0].mean(axis=0)
    width, height = lefts[-1] - lefts[0], bottom - top
    scale = min(1.0, _SIDE / max(width, height))
    size = round(width * scale) + 1, round(height * scale) + 1
    if min(size) < 3:
        return None
    to_level = np.array([[1 / scale, 0, lefts[0]], [0, 1 / scale, top], [0, 0, 1.0]])
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    near = strokes.view(np.uint8)
    if scale < 1:
        near = np.asarray(cv2.dilate(near, np.ones((2, 2), np.uint8)), np.uint8)
    level = np.array(cv2.warpPerspective(near, to_page @ to_level, size, flags=flags))
    reach = max(3, round(_BORDER * scale * float(np.median(np.diff(lefts)))))
    for left in ((lefts - lefts[0]) * scale).round().astype(int).tolist():
        level[:, max(0, left - reach) : left + reach + 1] = 0
    level[:reach] = 0
    level[-reach:] = 0
    edges = _row_edges(np.asarray(level > 0))
    if edges is None:
        return None
    rows = np.array([[top + edge / scale, 0.0, 0.0] for edge in edges])
    rows[0], rows[-1] = lattice.rows
    count = len(rows) - 1
    cells = {Span(row, row + 1, left, left + 1) for row in range(count) for left in range(len(lattice.columns) - 1)}
    return Lattice(rows, lattice.columns, cells)


def _row_edges(mask: Mask) -> list[float] | None:
    """Return the pixel rows between rows of strokes, with the first and the last of the mask, or None."""
    _, boxes, _ = label_components(mask)
    heights = (boxes[:, 3] - boxes[:, 1])[1:]
    is_stroke = (heights >= _LEAST_STROKE) & (heights <= _TALLEST * len(mask))
    too_high = heights[heights > _TALLEST * len(mask)].sum()
    if too_high > _MAX_TOO_HIGH * heights[heights >= _LEAST_STROKE].sum() or is_stroke.sum() < _MIN_ROWS + 1:
        return None
    boxes, heights = boxes[1:][is_stroke], heights[is_stroke]
    tall = float(np.quantile(heights, 0.7))
    digits = boxes[heights >= _LEAST_HEIGHT * tall]
    middles = np.sort((digits[:, 1] + digits[:, 3]) / 2)
    groups = np.split(middles, np.flatnonzero(np.diff(middles) > _APART * tall) + 1)
    if len(groups) < _MIN_ROWS:
        return None
    places = np.array([float(np.median(group)) for group in groups])
    pitches = np.diff(places)
    pitch = float(np.quantile(pitches, 0.25))
    if pitch < _MIN_PITCH * tall or any(np.ptp(group) > _APART * pitch for group in groups):
        return None
    edges = [0.0]
    edges += np.arange(places[0] - 0.5 * pitch, 0.4 * pitch, -pitch)[::-1].tolist()
    for first, second in zip(places.tolist(), places[1:].tolist(), strict=False):
        parts = max(1, round((second - first) / pitch))
        # Rows without writing are as high as the others.
        edges += [first + (second - first) * (part + 0.5) / parts for part in range(parts)]
    edges += np.arange(places[-1] + 0.5 * pitch, len(mask) - 0.4 * pitch, pitch).tolist()
    return [*edges, float(len(mask) - 1)]


def find_open_columns(strokes: Mask, rules: list[Rule]) -> list[tuple[Lattice, Homography]]:
    """Return tables with rules between their columns only, and the way from the level page to the page.

    Args:
        strokes: (h, w), bool, rules, print and writing.
        rules: Long rules of the page, from top to bottom.
    """
    # Seen from the side, columns are rows.
    last = strokes.shape[1] - 1.0
    turned = [
        Rule((rule.start[1], last - rule.start[0]), (rule.end[1], last - rule.end[0]), rule.thickness) for rule in rules
    ]
    from_turned = np.array([[0, -1.0, last], [1, 0, 0], [0, 0, 1.0]])
    tables = []
    for lattice, to_turned in find_open_tables(turned, _MIN_RULES, _MAX_COLUMN):
        height, far = float(lattice.columns[1, 0]), float(lattice.rows[-1, 0])
        to_page = from_turned @ to_turned @ np.array([[0, 1.0, 0], [-1, 0, far], [0, 0, 1.0]])
        columns = -lattice.rows[::-1]
        columns[:, 0] += far
        rows = np.array([[0.0, 0, 0], [height, 0, 0]])
        table = Lattice(rows, columns, set())
        for curves in _outer_columns(columns):
            wider = Lattice(rows, curves, set())
            if _is_inside(transform(to_page, wider.vertices.reshape(-1, 2)), strokes.shape):
                table = wider
                break
        whole = with_rows(table, to_page, strokes)
        if whole is not None:
            tables.append((whole, to_page))
        elif len(lattice.rows) > _MIN_RULES and height > max(
            _LYING[0] * float(np.median(np.diff(lattice.rows[:, 0]))), _LYING[1] * far
        ):
            # The rows of a page that lies on its side.
            tables.append((lattice, from_turned @ to_turned))
    return tables


def _is_inside(points: NDArray[np.float64], shape: tuple[int, ...]) -> bool:
    height, width = shape
    margin = 0.05 * max(shape)
    return bool((points > -margin).all() and (points < np.array([width, height]) + margin).all())


def _outer_columns(columns: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return columns with one more on both sides, and on either: the outer ones may have no rule at their end."""
    step = np.array([[float(np.median(np.diff(columns[:, 0]))), 0.0, 0.0]])
    left, right = columns[:1] - step, columns[-1:] + step
    return [np.concatenate(parts) for parts in ([left, columns, right], [left, columns], [columns, right])]
