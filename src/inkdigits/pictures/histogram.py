"""Histograms of 256 levels, and the deviation of the counted values. Knows nothing of pictures.

For quantiles NumPy sorts all pixels; from a histogram they take a tenth of the time (`core/quantiles.py`).
"""

import math
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Histogram: TypeAlias = NDArray[np.float64]
"""How often each level occurs, lowest first: (256,), or fewer if only low levels are counted."""


def count_levels(values: NDArray[np.uint8]) -> Histogram:
    """Count how often each level occurs.

    Args:
        values: (N,) or (h, w), uint8, 0 … 255.

    Returns:
        (256,), float64, at least 0.

    Examples:
        >>> counts = count_levels(np.array([7, 7, 9], np.uint8))
        >>> float(counts[7]), float(counts.sum())
        (2.0, 3.0)
    """
    return np.asarray(cv2.calcHist([values], [0], None, [256], [0, 256]).ravel(), np.float64)


def deviation(counts: Histogram) -> float:
    """Return the standard deviation of all counted values.

    Args:
        counts: (levels,), float64, at least 0: how often each level occurs, from 0 upwards.

    Examples:
        >>> deviation(count_levels(np.array([1, 3, 1, 3], np.uint8)))
        1.0
    """
    levels = np.arange(len(counts))
    total = counts.sum()
    away = levels - counts @ levels / total
    return math.sqrt(counts @ away**2 / total)
