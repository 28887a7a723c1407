"""Strokes -> strokes without ruled lines, underlines and borders. Knows nothing of light or digits.

A ruled line is thin, long and nearly straight. Only its own pixels go: where a stroke crosses it, the ink is higher
than the line is thick, and stays.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import partition_quantile
from inkdigits.read.page.component_labelling import Components, find_components

_Mask: TypeAlias = NDArray[np.bool_]

_WHOLE = 0.6
"""A line over this share of the page is ruled, whatever else stands there."""

_LONG = 3.5
"""A line of this many heights of a digit is an underline or a border: no stroke of a digit is that long."""

_GRID = 2
"""Lines in each direction that make a grid."""

_COVERED = 0.7
"""Share of a line's length on which its ink is seen: a row of digits with level feet has gaps."""

_MOST = 300
"""Only so many candidates in each direction are looked at."""


def without_ruling(mask: _Mask) -> tuple[_Mask, Components]:
    """Take out ruled lines, across and down, level or a few degrees askew.

    Args:
        mask: (h, w), what may be ink.

    Returns:
        (h, w), without the lines, a new array where there were any; and what hangs together in it.

    Examples:
        >>> mask = np.zeros((80, 200), dtype=bool)
        >>> mask[20:60, 50:54] = True
        >>> mask[50:52] = True
        >>> kept, components = without_ruling(mask)
        >>> bool(kept[20:60, 50:54].all()), bool(kept[50, 100]), len(components.areas) - 1
        (True, False, 1)
    """
    thick = _thickest(mask)
    if not thick:
        return mask, find_components(mask)
    height, width = mask.shape
    level = _Direction(mask, thick)
    count, across = level.lines(_WHOLE * width)
    kept = mask
    # In a narrow picture each 1 runs from edge to edge: only a grid has lines down that long.
    if count >= _GRID:
        count, down = _Direction(mask.T, thick).lines(_WHOLE * height)
        if count >= _GRID:
            kept = kept & ~down.T
    if across.any():
        kept = kept & ~across
    if kept is not mask:
        level = _Direction(kept, thick)
    components = find_components(kept)
    least = _LONG * _usual_height(components)
    across = level.lines(least)[1]
    if across.any():
        kept = kept & ~across
    down = _Direction(kept.T, thick).lines(least)[1]
    if down.any():
        kept = kept & ~down.T
    ruled = across.any() or down.any()
    return np.ascontiguousarray(kept), find_components(kept) if ruled else components


def _thickest(mask: _Mask) -> int:
    """Return how thick a ruled line is at most: little more than the strokes, and 0 on an empty page."""
    inner = cv2.erode(mask.view(np.uint8), np.ones((3, 3), np.uint8))
    ink, core = int(np.count_nonzero(mask)), int(np.count_nonzero(inner))
    if not ink:
        return 0
    pen = 2.0 * ink / max(ink - core, 1)  # a thin thing is half edge
    return int(max(3, round(1.4 * min(pen, max(3.0, min(mask.shape) / 20)))))


