"""A level form -> its ink without the rules. Knows nothing of cells' content or networks.

Rules and ink both take light away. What a rule takes is measured along each side of each cell and divided out; where
the rule itself is nearly black, ink that comes in on one side and goes out on the other is taken as crossing it.
"""

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.pictures.light import Grey
from inkdigits.read.forms.raster import FormRaster

_WINDOW = 31
"""Side of the window whose brightest pixel is paper."""

_BAND = 0.16
"""A rule and its soft edges are no wider than twice this share of the smaller cell's side."""

_TEETH_PARTS = 7
"""Parts of a cell's height in which short rules are looked for one by one."""

_TOOTH, _MIN_TEETH = 0.15, 0.6
"""A part has a divider if it takes this share of the light; dividers are where so many columns have one."""

_SOLID = 0.45
"""A rule that takes more than this share of the light hides ink."""

_AS_DARK = 0.8
"""Ink shows on a rule that takes less than this share of what full ink takes."""

_FAINT = 0.06
"""What takes less than this share of the light is no rule."""

_DARK = 0.4
"""Share of what the darkest pixels take that ink takes."""

_MIN_ALIKE, _ALIKE = 4, 0.7
"""So many pieces of a rule, or dividers of a comb, show what is usual. This share of a rule's pieces takes no more."""

_CHANNELS = np.array(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.299, 0.587, 0.114], [0.5, 0.5, 0]],
    np.float32,
)
"""Mixtures of red, green and blue to look for ink in."""


