"""Which strokes of a picture are the digit, and how thick they are. Knows nothing of light or of the form."""

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Mask: TypeAlias = NDArray[np.bool_]
"""Where there is ink (h, w)."""

_THINNEST_IN_FORM = 1.6
"""Stroke width in pixels of the form that thinner pens are brought to; MNIST's own lies around 2 to 3."""


def keep_digit(mask: Mask) -> Mask | None:
    """Keep the strokes of the one digit in `mask`.

    Args:
        mask: (h, w), bool, everything darker than the paper.

    Returns:
        (h, w), bool: the main stroke and what lies close enough to be part of it, without specks, ruled lines
        and remains at the edge; None where nothing is large enough to be a digit.
    """
    labels, stats = _components(_without_lines(mask))
    if not len(stats):
        return None
    main = _main_component(stats, mask.shape)
    height, width = mask.shape
    if max(stats[main, cv2.CC_STAT_WIDTH], stats[main, cv2.CC_STAT_HEIGHT]) < max(4, 0.1 * max(height, width)):
        return None
    return np.isin(labels, np.array(_gather(stats, main, mask.shape)) + 1)


def thicken(ink: NDArray[np.float32], mask: Mask, box: int) -> NDArray[np.float32]:
    """Widen strokes that would all but vanish when the digit shrinks into `box` pixels.

    Args:
        ink: (h, w), 0 is empty and 1 is ink.
        mask: (h, w), where its strokes are.
        box: The longer side that the digit will have.

    Returns:
        (h, w): the same ink, its strokes at least as wide as those of a thin pen in MNIST.
    """
    rows, columns = np.nonzero(mask)
    extent = max(np.ptp(rows), np.ptp(columns)) + 1
    missing = _THINNEST_IN_FORM * extent / box - _stroke_width(mask)
    if missing < 1:
        return ink
    size = round(missing) + 1
    padded = cv2.copyMakeBorder(ink, size, size, size, size, cv2.BORDER_CONSTANT, value=0.0)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.dilate(padded, kernel), np.float32)


def _stroke_width(mask: Mask) -> float:
    """Return the usual width of the strokes in pixels: on the middle line, twice the way to the paper."""
    padded = np.pad(mask.astype(np.uint8), 1)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 5)
    ridge = (distance > 0) & (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8)) - 1e-3)
    return max(1.0, 2 * float(np.median(distance[ridge])) - 1)


def _components(mask: Mask) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the label of each point (0 is paper) and one row of OpenCV's figures for each component."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return np.asarray(labels, np.int32), np.asarray(stats[1:], np.int32)


def _main_component(stats: NDArray[np.int32], shape: tuple[int, ...]) -> int:
    """Return the largest component, of which a remain at the edge counts a tenth."""
    at_edge = np.array([_is_remain(row, shape) for row in stats])
    return int(np.argmax(stats[:, cv2.CC_STAT_AREA] * np.where(at_edge, 0.1, 1.0)))


def _edges(row: NDArray[np.int32], shape: tuple[int, ...]) -> int:
    """Return how many of the picture's four edges the component touches."""
    left, top, right, bottom = (int(value) for value in _box(row))
    return sum((left == 0, top == 0, right == shape[1], bottom == shape[0]))


def _is_remain(row: NDArray[np.int32], shape: tuple[int, ...]) -> bool:
    """Say whether the component is cut off by the edge and stays away from the middle of the picture."""
    left, top, right, bottom = (int(value) for value in _box(row))
    height, width = shape
    outside = right < 0.25 * width or left > 0.75 * width or bottom < 0.25 * height or top > 0.75 * height
    return outside and _edges(row, shape) > 0


def _gather(stats: NDArray[np.int32], main: int, shape: tuple[int, ...]) -> list[int]:
    """Return the main component and, step by step, those near enough to what was gathered so far.

    A broken 4, a 5 with its hat apart and a dotted line are one digit; what the edge cuts off is a neighbour.
    """
    area = stats[:, cv2.CC_STAT_AREA]
    kept = [main]
    waiting = [
        index
        for index in np.argsort(-area)
        if index != main and area[index] >= max(2, 0.02 * area[main]) and not _is_remain(stats[index], shape)
    ]
    box = _box(stats[main])
    grown = True
    while grown:
        grown = False
        for index in list(waiting):
            other = _box(stats[index])
            gap = max(*(np.maximum(box[:2], other[:2]) - np.minimum(box[2:], other[2:])), 0)
            if gap <= max(2, 0.2 * (box[2:] - box[:2]).max()):
                box = np.concatenate([np.minimum(box[:2], other[:2]), np.maximum(box[2:], other[2:])])
                kept.append(int(index))
                waiting.remove(index)
                grown = True
    return kept


def _box(row: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return left, top, right, bottom; the last two just outside."""
    return np.concatenate([row[:2], row[:2] + row[2:4]])


def _without_lines(mask: Mask) -> Mask:
    """Take out ruled lines: thin and running from edge to edge, while something else remains."""
    binary: NDArray[Any] = mask.astype(np.uint8)
    ruled = np.zeros(mask.shape, dtype=bool)
    for axis in (0, 1):  # lines across, then lines down: together they would be one grid
        length = max(8, int(0.7 * mask.shape[1 - axis]))
        kernel = np.ones((1, length) if axis == 0 else (length, 1), np.uint8)
        labels, stats = _components(np.asarray(cv2.morphologyEx(binary, cv2.MORPH_OPEN, kernel)) > 0)
        thickest = 0.06 * min(mask.shape)
        thin = [
            index + 1
            for index, row in enumerate(stats)
            if min(row[cv2.CC_STAT_WIDTH], row[cv2.CC_STAT_HEIGHT]) <= thickest and _edges(row, mask.shape) >= 2
        ]
        ruled |= np.isin(labels, thin)
    if not ruled.any():
        return mask
    rest = mask & ~(cv2.dilate(ruled.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    # Where a line crossed a stroke it left a gap: close it again.
    closed = cv2.morphologyEx(rest.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)) > 0
    rest = rest | (closed & mask)
    return rest if rest.sum() > 0.2 * mask.sum() else mask
