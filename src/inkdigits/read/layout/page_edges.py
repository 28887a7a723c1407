"""Components that are the edge of a page, a gutter or a shadow, and digits that run into one. Knows no lines.

Such a component follows the picture's border, or crosses the whole picture. Left among the digits it would join their
lines, and make all of them look too small beside it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import weighted_median
from inkdigits.read.layout.components import Component, LabelMap, is_digit_candidate
from inkdigits.read.page.component_labelling import label_components

_MAX_CONTACT = 1.3
"""A digit that the picture's border cuts off touches it along at most this many digit heights."""

_MIN_CONTACT_SHARE = 0.3
"""An edge touches the border along at least this share of its own length."""

_MIN_LENGTH = 2.5
"""What crosses the picture from border to border is an edge if it is at least this many digit heights long."""

_MIN_DIGITS = 3
"""From so many components inside the picture on, their height is that of its digits, however small they are."""

_MIN_DIGIT_SHARE = 0.08
"""Fewer components are digits if they have this share of the picture's shorter side, and specks otherwise."""


def split_off_edges(components: list[Component], label_map: LabelMap) -> tuple[list[Component], list[Component]]:
    """Tell the edges of pages from all other components.

    Args:
        components: Of the page.
        label_map: (h, w), int32, 0 is paper; digits that run into an edge are relabelled in place.

    Returns:
        All others, with the digits that were cut off edges, and the edges.
    """
    contacts = _contacts(label_map)
    touching = [component for component in components if contacts[component.label]]
    digit_height = _digit_height(components, contacts, label_map) if touching else None
    if digit_height is None:
        return components, []
    edges = [one for one in touching if _is_edge(one, int(contacts[one.label]), digit_height, label_map.shape)]
    if not edges:
        return components, []
    labels = {edge.label for edge in edges}
    others = [component for component in components if component.label not in labels]
    new_label = int(label_map.max(initial=0)) + 1
    for edge in edges:
        digits = _cut_off_digits(edge, digit_height, label_map, new_label)
        new_label += len(digits)
        others += digits
    return others, edges


def _contacts(label_map: LabelMap) -> NDArray[np.intp]:
    """Return how many pixels of each component lie on the picture's border, (labels,), by label."""
    border = np.concatenate([label_map[0], label_map[-1], label_map[1:-1, 0], label_map[1:-1, -1]])
    contacts = np.bincount(border, minlength=int(label_map.max(initial=0)) + 1)
    contacts[0] = 0
    return contacts


def _digit_height(components: list[Component], contacts: NDArray[np.intp], label_map: LabelMap) -> float | None:
    """Return the height of digits inside the picture; None if there are none, as in one that is cut out tightly."""
    inner = [
        component
        for component in components
        if contacts[component.label] <= 0.3 * max(component.height, component.width)
        and not _crosses(component, label_map.shape)
        and is_digit_candidate(component, label_map)
    ]
    if len(inner) < _MIN_DIGITS:
        inner = [component for component in inner if component.height >= _MIN_DIGIT_SHARE * min(label_map.shape)]
    if not inner:
        return None
    heights, areas = np.array([(component.height, component.area) for component in inner]).T
    return weighted_median(heights, areas)


def _is_edge(component: Component, contact: int, digit_height: float, page_shape: tuple[int, ...]) -> bool:
    length = max(component.height, component.width)
    if contact > _MAX_CONTACT * digit_height and contact > _MIN_CONTACT_SHARE * length:
        return True
    return _crosses(component, page_shape) and length > _MIN_LENGTH * digit_height


def _crosses(component: Component, page_shape: tuple[int, ...]) -> bool:
    """Tell whether a component runs from one border of the picture to the opposite one."""
    height, width = page_shape
    return component.height >= height - 1 or component.width >= width - 1


def _cut_off_digits(edge: Component, digit_height: float, label_map: LabelMap, new_label: int) -> list[Component]:
    """Return the digits that run into an edge: what remains without all long straight runs of its ink."""
    window = label_map[edge.top : edge.bottom, edge.left : edge.right]
    ink = (window == edge.label).astype(np.uint8)
    run = max(3, round(1.5 * digit_height))
    core = np.zeros_like(ink)
    for shape in ((run, 1), (1, run)):
        if shape[0] <= ink.shape[0] and shape[1] <= ink.shape[1]:
            core |= cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
    rest = cv2.subtract(ink, cv2.dilate(core, np.ones((3, 3), np.uint8)))
    pieces, boxes, areas = label_components(np.asarray(rest, np.uint8))
    digits: list[Component] = []
    for piece in range(1, len(areas)):
        left, top, right, bottom = boxes[piece].tolist()
        is_digit = 0.6 * digit_height < bottom - top < 1.6 * digit_height and right - left > 0.2 * digit_height
        at_border = edge.left + left == 0 or edge.top + top == 0
        if is_digit and not at_border:
            label = new_label + len(digits)
            window[pieces == piece] = label
            box = (edge.left + left, edge.top + top, edge.left + right, edge.top + bottom)
            digits.append(Component(*box, int(areas[piece]), label))
    return digits
