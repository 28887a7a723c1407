"""Ink of any size -> MNIST's form: a 20x20 box, centred by mass in 28x28. Knows nothing of paper or photos."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Image

BOX = 20
"""The longer side of a digit in its form, in pixels."""

CENTRE = 14
"""Where the centre of mass lies in the form, in pixels from the edge (as in MNIST, to the whole pixel)."""

_TRACE = 0.04
"""Ink fainter than this share of the darkest is the blur of a stroke's edge and doesn't stretch the box."""


def normalize_digit(ink: NDArray[np.floating[Any]]) -> Image | None:
    """Bring the ink of one digit to MNIST's form.

    The margins go, the rest is scaled into a 20x20 box keeping its proportions, and the centre of mass comes
    to the middle of 28x28. The darkest ink becomes 255.

    Args:
        ink: (h, w), float, 0 is empty and 1 is ink.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink, or None where there is no ink at all.

    Examples:
        >>> form = normalize_digit(np.ones((60, 15)))
        >>> form.shape, int(form.any(axis=1).sum()), int(form.any(axis=0).sum())
        ((28, 28), 20, 5)
    """
    strongest = float(ink.max(initial=0.0))
    if strongest <= 0:
        return None
    left, top, width, height = cv2.boundingRect((ink > _TRACE * strongest).view(np.uint8))
    cropped = ink[top : top + height, left : left + width].astype(np.float32)
    box = _scale_to_box(cropped / strongest)
    form = np.zeros((SIDE, SIDE), np.uint8)
    top, left = (_offset(box.sum(axis=1 - axis)) for axis in (0, 1))
    form[top : top + box.shape[0], left : left + box.shape[1]] = np.round(255 * box)
    return form


def _scale_to_box(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    scale = BOX / max(ink.shape)
    if scale > 1:
        # Strokes that are enlarged fade out into a margin of half a pixel, or they would end as if cut off.
        ink = np.asarray(cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0.0), np.float32)
        scale = BOX / (max(ink.shape) - 1)
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    # Cubic overshoots below 0 and above 1; area averaging of a thin stroke never reaches 1.
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    box = np.clip(cv2.resize(ink, size, interpolation=method), 0, 1).astype(np.float32)
    top, left = (max(0, length - BOX) // 2 for length in box.shape)
    box = box[top : top + BOX, left : left + BOX]
    return box / max(float(box.max()), 1e-6)


def _offset(mass: NDArray[np.float32]) -> int:
    """Return where a box with this mass by row (or column) starts, so that it is centred and stays inside."""
    centre = float((mass * np.arange(len(mass))).sum() / mass.sum())
    return min(max(round(CENTRE - centre), 0), SIDE - len(mass))
