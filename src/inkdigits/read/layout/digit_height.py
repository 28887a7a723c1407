"""How high the digits of a page or of a line are. Dots, commas, small zeros and long tails don't change the answer."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import quantile
from inkdigits.read.layout.components import Component


def page_digit_height(heights: NDArray[np.float64]) -> float:
    """Return the typical digit height of a page whose lines are not known yet.

    Args:
        heights: (N,), float64, pixels: heights of all components that may be digits, at least one.
    """
    tall = heights[heights >= 0.5 * quantile(heights.tolist(), 0.9)]
    return quantile(tall.tolist(), 0.5)


def line_digit_height(components: Sequence[Component]) -> float:
    """Return the typical digit height of one line.

    Dots and commas are far lower than digits, and tails make some components higher.

    Args:
        components: Of the line, at least one.
    """
    plain = without_tails(tall_components(components))
    return quantile((component.height for component in plain), 0.5)


def tall_components(components: Sequence[Component]) -> list[Component]:
    """Return the components of a line without dots, commas and whatever else is far lower than a digit.

    Args:
        components: Of the line, at least one.
    """
    heights = [component.height for component in components]
    high = quantile(heights, 0.8)
    # The higher ones may be mostly tails, and the lower ones mostly marks.
    least = 0.5 * min(max(quantile(heights, 0.5), 0.66 * high), high)
    return [component for component in components if component.height >= least]


def without_tails(components: list[Component]) -> list[Component]:
    """Return the components of a line without digits that have long tails.

    Digits with tails have their tops level with the other tops, and their bottoms are not level. Where the bottoms are
    level and the tops are not, the lower ones are small zeros, and all are returned.

    Args:
        components: Of the line, at least one.
    """
    least = 1.25 * quantile((component.height for component in components), 0.25)
    long = [component for component in components if component.height > least]
    plain = [component for component in components if component.height <= least]
    if not long or not plain:
        return components
    top_gap = abs(_median_top(long) - _median_top(plain))
    bottom_gap = abs(_median_bottom(long) - _median_bottom(plain))
    return plain if bottom_gap >= 2 * top_gap else components


def _median_top(components: list[Component]) -> float:
    return quantile((component.top for component in components), 0.5)


def _median_bottom(components: list[Component]) -> float:
    return quantile((component.bottom for component in components), 0.5)
