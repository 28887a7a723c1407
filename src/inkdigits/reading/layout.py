"""Strokes on a page -> lines of writing, in reading order. Knows no networks and no light.

Strokes that hang together are parts. Parts of about the same height that stand side by side make a line; dots,
commas, dashes and specks belong to the line beside them and alone make none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.reading.ink import Mask, Page

_MOST_PARTS = 1500
"""Only so many of the largest parts are looked at: a picture with more is no writing."""

_MOST_LINES = 150
"""A page with more lines than this is no writing either: the most inked are read."""

_LEAST_HEIGHT = 5
"""Pixels of the page: what is smaller can't be told from dirt."""


@dataclass(frozen=True)
class Part:
    """Strokes that hang together.

    Attributes:
        left, top, right, bottom: Its box in pixels of the page; right and bottom lie just outside.
        area: Pixels of ink.
        label: Its number in `Layout.labels`.
        is_mark: Whether it is a dot, comma, dash or speck, judged by the line that it stands in.
    """

    left: int
    top: int
    right: int
    bottom: int
    area: int
    label: int
    is_mark: bool = False

    @property
    def height(self) -> int:
        """Height of the box."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Width of the box."""
        return self.right - self.left

    @property
    def middle(self) -> tuple[float, float]:
        """Middle of the box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True)
class TextLine:
    """Where a line of writing is.

    Attributes:
        centre: Middle of the writing (x, y), in pixels of the page.
        angle: Reading direction against the x axis, radians, clockwise on the screen.
        length: Extent of the ink along the reading direction, in pixels of the page.
        digit_height: Usual height of a digit, in pixels of the page.
        parts: What it is made of, in reading order.
    """

    centre: tuple[float, float]
    angle: float
    length: float
    digit_height: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Layout:
    """The lines of a page, top to bottom, and which part each pixel belongs to.

    Attributes:
        lines: In reading order.
        labels: (h, w), int32: the part of each pixel, 0 for paper.
    """

    lines: tuple[TextLine, ...]
    labels: NDArray[np.int32]

    @cached_property
    def owners(self) -> NDArray[np.int32]:
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
    parts, labels = _find_parts(page.mask)
    tall = [part for part in parts if _could_be_digit(part, page.mask.shape)]
    groups = _without_commas(_merge_diagonals(_group(tall)))
    lines = []
    claimed = {part.label for group in groups for part in group}
    small = [part for part in parts if part.label not in claimed]
    for group in groups:
        usual = _usual_height(group)
        digits = [part for part in group if part.height >= 0.42 * usual]
        if not digits or usual < _LEAST_HEIGHT:
            continue
        marks = [part for part in group if part.height < 0.42 * usual]
        marks += [part for part in small if _belongs(part, digits, usual)]
        lines.append(_make_line(digits, marks, usual))
    whole = _without_fragments(lines)
    whole.sort(key=lambda line: -sum(part.area for part in line.parts))
    return Layout(tuple(_in_reading_order(whole[:_MOST_LINES])), labels)


def _find_parts(mask: Mask) -> tuple[list[Part], NDArray[np.int32]]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    stats = stats[1:]
    largest = np.argsort(-stats[:, cv2.CC_STAT_AREA], kind="stable")[:_MOST_PARTS]
    parts = []
    for number in largest:
        left, top, width, height, area = (int(value) for value in stats[number])
        if area >= 4:
            parts.append(Part(left, top, left + width, top + height, area, int(number) + 1))
    return parts, np.asarray(labels, np.int32)


def _could_be_digit(part: Part, shape: tuple[int, ...]) -> bool:
    """Leave out specks, flat dashes, and frames or shadows that fill the page's sides."""
    if part.height < _LEAST_HEIGHT or part.width > 6 * part.height:
        return False
    height, width = shape
    spans = part.width > 0.97 * width and part.height > 0.97 * height
    thin = part.area < 0.12 * part.width * part.height
    return not (spans and thin)


