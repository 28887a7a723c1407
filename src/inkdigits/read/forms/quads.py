"""A mask of strokes -> the four-sided spaces that they enclose. Knows nothing of rows, columns or digits."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask

MIN_SIDE = 14
"""Shortest side of a cell in pixels of the page."""

_MAX_SPACES = 4000
"""At most this many spaces are examined: the largest."""

_MIN_BOX_SHARE = 0.3
"""A cell fills at least this share of its upright box: it may be tilted, and writing takes some of it."""

_MIN_RECTANGULARITY = 0.82
"""The hull of a cell fills at least this share of the smallest tilted box around it: a loop fills 0.79."""

_UPRIGHT = 0.93
"""A hull that fills this share of the smallest tilted box around it is a rectangle, perhaps with round corners."""

_MIN_HULL_SHARE = 0.4
"""A cell fills at least this share of its hull."""

_ROUND = 0.18
"""Shares of a side that a round corner may take."""

_TOLERANCES = (0.02, 0.03, 0.04, 0.06, 0.08, 0.1)
"""Shares of the outline's length that its corners may be off."""


def find_quads(strokes: Mask) -> NDArray[np.float64]:
    """Return the spaces between strokes that have four sides.

    Args:
        strokes: (h, w), bool.

    Returns:
        (N, 4, 2), float64, corners (x, y) in pixels, clockwise on the screen, from the upper left one.

    Examples:
        >>> mask = np.zeros((40, 60), dtype=bool)
        >>> mask[5:35, 10:50] = True
        >>> mask[7:33, 12:48] = False
        >>> find_quads(mask)[0].tolist()
        [[12.0, 7.0], [47.0, 7.0], [47.0, 32.0], [12.0, 32.0]]
    """
    height, width = strokes.shape
    paper = (~strokes).view(np.uint8)
    _, label_map, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    left, top, wide, high, area = stats.T
    chosen = (wide >= MIN_SIDE) & (high >= MIN_SIDE) & (area >= _MIN_BOX_SHARE * wide * high)
    chosen &= (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    chosen[0] = False
    labels = np.flatnonzero(chosen)
    if len(labels) > _MAX_SPACES:
        labels = labels[np.argsort(-area[labels])[:_MAX_SPACES]]
    quads = []
    for label in labels.tolist():
        window = np.s_[top[label] : top[label] + high[label], left[label] : left[label] + wide[label]]
        quad = _quad((label_map[window] == label).view(np.uint8), int(area[label]))
        if quad is not None:
            quads.append(quad + (left[label], top[label]))
    return np.array(quads, np.float64).reshape(-1, 4, 2)


def _quad(space: NDArray[np.uint8], area: int) -> NDArray[np.float64] | None:
    """Return the corners of a space, (4, 2), or None if it doesn't have four."""
    outlines, _ = cv2.findContours(space, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(max(outlines, key=len))
    hull_area = cv2.contourArea(hull)
    tilted_box = cv2.minAreaRect(hull)
    sides = tilted_box[1]
    if min(sides) < MIN_SIDE - 2 or hull_area < _MIN_RECTANGULARITY * sides[0] * sides[1]:
        return None
    if area < _MIN_HULL_SHARE * hull_area:
        return None
    corners = cv2.boxPoints(tilted_box)
    if hull_area < _UPRIGHT * sides[0] * sides[1]:  # seen at an angle
        length = cv2.arcLength(hull, True)
        for tolerance in _TOLERANCES:
            corners = cv2.approxPolyDP(hull, tolerance * length, True)[:, 0]
            if len(corners) <= 4:
                break
        if len(corners) != 4 or abs(cv2.contourArea(corners) - hull_area) > 0.15 * hull_area:
            return None
    return _sharpen(hull[:, 0].astype(np.float64), _clockwise(corners.astype(np.float64)))


def _clockwise(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return corners in the order upper left, upper right, lower right, lower left, for tilts below 45 degrees."""
    middle = corners.mean(axis=0)
    angles = np.arctan2(*(corners - middle).T[::-1])
    ordered = corners[np.argsort(angles)]  # clockwise on the screen, from the left
    # The first side is the one that runs most to the right.
    sides = np.roll(ordered, -1, axis=0) - ordered
    directions = sides / np.maximum(np.linalg.norm(sides, axis=1, keepdims=True), 1e-9)
    turned = directions[:, 0] - directions[[2, 3, 0, 1], 0]
    return np.roll(ordered, -int(np.argmax(turned)), axis=0)


def _sharpen(hull: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return corners where the middle parts of the sides of a hull meet: its own corners may be round."""
    steps = np.roll(hull, -1, axis=0) - hull
    share = np.linspace(0, 1, 16, endpoint=False)[None, :, None]
    points = (hull[:, None] + share * steps[:, None]).reshape(-1, 2)
    weights = np.repeat(np.linalg.norm(steps, axis=1) / 16, 16)
    lines = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = end - start
        length = float(np.linalg.norm(along))
        along = along / length
        aside = np.array([-along[1], along[0]])
        place, off = (points - start) @ along / length, (points - start) @ aside
        own = (place > _ROUND) & (place < 1 - _ROUND) & (np.abs(off) < 0.12 * length + 1)
        if own.sum() < 2 or not weights[own].sum():
            return corners
        mean_place, mean_off = (float(np.average(values[own], weights=weights[own])) for values in (place, off))
        spread = float(np.average((place[own] - mean_place) ** 2, weights=weights[own]))
        slope = float(np.average((place[own] - mean_place) * off[own], weights=weights[own])) / max(spread, 1e-6)
        first = start + aside * (mean_off - slope * mean_place)
        lines.append((first, along * length + aside * slope))
    sharp = []
    for (point, direction), (other, other_direction) in zip(np.roll(np.array(lines), 1, axis=0), lines, strict=True):
        turned = float(direction[0] * other_direction[1] - direction[1] * other_direction[0])
        if abs(turned) < 1e-6:
            return corners
        offset = other - point
        sharp.append(point + direction * float(offset[0] * other_direction[1] - offset[1] * other_direction[0]) / turned)
    found = np.array(sharp)
    return found if np.abs(found - corners).max() < 0.3 * np.ptp(corners, axis=0).max() else corners
