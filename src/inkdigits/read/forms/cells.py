"""A level form -> the ink of each of its cells. Knows no networks.

A digit belongs to the cell that holds most of it, even if it reaches into the next one. Ink that fills more than one
cell is cut at the rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.pictures.light import Grey, noise_sigma
from inkdigits.read.forms.detection.lattice import Span
from inkdigits.read.forms.raster import FormRaster
from inkdigits.read.layout.components import Component
from inkdigits.read.layout.digit_height import line_digit_height
from inkdigits.read.layout.find_lines import Layout
from inkdigits.read.layout.line_geometry import TextLine, measure_line
from inkdigits.read.page.binarize import Page
from inkdigits.read.page.component_labelling import label_components

_PEAK_SHARE = 0.42
"""Ink is at least this share as dark as the darkest ink of its cell."""

_PEAK_QUANTILE = 0.985
"""The darkest ink of a cell: this share of its pixels is paler."""

_FULL_SHARE = 0.22
"""Nor is it paler than this share of the form's typical ink."""

_MIN_CONTRAST = 0.09
"""Nor does it take less of the light than this share."""

_NOISE_SIGMAS = 5.0
"""Nor is it less than this many standard deviations of the noise darker than paper."""

_MIN_HEIGHT = 0.22
"""Something lower and narrower than this share of a cell is a speck or a mark."""

_NARROW = 1.3
"""A cell that is at most so many times as wide as high holds no words."""

_MIN_INSIDE = 0.4
"""Ink with a smaller share inside the form's border belongs to the page around it."""

_TWO_CELLS = 1.3
"""Ink wider or higher than this many cells is cut at the rule."""

_MIN_DIGIT_SHARE = 0.42
"""Of the digits of a cell, what is lower than this share of their height is a mark."""