def ink_without_rules(raster: FormRaster, page: NDArray[np.uint8], *, has_teeth: bool = False) -> Grey:
    """Return the ink of a form, (h, w), float32: 0 is paper, 1 is what takes all light.

    Args:
        raster: The form.
        page: (h, w, 3), uint8, red, green and blue in 0 … 255: dark strokes on bright paper.
        has_teeth: Whether rules between columns may be shorter than the cells.
    """
    colours = raster.sample(page)
    paper = cv2.morphologyEx(cv2.medianBlur(colours, 3), cv2.MORPH_CLOSE, np.ones((_WINDOW, _WINDOW), np.uint8))
    paper = cv2.blur(paper, (_WINDOW // 2 | 1, _WINDOW // 2 | 1))
    share = cv2.divide(colours, np.maximum(paper, 24), dtype=cv2.CV_32F)
    taken = np.asarray(1 - share, np.float32)  # (h, w, 3)
    ink = np.clip(_clearest(taken, raster), 0, 1)
    band = _band(raster)
    ink = _without_row_rules(ink, raster.rows, raster.columns, band)
    rows = raster.rows
    if has_teeth:
        rows = _toothed_rows(ink, raster, band)
    ink = _without_row_rules(np.ascontiguousarray(ink.T), raster.columns, rows, band).T
    return np.ascontiguousarray(ink, np.float32)


def _toothed_rows(ink: Grey, raster: FormRaster, band: int) -> NDArray[np.intp]:
    """Return the edges of those parts of a comb's height that have dividers, from top to bottom."""
    edges = np.round(np.linspace(raster.rows[0], raster.rows[-1], _TEETH_PARTS + 1)).astype(int)
    top = 0
    for part in range(_TEETH_PARTS - 1):
        piece = ink[edges[part] : edges[part + 1]]
        strips = [piece[:, max(0, column - band) : column + band + 1].T for column in raster.columns.tolist()]
        seen = [float(_profile(strip, min(band, len(strip) - 1)).max(initial=0)) >= _TOOTH for strip in strips]
        if np.mean(seen) >= _MIN_TEETH:
            break
        top = part + 1
    return edges[top:]


def _band(raster: FormRaster) -> int:
    smaller = min(int(np.diff(raster.rows).min()), int(np.diff(raster.columns).min()))
    return max(3, round(_BAND * smaller))


def _clearest(taken: NDArray[np.float32], raster: FormRaster) -> Grey:
    """Return the mixture of red, green and blue in which ink stands out best against paper and rules."""
    near_rule = np.zeros(taken.shape[:2], dtype=bool)
    band = _band(raster)
    rules = near_rule.copy()
    for row in raster.rows.tolist():
        near_rule[max(0, row - band) : row + band + 1] = True
        rules[row, raster.columns[0] : raster.columns[-1]] = True
    for column in raster.columns.tolist():
        near_rule[:, max(0, column - band) : column + band + 1] = True
        rules[raster.rows[0] : raster.rows[-1], column] = True
    inside = np.zeros_like(near_rule)
    inside[raster.rows[0] : raster.rows[-1], raster.columns[0] : raster.columns[-1]] = True
    free = taken[inside & ~near_rule]  # (pixels, 3)
    on_rules = taken[rules]
    if len(free) < 20:
        return np.asarray(taken @ _CHANNELS[3])
    step = max(1, len(free) // 40_000)
    free = free[::step]
    strength = free.sum(axis=1)
    dark = free[strength >= max(_DARK * np.quantile(strength, 0.995), 0.15)]
    if not len(dark):
        return np.asarray(taken @ _CHANNELS[3])
    rule = np.quantile(on_rules, 0.6, axis=0)
    noise = np.array([np.median(np.abs(free @ channel)) for channel in _CHANNELS])
    # A page may have print and a pen: the paler of both counts.
    ink = np.quantile(dark @ _CHANNELS.T, 0.2, axis=0)  # (channels,)
    visible = ink - 0.8 * np.maximum(_CHANNELS @ rule, 0) - 1.5 * noise
    return np.asarray(taken @ _CHANNELS[int(np.argmax(visible))])


def _without_row_rules(ink: Grey, rows: NDArray[np.intp], columns: NDArray[np.intp], band: int) -> Grey:
    """Return the ink without the rules at the given rows."""
    result = ink.copy()
    height, width = ink.shape
    dark = ink[ink > _SOLID]
    full = float(np.quantile(dark, 0.9)) if len(dark) else 0.0
    edges = [0, *columns[1:-1].tolist(), width]
    profiles = np.zeros((len(rows), len(edges) - 1, 2 * band + 1), np.float32)
    strips = []
    for number, row in enumerate(rows.tolist()):
        top, bottom = max(0, row - band), min(height, row + band + 1)
        for place, (left, right) in enumerate(pairwise(edges)):
            first, last = max(left, int(columns[0]) - 2), min(right, int(columns[-1]) + 3)
            strip = np.s_[top:bottom, first:last]
            if ink[strip].size:
                own = np.s_[number, place, top - row + band : bottom - row + band]
                profiles[own] = _profile(ink[strip], row - top)
                strips.append((strip, own))
    profiles = np.minimum(profiles, _most_of_rule(profiles))
    for strip, own in strips:
        if profiles[own].max() >= _FAINT:
            result[strip] = _divided(ink[strip], profiles[own], full)
    return result


def _most_of_rule(profiles: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the most that each rule may take: what is more is a stroke that runs along it in one cell.

    Args:
        profiles: (rules, cells along a rule, places across it), float32, 0 … 1.
    """
    most = np.ones_like(profiles)
    if profiles.shape[1] >= _MIN_ALIKE:
        most[:] = np.quantile(profiles, _ALIKE, axis=1, keepdims=True)
    elif (len(profiles) - 2) * profiles.shape[1] >= _MIN_ALIKE:
        # The dividers of a comb are alike, and its border is another rule.
        most[1:-1] = np.median(profiles[1:-1], axis=(0, 1))
    else:
        return most
    beside = np.pad(most, ((0, 0), (0, 0), (1, 1)))
    most = np.maximum.reduce([beside[..., :-2], most, beside[..., 2:]])
    return np.asarray(1.15 * most + 0.03, np.float32)


def _profile(strip: Grey, middle: int) -> NDArray[np.float32]:
    """Return what a rule takes in each row of a strip, (rows,): it falls off on both sides of its middle."""
    profile = np.quantile(strip, 0.6, axis=1).astype(np.float32)
    near = profile[max(0, middle - 2) : middle + 3]
    peak = max(0, middle - 2) + int(near.argmax())
    profile[: peak + 1] = np.minimum.accumulate(profile[: peak + 1][::-1])[::-1]
    profile[peak:] = np.minimum.accumulate(profile[peak:])
    profile[profile < 0.04] = 0
    return profile


def _divided(strip: Grey, profile: NDArray[np.float32], full: float) -> Grey:
    """Return a strip without its rule; full ink takes the share `full` of the light."""
    taken = profile[:, None]
    clear = 1 - (1 - strip) / np.maximum(1 - taken, 0.08)
    # Where the rule takes most of the light, little is left to tell ink from the rule's own unevenness.
    clear = np.clip(clear - 0.5 * taken, 0, 1) * (1 + 0.5 * taken)
    clear = np.minimum(clear, strip)
    solid = np.flatnonzero(profile > max(_SOLID, _AS_DARK * full))
    if len(solid):
        first, last = int(solid[0]), int(solid[-1])
        reach = 2 * ((last - first + 1) // 2 + 1) + 1
        above = strip[max(0, first - 2) : first].max(axis=0) if first else np.zeros(strip.shape[1], np.float32)
        below = strip[last + 1 : last + 3].max(axis=0) if last + 1 < len(strip) else np.zeros_like(above)
        above, below = above - _beside(profile, first - 2, first), below - _beside(profile, last + 1, last + 3)
        spread = [cv2.dilate(np.maximum(side, 0)[None], np.ones((1, reach), np.uint8))[0] for side in (above, below)]
        crossing = np.minimum(*spread)
        clear[first : last + 1] = np.maximum(np.where(crossing > 0.2, crossing, 0), 0.0)
    return np.asarray(clear, np.float32)


def _beside(profile: NDArray[np.float32], first: int, last: int) -> float:
    return float(profile[max(0, first) : max(0, last)].max(initial=0.0))