class _Direction:
    """Looks for lines across.

    Args:
        mask: (h, w), what may be ink.
        thick: How thick a line is at most.
    """

    def __init__(self, mask: _Mask, thick: int) -> None:
        self._mask, self._thick = mask, thick
        self._level: dict[int, NDArray[np.uint8]] = {}

    @cached_property
    def _thin(self) -> NDArray[np.uint8]:
        """What is no higher than a line is thick."""
        binary = np.ascontiguousarray(self._mask).view(np.uint8)
        thick_parts = cv2.morphologyEx(binary, cv2.MORPH_OPEN, np.ones((self._thick + 1, 1), np.uint8))
        return np.asarray(cv2.subtract(binary, thick_parts), np.uint8)

    def lines(self, least: float) -> tuple[int, _Mask]:
        """Return how many lines are at least so long, and which pixels are theirs alone."""
        mask, thick = self._mask, self._thick
        taken = np.zeros(mask.shape, dtype=bool)
        least = max(24, round(least))
        if least > mask.shape[1]:
            return 0, taken
        thin = self._thin
        count = 0
        for rows, columns in self._chains(least):
            x = np.arange(int(columns.min()), int(columns.max()) + 1)
            middle = _fit(rows, columns, x)
            if middle is None:
                continue
            offsets = np.arange(-thick, thick + 1)
            y = np.clip(np.round(middle).astype(int)[None] + offsets[:, None], 0, mask.shape[0] - 1)
            ink = thin[y, x[None]] > 0  # (offsets, columns)
            own = ink & (np.abs(offsets)[:, None] <= thick / 2 + 1)
            seen = own.any(axis=0)
            # On the stretch where a stroke stands on the line there is no telling: it counts as neither.
            crossed = mask[y, x[None]].any(axis=0) & ~seen
            if seen.sum() < _COVERED * (len(x) - crossed.sum()) or seen.sum() < 0.5 * least:
                continue
            thickness = partition_quantile(ink[:, seen].sum(axis=0), 0.5)
            slim = ink.sum(axis=0) <= thickness + max(1.0, 0.5 * thickness)
            taken[y[own & slim], np.broadcast_to(x, y.shape)[own & slim]] = True
            count += 1
        return count, taken

    def _chains(self, least: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Find pieces that run level, one behind the other; give the rows and columns of each chain's thin ink."""
        run = max(9, min(least // 4, 6 * self._thick))
        level = self._pieces(run)
        # Gaps twice as long as a piece are closed: more can't come of it.
        if 3 * _width(level) < least:
            return
        joined = cv2.morphologyEx(level, cv2.MORPH_CLOSE, np.ones((1, 2 * run + 1), np.uint8))
        if _width(joined) < least:
            return
        labels, boxes, _ = find_components(np.asarray(joined, np.uint8))
        widths = (boxes[:, 2] - boxes[:, 0]).tolist()
        chosen = [label for label in range(1, len(widths)) if widths[label] >= least]
        for label in sorted(chosen, key=lambda label: -widths[label])[:_MOST]:
            left, top, right, bottom = boxes[label].tolist()
            window = np.s_[top:bottom, left:right]
            rows, columns = np.nonzero((labels[window] == label) & (self._thin[window] > 0))
            if len(rows):
                yield rows + top, columns + left

    def _pieces(self, run: int) -> NDArray[np.uint8]:
        """Return where thin ink runs level for so many pixels; what was looked at once is remembered."""
        if run not in self._level:
            bridged = cv2.morphologyEx(self._thin, cv2.MORPH_CLOSE, np.ones((1, 2 * self._thick + 1), np.uint8))
            fat = cv2.dilate(bridged, np.ones((3, 1), np.uint8))
            level = cv2.morphologyEx(fat, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
            self._level[run] = np.asarray(level, np.uint8)
        return self._level[run]


def _width(mask: cv2.typing.MatLike) -> int:
    """Return how many columns have anything in them."""
    return int(np.count_nonzero(np.asarray(mask).max(axis=0)))


def _fit(rows: NDArray[np.intp], columns: NDArray[np.intp], wanted: NDArray[np.intp]) -> NDArray[np.float64] | None:
    """Lay a slightly bent line through pixels, leaving out what strays.

    Returns:
        Its row at each of the columns wanted, or None where the pixels lie on no line.
    """
    step = max(1, len(rows) // 2000)
    y, x = rows[::step].astype(np.float64), columns[::step]
    centre = x.mean()
    places = _powers(x - centre)
    kept = np.ones(len(x), dtype=bool)
    for stray in (8.0, 4.0, 2.0):
        if np.count_nonzero(kept) < 8:
            return None
        own = places[kept]
        # Of two thousand equations the three normal ones: the places are centred, and many times a line's bend.
        bent = np.linalg.lstsq(own.T @ own, own.T @ y[kept], rcond=None)[0]
        away = np.abs(y - places @ bent)
        kept = away <= max(stray, 1.5 * partition_quantile(away, 0.5))
    return np.asarray(_powers(wanted - centre) @ bent)


def _powers(x: NDArray[np.float64]) -> NDArray[np.float64]:
    hundreds = x / 100
    return np.stack([hundreds * hundreds, hundreds, np.ones_like(hundreds)], axis=1)


def _usual_height(components: Components) -> float:
    """Return the height of what stands on the page, larger things counting more."""
    labels, boxes, areas = components
    heights, weights = (boxes[:, 3] - boxes[:, 1])[1:], areas[1:]
    if not len(heights):
        return float(max(labels.shape))
    order = np.argsort(heights)
    half = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)
    return float(heights[order][half])