@dataclass(frozen=True, eq=False)
class FormInk:
    """The ink of a form, by cell.

    Attributes:
        page: The level form without its rules.
        layout: One line for each cell with ink, in the order of `spans`.
        spans: Which cells have ink.
        heights: How high the digits of each of them are, in heights of the cell; 1 in cells too narrow for words.
    """

    page: Page
    layout: Layout
    spans: tuple[Span, ...]
    heights: tuple[float, ...]

    def sample(self, most: int) -> FormInk:
        """Return the ink of fewer cells, from all parts of the form.

        Args:
            most: How many cells, at most.
        """
        step = -(-len(self.spans) // most)
        if step <= 1:
            return self
        layout = replace(self.layout, lines=self.layout.lines[::step])
        return FormInk(self.page, layout, self.spans[::step], self.heights[::step])


def ink_by_cell(raster: FormRaster, ink: Grey) -> FormInk:
    """Return the ink of a form, by cell.

    Args:
        raster: The form.
        ink: (h, w), float32, 0 is paper and 1 is what takes all light, without rules.
    """
    cell_height = float(np.median(np.diff(raster.rows)))
    grey, mask = stroke_mask(ink, raster)
    label_map, boxes, areas = label_components(mask)
    spans = sorted(raster.lattice.cells, key=lambda span: (span.top, span.left))
    cell_map = _cell_map(raster, spans)  # (h, w), numbers of spans
    members: dict[int, list[Component]] = {}
    next_label = len(areas)
    shares = _shares(label_map, cell_map, len(areas), len(spans))
    inside = _inside(raster, label_map, len(areas))
    for label in range(1, len(areas)):
        if areas[label] < 4 or inside[label] < _MIN_INSIDE * areas[label]:
            continue
        left, top, right, bottom = boxes[label].tolist()
        component = Component(left, top, right, bottom, int(areas[label]), label)
        counts = shares[label]
        if _is_residue(component, raster):
            continue
        for number, piece in _pieces(component, counts, cell_map, label_map, spans, raster, next_label):
            members.setdefault(number, []).append(piece)
            next_label = max(next_label, piece.label + 1)
    lines, found, heights = [], [], []
    for number in sorted(members):
        span = spans[number]
        high = int(raster.rows[span.bottom] - raster.rows[span.top])
        wide = int(raster.columns[span.right] - raster.columns[span.left])
        line = _line(members[number], min(high, wide, 2 * cell_height))
        if line is not None:
            lines.append(line)
            found.append(span)
            heights.append(line.digit_height / high if wide > _NARROW * high else 1.0)
    return FormInk(Page(grey, mask, 1.0), Layout(tuple(lines), label_map), tuple(found), tuple(heights))


def stroke_mask(ink: Grey, raster: FormRaster) -> tuple[Grey, NDArray[np.bool_]]:
    """Return the ink as a share of the darkest ink of its cell, and the mask of strokes.

    Args:
        ink: (h, w), float32, 0 is paper and 1 is what takes all light, without rules.
        raster: The form.

    Returns:
        (h, w), float32, 0 … 1, and (h, w), bool.
    """
    core = ink[raster.rows[0] : raster.rows[-1] + 1, raster.columns[0] : raster.columns[-1] + 1]
    soft = cv2.GaussianBlur(ink, (0, 0), 0.7)
    noise = noise_sigma(core)
    least = max(_MIN_CONTRAST, _NOISE_SIGMAS * noise)
    strong = core[core > least]
    full = float(np.quantile(strong, 0.75)) if len(strong) > 30 else 1.0
    least = max(least, _FULL_SHARE * full)
    peak = np.full(ink.shape, least, np.float32)
    edges_y, edges_x = _cell_edges(raster)
    for span in raster.lattice.cells:
        rows, columns = raster.rows[[span.top, span.bottom]], raster.columns[[span.left, span.right]]
        darkest = soft[rows[0] : rows[1], columns[0] : columns[1]]
        window = np.s_[edges_y[span.top] : edges_y[span.bottom], edges_x[span.left] : edges_x[span.right]]
        peak[window] = max(least, float(np.quantile(darkest, _PEAK_QUANTILE)) if darkest.size else 0.0)
    grey = np.clip(ink / np.maximum(peak, least / _PEAK_SHARE), 0, 1).astype(np.float32)
    return grey, np.asarray(soft > np.maximum(_PEAK_SHARE * peak, least))


def _cell_edges(raster: FormRaster) -> tuple[list[int], list[int]]:
    """Return the pixel rows and columns between cells: in the middle of gaps, and at the raster's border."""
    height, width = raster.map_x.shape
    columns = raster.columns.astype(float)
    for gap in raster.lattice.gaps:
        columns[[gap, gap + 1]] = columns[[gap, gap + 1]].mean()
    return [0, *raster.rows[1:-1].tolist(), height], [0, *np.round(columns[1:-1]).astype(int).tolist(), width]


def _cell_map(raster: FormRaster, spans: list[Span]) -> NDArray[np.int32]:
    """Return the number of the cell of each pixel, (h, w); cells reach to the middle of a gap, and outwards."""
    cell_map = np.full(raster.map_x.shape, -1, np.int32)
    edges_y, edges_x = _cell_edges(raster)
    for number, span in enumerate(spans):
        cell_map[edges_y[span.top] : edges_y[span.bottom], edges_x[span.left] : edges_x[span.right]] = number
    return cell_map


def _shares(
    label_map: NDArray[np.int32], cell_map: NDArray[np.int32], labels: int, cells: int
) -> dict[int, dict[int, int]]:
    """Return how many pixels of each component lie in each cell."""
    inked = label_map > 0
    pairs = label_map[inked].astype(np.int64) * (cells + 1) + cell_map[inked] + 1
    found, counts = np.unique(pairs, return_counts=True)
    shares: dict[int, dict[int, int]] = {label: {} for label in range(labels)}
    for pair, count in zip(found.tolist(), counts.tolist(), strict=True):
        label, number = divmod(pair, cells + 1)
        if number:
            shares[label][number - 1] = count
    return shares


def _inside(raster: FormRaster, label_map: NDArray[np.int32], labels: int) -> NDArray[np.intp]:
    core = label_map[raster.rows[0] : raster.rows[-1] + 1, raster.columns[0] : raster.columns[-1] + 1]
    return np.bincount(core.ravel(), minlength=labels)


def _is_residue(component: Component, raster: FormRaster) -> bool:
    """Tell whether a component is what is left of a rule: thin, and along it."""
    cell = float(min(np.diff(raster.rows).min(), np.diff(raster.columns).min()))
    x, y = component.middle
    for rules, place, thick, long in (
        (raster.rows, y, component.height, component.width),
        (raster.columns, x, component.width, component.height),
    ):
        away = float(np.abs(rules - place).min())
        if away < 0.09 * cell + 1 and thick < 0.14 * cell + 1 and (long > 2 * thick or long < 0.3 * cell):
            return True
    return False


def _pieces(
    component: Component,
    counts: dict[int, int],
    cell_map: NDArray[np.int32],
    label_map: NDArray[np.int32],
    spans: list[Span],
    raster: FormRaster,
    next_label: int,
) -> list[tuple[int, Component]]:
    """Return a component with the number of its cell, or its pieces where it fills more than one cell."""
    if not counts:
        return []
    main = max(counts, key=lambda number: counts[number])
    span = spans[main]
    width = raster.columns[span.right] - raster.columns[span.left]
    height = raster.rows[span.bottom] - raster.rows[span.top]
    if len(counts) == 1 or (component.width < _TWO_CELLS * width and component.height < _TWO_CELLS * height):
        return [(main, component)]
    window = np.s_[component.top : component.bottom, component.left : component.right]
    own = label_map[window] == component.label
    cells = cell_map[window]
    large = {number for number, count in counts.items() if count >= 0.2 * component.area}
    pieces = []
    for number in sorted(large):
        ink = own & (cells == number)
        if number == main:
            ink |= own & ~np.isin(cells, list(large))
        rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
        label = component.label if number == main else next_label
        label_map[window][ink] = label
        next_label += number != main
        box = (
            component.left + int(columns[0]),
            component.top + int(rows[0]),
            component.left + int(columns[-1]) + 1,
            component.top + int(rows[-1]) + 1,
        )
        pieces.append((number, Component(*box, int(ink.sum()), label)))
    return pieces


def _line(components: list[Component], cell_side: float) -> TextLine | None:
    """Return the ink of a cell as a line, or None if there are only specks."""
    least = _MIN_HEIGHT * cell_side
    tall = [one for one in components if one.height >= least]
    if not tall:
        return None
    height = line_digit_height(tall)
    digits = [one for one in components if one.height >= _MIN_DIGIT_SHARE * height]
    marks = [one for one in components if one.height < _MIN_DIGIT_SHARE * height]
    return measure_line(digits, marks, height)
