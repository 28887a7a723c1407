"""Long rules -> combs: cells side by side on one rule, divided by strokes at equal distances. Knows no networks.

A comb may be closed, or open at the top, and its dividers may be short. Its first and last divider stand at the ends
of its rule, so only the number of cells is unknown: the greatest number for which ink rises wherever a divider should
be, and hardly elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask
from inkdigits.read.forms.detection.lattice import Lattice, Span
from inkdigits.read.forms.detection.perspective import Homography, transform
from inkdigits.read.forms.detection.rules.long_rules import Rule

_CELLS = range(4, 41)
"""How many cells a comb may have."""

_MAX_RULES = 40
"""Combs are looked for on so many of the longest rules."""

_MIN_WIDTH = 10
"""Least width of a cell, in pixels of the page."""

_TOOTH = 0.2
"""A divider is at least this high, in widths of a cell."""

_BENDS = np.linspace(-0.12, 0.12, 9)
"""How far perspective moves the middle of a comb, in lengths of the comb."""

_MIN_TEETH = 0.87
"""Least share of the dividers that are seen."""

_MAX_ELSEWHERE = 0.3
"""Greatest share of the places between dividers where ink rises as high."""

_MAX_HIGH = 0.55
"""Greatest share of all places where ink rises as high: with more there is too much of it elsewhere."""

_ENDS = 0.03
"""By this share of its length a rule may be longer at each end than it was seen."""

_CLEARER, _SAME_PLACE = 0.3, 0.2
"""By how much; and how far apart the middles of two combs in one place are, in lengths of the comb."""

_GAPS = (2, 5, 11, 19)
"""Pixels of paper that a broken divider may have between its dots."""

_OPEN_HEIGHT = 1.45
"""Height of the cells of an open comb where its digits don't show it, in widths of a cell."""

_HEIGHTS = (0.7, 2.2)
"""Least and greatest height of a cell, in widths."""


@dataclass(frozen=True, eq=False)
class Comb:
    """A comb on a page.

    Attributes:
        lattice: One row of cells, on a level page.
        to_page: (3, 3), float64, from the level page to the page.
        clearness: How well its dividers are seen, 0 … 2.2: which of them, how thin, and how little ink is elsewhere.
    """

    lattice: Lattice
    to_page: Homography
    clearness: float


def find_combs(strokes: Mask, rules: list[Rule]) -> list[Comb]:
    """Return the combs that stand on rules.

    Args:
        strokes: (h, w), bool.
        rules: Long rules of the page.

    Examples:
        >>> mask = np.zeros((120, 300), dtype=bool)
        >>> mask[80:82, 20:262] = True
        >>> for left in range(20, 261, 40):
        ...     mask[60:80, left : left + 2] = True
        >>> [comb] = find_combs(mask, [Rule((20.0, 80.5), (261.0, 80.5), 2.0)])
        >>> len(comb.lattice.cells)
        6
    """
    combs = []
    for is_below in (True, False):
        for rule in rules[:_MAX_RULES]:
            comb = _comb(strokes, rule, is_below, rules)
            if comb is not None:
                combs.append(comb)
    return [comb for comb in combs if not any(_is_clearer(other, comb) for other in combs)]


def _is_clearer(one: Comb, other: Comb) -> bool:
    """Tell whether a comb stands in the place of another one and its dividers are seen much better."""
    if one.clearness < other.clearness + _CLEARER:
        return False
    corners = [transform(comb.to_page, comb.lattice.vertices[[0, -1], [0, -1]]) for comb in (one, other)]
    away = np.linalg.norm(corners[0].mean(axis=0) - corners[1].mean(axis=0))
    return bool(away < _SAME_PLACE * np.linalg.norm(corners[0][1] - corners[0][0]))


