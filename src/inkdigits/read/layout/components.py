"""Strokes of a page -> parts that hang together. Knows nothing of lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.page.binarize import Mask
from inkdigits.read.page.component_labelling import Components, find_components

Labels = NDArray[np.int32]
"""The part of each pixel of a page, (h, w): 0 for paper."""

LEAST_HEIGHT = 5
"""Pixels of the page: what is smaller can't be told from dirt."""

_MOST_PARTS = 1500
"""Only so many of the largest parts are looked at: a picture with more is no writing."""


@dataclass(frozen=True)
class Part:
    """Strokes that hang together.

    Attributes:
        left, top, right, bottom: Its box in pixels of the page; right and bottom lie just outside.
        area: Pixels of ink.
        label: Its number in `Layout.labels`.
        is_mark: Whether it is a dot, comma, dash or speck, judged by the line that it stands in.
    """

    left: int
    top: int
    right: int
    bottom: int
    area: int
    label: int
    is_mark: bool = False

    @property
    def height(self) -> int:
        """Height of the box."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Width of the box."""
        return self.right - self.left

    @property
    def middle(self) -> tuple[float, float]:
        """Middle of the box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def find_parts(mask: Mask, components: Components | None = None) -> tuple[list[Part], Labels]:
    """Find the parts of a page, largest first.

    Args:
        mask: Its strokes.
        components: What hangs together in these, where that is known already.

    Examples:
        >>> mask = np.zeros((30, 30), dtype=bool)
        >>> mask[5:15, 3:5] = True
        >>> find_parts(mask)[0]
        [Part(left=3, top=5, right=5, bottom=15, area=20, label=1, is_mark=False)]
    """
    labels, boxes, areas = components or find_components(mask)
    if components:
        labels = labels.copy()  # parts will be cut
    largest = np.argsort(-areas[1:], kind="stable")[:_MOST_PARTS] + 1
    parts = []
    for label in largest[areas[largest] >= 4].tolist():
        left, top, right, bottom = boxes[label].tolist()
        parts.append(Part(left, top, right, bottom, int(areas[label]), label))
    return parts, labels


def could_be_digit(part: Part, shape: tuple[int, ...]) -> bool:
    """Leave out specks, flat dashes, and frames or shadows that fill the page's sides."""
    if part.height < LEAST_HEIGHT or part.width > 6 * part.height:
        return False
    height, width = shape
    spans = part.width > 0.97 * width and part.height > 0.97 * height
    thin = part.area < 0.12 * part.width * part.height
    return not (spans and thin)


def cut_part(part: Part, row: int, labels: Labels, label: int) -> tuple[Part, Part]:
    """Cut a part in two above a row of the page; the lower piece gets a label of its own.

    Args:
        part: What to cut.
        row: First row of the lower piece; there is ink above it and from it on.
        labels: Where the part is; changed in place.
        label: A number that no part has.
    """
    window = labels[part.top : part.bottom, part.left : part.right]
    own = window == part.label
    lower = own.copy()
    lower[: row - part.top] = False
    window[lower] = label
    return _around(own & ~lower, part, part.label), _around(lower, part, label)


def _around(own: Mask, whole: Part, label: int) -> Part:
    rows, columns = (np.flatnonzero(own.any(axis=axis)) for axis in (1, 0))
    return Part(
        whole.left + int(columns[0]),
        whole.top + int(rows[0]),
        whole.left + int(columns[-1]) + 1,
        whole.top + int(rows[-1]) + 1,
        int(own.sum()),
        label,
    )
