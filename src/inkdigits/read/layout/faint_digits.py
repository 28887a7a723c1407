"""Digits at the ends of a line that are too faint for the ink mask -> components of their own. Knows no networks.

A digit that is written far thinner than its neighbours stays below the threshold that they set. Inside a line this
does no harm, as line images show all ink of the page. At the ends of a line the image would stop before the digit.
"""

import numpy as np

from inkdigits.core.quantiles import partition_quantile
from inkdigits.core.types import Mask
from inkdigits.read.layout.components import Component, LabelMap
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.page.binarize import Page
from inkdigits.read.page.component_labelling import label_components

_MIN_DARKNESS = 0.45
"""Least darkness of a faint stroke against the typical one of its line."""

_REACH = 1.4
"""How far beyond the end of a line a faint digit may end, in digit heights."""

_MAX_ANGLE = 0.15
"""Radians: steeper lines are not searched."""


def find_faint_digits(page: Page, label_map: LabelMap, line: TextLine, new_label: int) -> list[Component]:
    """Return digits too faint for the mask: at most one before the first digit of a line and one after the last.

    Args:
        page: The page with the line.
        label_map: (h, w), int32, 0 is paper; what is found is written into it.
        line: The line.
        new_label: First label for what is found; no component has it or a higher one yet.
    """
    if abs(line.angle) > _MAX_ANGLE:
        return []
    found: list[Component] = []
    least = _MIN_DARKNESS * _typical_darkness(page, label_map, line)
    height = line.digit_height
    for side in (-1, 1):
        end = line.centre[0] + side * line.length / 2
        middle = line.centre[1] + np.tan(line.angle) * (end - line.centre[0])
        top, bottom = (round(middle + share * height) for share in (-0.9, 0.9))
        first, last = sorted((round(end), round(end + side * _REACH * height)))
        top, first = max(0, top), max(0, first)
        window = label_map[top : max(top, bottom), first : max(first, last)]
        if min(window.shape) < 3:
            continue
        ink = (page.grey[top:bottom, first:last] > least) & (window == 0)
        # Ink connected to this frame continues outside. The edge of the picture is no frame: a digit may touch it.
        ink[[0, -1]] = True
        if first > 0 and last < label_map.shape[1]:
            ink[:, 0 if side < 0 else -1] = True
        digit = _largest_digit(ink, height)
        if digit is not None:
            rows, columns = np.nonzero(digit)
            window[digit] = new_label + len(found)
            left, upper = first + int(columns.min()), top + int(rows.min())
            right, lower = first + int(columns.max()) + 1, top + int(rows.max()) + 1
            found.append(Component(left, upper, right, lower, len(rows), new_label + len(found)))
    return found


def _typical_darkness(page: Page, label_map: LabelMap, line: TextLine) -> float:
    largest = max(line.components, key=lambda component: component.area)
    box = np.s_[largest.top : largest.bottom, largest.left : largest.right]
    return partition_quantile(page.grey[box][label_map[box] == largest.label], 0.5)


def _largest_digit(ink: Mask, height: float) -> Mask | None:
    """Return the largest component with the size of a digit that doesn't touch the top, or None."""
    label_map, boxes, areas = label_components(ink)
    digits = [
        label
        for label, (left, top, right, bottom) in enumerate(boxes[1:].tolist(), 1)
        if top > 0 and 0.55 * height < bottom - top < 1.5 * height and right - left < 1.3 * height
    ]
    return np.asarray(label_map == max(digits, key=lambda label: areas[label])) if digits else None
