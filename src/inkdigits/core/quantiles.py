"""The median and its like of many values, found without sorting them. Knows nothing of what they are."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


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
