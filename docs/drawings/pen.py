"""Digits drawn with a pen of our own, as networks see them. Knows nothing of data sets or of charts."""

import cv2
import numpy as np
from numpy.typing import NDArray

_LARGER = 16
"""Strokes are drawn so many times as large, and then made small with soft edges."""

_STROKES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "0": (((14, 4), (9, 7), (8, 15), (11, 23), (15, 24), (20, 20), (20, 11), (17, 5), (13, 4)),),
    "3": (((8, 7), (12, 4), (18, 6), (17, 11), (13, 13), (19, 15), (20, 20), (15, 24), (8, 22)),),
    "4": (((11, 4), (8, 15), (20, 14)), ((17, 8), (16, 24))),
    "5": (((19, 4), (10, 5), (9, 12), (16, 11), (20, 16), (17, 22), (8, 23)),),
    "7": (((8, 5), (15, 5), (20, 4), (16, 12), (13, 24)),),
}
"""The path of the pen for each digit, in pixels of a 28x28 picture, (x, y)."""


def draw_digit(
    digit: str, *, degrees: float = 0.0, shift: tuple[float, float] = (0, 0), scale: float = 1.0, slant: float = 0.0,
    width: float = 2.4, columns: int = 28,
) -> NDArray[np.uint8]:  # fmt: skip
    """Return a digit.

    Args:
        digit: One of "0", "3", "4", "5", "7".
        degrees: How far it is turned, clockwise.
        shift: How far it is moved, (x, y), in pixels.
        scale: How much larger it is.
        slant: How far its top leans to the right, as a share of its height.
        width: Of the pen, in pixels.
        columns: Width of the picture.

    Returns:
        (28, columns), uint8, 0 is empty and 255 is ink.
    """
    angle = np.radians(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    large = np.zeros((28 * _LARGER, columns * _LARGER), np.uint8)
    for stroke in _STROKES[digit]:
        points = _curve(np.array(stroke, float)) - 14  # (P, 2)
        points[:, 0] -= slant * points[:, 1]
        placed = points @ turn.T + (columns / 2 + shift[0], 14 + shift[1])
        cv2.polylines(large, [np.round(placed * _LARGER).astype(np.int32)], False, 255, round(width * _LARGER))
    return np.asarray(cv2.resize(large, (columns, 28), interpolation=cv2.INTER_AREA), np.uint8)


def write_line(text: str) -> NDArray[np.uint8]:
    """Return digits beside each other, as a line network sees them.

    Args:
        text: Of digits that `draw_digit` knows.

    Returns:
        (40, W), uint8, 0 is paper and 255 is ink; W is a multiple of 8.
    """
    digits = [draw_digit(digit, slant=0.1 * (-1) ** place, columns=20) for place, digit in enumerate(text)]
    writing = np.pad(np.concatenate(digits, axis=1), ((6, 6), (12, 12)))
    return np.pad(writing, ((0, 0), (0, -writing.shape[1] % 8)))


def _curve(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a smooth curve through points: a Catmull-Rom spline with eight pieces between neighbours."""
    ends = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    before, here, there, after = ends[:-3], ends[1:-2], ends[2:-1], ends[3:]
    pieces = [
        0.5 * (2 * here + (there - before) * t + (2 * before - 5 * here + 4 * there - after) * t**2)
        + 0.5 * (3 * here - before - 3 * there + after) * t**3
        for t in np.arange(8) / 8
    ]
    return np.concatenate([np.stack(pieces, axis=1).reshape(-1, 2), points[-1:]])
