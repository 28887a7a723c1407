"""An ink mask -> the mask without ruled lines, underlines and borders. Knows nothing of light or digits.

A ruled line is thin, long and nearly straight. Only its own pixels are removed: where a stroke crosses the line, the
ink is higher than the line is thick, and stays.
"""

from collections.abc import Iterator
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import partition_quantile, weighted_median
from inkdigits.core.types import Mask
from inkdigits.read.page.component_labelling import Labelling, label_components

_PAGE_WIDE = 0.6
"""A line over at least this share of the page is ruled, whatever else is on the page."""

_UNDERLINE_LENGTH = 3.5
"""A line of at least this many digit heights is an underline or a border: no stroke of a digit is that long."""

_MIN_GRID_LINES = 2
"""Lines needed in each direction to make a grid."""

_MIN_COVERED = 0.7
"""Least share of a line's length on which its ink is visible: a row of digits with level feet has gaps."""

_MAX_CANDIDATES = 300
"""Only this many candidates in each direction are examined."""


def remove_ruling(mask: Mask) -> tuple[Mask, Labelling]:
    """Remove ruled lines, horizontal and vertical, level or tilted by a few degrees.

    Args:
        mask: (h, w), bool, what may be ink.

    Returns:
        The mask without the lines, (h, w), bool (a new array if lines were removed), and its connected components.

    Examples:
        >>> mask = np.zeros((80, 200), dtype=bool)
        >>> mask[20:60, 50:54] = True
        >>> mask[50:52] = True
        >>> kept, labelling = remove_ruling(mask)
        >>> bool(kept[20:60, 50:54].all()), bool(kept[50, 100]), len(labelling.areas) - 1
        (True, False, 1)
    """
    max_thickness = _max_line_thickness(mask)
    if not max_thickness:
        return mask, label_components(mask)
    height, width = mask.shape
    horizontal = _RuledLineDetector(mask, max_thickness)
    count, across = horizontal.detect(_PAGE_WIDE * width)
    kept = mask
    # In a narrow picture each 1 runs from edge to edge: only a grid has vertical lines that long.
    if count >= _MIN_GRID_LINES:
        count, down = _RuledLineDetector(mask.T, max_thickness).detect(_PAGE_WIDE * height)
        if count >= _MIN_GRID_LINES:
            kept = kept & ~down.T
    if across.any():
        kept = kept & ~across
    if kept is not mask:
        horizontal = _RuledLineDetector(kept, max_thickness)
    labelling = label_components(kept)
    min_length = _UNDERLINE_LENGTH * _typical_component_height(labelling)
    across = horizontal.detect(min_length)[1]
    if across.any():
        kept = kept & ~across
    down = _RuledLineDetector(kept.T, max_thickness).detect(min_length)[1]
    if down.any():
        kept = kept & ~down.T
    is_ruled = across.any() or down.any()
    return np.ascontiguousarray(kept), label_components(kept) if is_ruled else labelling


def _max_line_thickness(mask: Mask) -> int:
    """Return the greatest thickness of a ruled line: little more than the strokes have; 0 on an empty page."""
    inner = cv2.erode(mask.view(np.uint8), np.ones((3, 3), np.uint8))
    ink, core = int(np.count_nonzero(mask)), int(np.count_nonzero(inner))
    if not ink:
        return 0
    pen = 2.0 * ink / max(ink - core, 1)  # half of the pixels of a thin stroke are edge pixels
    return int(max(3, round(1.4 * min(pen, max(3.0, min(mask.shape) / 20)))))


