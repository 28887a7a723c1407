"""Strokes on a page -> lines of writing, in reading order. Knows no networks and no light.

Strokes that hang together are parts. Parts of about the same height that stand side by side make a line; dots,
commas, dashes and specks belong to the line beside them and alone make none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from inkdigits.read.layout.components import LEAST_HEIGHT, Labels, Part, could_be_digit, find_parts
from inkdigits.read.layout.digit_height import usual_height
from inkdigits.read.layout.faint_digits import faint_ends
from inkdigits.read.layout.grouping import group_parts, merge_diagonals, without_commas
from inkdigits.read.layout.line_geometry import TextLine, measure_line
from inkdigits.read.layout.line_splitting import untie
from inkdigits.read.page.binarize import Page

_MOST_LINES = 150
"""A page with more lines than this is no writing either: the most inked are read."""


@dataclass(frozen=True, eq=False)
class Layout:
    """The lines of a page, top to bottom, and which part each pixel belongs to.

    Attributes:
        lines: In reading order.
        labels: (h, w), int32: the part of each pixel, 0 for paper.
    """

    lines: tuple[TextLine, ...]
    labels: Labels

    @cached_property
    def owners(self) -> Labels:
        """The line of each part by its label, counted from 1: 0 for paper and what belongs to none."""
        owners = np.zeros(int(self.labels.max(initial=0)) + 1, np.int32)
        for number, line in enumerate(self.lines, 1):
            owners[[part.label for part in line.parts]] = number
        return owners


def find_lines(page: Page) -> Layout:
    """Find the lines of writing on a page.

    Examples:
        >>> mask = np.zeros((60, 100), dtype=bool)
        >>> mask[20:40, [20, 21, 50, 51]] = True
        >>> layout = find_lines(Page(mask.astype(np.float32), mask, 1.0))
        >>> [(line.digit_height, len(line.parts)) for line in layout.lines]
        [(20.0, 2)]
    """
    parts, labels = find_parts(page.mask, page.components)
    tall = [part for part in parts if could_be_digit(part, page.mask.shape)]
    groups = without_commas(merge_diagonals(untie(group_parts(tall), labels)))
    lines = []
    free = int(labels.max(initial=0)) + 1
    claimed = {part.label for group in groups for part in group}
    small = [part for part in parts if part.label not in claimed]
    for group in groups:
        usual = usual_height(group)
        digits = [part for part in group if part.height >= 0.42 * usual]
        if not digits or usual < LEAST_HEIGHT:
            continue
        marks = [part for part in group if part.height < 0.42 * usual]
        marks += [part for part in small if _belongs(part, digits, usual)]
        line = measure_line(digits, marks, usual)
        faint = faint_ends(page, labels, line, free)
        free += len(faint)
        lines.append(measure_line(digits + faint, marks, usual) if faint else line)
    whole = _without_fragments(lines)
    whole.sort(key=lambda line: -sum(part.area for part in line.parts))
    return Layout(tuple(_in_reading_order(whole[:_MOST_LINES])), labels)


def _belongs(part: Part, digits: list[Part], usual: float) -> bool:
    """Tell whether a mark stands in or beside a line."""
    if part.height > 0.8 * usual and part.width > 4 * usual:
        return False
    x, y = part.middle
    nearest = min(digits, key=lambda digit: max(digit.left - x, x - digit.right, 0.0))
    gap = max(nearest.left - x, x - nearest.right, 0.0)
    return gap < 1.5 * usual and nearest.top - 0.25 * usual < y < nearest.bottom + 0.35 * usual


def _without_fragments(lines: list[TextLine]) -> list[TextLine]:
    """Leave out lines far lower than the others: remains of print, or dots that stand alone."""
    if not lines:
        return lines
    weights = np.array([sum(part.area for part in line.parts) for line in lines], np.float64)
    heights = np.array([line.digit_height for line in lines])
    order = np.argsort(heights)
    half = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    usual = heights[order][half]
    return [line for line in lines if line.digit_height > 0.35 * usual]


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