def _group(parts: list[Part]) -> list[list[Part]]:
    """Join parts that stand side by side at about the same height."""
    parts = sorted(parts, key=lambda part: part.left)
    if not parts:
        return []
    left, top, right, bottom = np.array([[p.left, p.top, p.right, p.bottom] for p in parts], np.float64).T
    heights, middles = bottom - top, (top + bottom) / 2
    usual = float(np.median(heights[heights >= 0.5 * np.quantile(heights, 0.9)]))
    parents = list(range(len(parts)))
    for number in range(len(parts)):
        others = np.arange(number + 1, len(parts))
        taller = np.maximum(heights[number], heights[others])
        shorter = np.minimum(heights[number], heights[others])
        apart = left[others] - right[number]
        overlap = np.minimum(bottom[number], bottom[others]) - np.maximum(top[number], top[others])
        reach = 2.2 * np.maximum(np.minimum(taller, 1.5 * shorter), 0.6 * min(usual, heights[number] * 1.5))
        beside = (apart < reach) & (overlap > 0.45 * shorter) & (shorter > 0.3 * taller)
        level = np.abs(middles[number] - middles[others]) < 0.6 * taller
        # Where one is far taller, its tail may hang beside the next line: heads or feet must be about level.
        ends = np.minimum(np.abs(top[number] - top[others]), np.abs(bottom[number] - bottom[others]))
        level &= (taller < 1.4 * shorter) | (ends < 0.75 * shorter)
        # A stroke above another is a piece of the same digit only where it is near and small.
        small = (shorter < 0.6 * taller) & ((shorter < 0.6 * usual) | (taller > 2.5 * usual))
        piece = (apart < 0) & (-overlap < 0.15 * np.minimum(taller, 1.5 * usual)) & small
        for other in others[(beside & level) | piece]:
            _join(parents, number, int(other))
    groups: dict[int, list[Part]] = {}
    for number, part in enumerate(parts):
        groups.setdefault(_root(parents, number), []).append(part)
    return list(groups.values())


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


def _join(parents: list[int], one: int, other: int) -> None:
    parents[_root(parents, other)] = _root(parents, one)


def _merge_diagonals(groups: list[list[Part]]) -> list[list[Part]]:
    """Join single digits that climb or fall steadily, as numbers written askew across a page do."""
    singles = [group for group in groups if _extent(group)[0] < 1.6 * _extent(group)[1]]
    if len(singles) < 3 or len(singles) > 60:
        return groups
    singles.sort(key=lambda group: _middle(group)[0])
    chains: list[list[list[Part]]] = []
    for single in singles:
        for chain in chains:
            if _continues(chain, single):
                chain.append(single)
                break
        else:
            chains.append([single])
    merged = [chain for chain in chains if len(chain) >= 3]
    taken = {id(group) for chain in merged for group in chain}
    rest = [group for group in groups if id(group) not in taken]
    return rest + [[part for group in chain for part in group] for chain in merged]


def _continues(chain: list[list[Part]], single: list[Part]) -> bool:
    (x0, y0), (x1, y1) = _middle(chain[-1]), _middle(single)
    height = max(_extent(chain[-1])[1], _extent(single)[1])
    across, down = x1 - x0, y1 - y0
    if not 0.5 * height < across < 2.2 * height or abs(down) > 1.4 * across:
        return False
    if len(chain) == 1:
        return True
    before = _middle(chain[-2])
    turn = np.arctan2(down, across) - np.arctan2(y0 - before[1], x0 - before[0])
    return bool(abs(turn) < 0.6)


def _without_commas(groups: list[list[Part]]) -> list[list[Part]]:
    """Let a lone low stroke at the foot of a line go to that line, as its comma, instead of making one of its own."""
    lines = [group for group in groups if len(group) > 1]
    lone = [group[0] for group in groups if len(group) == 1]
    if not lone:
        return lines
    lefts, heights, widths = np.array([[part.left, part.height, part.width] for part in lone]).T
    commas = set()
    for line in lines:
        usual = _usual_height(line)
        reach = min(part.left for part in line), max(part.right for part in line) + 0.6 * usual
        near = (lefts > reach[0]) & (lefts < reach[1]) & (heights < 0.8 * usual) & (widths < 0.6 * usual)
        commas |= {lone[place].label for place in np.flatnonzero(near) if _is_comma(lone[place], line, usual)}
    return lines + [[part] for part in lone if part.label not in commas]


def _is_comma(part: Part, line: list[Part], usual: float) -> bool:
    last = min(line, key=lambda other: abs(other.right - part.left))
    beside = -0.3 * usual < part.left - last.right < 0.6 * usual
    return beside and last.top + 0.4 * usual < part.top < last.bottom + 0.3 * usual


