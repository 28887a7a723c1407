"""How often each of 256 levels occurs -> quantiles and spread of the values. Knows nothing of pictures.

What NumPy sorts a picture for, a histogram tells in a tenth of the time.
"""

import math
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Histogram: TypeAlias = NDArray[np.float64]
"""How many values have each level, lowest first: (256,), or fewer where only the low ones are counted."""


def count_levels(values: NDArray[np.uint8]) -> Histogram:
    """Count how often each level occurs.

    Args:
        values: (N,) or (h, w), uint8.

    Returns:
        (256,).

    Examples:
        >>> counts = count_levels(np.array([7, 7, 9], np.uint8))
        >>> float(counts[7]), float(counts.sum())
        (2.0, 3.0)
    """
    return np.asarray(cv2.calcHist([values], [0], None, [256], [0, 256]).ravel(), np.float64)


def deviation(counts: Histogram) -> float:
    """Return the standard deviation of all values.

    Examples:
        >>> deviation(count_levels(np.array([1, 3, 1, 3], np.uint8)))
        1.0
    """
    levels = np.arange(len(counts))
    total = counts.sum()
    away = levels - counts @ levels / total
    return math.sqrt(counts @ away**2 / total)
