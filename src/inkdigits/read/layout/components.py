"""The connected components of a page, and how one is split in two. Knows nothing of lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask
from inkdigits.read.page.component_labelling import Labelling, label_components

LabelMap: TypeAlias = NDArray[np.int32]
"""The label of the component that each pixel of a page belongs to, (h, w): 0 for paper."""

MIN_DIGIT_HEIGHT = 5
"""Height in pixels of the page: a smaller component can't be told from dirt."""

_MAX_COMPONENTS = 1500
"""Only this many of the largest components are used. A picture with more is no writing, or a very full page."""

_MIN_AREA = 4
"""Pixels of the page: smaller components are dropped."""


_MIN_CROSSINGS = 1.4
"""Strokes that a column of joined digits crosses, in the mean: 1.7 to 2.1 for MNIST's."""


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


class ListedComponents(NamedTuple):
    """The components of a page.

    Attributes:
        components: At most 1,500, largest first.
        label_map: (h, w), int32, the label of each pixel's component, 0 for paper; the caller may change it.
        surplus: The boxes of all other components, (N, 4), int32: left, top, right and bottom in pixels of the page.
    """

    components: list[Component]
    label_map: LabelMap
    surplus: NDArray[np.int32]


def list_components(mask: Mask, labelling: Labelling | None = None) -> ListedComponents:
    """Return the components of a page.

    Args:
        mask: (h, w), bool, the strokes.
        labelling: The connected components of the mask, if they are known.

    Examples:
        >>> mask = np.zeros((30, 30), dtype=bool)
        >>> mask[5:15, 3:5] = True
        >>> list_components(mask).components
        [Component(left=3, top=5, right=5, bottom=15, area=20, label=1, is_mark=False)]
    """
    label_map, boxes, areas = labelling or label_components(mask)
    if labelling:
        label_map = label_map.copy()  # components will be split
    by_size = np.argsort(-areas[1:], kind="stable") + 1
    by_size = by_size[areas[by_size] >= _MIN_AREA]
    components = []
    for label in by_size[:_MAX_COMPONENTS].tolist():
        left, top, right, bottom = boxes[label].tolist()
        components.append(Component(left, top, right, bottom, int(areas[label]), label))
    return ListedComponents(components, label_map, boxes[by_size[_MAX_COMPONENTS:]])


def is_digit_candidate(component: Component, label_map: LabelMap) -> bool:
    """Tell whether a component may be a digit, or several: no speck, flat dash, or frame or shadow around the page.

    Args:
        component: Which one.
        label_map: (h, w), int32, 0 is paper.
    """
    if component.height < MIN_DIGIT_HEIGHT:
        return False
    if component.width > 6 * component.height and not _is_joined_writing(component, label_map):
        return False
    height, width = label_map.shape
    fills_page = component.width > 0.97 * width and component.height > 0.97 * height
    is_sparse = component.area < 0.12 * component.width * component.height
    return not (fills_page and is_sparse)


def _is_joined_writing(component: Component, label_map: LabelMap) -> bool:
    """Tell whether a long component is writing: most of its columns cross several strokes, those of a dash one."""
    ink = component_ink(component, label_map)
    starts = np.count_nonzero(ink[1:] & ~ink[:-1]) + np.count_nonzero(ink[0])
    return bool(starts >= _MIN_CROSSINGS * component.width)


def component_ink(component: Component, label_map: LabelMap) -> Mask:
    """Return where in its box a component has ink, (height, width), bool.

    Args:
        component: Which one.
        label_map: (h, w), int32, 0 is paper.
    """
    box = np.s_[component.top : component.bottom, component.left : component.right]
    return np.asarray(label_map[box] == component.label)


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
