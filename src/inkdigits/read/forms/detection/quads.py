"""A mask of strokes -> the four-sided spaces that they enclose. Knows nothing of rows, columns or digits."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask

MIN_SIDE = 14
"""Shortest side of a cell in pixels of the page."""

_MAX_SPACES = 1500
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

_HULL_POINTS = 96
"""Points of a hull that its sides are fitted to."""

_TOLERANCES = (0.02, 0.03, 0.04, 0.06, 0.08, 0.1)
"""Shares of the outline's length that its corners may be off."""


def find_quads(strokes: Mask, min_side: int = MIN_SIDE) -> NDArray[np.float64]:
    """Return the spaces between strokes that have four sides.

    Args:
        strokes: (h, w), bool.
        min_side: Shortest side of a cell, in pixels.

    Returns:
        (N, 4, 2), float64, corners (x, y) in pixels, clockwise on the screen, from the upper left one.

    Examples:
        >>> mask = np.zeros((40, 60), dtype=bool)
        >>> mask[5:35, 10:50] = True
        >>> mask[7:33, 12:48] = False
        >>> find_quads(mask)[0].tolist()
        [[12.0, 7.0], [47.0, 7.0], [47.0, 32.0], [12.0, 32.0]]
    """
    return _four_sided((~strokes).view(np.uint8), 4, min_side, _MIN_BOX_SHARE, _MIN_HULL_SHARE)


def find_frames(strokes: Mask, min_side: int = MIN_SIDE) -> NDArray[np.float64]:
    """Return the four-sided outlines of connected strokes: boxes, whatever is written in them.

    Args:
        strokes: (h, w), bool.
        min_side: Shortest side of a cell, in pixels.

    Returns:
        (N, 4, 2), float64, corners (x, y) in pixels, clockwise on the screen, from the upper left one.
    """
    return _four_sided(strokes.view(np.uint8), 8, min_side, 0.0, 0.0)


def _four_sided(
    binary: NDArray[np.uint8], connectivity: int, min_side: int, least_in_box: float, least_in_hull: float
) -> NDArray[np.float64]:
    """Return the corners of components whose hull has four sides, (N, 4, 2)."""
    height, width = binary.shape
    _, label_map, stats, _ = cv2.connectedComponentsWithStats(binary, connectivity=connectivity)
    left, top, wide, high, area = stats.T
    chosen = (wide >= min_side) & (high >= min_side) & (area >= least_in_box * wide * high)
    chosen &= (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    chosen[0] = False
    labels = np.flatnonzero(chosen)
    if len(labels) > _MAX_SPACES:
        labels = labels[np.argsort(-area[labels])[:_MAX_SPACES]]
    hulls, corners = [], []
    for label in labels.tolist():
        window = np.s_[top[label] : top[label] + high[label], left[label] : left[label] + wide[label]]
        found = _quad((label_map[window] == label).view(np.uint8), int(area[label]), min_side, least_in_hull)
        if found is not None:
            offset = (left[label], top[label])
            hulls.append(found[0] + offset)
            corners.append(found[1] + offset)
    if not hulls:
        return np.zeros((0, 4, 2))
    return _sharpen(np.array(hulls), np.array(corners))


def _quad(
    space: NDArray[np.uint8], area: int, min_side: int, least_in_hull: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return points of a space's hull, (points, 2), and its corners, (4, 2), or None if it doesn't have four."""
    outlines, _ = cv2.findContours(space, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(max(outlines, key=len))
    hull_area = cv2.contourArea(hull)
    tilted_box = cv2.minAreaRect(hull)
    sides = tilted_box[1]
    if min(sides) < min_side - 2 or hull_area < _MIN_RECTANGULARITY * sides[0] * sides[1]:
        return None
    if area < least_in_hull * hull_area:
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
    return _resampled(hull[:, 0].astype(np.float64)), _clockwise(corners.astype(np.float64))


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


def _resampled(hull: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points at equal distances along a hull, (points, 2)."""
    closed = np.concatenate([hull, hull[:1]])
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    at = np.linspace(0, along[-1], _HULL_POINTS, endpoint=False)
    return np.stack([np.interp(at, along, closed[:, 0]), np.interp(at, along, closed[:, 1])], axis=1)


def _sharpen(hulls: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return corners where the middle parts of the sides of hulls meet: their own corners may be round.

    Args:
        hulls: (N, points, 2), float64, pixels.
        corners: (N, 4, 2), float64, pixels.
    """
    sides = np.roll(corners, -1, axis=1) - corners  # (N, 4, 2)
    lengths = np.maximum(np.linalg.norm(sides, axis=2), 1.0)
    along = sides / lengths[..., None]
    aside = np.stack([-along[..., 1], along[..., 0]], axis=2)
    away = hulls[:, None] - corners[:, :, None]  # (N, 4, points, 2)
    place = np.einsum("nspc,nsc->nsp", away, along) / lengths[..., None]
    off = np.einsum("nspc,nsc->nsp", away, aside)
    own = (place > _ROUND) & (place < 1 - _ROUND) & (np.abs(off) < 0.12 * lengths[..., None] + 1)
    count = np.maximum(own.sum(axis=2), 1)
    mean_place, mean_off = (place * own).sum(axis=2) / count, (off * own).sum(axis=2) / count
    spread = (((place - mean_place[..., None]) ** 2) * own).sum(axis=2)
    slope = ((place - mean_place[..., None]) * off * own).sum(axis=2) / np.maximum(spread, 1e-6)  # (N, 4)
    starts = corners + aside * (mean_off - slope * mean_place)[..., None]
    directions = along * lengths[..., None] + aside * slope[..., None]
    before, turned_before = np.roll(starts, 1, axis=1), np.roll(directions, 1, axis=1)
    turn = turned_before[..., 0] * directions[..., 1] - turned_before[..., 1] * directions[..., 0]
    offset = starts - before
    reach = (offset[..., 0] * directions[..., 1] - offset[..., 1] * directions[..., 0]) / np.where(turn == 0, 1, turn)
    sharp = before + turned_before * reach[..., None]
    is_near = (np.abs(sharp - corners).max(axis=(1, 2)) < 0.3 * np.ptp(corners, axis=1).max(axis=1)) & (turn != 0).all(
        axis=1
    )
    is_near &= (own.sum(axis=2) >= 3).all(axis=1)
    return np.where(is_near[:, None, None], sharp, corners)
