"""Digits and marks of a line -> where it is, how it lies and how large it is. Knows no ink."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import partition_quantile, quantile
from inkdigits.read.layout.components import Part
from inkdigits.read.layout.digit_height import tall_parts, without_tails

_TAIL = 0.3
"""How much of a tail counts as the digit's height, in heights of a digit."""

_FEW = 6
"""Fewer digits tell little about a slope: only a marked one is believed."""

_MARKED = 0.06
"""Radians."""


@dataclass(frozen=True)
class TextLine:
    """Where a line of writing is.

    Attributes:
        centre: Middle of the writing (x, y), in pixels of the page.
        angle: Reading direction against the x axis, radians, clockwise on the screen.
        length: Extent of the ink along the reading direction, in pixels of the page.
        digit_height: Usual height of a digit, in pixels of the page.
        above, below: How far its digits reach up and down from the centre, in pixels of the page. Long tails are
            counted in part.
        parts: What it is made of, in reading order.
    """

    centre: tuple[float, float]
    angle: float
    length: float
    digit_height: float
    above: float
    below: float
    parts: tuple[Part, ...]


def measure_line(digits: list[Part], marks: list[Part], usual: float) -> TextLine:
    """Measure a line.

    Args:
        digits: At least one.
        marks: What else stands in it.
        usual: Height of a digit, in pixels of the page.

    Examples:
        >>> digits = [Part(left, 10, left + 8, 30, 60, label) for label, left in enumerate((5, 20, 35))]
        >>> line = measure_line(digits, [], 20.0)
        >>> line.centre, line.length, line.above, line.below
        ((24.0, 20.0), 38.0, 10.0, 10.0)
    """
    plain = without_tails(tall_parts(digits))
    angle = _angle(plain, usual)
    along, up = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    heads, feet = _heads_and_feet(digits, angle, up)
    # The middle between the usual head and the usual foot: a tail or two don't move it.
    labels = {part.label for part in plain}
    chosen = np.array([part.label in labels for part in digits])
    head, foot = (quantile(edges[chosen].tolist(), 0.5) for edges in (heads, feet))
    middle = (head + foot) / 2
    corners = np.array([[[p.left, p.top], [p.right, p.top], [p.right, p.bottom], [p.left, p.bottom]] for p in digits])
    reach = corners @ along
    centre = along * (reach.min() + reach.max()) / 2 + up * middle
    lowest = np.minimum(feet, np.maximum(foot, heads + usual) + _TAIL * usual)
    everything = [(part, False) for part in digits] + [(part, True) for part in marks]
    right, down = along.tolist()
    everything.sort(key=lambda pair: pair[0].middle[0] * right + pair[0].middle[1] * down)
    return TextLine(
        (float(centre[0]), float(centre[1])),
        angle,
        float(np.ptp(reach)),
        usual,
        middle - float(heads.min()),
        float(lowest.max()) - middle,
        tuple(replace(part, is_mark=is_mark) for part, is_mark in everything),
    )


def _heads_and_feet(
    digits: list[Part], angle: float, up: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where each digit begins and ends across the reading direction."""
    middles = np.array([part.middle for part in digits]) @ up
    widths, heights = np.array([[part.width, part.height] for part in digits], np.float64).T
    half = (heights * np.cos(angle) + widths * abs(np.sin(angle))) / 2
    return middles - half, middles + half


def _angle(digits: list[Part], usual: float) -> float:
    """Return the slope of a line, where the heads and the feet of its digits have it alike.

    High first digits and small zeros make the heads slope and not the feet, tails the feet and not the heads.
    """
    if len(digits) < 3:
        return 0.0
    x = np.array([part.middle[0] for part in digits])
    one, other = np.triu_indices(len(x), 1)
    wide = np.abs(x[other] - x[one]) > 0.8 * usual
    if np.ptp(x) < 2.5 * usual or not wide.any():
        return 0.0
    one, other = one[wide], other[wide]
    edges = np.array([[part.top, part.bottom] for part in digits], np.float64)
    slopes = (edges[other] - edges[one]) / (x[other] - x[one])[:, None]
    heads, feet = (partition_quantile(own, 0.5) for own in slopes.T)
    if heads * feet <= 0:
        return 0.0
    angle = float(np.arctan(min(heads, feet, key=abs)))
    return angle if len(digits) >= _FEW or abs(angle) > _MARKED else 0.0
