"""A page -> its lines of writing, in reading order. Knows no networks and no light.

Components of about the same height that stand side by side make a line. Dots, commas, dashes and specks belong to the
line beside them, and never make a line on their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import weighted_median
from inkdigits.read.layout.components import (
    MIN_DIGIT_HEIGHT,
    Component,
    LabelMap,
    is_digit_candidate,
    list_components,
)
from inkdigits.read.layout.digit_height import line_digit_height
from inkdigits.read.layout.faint_digits import find_faint_digits
from inkdigits.read.layout.grouping import group_components, merge_diagonals, without_commas
from inkdigits.read.layout.left_out import LeftOut, too_low, too_many, too_small
from inkdigits.read.layout.line_geometry import TextLine, measure_line
from inkdigits.read.layout.line_splitting import split_lines
from inkdigits.read.layout.minus import without_minus
from inkdigits.read.layout.page_edges import split_off_edges
from inkdigits.read.page.binarize import Page

_MAX_LINES = 150
"""At most this many lines of a page are read: those with the most ink. The others are left out."""

_MIN_DIGIT_SHARE = 0.42
"""A component lower than this share of a line's digit height is a mark."""

_MIN_LINE_SHARE = 0.35
"""A line whose digits are lower than this share of the typical line's is print or dirt."""


@dataclass(frozen=True, eq=False)
class Layout:
    """The lines of a page, and the component that each pixel belongs to.

    Attributes:
        lines: In reading order.
        label_map: (h, w), int32, the label of each pixel's component, 0 for paper.
        edges: Components that are edges of pages, and belong to no line.
        left_out: What looks like writing and is not among the lines.
    """

    lines: tuple[TextLine, ...]
    label_map: LabelMap
    edges: tuple[Component, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @cached_property
    def line_of_label(self) -> NDArray[np.int32]:
        """The line of each component by its label, (labels,), int32, counted from 1.

        Paper, stray ink and marks that several lines share have 0, edges of pages have -1.
        """
        line_of_label = np.zeros(int(self.label_map.max(initial=0)) + 1, np.int32)
        count = line_of_label.copy()
        for number, line in enumerate(self.lines, 1):
            labels = [component.label for component in line.components]
            line_of_label[labels] = number
            count[labels] += 1
        line_of_label[count > 1] = 0
        line_of_label[[edge.label for edge in self.edges]] = -1
        return line_of_label


def find_lines(page: Page) -> Layout:
    """Return the lines of writing on a page.

    Args:
        page: A binarized picture.

    Examples:
        >>> mask = np.zeros((60, 100), dtype=bool)
        >>> mask[20:40, [20, 21, 50, 51]] = True
        >>> layout = find_lines(Page(mask.astype(np.float32), mask, 1.0))
        >>> [(line.digit_height, len(line.components)) for line in layout.lines]
        [(20.0, 2)]
    """
    components, label_map, surplus = list_components(page.mask, page.labelling)
    components, edges = split_off_edges(components, label_map)
    candidates = [component for component in components if is_digit_candidate(component, label_map)]
    groups = [group for own in _by_page(candidates, edges, page.mask.shape[0]) for group in _group_page(own, label_map)]
    lines = []
    new_label = int(label_map.max(initial=0)) + 1
    grouped = {component.label for group in groups for component in group}
    rest = [component for component in components if component.label not in grouped]
    for group in groups:
        height = line_digit_height(group)
        digits = [component for component in group if component.height >= _MIN_DIGIT_SHARE * height]
        if not digits or height < MIN_DIGIT_HEIGHT:
            continue
        marks = [component for component in group if component.height < _MIN_DIGIT_SHARE * height]
        marks += [component for component in rest if _is_mark_of(component, digits, height)]
        line = measure_line(digits, marks, height)
        faint = find_faint_digits(page, label_map, line, new_label)
        new_label += len(faint)
        lines.append(measure_line(digits + faint, marks, height) if faint else line)
    least = _least_digit_height(lines)
    whole = [line for line in lines if line.digit_height > least]
    whole.sort(key=lambda line: -_area(line))
    left_out = too_small(line for line in lines if line.digit_height <= least)
    left_out += too_low(components, whole)
    left_out += too_many(whole[_MAX_LINES:], surplus, least)
    return Layout(tuple(_in_reading_order(whole[:_MAX_LINES])), label_map, tuple(edges), tuple(left_out))


def _by_page(candidates: list[Component], edges: list[Component], height: int) -> list[list[Component]]:
    """Return the components of each page: two pages of a book lie left and right of the gutter."""
    gutters = [edge.middle[0] for edge in edges if edge.height >= 0.9 * height and edge.width < 0.5 * edge.height]
    pages: dict[int, list[Component]] = {}
    for component in candidates:
        pages.setdefault(sum(x < component.middle[0] for x in gutters), []).append(component)
    return list(pages.values())


def _group_page(candidates: list[Component], label_map: LabelMap) -> list[list[Component]]:
    """Return the components of one page grouped by line."""
    return without_commas(without_minus(merge_diagonals(split_lines(group_components(candidates), label_map))))


def _is_mark_of(component: Component, digits: list[Component], digit_height: float) -> bool:
    """Tell whether a mark stands in or beside a line."""
    if component.height > 0.8 * digit_height and component.width > 4 * digit_height:
        return False
    x, y = component.middle
    nearest = min(digits, key=lambda digit: max(digit.left - x, x - digit.right, 0.0))
    gap = max(nearest.left - x, x - nearest.right, 0.0)
    is_level = nearest.top - 0.25 * digit_height < y < nearest.bottom + 0.35 * digit_height
    return gap < 1.5 * digit_height and is_level


def _area(line: TextLine) -> int:
    return sum(component.area for component in line.components)


def _least_digit_height(lines: list[TextLine]) -> float:
    """Return the height that digits must exceed: lower lines are remains of print, or dots on their own."""
    if not lines:
        return 0.0
    heights = np.array([line.digit_height for line in lines])
    return _MIN_LINE_SHARE * weighted_median(heights, np.array([_area(line) for line in lines]))


def _in_reading_order(lines: list[TextLine]) -> list[TextLine]:
    """Sort top to bottom; lines on the same level left to right."""
    waiting = sorted(lines, key=lambda line: line.centre[1])
    ordered: list[TextLine] = []
    while waiting:
        first = waiting[0]
        level = [line for line in waiting if abs(line.centre[1] - first.centre[1]) < 0.5 * first.digit_height]
        ordered += sorted(level, key=lambda line: line.centre[0])
        waiting = [line for line in waiting if line not in level]
    return ordered
