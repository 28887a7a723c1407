"""A mask of strokes -> long straight rules, solid or broken. Knows nothing of cells.

The Hough transform proposes lines. A line is a rule if ink follows it and no ink runs beside it: a row of writing has
ink on both sides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask
from inkdigits.read.forms.detection.rules.proposed_lines import Lines, fit_lines, propose_lines

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

_COINCIDE = 3.0
"""A proposed line so near to a rule, in pixels, is the rule."""

_SOFT = 2
"""The soft edges of a rule, in pixels on both sides together."""

_REACH = 12
"""How far from its line the ink of a rule is looked at, in pixels."""


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
    level, upright = (_rules(strokes, contrast, lines, axis) for axis, lines in enumerate(propose_lines(strokes)))
    return level, upright


def with_rules(strokes: Mask, rules: Sequence[Rule]) -> Mask:
    """Return strokes with whole rules: no gaps between dots and dashes.

    Args:
        strokes: (h, w), bool.
        rules: On the same page.

    Returns:
        (h, w), bool.
    """
    return _drawn(strokes, rules, 1, 0)


def without_rules(strokes: Mask, rules: Sequence[Rule]) -> Mask:
    """Return strokes without rules, nor their soft edges.

    Args:
        strokes: (h, w), bool.
        rules: On the same page.

    Returns:
        (h, w), bool.
    """
    return _drawn(strokes, rules, 0, _SOFT)


def _drawn(strokes: Mask, rules: Sequence[Rule], value: int, more: int) -> Mask:
    picture = strokes.view(np.uint8).copy()
    for rule in rules:
        start, end = (tuple(map(round, point)) for point in (rule.start, rule.end))
        cv2.line(picture, start, end, value, thickness=max(1, round(rule.thickness)) + more)
    return picture > 0


def _rules(strokes: Mask, contrast: NDArray[np.uint8], lines: Lines, axis: int) -> list[Rule]:
    """Return proposed lines that are rules; axis 0 is from left to right, 1 from top to bottom."""
    rules: list[Rule] = []
    for line in fit_lines(strokes, contrast, lines):
        if any(_lies_on(line, other) for other in rules):
            continue
        rule = _measure(strokes, line)
        if rule is None or _is_cut_off(rule, strokes.shape[1 - axis], axis):
            continue
        if _stands_out(contrast, rule) and not any(_same(rule, other) for other in rules):
            rules.append(rule)
    return sorted(rules, key=lambda rule: -rule.length)


def _lies_on(line: NDArray[np.float64], rule: Rule) -> bool:
    """Tell whether a fitted line, (2, 2), is a piece of a rule."""
    cosine, sine = math.cos(rule.angle), math.sin(rule.angle)
    for x, y in (line - rule.start).tolist():
        if abs(y * cosine - x * sine) > _COINCIDE or not -_COINCIDE <= x * cosine + y * sine <= rule.length + _COINCIDE:
            return False
    return True


def _measure(strokes: Mask, line: NDArray[np.float64]) -> Rule | None:
    """Return a fitted line as a rule, with its true length and thickness, or None if it is none."""
    start, end = _extended(strokes, *line)
    strip = _strip(strokes, start, end)
    on = strip[_REACH - 1 : _REACH + 2].max(axis=0)
    coverage = cv2.dilate(on[None], np.ones((1, 3), np.uint8)).mean()
    inked = strip[:, on > 0]
    if not inked.shape[1] or coverage < _MIN_COVERAGE:
        return None
    profile = inked.mean(axis=1)
    thick = profile > 0.5
    first = last = _REACH
    while first > 0 and thick[first - 1]:
        first -= 1
    while last < 2 * _REACH and thick[last + 1]:
        last += 1
    beside = [strip[max(0, first - 3) : max(1, first - 1)], strip[min(last + 2, 2 * _REACH) : last + 4]]
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


def _strip(strokes: Mask, start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the ink around a line, (2 * reach + 1, length), level."""
    length = float(np.linalg.norm(end - start))
    along = (end - start) / max(length, 1e-6)
    aside = np.array([-along[1], along[0]])
    offsets = np.arange(-_REACH, _REACH + 1)[:, None, None]
    points = start + np.arange(int(length) + 1)[None, :, None] * along + offsets * aside
    return np.asarray(cv2.remap(strokes.view(np.uint8), points.astype(np.float32), None, cv2.INTER_NEAREST), np.uint8)  # type: ignore[call-overload]


def _extended(
    strokes: Mask, start: NDArray[np.float64], end: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of a rule: as far as ink goes on, with gaps as large as between dashes."""
    length = float(np.linalg.norm(end - start))
    along = (end - start) / max(length, 1e-6)
    further = 0.5 * length + 20
    strip = _strip(strokes, start - further * along, end + further * along)
    on = strip[_REACH - 1 : _REACH + 2].max(axis=0)
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
