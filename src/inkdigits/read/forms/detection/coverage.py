"""How much of an edge is inked. Knows nothing of cells."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask

_STEPS = 48
"""Points of an edge that are looked at."""


def edge_coverage(
    strokes: Mask, starts: NDArray[np.float64], ends: NDArray[np.float64], reach: int = 2, trim: float = 0.1
) -> NDArray[np.float64]:
    """Return the share of each edge with ink near it.

    Args:
        strokes: (h, w), bool.
        starts: (N, 2), float64, (x, y) in pixels.
        ends: (N, 2), float64, (x, y) in pixels.
        reach: How far from the edge ink may be, in pixels.
        trim: The share of the edge that is left out at each end.

    Returns:
        (N,), float64, 0 … 1.
    """
    near = cv2.dilate(strokes.view(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    along = np.linspace(trim, 1 - trim, _STEPS)[None, :, None]
    points = starts[:, None] * (1 - along) + ends[:, None] * along  # (N, steps, 2)
    x, y = np.round(points).astype(int).transpose(2, 0, 1)
    height, width = strokes.shape
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    inked = near[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] > 0
    return np.asarray((inked & inside).mean(axis=1))
