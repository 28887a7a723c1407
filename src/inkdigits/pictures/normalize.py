"""Ink of any size -> a normalized digit: a 20x20 box, centred by mass in 28x28. Knows nothing of paper or photos."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Image

BOX = 20
"""The longer side of a normalized digit's ink, in pixels."""

CENTRE = 14
"""Where the centre of mass lies, in pixels from the edge (as in MNIST, to the whole pixel)."""

_TRACE = 0.04
"""Ink fainter than this share of the darkest is the blur of a stroke's edge and doesn't count for the box."""


def normalize_digit(ink: NDArray[np.floating[Any]]) -> Image | None:
    """Normalize the ink of one digit as MNIST's digits are.

    The ink is cropped, scaled into a 20x20 box with its proportions kept, and placed in 28x28 with its centre of mass
    in the middle. The darkest ink becomes 255.

    Args:
        ink: (h, w), any float dtype, 0 is empty and 1 is ink.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink, or None without any ink.

    Examples:
        >>> digit = normalize_digit(np.ones((60, 15)))
        >>> digit.shape, int(digit.any(axis=1).sum()), int(digit.any(axis=0).sum())
        ((28, 28), 20, 5)
    """
    strongest = float(ink.max(initial=0.0))
    if strongest <= 0:
        return None
    left, top, width, height = cv2.boundingRect((ink > _TRACE * strongest).view(np.uint8))
    cropped = ink[top : top + height, left : left + width].astype(np.float32)  # (height, width)
    box = _scale_to_box(cropped / strongest)  # at most (20, 20)
    digit = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (_offset(box.sum(axis=1 - axis)) for axis in (0, 1))
    digit[top : top + box.shape[0], left : left + box.shape[1]] = np.round(255 * box)
    return digit


def _scale_to_box(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale ink so that its longer side is 20 and its darkest pixel 1."""
    scale = BOX / max(ink.shape)
    if scale > 1:
        # Enlarged strokes fade out into a margin of half a pixel; without it they would end abruptly.
        ink = np.asarray(cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0.0), np.float32)
        scale = BOX / (max(ink.shape) - 1)
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    # Cubic interpolation goes below 0 and above 1; area averaging of a thin stroke stays below 1.
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    box = np.clip(cv2.resize(ink, size, interpolation=method), 0, 1).astype(np.float32)
    top, left = (max(0, length - BOX) // 2 for length in box.shape)
    box = box[top : top + BOX, left : left + BOX]
    return box / max(float(box.max()), 1e-6)


def _offset(mass: NDArray[np.float32]) -> int:
    """Return where a box with this mass by row (or column), (B,), starts: centred, but inside the picture."""
    centre = float((mass * np.arange(len(mass))).sum() / mass.sum())
    return min(max(round(CENTRE - centre), 0), SIDE - len(mass))
