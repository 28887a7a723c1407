"""Four-sided spaces of a tilted page -> the homography that makes it level. Knows no ink.

Parallel rules meet in a vanishing point. Both points are found by least squares over the sides of all spaces, and a
weak expectation that the camera looks down on the page keeps few small spaces from bending it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Homography = NDArray[np.float64]
"""(3, 3): maps (x, y, 1) to (x, y, 1) times a scale."""

_BINS = 90
"""One for each degree of tilt."""

_MAX_TURN = 15.0
"""Sides further than this from the page's tilt, in degrees, are no rules of it."""

_SLOPE_NOISE = 0.04
"""Expected error of a side's slope."""

_PERSPECTIVE = 0.25
"""Expected change of a slope from the middle of the spaces to their edge."""


def level_homography(quads: NDArray[np.float64]) -> Homography | None:
    """Return the homography from the page to a level page of the same scale, or None if the spaces don't agree.

    Args:
        quads: (N, 4, 2), float64, corners in pixels, clockwise from the upper left one.

    Examples:
        >>> square = np.array([[[0, 0], [10, 0], [10, 10], [0, 10]]], float)
        >>> bool(np.allclose(level_homography(square)[:2, :2], np.eye(2)))  # level already: only moved
        True
    """
    if not len(quads):
        return None
    tilt = _tilt(quads)
    middle = quads.reshape(-1, 2).mean(axis=0)
    scale = max(float(np.abs(quads - middle).max()), 1.0)
    cosine, sine = np.cos(tilt) / scale, np.sin(tilt) / scale
    turn = np.array([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1.0]])
    turn[:2, 2] = -turn[:2, :2] @ middle
    turned = transform(turn, quads)
    across = _sides(turned[:, [0, 3]], turned[:, [1, 2]])
    down = _sides(turned[:, [0, 1]], turned[:, [3, 2]])[:, [1, 0, 3, 2]]
    first, second = _vanishing_point(across), _vanishing_point(down)
    if first is None or second is None:
        return None
    level = np.array([[1, second[0], 0], [first[0], 1, 0], [first[1], second[1], 1.0]])
    back = np.linalg.inv(turn) @ level @ np.diag([1 / scale, 1 / scale, 1])
    if abs(np.linalg.det(back)) < 1e-9:
        return None
    return np.asarray(np.linalg.inv(back))


def transform(homography: Homography, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where points go.

    Args:
        homography: (3, 3), float64.
        points: (…, 2), float64, (x, y) in pixels.

    Returns:
        (…, 2), float64, in pixels.
    """
    mapped = cv2.perspectiveTransform(points.reshape(-1, 1, 2), homography)
    return np.asarray(mapped, np.float64).reshape(points.shape)


def _tilt(quads: NDArray[np.float64]) -> float:
    """Return the tilt of most sides in radians, between -45 and 45 degrees."""
    sides = (np.roll(quads, -1, axis=1) - quads).reshape(-1, 2)
    lengths = np.linalg.norm(sides, axis=1)
    degrees = np.degrees(np.arctan2(sides[:, 1], sides[:, 0]))
    counts = np.bincount((degrees % 90).astype(int) % _BINS, weights=lengths, minlength=_BINS)
    smooth = sum(np.roll(counts, shift) for shift in range(-4, 5))
    peak = int(np.argmax(smooth)) + 0.5
    away = (degrees - peak + 45) % 90 - 45
    near = np.abs(away) < _MAX_TURN
    tilt = peak + float(np.average(away[near], weights=lengths[near]))
    return float(np.radians((tilt + 45) % 90 - 45))


def _sides(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the middle and the direction of sides, (N, 4): x, y, along, aside."""
    return np.concatenate([((starts + ends) / 2).reshape(-1, 2), (ends - starts).reshape(-1, 2)], axis=1)


def _vanishing_point(sides: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return slope and perspective of nearly level sides, (2,): the vanishing point is (1, slope, perspective)."""
    x, y, along, aside = sides[np.abs(sides[:, 3]) < np.tan(np.radians(_MAX_TURN)) * np.abs(sides[:, 2])].T
    if not len(x):
        return None
    slopes = aside / along
    # slope = (s - y p) / (1 - x p) for each side
    terms = np.stack([np.ones_like(x), x * slopes - y], axis=1)
    lengths = np.abs(along)
    weights = lengths / lengths.mean()
    solution = np.zeros(2)
    prior = np.diag([1e-9, (_SLOPE_NOISE / _PERSPECTIVE) ** 2])
    for _ in range(6):
        weighted = terms * weights[:, None]
        solution = np.linalg.solve(weighted.T @ terms + prior, weighted.T @ slopes)
        residuals = np.abs(slopes - terms @ solution)
        spread = max(1.5 * float(np.median(residuals)), 0.003)
        weights = lengths / lengths.mean() / (1 + (residuals / spread) ** 2)
    return np.asarray(solution)
