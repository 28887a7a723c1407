"""What looks like writing on a page and is not read, each with its place and reason. Knows no networks.

Dirt is not listed: a row needs at least two strokes of the height of small digits, or four that are lower.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.layout.components import MIN_DIGIT_HEIGHT, Component
from inkdigits.read.layout.grouping import group_components
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.refusal import RefusalReason

_MIN_SMALL = 2
"""A row of small writing has at least so many strokes; single ones are specks."""

_MIN_LOW = 4
"""A row of writing too low to be read has at least so many strokes; fewer are noise."""

_LOW = 3
"""Height in pixels of the page: what is lower is no writing at all."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the page; right and bottom lie just outside."""


@dataclass(frozen=True)
class LeftOut:
    """Something that looks like writing and is not read.

    Attributes:
        box: Left, top, right, bottom in pixels of the page; right and bottom lie just outside.
        reason: Why.
    """

    box: Box
    reason: RefusalReason


def ink_box(components: Iterable[Component]) -> Box:
    """Return the box around components, in pixels of the page.

    Args:
        components: At least one.

    Examples:
        >>> ink_box([Component(5, 10, 8, 30, 60, 1), Component(20, 12, 28, 31, 80, 2)])
        (5, 10, 28, 31)
    """
    left, top, right, bottom = zip(*((one.left, one.top, one.right, one.bottom) for one in components), strict=True)
    return min(left), min(top), max(right), max(bottom)


def too_small(lines: Iterable[TextLine]) -> list[LeftOut]:
    """Return the lines that are far lower than the others, without single specks.

    Args:
        lines: Lower than the others.
    """
    strokes = ([one for one in line.components if not one.is_mark] for line in lines)
    return [LeftOut(ink_box(own), RefusalReason.TOO_SMALL) for own in strokes if len(own) >= _MIN_SMALL]


def too_low(components: Iterable[Component], lines: Sequence[TextLine]) -> list[LeftOut]:
    """Return the rows of writing whose strokes are lower than any digit that can be read.

    Args:
        components: Of the page.
        lines: Those of the page: what belongs to them is not listed again.
    """
    of_lines = {component.label for line in lines for component in line.components}
    low = [
        component
        for component in components
        if _LOW <= component.height < MIN_DIGIT_HEIGHT
        and component.width <= 2 * component.height
        and component.label not in of_lines
    ]
    rows = group_components(low) if len(low) >= _MIN_LOW else []
    return [LeftOut(ink_box(row), RefusalReason.TOO_SMALL) for row in rows if len(row) >= _MIN_LOW]


def too_many(lines: Iterable[TextLine], surplus: NDArray[np.int32], least_height: float) -> list[LeftOut]:
    """Return the lines beyond the most that are read, and one box around all ink beyond the most that is used.

    Args:
        lines: Beyond the most that are read.
        surplus: (N, 4), int32, the boxes of components that were not used, in pixels of the page.
        least_height: Lower ones are specks, in pixels of the page.
    """
    left_out = [LeftOut(ink_box(line.components), RefusalReason.TOO_MANY) for line in lines]
    high = surplus[surplus[:, 3] - surplus[:, 1] >= max(least_height, MIN_DIGIT_HEIGHT)]
    if len(high):
        left, top = high[:, :2].min(axis=0).tolist()
        right, bottom = high[:, 2:].max(axis=0).tolist()
        left_out.append(LeftOut((left, top, right, bottom), RefusalReason.TOO_MANY))
    return left_out