class _RuledLineDetector:
    """Detects horizontal lines.

    Args:
        mask: (h, w), bool, what may be ink.
        max_thickness: Greatest thickness of a line in pixels.
    """

    def __init__(self, mask: Mask, max_thickness: int) -> None:
        self._mask, self._max_thickness = mask, max_thickness
        self._segments_by_length: dict[int, NDArray[np.uint8]] = {}

    @cached_property
    def _thin(self) -> NDArray[np.uint8]:
        """The ink that is no higher than a line is thick."""
        binary = np.ascontiguousarray(self._mask).view(np.uint8)
        thick_ink = cv2.morphologyEx(binary, cv2.MORPH_OPEN, np.ones((self._max_thickness + 1, 1), np.uint8))
        return np.asarray(cv2.subtract(binary, thick_ink), np.uint8)

    def detect(self, min_length: float) -> tuple[int, Mask]:
        """Return how many lines have at least this length, and the pixels that belong to them alone."""
        mask, thick = self._mask, self._max_thickness
        line_pixels = np.zeros(mask.shape, dtype=bool)
        least = max(24, round(min_length))
        if least > mask.shape[1]:
            return 0, line_pixels
        thin = self._thin
        count = 0
        for rows, columns in self._chains(least):
            x = np.arange(int(columns.min()), int(columns.max()) + 1)
            middle = _fit_parabola(rows, columns, x)
            if middle is None:
                continue
            offsets = np.arange(-thick, thick + 1)
            y = np.clip(np.round(middle).astype(int)[None] + offsets[:, None], 0, mask.shape[0] - 1)
            ink = thin[y, x[None]] > 0  # (offsets, columns)
            own = ink & (np.abs(offsets)[:, None] <= thick / 2 + 1)
            covered = own.any(axis=0)  # (columns,)
            # Columns where a stroke crosses the line count neither as covered nor as a gap.
            crossed = mask[y, x[None]].any(axis=0) & ~covered  # (columns,)
            if covered.sum() < _MIN_COVERED * (len(x) - crossed.sum()) or covered.sum() < 0.5 * least:
                continue
            thickness = partition_quantile(ink[:, covered].sum(axis=0), 0.5)
            slim = ink.sum(axis=0) <= thickness + max(1.0, 0.5 * thickness)  # (columns,)
            line_pixels[y[own & slim], np.broadcast_to(x, y.shape)[own & slim]] = True
            count += 1
        return count, line_pixels

    def _chains(self, min_length: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Yield chains of level segments, one behind the other: rows and columns of the thin ink of each."""
        run = max(9, min(min_length // 4, 6 * self._max_thickness))
        segments = self._level_segments(run)
        # Closing bridges gaps of two segment lengths, so the total can't grow beyond three times what there is.
        if 3 * _inked_columns(segments) < min_length:
            return
        joined = cv2.morphologyEx(segments, cv2.MORPH_CLOSE, np.ones((1, 2 * run + 1), np.uint8))
        if _inked_columns(joined) < min_length:
            return
        label_map, boxes, _ = label_components(np.asarray(joined, np.uint8))
        widths = (boxes[:, 2] - boxes[:, 0]).tolist()
        long_enough = [label for label in range(1, len(widths)) if widths[label] >= min_length]
        for label in sorted(long_enough, key=lambda label: -widths[label])[:_MAX_CANDIDATES]:
            left, top, right, bottom = boxes[label].tolist()
            window = np.s_[top:bottom, left:right]
            rows, columns = np.nonzero((label_map[window] == label) & (self._thin[window] > 0))
            if len(rows):
                yield rows + top, columns + left

    def _level_segments(self, length: int) -> NDArray[np.uint8]:
        """Return where thin ink runs level for at least this length; results are cached."""
        if length not in self._segments_by_length:
            bridge = np.ones((1, 2 * self._max_thickness + 1), np.uint8)
            bridged = cv2.morphologyEx(self._thin, cv2.MORPH_CLOSE, bridge)
            fat = cv2.dilate(bridged, np.ones((3, 1), np.uint8))
            level = cv2.morphologyEx(fat, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
            self._segments_by_length[length] = np.asarray(level, np.uint8)
        return self._segments_by_length[length]


def _inked_columns(mask: cv2.typing.MatLike) -> int:
    """Return how many columns contain ink."""
    return int(np.count_nonzero(np.asarray(mask).max(axis=0)))


def _fit_parabola(
    rows: NDArray[np.intp], columns: NDArray[np.intp], at_columns: NDArray[np.intp]
) -> NDArray[np.float64] | None:
    """Fit a slightly bent line through pixels, with outliers left out.

    Returns:
        Its row at each of `at_columns`, or None where the pixels lie on no line.
    """
    step = max(1, len(rows) // 2000)
    y, x = rows[::step].astype(np.float64), columns[::step]
    centre = x.mean()
    terms = _powers(x - centre)  # (pixels, 3)
    kept = np.ones(len(x), dtype=bool)
    for max_residual in (8.0, 4.0, 2.0):
        if np.count_nonzero(kept) < 8:
            return None
        own = terms[kept]
        # Three normal equations instead of up to two thousand; x is centred, so they are well conditioned.
        coefficients = np.linalg.lstsq(own.T @ own, own.T @ y[kept], rcond=None)[0]  # (3,)
        residuals = np.abs(y - terms @ coefficients)
        kept = residuals <= max(max_residual, 1.5 * partition_quantile(residuals, 0.5))
    return np.asarray(_powers(at_columns - centre) @ coefficients)


def _powers(x: NDArray[np.float64]) -> NDArray[np.float64]:
    hundreds = x / 100
    return np.stack([hundreds * hundreds, hundreds, np.ones_like(hundreds)], axis=1)  # (N, 3)


def _typical_component_height(labelling: Labelling) -> float:
    """Return the height of what is on the page, larger components counting more."""
    label_map, boxes, areas = labelling
    heights = (boxes[:, 3] - boxes[:, 1])[1:]
    return weighted_median(heights, areas[1:]) if len(heights) else float(max(label_map.shape))
