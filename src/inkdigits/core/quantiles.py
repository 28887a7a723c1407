"""Quantiles, each the fastest way for what it is asked of. Knows nothing of what the values are.

NumPy's own look for NaN and masks first, which takes several times as long as the rest.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray


def quantile(values: Iterable[float], share: float) -> float:
    """Return a quantile as NumPy does; for the few digits of a line this is many times faster.

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
    """Return the value that about this share of all are below.

    NumPy's own median and quantiles look for NaN and masks first, and take several times as long.

    Args:
        values: Of any shape, at least one.
        share: 0 … 1; 0.5 is the median, of an even number the one above the middle.

    Examples:
        >>> partition_quantile(np.array([[3.0, 1.0], [2.0, 5.0]]), 0.5)
        3.0
    """
    place = int(share * (values.size - 1) + 0.5)
    return float(np.partition(values, place, axis=None)[place])


def histogram_quantile(counts: NDArray[np.float64], share: float, lowest: int = 0) -> float:
    """Return the value below which this share of all values lies, as `numpy.quantile` does.

    Args:
        counts: How often each level occurs; at least one does.
        share: 0 … 1.
        lowest: The level that the first count is of.

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
