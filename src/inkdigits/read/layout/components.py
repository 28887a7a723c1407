"""The connected components of a page, and how one is split in two. Knows nothing of lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask
from inkdigits.read.page.component_labelling import Labelling, label_components

LabelMap: TypeAlias = NDArray[np.int32]
"""The label of the component that each pixel of a page belongs to, (h, w): 0 for paper."""

MIN_DIGIT_HEIGHT = 5
"""Height in pixels of the page: a smaller component can't be told from dirt."""

_MAX_COMPONENTS = 1500
"""Only this many of the largest components are used: a picture with more is no writing."""

_MIN_AREA = 4
"""Pixels of the page: smaller components are dropped."""


@dataclass(frozen=True)
class Component:
    """Ink that is connected.

    Attributes:
        left, top, right, bottom: Its box in pixels of the page; right and bottom lie just outside.
        area: Pixels of ink.
        label: Its number in `Layout.label_map`.
        is_mark: Whether it is a dot, comma, dash or speck, judged by the line that it belongs to.
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
        """Middle of the box (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def list_components(mask: Mask, labelling: Labelling | None = None) -> tuple[list[Component], LabelMap]:
    """Return the components of a page, largest first, and its label map, which is the caller's to change.

    Args:
        mask: (h, w), bool, the strokes.
        labelling: The connected components of the mask, if they are known.

    Examples:
        >>> mask = np.zeros((30, 30), dtype=bool)
        >>> mask[5:15, 3:5] = True
        >>> list_components(mask)[0]
        [Component(left=3, top=5, right=5, bottom=15, area=20, label=1, is_mark=False)]
    """
    label_map, boxes, areas = labelling or label_components(mask)
    if labelling:
        label_map = label_map.copy()  # components will be split
    largest = np.argsort(-areas[1:], kind="stable")[:_MAX_COMPONENTS] + 1
    components = []
    for label in largest[areas[largest] >= _MIN_AREA].tolist():
        left, top, right, bottom = boxes[label].tolist()
        components.append(Component(left, top, right, bottom, int(areas[label]), label))
    return components, label_map


def is_digit_candidate(component: Component, page_shape: tuple[int, ...]) -> bool:
    """Tell whether a component may be a digit: no speck, flat dash, or frame or shadow around the page.

    Args:
        component: Which one.
        page_shape: Height and width of the page.
    """
    if component.height < MIN_DIGIT_HEIGHT or component.width > 6 * component.height:
        return False
    height, width = page_shape
    fills_page = component.width > 0.97 * width and component.height > 0.97 * height
    is_sparse = component.area < 0.12 * component.width * component.height
    return not (fills_page and is_sparse)


def split_component(component: Component, row: int, label_map: LabelMap, new_label: int) -> tuple[Component, Component]:
    """Split a component in two above a row of the page.

    Args:
        component: What to split.
        row: First row of the lower piece; there is ink above it and from it on.
        label_map: (h, w), int32, 0 is paper; the lower piece is relabelled in place.
        new_label: The label of the lower piece, which no component has yet.

    Returns:
        The upper piece, with the old label, and the lower one.
    """
    window = label_map[component.top : component.bottom, component.left : component.right]
    ink = window == component.label
    lower = ink.copy()
    lower[: row - component.top] = False
    window[lower] = new_label
    return _piece(ink & ~lower, component, component.label), _piece(lower, component, new_label)


def _piece(ink: Mask, whole: Component, label: int) -> Component:
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    return Component(
        whole.left + int(columns[0]),
        whole.top + int(rows[0]),
        whole.left + int(columns[-1]) + 1,
        whole.top + int(rows[-1]) + 1,
        int(ink.sum()),
        label,
    )