def _comb(strokes: Mask, rule: Rule, is_below: bool, rules: list[Rule]) -> Comb | None:
    """Return the comb on one side of a rule, or None if there is none."""
    if rule.length < 3 * _MIN_WIDTH:
        return None
    rule = _longer(rule)
    strip, along, up = _strip(strokes, rule, is_below)
    reach = round(rule.thickness / 2) + 2
    best = None
    for gap in _GAPS:
        # Dots of a divider may stand apart; but the wider the gaps, the more writing seems to stand on the rule.
        closed = cv2.morphologyEx(strip, cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8)) > 0
        rising = np.logical_and.accumulate(closed[reach:], axis=0).sum(axis=0)  # (w,): height of the ink above the rule
        best = _best_teeth(rising, rule.length)
        if best is not None:
            break
    if best is None:
        return None
    clearness, places = best
    count = len(places) - 1
    width = float(places[-1] - places[0]) / count
    teeth = np.array([_tooth_height(rising, place, width) for place in places])
    tooth = float(np.median(teeth[teeth > 0]))
    height = _height(strip, rule, places, tooth, width, along, up, rules)
    lean = _lean(strip, places, tooth, width)
    # Level coordinates: x along the rule, y down to it.
    origin = np.array(rule.start)
    down = -up
    columns = np.array([[place, -lean, 0.0] for place in places])
    rows = np.array([[-height, 0.0, 0.0], [0.0, 0.0, 0.0]])
    to_page = np.array([[along[0], down[0], origin[0]], [along[1], down[1], origin[1]], [0, 0, 1.0]])
    cells = {Span(0, 1, left, left + 1) for left in range(count)}
    if not is_below:
        # Seen from above it runs from right to left: turn it by half.
        to_page = to_page @ np.array([[-1, 0, rule.length], [0, 1, 0], [0, 0, 1.0]])
        columns = np.array([[rule.length - place, lean, 0.0] for place in places[::-1]])
    return Comb(Lattice(rows, columns, cells), to_page, clearness)


def _longer(rule: Rule) -> Rule:
    """Return a rule that goes on at both ends: where it ends is seen less well than the dividers that stand there."""
    start, end = np.array(rule.start), np.array(rule.end)
    more = _ENDS * (end - start)
    return replace(rule, start=tuple((start - more).tolist()), end=tuple((end + more).tolist()))


def _strip(
    strokes: Mask, rule: Rule, is_below: bool
) -> tuple[NDArray[np.uint8], NDArray[np.float64], NDArray[np.float64]]:
    """Return the ink on one side of a rule, (height, length), row 0 is the rule; and the directions along and away."""
    along = np.array([np.cos(rule.angle), np.sin(rule.angle)])
    up = np.array([along[1], -along[0]]) * (1 if is_below else -1)
    height = int(min(rule.length / _CELLS[0] * _HEIGHTS[1], 400)) + 1
    points = (
        np.array(rule.start)
        + np.arange(int(rule.length) + 1)[None, :, None] * along
        + np.arange(height)[:, None, None] * up
    ).astype(np.float32)
    strip = cv2.remap(strokes.view(np.uint8), points[..., 0], points[..., 1], cv2.INTER_NEAREST)
    return np.asarray(strip, np.uint8), along, up


def _best_teeth(rising: NDArray[np.intp], length: float) -> tuple[float, NDArray[np.float64]] | None:
    """Return how well the dividers are seen, and their places along the rule, or None if there are none."""
    best = None
    last = len(rising) - 1
    for count in _CELLS:
        width = length / (1 + 2 * _ENDS) / count
        if width < _MIN_WIDTH:
            break
        high = rising >= _TOOTH * width  # (w,)
        if not count <= np.count_nonzero(high) <= _MAX_HIGH * len(high):
            continue
        reach = max(2, round(0.07 * width))
        near = cv2.dilate(high.view(np.uint8)[None], np.ones((1, 2 * reach + 1), np.uint8))[0] > 0
        share = np.arange(count + 1) / count
        bent = share + _BENDS[:, None] * share * (1 - share)  # (bends, count + 1)
        beyond = round(_ENDS * len(high))
        window = beyond + round(0.6 * width)
        for first in _ends(high[:window], beyond):
            for end in _ends(high[::-1][:window], beyond):
                if not (near[round(first)] and near[round(last - end)]):
                    continue
                places = first + (last - end - first) * bent
                seen = near[np.clip(np.round(places).astype(int), 0, last)]  # (bends, count + 1)
                for bend in np.flatnonzero(seen.mean(axis=1) >= _MIN_TEETH).tolist():
                    quality = _quality(high, near, places[bend], width)
                    if quality is not None and (best is None or quality > best[0]):
                        best = (quality, places[bend])
    return best


