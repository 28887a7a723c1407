"""Digits and marks of a line -> its place, slope and size. Knows no ink."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import partition_quantile, quantile
from inkdigits.read.layout.components import Component
from inkdigits.read.layout.digit_height import tall_components, without_tails
from inkdigits.read.layout.minus import find_minus

_TAIL_SHARE = 0.3
"""How much of a tail counts towards the extent of a line, in digit heights."""

_FEW_DIGITS = 6
"""Fewer digits say little about a slope: only a clear one is accepted."""

_CLEAR_SLOPE = 0.06
"""Radians."""


@dataclass(frozen=True)
class TextLine:
    """Where a line of writing is.

    Attributes:
        centre: Middle of the writing (x, y), in pixels of the page.
        angle: Reading direction against the x axis, radians, clockwise on the screen.
        length: Extent of the digits along the reading direction, and of a minus before them, in pixels of the page.
        digit_height: Typical height of a digit, in pixels of the page.
        above, below: How far its digits reach up and down from the centre, in pixels of the page. Long tails are
            counted in part.
        components: Its ink, in reading order.
    """

    centre: tuple[float, float]
    angle: float
    length: float
    digit_height: float
    above: float
    below: float
    components: tuple[Component, ...]


def measure_line(digits: list[Component], marks: list[Component], digit_height: float) -> TextLine:
    """Return where a line of writing is.

    Args:
        digits: At least one.
        marks: The other components of the line.
        digit_height: Typical height of a digit, in pixels of the page.

    Examples:
        >>> digits = [Component(left, 10, left + 8, 30, 60, label) for label, left in enumerate((5, 20, 35))]
        >>> line = measure_line(digits, [], 20.0)
        >>> line.centre, line.length, line.above, line.below
        ((24.0, 20.0), 38.0, 10.0, 10.0)
    """
    plain = without_tails(tall_components(digits))
    angle = _angle(plain, digit_height)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    tops, bottoms = _tops_and_bottoms(digits, angle, across)
    # The middle between the typical top and bottom: a tail or two don't move it.
    labels = {component.label for component in plain}
    is_plain = np.array([digit.label in labels for digit in digits])
    top, bottom = (quantile(edges[is_plain].tolist(), 0.5) for edges in (tops, bottoms))
    middle = (top + bottom) / 2
    corners = [
        [[one.left, one.top], [one.right, one.top], [one.right, one.bottom], [one.left, one.bottom]]
        for one in digits + _minus(digits, marks, digit_height)
    ]
    reach = np.array(corners) @ along  # (components, 4)
    centre = along * (reach.min() + reach.max()) / 2 + across * middle  # (2,)
    lowest = np.minimum(bottoms, np.maximum(bottom, tops + digit_height) + _TAIL_SHARE * digit_height)
    everything = [(component, False) for component in digits] + [(component, True) for component in marks]
    right, down = along.tolist()
    everything.sort(key=lambda pair: pair[0].middle[0] * right + pair[0].middle[1] * down)
    return TextLine(
        (float(centre[0]), float(centre[1])),
        angle,
        float(np.ptp(reach)),
        digit_height,
        middle - float(tops.min()),
        float(lowest.max()) - middle,
        tuple(replace(component, is_mark=is_mark) for component, is_mark in everything),
    )


def _minus(digits: list[Component], marks: list[Component], digit_height: float) -> list[Component]:
    """Return the marks that are a minus before the first digit."""
    if not marks:
        return []
    first = min(digits, key=lambda digit: digit.left)
    return [marks[number] for number in np.flatnonzero(find_minus(marks, [first], [digit_height]))]


def _tops_and_bottoms(
    digits: list[Component], angle: float, across: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where each digit begins and ends across the reading direction."""
    middles = np.array([digit.middle for digit in digits]) @ across  # (digits,)
    widths, heights = np.array([[digit.width, digit.height] for digit in digits], np.float64).T
    half = (heights * np.cos(angle) + widths * abs(np.sin(angle))) / 2
    return middles - half, middles + half


def _angle(digits: list[Component], digit_height: float) -> float:
    """Return the slope of a line: the smaller one of the tops' and the bottoms' if both slope the same way, else 0.

    Tall first digits and small zeros make the tops slope and not the bottoms; tails make the bottoms slope.
    """
    if len(digits) < 3:
        return 0.0
    x = np.array([digit.middle[0] for digit in digits])
    one, other = np.triu_indices(len(x), 1)  # (pairs,) each
    is_wide = np.abs(x[other] - x[one]) > 0.8 * digit_height
    if np.ptp(x) < 2.5 * digit_height or not is_wide.any():
        return 0.0
    one, other = one[is_wide], other[is_wide]
    edges = np.array([[digit.top, digit.bottom] for digit in digits], np.float64)
    slopes = (edges[other] - edges[one]) / (x[other] - x[one])[:, None]  # (pairs, 2)
    of_tops, of_bottoms = (partition_quantile(own, 0.5) for own in slopes.T)
    if of_tops * of_bottoms <= 0:
        return 0.0
    angle = float(np.arctan(min(of_tops, of_bottoms, key=abs)))
    return angle if len(digits) >= _FEW_DIGITS or abs(angle) > _CLEAR_SLOPE else 0.0
