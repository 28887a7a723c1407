"""A mask of strokes -> long straight rules, solid or broken. Knows nothing of cells.

The Hough transform proposes lines. A line is a rule if ink follows it and no ink runs beside it: a row of writing has
ink on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask

_SIDE = 1000
"""Longest side of the mask in which lines are proposed, in pixels."""

_MIN_SHARE, _MIN_LENGTH = 0.08, 40
"""A rule is at least this share of the longest side, and so many pixels of the small mask."""

_MAX_GAP = 14
"""Pixels of the small mask between two dashes of a rule."""

_MAX_POINTS = 150_000
"""A mask with more ink than this has no rules that can be told from the rest."""

_MAX_LINES = 100
"""At most this many proposed lines are examined: the longest."""

_MIN_COVERAGE = 0.55
"""Least share of a rule with ink on it: dots with wide gaps cover so much, with the tolerance."""

_DARKER, _MIN_DARKNESS = 1.7, 12.0
"""A rule is so many times as dark as what is beside it, and this much darker still, 0 … 255."""

_EDGE = 0.01
"""A rule that ends within this share of the picture's width from its edge is cut off by it."""

_SAMPLES = 200
"""Points of a rule that are looked at."""

_CLEARER = 0.25
"""By how much a rule is better covered than a line beside it."""

_PROPOSED_CLEARER = 0.15
"""The same of a proposed line, which may be a little off."""

_OFF, _BESIDE = 4, (8, 14)
"""How far a proposed line may be off, and how far from it its surroundings are looked at, in pixels."""


@dataclass(frozen=True)
class Rule:
    """A straight rule.

    Attributes:
        start, end: (x, y) in pixels, from left to right, or from top to bottom.
        thickness: In pixels.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    thickness: float

    @property
    def length(self) -> float:
        """In pixels."""
        return float(np.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1]))

    @property
    def angle(self) -> float:
        """Against the x axis, radians, clockwise on the screen."""
        return float(np.arctan2(self.end[1] - self.start[1], self.end[0] - self.start[0]))


def find_long_rules(strokes: Mask, contrast: NDArray[np.uint8]) -> tuple[list[Rule], list[Rule]]:
    """Return the long straight rules of a page: from left to right, and from top to bottom; the longest first.

    Args:
        strokes: (h, w), bool.
        contrast: (h, w), uint8, how much darker than the paper around it each pixel is, 0 … 255.

    Examples:
        >>> mask = np.zeros((100, 300), dtype=bool)
        >>> mask[60:62, 20:280] = True
        >>> [rule], upright = find_long_rules(mask, mask.astype(np.uint8) * 200)
        >>> round(rule.length), round(rule.thickness), upright
        (259, 2, [])
    """
    scale = min(1.0, _SIDE / max(strokes.shape))
    small = strokes.view(np.uint8)
    if scale < 1:
        size = (round(strokes.shape[1] * scale), round(strokes.shape[0] * scale))
        small = np.asarray(cv2.resize(255 * small, size, interpolation=cv2.INTER_AREA) > 90, np.uint8)
    if cv2.countNonZero(small) > _MAX_POINTS:
        return [], []
    length = max(_MIN_LENGTH, _MIN_SHARE * max(small.shape))
    cv2.setRNGSeed(0)
    found = cv2.HoughLinesP(small, 1, np.pi / 360, int(0.4 * length), minLineLength=length, maxLineGap=_MAX_GAP)
    if found is None:
        return [], []
    lines = found.reshape(-1, 2, 2).astype(np.float64) / scale
    across = np.abs(lines[:, 1] - lines[:, 0])
    is_upright = across[:, 1] > across[:, 0]
    level, upright = (
        _rules(strokes, contrast, lines[chosen], axis) for axis, chosen in enumerate((~is_upright, is_upright))
    )
    return level, upright


def _rules(strokes: Mask, contrast: NDArray[np.uint8], lines: NDArray[np.float64], axis: int) -> list[Rule]:
    """Return proposed lines that are rules; axis 0 is from left to right, 1 from top to bottom."""
    lines = np.where((lines[:, :1, axis, None] <= lines[:, 1:, axis, None]), lines, lines[:, ::-1])
    lines = _distinct(lines[np.argsort(-np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1))])[:_MAX_LINES]
    rules: list[Rule] = []
    for line in lines[_may_be_rules(strokes, lines)]:
        rule = _measure(strokes, line)
        if rule is None or _is_cut_off(rule, strokes.shape[1 - axis], axis):
            continue
        if _stands_out(contrast, rule) and not any(_same(rule, other) for other in rules):
            rules.append(rule)
    return sorted(rules, key=lambda rule: -rule.length)


def _distinct(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one of each group of proposed lines that nearly coincide: the first."""
    across = lines[:, 1] - lines[:, 0]
    angles = np.arctan2(across[:, 1], across[:, 0])
    middles = lines.mean(axis=1)
    away = middles[:, 1] * np.cos(angles) - middles[:, 0] * np.sin(angles)
    along = middles[:, 0] * np.cos(angles) + middles[:, 1] * np.sin(angles)
    groups = np.stack([np.round(angles / 0.03), np.round(away / 6), np.round(along / 150)], axis=1)
    _, first = np.unique(groups, axis=0, return_index=True)
    return lines[np.sort(first)]


