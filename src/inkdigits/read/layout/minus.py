"""Components -> those that are a minus before a line. Knows no ink."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.layout.components import Component
from inkdigits.read.layout.digit_height import line_digit_height

_WIDTH = (0.2, 1.1)
"""Width of a minus, in heights of a digit."""

_HEIGHT = 0.4
"""It is at most so high, in heights of a digit."""

_FLAT = 0.66
"""And less high than this share of its width."""

_GAP = (-0.1, 1.0)
"""It stands so far before the first digit, in heights of a digit."""

_HEAD, _FOOT = 0.15, 0.05
"""And no nearer to the head and foot of that digit, in heights of it: at the foot are rules."""


def without_minus(groups: list[list[Component]]) -> list[list[Component]]:
    """Return the groups without single flat strokes before a line, which are its minus and no lines.

    Args:
        groups: Components by line.
    """
    flat = [group[0] for group in groups if len(group) == 1 and group[0].height < _FLAT * group[0].width]
    if not flat:
        return groups
    labels = {stroke.label for stroke in flat}
    lines = [group for group in groups if len(group) > 1 or group[0].label not in labels]
    if not lines:
        return groups
    firsts = [min(line, key=lambda digit: digit.left) for line in lines]
    is_minus = find_minus(flat, firsts, [line_digit_height(line) for line in lines])  # (flat, lines)
    minus = {flat[number].label for number in np.flatnonzero(is_minus.any(axis=1))}
    return [group for group in groups if group[0].label not in minus]


def find_minus(
    strokes: Sequence[Component], firsts: Sequence[Component], digit_heights: Sequence[float]
) -> NDArray[np.bool_]:
    """Tell which strokes are a minus before which lines.

    Args:
        strokes: N components.
        firsts: The first digit of each of M lines.
        digit_heights: Typical height of a digit of each line, in pixels of the page.

    Returns:
        (N, M), bool, True for a minus.

    Examples:
        >>> dash, digit = Component(0, 18, 14, 21, 40, 1), Component(20, 5, 35, 35, 200, 2)
        >>> find_minus([dash, digit], [digit], [30.0]).tolist()
        [[True], [False]]
    """
    left, top, right, bottom = _boxes(strokes)[..., None]  # (N, 1) each
    first_left, first_top, _, first_bottom = _boxes(firsts)  # (M,) each
    unit = np.array(digit_heights)
    width, height, middle = right - left, bottom - top, (top + bottom) / 2
    gap, extent = first_left - right, first_bottom - first_top
    is_flat = (height < _FLAT * width) & (height < _HEIGHT * unit)
    is_long = (width > _WIDTH[0] * unit) & (width < _WIDTH[1] * unit)
    is_before = (gap > _GAP[0] * unit) & (gap < _GAP[1] * unit)
    is_level = (middle > first_top + _HEAD * extent) & (middle < first_bottom - _FOOT * extent)
    return np.asarray(is_flat & is_long & is_before & is_level, np.bool_)


def _boxes(components: Sequence[Component]) -> NDArray[np.float64]:
    """Return left, top, right and bottom of components, (4, N)."""
    return np.array([[one.left, one.top, one.right, one.bottom] for one in components], np.float64).T