def _extent(group: list[Part]) -> tuple[float, float]:
    """Return width and height of a group."""
    width = max(part.right for part in group) - min(part.left for part in group)
    return width, max(part.bottom for part in group) - min(part.top for part in group)


def _middle(group: list[Part]) -> tuple[float, float]:
    x = (max(part.right for part in group) + min(part.left for part in group)) / 2
    return x, (max(part.bottom for part in group) + min(part.top for part in group)) / 2


def _usual_height(group: list[Part]) -> float:
    """Return the height of a digit: dots and commas are far lower, and tails make some parts higher."""
    tall = _tall(group)
    plain = _without_tails(tall)
    return float(np.median([part.height for part in plain]))


def _tall(group: list[Part]) -> list[Part]:
    heights = [part.height for part in group]
    least = 0.5 * float(np.quantile(heights, 0.8))  # the highest may be all tail
    return [part for part in group if part.height >= least]


def _without_tails(parts: list[Part]) -> list[Part]:
    """Leave out digits with long tails: their heads are level with the others', and their feet are not.

    Where heads differ and feet are level, the lower ones are small zeros.
    """
    heights = np.array([part.height for part in parts], np.float64)
    is_long = heights > 1.25 * np.quantile(heights, 0.25)
    if is_long.all() or not is_long.any():
        return parts
    heads, feet = np.array([[part.top, part.bottom] for part in parts], np.float64).T
    head_gap, foot_gap = (abs(float(np.median(edge[is_long]) - np.median(edge[~is_long]))) for edge in (heads, feet))
    if foot_gap < 2 * head_gap:
        return parts
    return [part for part, long in zip(parts, is_long, strict=True) if not long]


def _belongs(part: Part, digits: list[Part], usual: float) -> bool:
    """Tell whether a mark stands in or beside a line."""
    if part.height > 0.8 * usual and part.width > 4 * usual:
        return False
    x, y = part.middle
    nearest = min(digits, key=lambda digit: max(digit.left - x, x - digit.right, 0.0))
    gap = max(nearest.left - x, x - nearest.right, 0.0)
    return gap < 1.5 * usual and nearest.top - 0.25 * usual < y < nearest.bottom + 0.35 * usual


def _make_line(digits: list[Part], marks: list[Part], usual: float) -> TextLine:
    plain = _without_tails(_tall(digits))
    angle = _angle(plain, usual)
    along, up = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    corners = np.array([[[p.left, p.top], [p.right, p.top], [p.right, p.bottom], [p.left, p.bottom]] for p in digits])
    reach = corners @ along
    # The middle between the usual head and the usual foot: a tail or two don't move it.
    heads, feet = ((corners @ up).min(axis=1), (corners @ up).max(axis=1))
    if abs(angle) < 0.1:
        labels = {part.label for part in plain}
        chosen = np.array([part.label in labels for part in digits])
        heads, feet = heads[chosen], feet[chosen]
    if abs(angle) > 0.3:
        middle = float(np.median((heads + feet) / 2))
    else:
        middle = float((np.median(heads) + np.median(feet)) / 2)
    centre = along * (reach.min() + reach.max()) / 2 + up * middle
    everything = [(part, False) for part in digits] + [(part, True) for part in marks]
    everything.sort(key=lambda pair: float(np.dot(pair[0].middle, along)))
    parts = tuple(
        Part(part.left, part.top, part.right, part.bottom, part.area, part.label, is_mark)
        for part, is_mark in everything
    )
    return TextLine((float(centre[0]), float(centre[1])), angle, float(np.ptp(reach)), usual, parts)


def _angle(digits: list[Part], usual: float) -> float:
    """Return the slope of a line by the feet and middles of its digits."""
    if len(digits) < 3:
        return 0.0
    x, y = np.array([part.middle for part in digits]).T
    if np.ptp(x) < 2.5 * usual:
        return 0.0
    one, other = np.triu_indices(len(x), 1)
    wide = np.abs(x[other] - x[one]) > 0.8 * usual
    if not wide.any():
        return 0.0
    slopes = (y[other] - y[one])[wide] / (x[other] - x[one])[wide]
    angle = float(np.arctan(np.median(slopes)))
    # Few digits tell little about a slope: their tails and sizes make up for one.
    return angle if len(digits) >= 6 or abs(angle) > 0.12 else 0.0


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
