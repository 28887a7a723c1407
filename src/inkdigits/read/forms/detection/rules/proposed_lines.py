"""A mask of strokes -> lines that may be rules, by the Hough transform. Knows nothing of cells.

In noise and in writing many lines are proposed and few are rules, so everything here is done for all lines at once.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask

Lines = NDArray[np.float64]
"""(N, 2, 2): (x, y) of both ends of each line, in pixels."""

_SIDE = 1000
"""Longest side of the mask in which lines are proposed, in pixels."""

_MIN_SHARE, _MIN_LENGTH = 0.08, 40
"""A rule is at least this share of the longest side, and so many pixels of the small mask."""

_MAX_GAP = 14
"""Pixels of the small mask between two dashes of a rule."""

_MAX_POINTS = 150_000
"""A mask with more ink than this has no rules that can be told from the rest."""

_MAX_LINES = 100
"""At most this many proposed lines are examined in either direction: the longest."""

_SAMPLES = 120
"""Points of a line that are looked at."""

_PIECES, _MIN_PIECES = 12, 4
"""A line is fitted to the ink in so many pieces of its length; at least so many have ink."""

_MIN_PIECE = 0.3
"""Least share of a piece with ink on it."""

_REACH = 12
"""How far from a proposed line its ink may be, in pixels."""

_OFF, _BESIDE = 4, (8, 14)
"""How far a proposed line may be off, and how far from it its surroundings are looked at, in pixels."""

_PROPOSED_CLEARER = 0.15
"""By how much a proposed line, which may be a little off, is better covered than its surroundings."""

_DARKER, _MIN_DARKNESS = 1.3, 6.0
"""A fitted line is so many times as dark as what is beside it, and this much darker still, 0 … 255."""


def propose_lines(strokes: Mask) -> tuple[Lines, Lines]:
    """Return straight lines that many strokes lie on: from left to right, and from top to bottom; the longest first.

    Args:
        strokes: (h, w), bool.
    """
    none = np.zeros((0, 2, 2))
    scale = min(1.0, _SIDE / max(strokes.shape))
    small = strokes.view(np.uint8)
    if scale < 1:
        size = (round(strokes.shape[1] * scale), round(strokes.shape[0] * scale))
        small = np.asarray(cv2.resize(255 * small, size, interpolation=cv2.INTER_AREA) > 90, np.uint8)
    if cv2.countNonZero(small) > _MAX_POINTS:
        return none, none
    length = max(_MIN_LENGTH, _MIN_SHARE * max(small.shape))
    cv2.setRNGSeed(0)
    found = cv2.HoughLinesP(small, 1, np.pi / 360, int(0.4 * length), minLineLength=length, maxLineGap=_MAX_GAP)
    if found is None:
        return none, none
    lines = found.reshape(-1, 2, 2).astype(np.float64) / scale
    across = np.abs(lines[:, 1] - lines[:, 0])
    is_upright = across[:, 1] > across[:, 0]
    return _longest(lines[~is_upright], 0), _longest(lines[is_upright], 1)


def fit_lines(strokes: Mask, contrast: NDArray[np.uint8], lines: Lines) -> Lines:
    """Return the proposed lines that may be rules, in the middle of their ink.

    Args:
        strokes: (h, w), bool.
        contrast: (h, w), uint8, how much darker than the paper around it each pixel is, 0 … 255.
        lines: (N, 2, 2), float64.
    """
    ink = strokes.view(np.uint8)
    lines = lines[_is_covered(ink, lines)]
    for _ in range(2):
        lines = _moved_to_ink(ink, lines)
    return lines[_is_darker(contrast, lines)]


def _longest(lines: Lines, axis: int) -> Lines:
    """Return the longest lines, with their ends in the order of the axis; one of each group that nearly coincide."""
    lines = np.where(lines[:, :1, axis, None] <= lines[:, 1:, axis, None], lines, lines[:, ::-1])
    lines = lines[np.argsort(-np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1))]
    across = lines[:, 1] - lines[:, 0]
    angles = np.arctan2(across[:, 1], across[:, 0])
    middles = lines.mean(axis=1)
    away = middles[:, 1] * np.cos(angles) - middles[:, 0] * np.sin(angles)
    along = middles[:, 0] * np.cos(angles) + middles[:, 1] * np.sin(angles)
    groups = np.stack([np.round(angles / 0.03), np.round(away / 6), np.round(along / 150)], axis=1)
    _, first = np.unique(groups, axis=0, return_index=True)
    return lines[np.sort(first)][:_MAX_LINES]


def _is_covered(ink: NDArray[np.uint8], lines: Lines) -> NDArray[np.bool_]:
    """Tell at a glance which lines are better covered than what is beside them, (N,): noise is not."""
    near = np.asarray(cv2.dilate(ink, np.ones((3, 3), np.uint8)), np.uint8)
    offsets = np.arange(-_BESIDE[1], _BESIDE[1] + 1)
    covered = _around(near, lines, offsets).mean(axis=2)  # (N, offsets)
    beside = covered[:, np.abs(offsets) >= _BESIDE[0]].mean(axis=1)
    best = covered[:, np.abs(offsets) <= _OFF].max(axis=1, initial=0)
    return np.asarray(best >= np.minimum(beside + _PROPOSED_CLEARER, 1.0))


def _is_darker(contrast: NDArray[np.uint8], lines: Lines) -> NDArray[np.bool_]:
    """Tell at a glance which lines are darker than what is beside them, (N,): grains of paper in a row are not."""
    offsets = np.arange(-_BESIDE[0], _BESIDE[0] + 1)
    darkness = _around(contrast, lines, offsets).mean(axis=2)  # (N, offsets)
    on = darkness[:, np.abs(offsets) <= 1].max(axis=1, initial=0)
    beside = darkness[:, np.abs(offsets) >= _BESIDE[0] - 1].mean(axis=1)
    return np.asarray(on > _DARKER * beside + _MIN_DARKNESS)


def _moved_to_ink(ink: NDArray[np.uint8], lines: Lines) -> Lines:
    """Return lines moved to the middle of the ink nearest to each place, without those that have too little."""
    offsets = np.arange(-_REACH, _REACH + 1)
    strips = _around(ink, lines, offsets)  # (N, offsets, samples)
    pieces = strips.reshape(len(lines), len(offsets), _PIECES, _SAMPLES // _PIECES).mean(axis=3).transpose(0, 2, 1)
    profiles = pieces * np.exp(-0.5 * (offsets / (0.5 * _REACH)) ** 2)  # (N, pieces, offsets)
    padded = np.pad(profiles, ((0, 0), (0, 0), (1, 1)))
    profiles = (padded[..., :-2] + padded[..., 1:-1] + padded[..., 2:]) / 3
    peaks, best = profiles.max(axis=2, initial=0), profiles.argmax(axis=2)  # (N, pieces)
    near = np.abs(offsets - offsets[best][..., None]) <= 4
    weights = np.where(near, np.maximum(profiles - 0.5 * peaks[..., None], 0), 0)
    centres = (weights * offsets).sum(axis=2) / np.maximum(weights.sum(axis=2), 1e-6)
    seen = peaks > _MIN_PIECE
    enough = seen.sum(axis=1) >= _MIN_PIECES
    lines, seen, centres = lines[enough], seen[enough], centres[enough]
    places = (np.arange(_PIECES) + 0.5) / _PIECES
    slopes, constants = _robust_lines(places, centres, seen)
    return lines + _aside(lines)[:, None] * np.stack([constants, constants + slopes], axis=1)[..., None]


def _around(image: NDArray[np.uint8], lines: Lines, offsets: NDArray[np.intp]) -> NDArray[np.uint8]:
    """Return what lies on lines and beside them, (N, offsets, samples)."""
    if not len(lines):
        return np.zeros((0, len(offsets), _SAMPLES), np.uint8)
    along = np.linspace(0, 1, _SAMPLES, dtype=np.float32)
    starts, steps = lines[:, 0].astype(np.float32), (lines[:, 1] - lines[:, 0]).astype(np.float32)
    aside = _aside(lines).astype(np.float32)
    maps = []
    for axis in (0, 1):
        across = starts[:, axis, None] + aside[:, axis, None] * offsets.astype(np.float32)  # (N, offsets)
        maps.append((across[..., None] + steps[:, axis, None, None] * along).reshape(-1, _SAMPLES))
    found = cv2.remap(image, maps[0], maps[1], cv2.INTER_NEAREST)
    return np.asarray(found, np.uint8).reshape(len(lines), len(offsets), _SAMPLES)


def _aside(lines: Lines) -> NDArray[np.float64]:
    """Return the direction across each line, (N, 2), of length 1."""
    along = lines[:, 1] - lines[:, 0]
    lengths = np.maximum(np.linalg.norm(along, axis=1), 1e-6)
    return np.asarray(np.stack([-along[:, 1], along[:, 0]], axis=1) / lengths[:, None], np.float64)


def _robust_lines(
    x: NDArray[np.float64], y: NDArray[np.float64], seen: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return slope and constant of a straight line through the seen values of each row of y, (N,) each."""
    kept = seen
    slopes = constants = np.zeros(len(y))
    for _ in range(3):
        count = np.maximum(kept.sum(axis=1), 1)
        mean_x, mean_y = (kept * x).sum(axis=1) / count, (kept * y).sum(axis=1) / count
        from_x, from_y = x - mean_x[:, None], y - mean_y[:, None]
        slopes = (kept * from_x * from_y).sum(axis=1) / np.maximum((kept * from_x**2).sum(axis=1), 1e-9)
        constants = mean_y - slopes * mean_x
        residuals = np.abs(y - slopes[:, None] * x - constants[:, None])
        middle = np.nanmedian(np.where(seen, residuals, np.nan), axis=1) if len(y) else slopes
        kept = seen & (residuals <= np.maximum(1.5, 2 * middle)[:, None])
    return slopes, constants
