"""Quantiles: of a few numbers, of an array, of a histogram. Knows nothing of what the values mean.

NumPy's own functions check for NaN and masks first, which takes several times as long.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def quantile(values: Iterable[float], share: float) -> float:
    """Return a quantile of a few numbers, interpolated as `numpy.quantile` does.

    Args:
        values: At least one.
        share: 0 … 1; 0.5 is the median.

    Examples:
        >>> quantile([4, 1, 2], 0.75)
        3.0
    """
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def partition_quantile(values: NDArray[Any], share: float) -> float:
    """Return a quantile of an array, one of its values: no interpolation.

    Args:
        values: (...), any shape, any dtype, any finite value; at least one.
        share: 0 … 1; 0.5 is the median, and of an even number of values the upper of the middle two.

    Examples:
        >>> partition_quantile(np.array([[3.0, 1.0], [2.0, 5.0]]), 0.5)
        3.0
    """
    place = int(share * (values.size - 1) + 0.5)
    return float(np.partition(values, place, axis=None)[place])


def histogram_quantile(counts: NDArray[np.float64], share: float, lowest: int = 0) -> float:
    """Return a quantile of counted values, interpolated as `numpy.quantile` does.

    Args:
        counts: (levels,), float64, at least 0: how often each level occurs.
        share: 0 … 1; 0.5 is the median.
        lowest: The level of the first count.

    Examples:
        >>> counts = np.bincount([10, 20, 20, 40]).astype(float)
        >>> histogram_quantile(counts, 0.5), histogram_quantile(counts, 0.9)
        (20.0, 34.0)
    """
    up_to = np.cumsum(counts)
    place = share * (up_to[-1] - 1)
    before = math.floor(place)
    lower, upper = np.searchsorted(up_to, (before, min(before + 1, up_to[-1] - 1)), side="right").tolist()
    return float(lowest + lower + (place - before) * (upper - lower))


def weighted_median(values: NDArray[Any], weights: NDArray[Any]) -> float:
    """Return the value at which half of all weight lies at or below it.

    Args:
        values: (N,), any finite numbers, at least one; any real dtype.
        weights: (N,), at least 0, any real dtype.

    Examples:
        >>> weighted_median(np.array([10, 40, 20]), np.array([1.0, 1.0, 3.0]))
        20.0
    """
    order = np.argsort(values)
    half = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(values[order][half])