def _ends(high: NDArray[np.bool_], usual: int) -> list[float]:
    """Return where the outermost divider may be: where the rule ends, and where ink rises first."""
    rising = np.flatnonzero(high)
    if not len(rising):
        return [float(usual)]
    run = rising[: 1 + int(np.argmax(np.diff(rising, append=rising[-1] + 2) > 1))]
    return [float(usual), float(run.mean())]


def _quality(
    high: NDArray[np.bool_], near: NDArray[np.bool_], places: NDArray[np.float64], width: float
) -> float | None:
    """Return how well dividers are seen, or None if ink rises elsewhere, or there are twice as many."""
    last = len(high) - 1
    at = np.clip(np.round(places).astype(int), 0, last)
    between = np.clip(np.round((places[1:] + places[:-1]) / 2).astype(int), 0, last)
    if float(near[between].mean()) >= _MIN_TEETH:
        return None
    away = np.ones(len(high), dtype=bool)
    for place in places.tolist():
        away[max(0, round(place - 0.16 * width)) : round(place + 0.16 * width) + 1] = False
    elsewhere = float(high[away].mean()) if away.any() else 1.0
    if elsewhere > _MAX_ELSEWHERE:
        return None
    # Dividers are thin; where writing stands on the rule, ink is wide.
    around = round(0.25 * width)
    sums = np.concatenate([[0], np.cumsum(high)])
    counts = sums[np.clip(at + around + 1, 0, last + 1)] - sums[np.clip(at - around, 0, last + 1)]
    thin = float((counts <= 0.2 * width + 2)[1:-1].mean())
    return float(near[at].mean()) + float(high[at].mean()) * 0.2 + thin - elsewhere


def _tooth_height(rising: NDArray[np.intp], place: float, width: float) -> float:
    reach = max(2, round(0.07 * width))
    first, last = max(0, round(place) - reach), round(place) + reach + 1
    return float(rising[first:last].max(initial=0))


def _height(
    strip: NDArray[np.uint8],
    rule: Rule,
    places: NDArray[np.float64],
    tooth: float,
    width: float,
    along: NDArray[np.float64],
    up: NDArray[np.float64],
    rules: list[Rule],
) -> float:
    """Return the height of the cells: up to a second rule, or to the paper above the digits."""
    for other in rules:
        if other is rule or other.length < 0.8 * rule.length:
            continue
        ends = (np.array([other.start, other.end]) - rule.start) @ np.stack([along, up], axis=1)  # (2, 2)
        away = float(ends[:, 1].mean())
        overlap = min(ends[1, 0], rule.length) - max(ends[0, 0], 0)
        is_level = abs(ends[0, 1] - ends[1, 1]) < 0.3 * width
        if (
            is_level
            and overlap > 0.9 * rule.length
            and _HEIGHTS[0] * width < away < _HEIGHTS[1] * width
            and tooth > 0.6 * away
        ):
            return away
    free = np.ones(strip.shape[1], dtype=bool)
    for place in places:
        free[max(0, round(place - 0.1 * width)) : round(place + 0.1 * width) + 1] = False
    inked = strip[:, free].mean(axis=1) > 0.01
    start = max(round(_HEIGHTS[0] * width), round(0.9 * tooth))
    clear = max(2, round(0.06 * width))
    for row in range(start, min(len(inked), round(_HEIGHTS[1] * width))):
        if not inked[row : row + clear].any():
            return max(row + 0.5 * clear, tooth)
    return max(tooth, _OPEN_HEIGHT * width)


def _lean(strip: NDArray[np.uint8], places: NDArray[np.float64], tooth: float, width: float) -> float:
    """Return how far dividers move along the rule for each pixel that they rise."""
    reach = max(2, round(0.12 * width))
    low, high = round(0.25 * tooth), round(0.8 * tooth)
    if high - low < 6:
        return 0.0
    leans = []
    for place in places:
        first = max(0, round(place) - reach)
        piece = strip[:, first : round(place) + reach + 1]
        centres = []
        for row in (low, high):
            profile = piece[max(0, row - 2) : row + 3].mean(axis=0)
            if profile.max(initial=0) < 0.5:
                break
            centres.append(float((profile * np.arange(len(profile))).sum() / profile.sum()))
        if len(centres) == 2:
            leans.append((centres[1] - centres[0]) / (high - low))
    return float(np.median(leans)) if len(leans) >= 3 else 0.0
