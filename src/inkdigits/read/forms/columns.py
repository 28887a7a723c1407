"""The ink of a table without column rules -> where its columns are. Knows no networks."""

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import quantile
from inkdigits.core.types import Mask
from inkdigits.read.forms.detection.lattice import Lattice, Span
from inkdigits.read.forms.raster import FormRaster
from inkdigits.read.page.component_labelling import label_components

_MIN_GAP = 0.95
"""Between two numbers of a row there is no ink for this share of a digit's height."""

_MIN_VALLEY = 0.3
"""Between two columns there is no number in any row for this share of a digit's height."""

_MIN_HEIGHT = 0.2
"""What is lower than this share of a row is no digit."""


def with_columns(raster: FormRaster, mask: Mask) -> FormRaster | None:
    """Return a table with its columns, or None if it has only one.

    Args:
        raster: A table with rules between its rows alone.
        mask: (h, w), bool, its ink.
    """
    _, boxes, _ = label_components(mask)
    row = float(np.median(np.diff(raster.rows)))
    first, last = int(raster.columns[0]), int(raster.columns[-1])
    boxes = boxes[1:]
    heights = boxes[:, 3] - boxes[:, 1]
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    inside = (heights >= _MIN_HEIGHT * row) & (heights < 1.5 * row)
    inside &= (middles > raster.rows[0]) & (middles < raster.rows[-1])
    inside &= (boxes[:, 0] < last) & (boxes[:, 2] > first)
    if inside.sum() < 2:
        return None
    boxes, heights = boxes[inside], heights[inside]
    tall = quantile(heights.tolist(), 0.5)
    rows = np.searchsorted(raster.rows, (boxes[:, 1] + boxes[:, 3]) / 2)
    numbers = np.zeros(raster.map_x.shape[1], dtype=bool)
    for row in np.unique(rows).tolist():
        numbers |= _without_gaps(boxes[rows == row], len(numbers), _MIN_GAP * tall)
    gaps = _gaps(numbers, _MIN_VALLEY * tall)
    if not gaps:
        return None
    columns = np.array([first, *gaps, last])
    lattice = raster.lattice
    count = len(lattice.rows) - 1
    cells = {Span(top, top + 1, left, left + 1) for top in range(count) for left in range(len(columns) - 1)}
    places = np.array([[float(column), 0.0, 0.0] for column in columns])
    return FormRaster(
        Lattice(lattice.rows, places, cells), raster.rows, columns, raster.map_x, raster.map_y, raster.scale
    )


def _without_gaps(boxes: NDArray[np.intp], width: int, least: float) -> NDArray[np.bool_]:
    """Return which columns of pixels hold a number of a row, (w,): its digits are nearer to each other than `least`."""
    inked = np.zeros(width, dtype=bool)
    boxes = boxes[np.argsort(boxes[:, 0])]
    end = -least
    for left, _, right, _ in boxes.tolist():
        inked[int(end) if left - end <= least else left : right] = True
        end = max(end, right)
    return inked


def _gaps(inked: NDArray[np.bool_], least: float) -> list[int]:
    """Return the middles of the gaps between inked columns that are at least so wide."""
    at = np.flatnonzero(inked)
    wide = np.flatnonzero(np.diff(at) > least)
    return [int(at[number] + at[number + 1]) // 2 for number in wide.tolist()]