def _may_be_rules(strokes: Mask, lines: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell at a glance which proposed lines are better covered than what is beside them, (N,): noise is not."""
    along = lines[:, 1] - lines[:, 0]
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.maximum(np.linalg.norm(along, axis=1), 1e-6)[:, None]
    offsets = np.arange(-_BESIDE[1], _BESIDE[1] + 1)
    shares = np.linspace(0, 1, _SAMPLES)[:, None]
    near = cv2.dilate(strokes.view(np.uint8), np.ones((3, 3), np.uint8))
    covered = np.empty((len(lines), len(offsets)))
    for number, (line, across) in enumerate(zip(lines, aside, strict=True)):
        points = line[0] + shares * (line[1] - line[0]) + offsets[:, None, None] * across  # (offsets, samples, 2)
        x = np.clip(np.rint(points[..., 0]), 0, strokes.shape[1] - 1).astype(np.intp)
        y = np.clip(np.rint(points[..., 1]), 0, strokes.shape[0] - 1).astype(np.intp)
        covered[number] = near[y, x].mean(axis=1)
    beside = np.abs(offsets) >= _BESIDE[0]
    best = covered[:, np.abs(offsets) <= _OFF].max(axis=1)
    return np.asarray(best >= np.minimum(covered[:, beside].mean(axis=1) + _PROPOSED_CLEARER, 1.0))


def _measure(strokes: Mask, line: NDArray[np.float64]) -> Rule | None:
    """Return a proposed line as a rule, with its true place, length and thickness, or None if it is none."""
    start, end = line
    for _ in range(2):
        strip, reach, _, aside = _strip(strokes, start, end)
        # A straight line through the middle of the ink nearest to each place.
        offsets = np.arange(-reach, reach + 1)
        near = strip * np.exp(-0.5 * (offsets[:, None] / (0.5 * reach)) ** 2)
        pieces = np.array_split(near, min(12, near.shape[1]), axis=1)
        places, centres = [], []
        position = 0
        for piece in pieces:
            profile = cv2.blur(piece.mean(axis=1, keepdims=True).astype(np.float32), (1, 3))[:, 0]
            if profile.max() > 0.3:
                places.append(position + piece.shape[1] / 2)
                centres.append(_centre(profile, offsets))
            position += piece.shape[1]
        if len(places) < 4:
            return None
        slope, constant = _robust_line(np.array(places), np.array(centres))
        length = np.linalg.norm(end - start)
        start, end = start + aside * constant, end + aside * (constant + slope * length)
    start, end = _extended(strokes, start, end)
    strip, reach, *_ = _strip(strokes, start, end)
    on = strip[reach - 1 : reach + 2].max(axis=0)
    coverage = cv2.dilate(on[None], np.ones((1, 3), np.uint8)).mean()
    inked = strip[:, on > 0]
    if not inked.shape[1] or coverage < _MIN_COVERAGE:
        return None
    profile = inked.mean(axis=1)
    thick = profile > 0.5
    first = last = reach
    while first > 0 and thick[first - 1]:
        first -= 1
    while last < 2 * reach and thick[last + 1]:
        last += 1
    beside = [strip[max(0, first - 3) : max(1, first - 1)], strip[min(last + 2, 2 * reach) : last + 4]]
    others = [float(one.max(axis=0).mean()) for one in beside if one.size]
    if others and float(np.mean(others)) > coverage - _CLEARER:
        return None
    return Rule((float(start[0]), float(start[1])), (float(end[0]), float(end[1])), float(last - first + 1))


def _is_cut_off(rule: Rule, length: int, axis: int) -> bool:
    """Tell whether a rule runs across the whole picture: those of writing paper do."""
    return rule.start[axis] < _EDGE * length and rule.end[axis] > (1 - _EDGE) * length


def _stands_out(contrast: NDArray[np.uint8], rule: Rule) -> bool:
    """Tell whether a rule is much darker than what is beside it: grains of paper in a row are not."""
    along = np.array([np.cos(rule.angle), np.sin(rule.angle)])
    aside = np.array([-along[1], along[0]])
    away = rule.thickness / 2 + 5
    places = np.array(rule.start) + np.linspace(0, rule.length, _SAMPLES)[:, None] * along
    darkness = []
    for off in (-away - 2, -away, 0.0, away, away + 2):
        x, y = np.round(places + off * aside).astype(int).T
        inside = (x >= 1) & (y >= 1) & (x < contrast.shape[1] - 1) & (y < contrast.shape[0] - 1)
        darkness.append(float(contrast[y[inside], x[inside]].mean()) if inside.any() else 0.0)
    beside = (darkness[0] + darkness[1] + darkness[3] + darkness[4]) / 4
    return darkness[2] > _DARKER * beside + _MIN_DARKNESS


def _strip(
    strokes: Mask, start: NDArray[np.float64], end: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], int, NDArray[np.float64], NDArray[np.float64]]:
    """Return the ink around a line, (2 * reach + 1, length), level, and the directions along it and across it."""
    length = float(np.linalg.norm(end - start))
    along = (end - start) / max(length, 1e-6)
    aside = np.array([-along[1], along[0]])
    reach = 12
    offsets = np.arange(-reach, reach + 1)[:, None, None]
    points = start + np.arange(int(length) + 1)[None, :, None] * along + offsets * aside
    x, y = np.round(points).astype(int).transpose(2, 0, 1)
    inside = (x >= 0) & (y >= 0) & (x < strokes.shape[1]) & (y < strokes.shape[0])
    x, y = np.clip(x, 0, strokes.shape[1] - 1), np.clip(y, 0, strokes.shape[0] - 1)
    return (strokes[y, x] & inside).astype(np.uint8), reach, along, aside


def _centre(profile: NDArray[np.float32], offsets: NDArray[np.intp]) -> float:
    best = int(profile.argmax())
    weights = np.where(np.abs(offsets - offsets[best]) <= 4, np.maximum(profile - 0.5 * profile[best], 0), 0)
    return float((weights * offsets).sum() / max(weights.sum(), 1e-6))


def _robust_line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    kept = np.ones(len(x), dtype=bool)
    slope, constant = 0.0, 0.0
    for _ in range(3):
        if kept.sum() < 2:
            break
        slope, constant = np.polyfit(x[kept], y[kept], 1)
        residuals = np.abs(y - slope * x - constant)
        kept = residuals <= max(1.5, 2 * float(np.median(residuals)))
    return float(slope), float(constant)


def _extended(
    strokes: Mask, start: NDArray[np.float64], end: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of a rule: as far as ink goes on, with gaps as large as between dashes."""
    length = float(np.linalg.norm(end - start))
    along = (end - start) / max(length, 1e-6)
    further = 0.5 * length + 20
    strip, reach, *_ = _strip(strokes, start - further * along, end + further * along)
    on = strip[reach - 1 : reach + 2].max(axis=0)
    middle = len(on) // 2
    gap = max(4, round(0.03 * length))
    inked = np.flatnonzero(on)
    right = inked[inked >= middle]
    left = inked[inked <= middle][::-1]
    if not len(right) or not len(left):
        return start, end
    last = right[np.flatnonzero(np.diff(right, append=right[-1] + 10 * gap + 99) > gap)[0]]
    first = left[np.flatnonzero(-np.diff(left, append=left[-1] - 10 * gap - 99) > gap)[0]]
    origin = start - further * along
    return origin + first * along, origin + last * along


def _same(one: Rule, other: Rule) -> bool:
    """Tell whether two rules lie on each other."""
    direction = np.array([np.cos(other.angle), np.sin(other.angle)])
    aside = np.array([-direction[1], direction[0]])
    ends = np.array([one.start, one.end]) - other.start
    off = np.abs(ends @ aside)
    place = np.sort(ends @ direction)
    overlap = min(place[1], other.length) - max(place[0], 0)
    return bool(off.max() < other.thickness + 4 and overlap > 0.5 * one.length)
