"""Parts -> groups that stand on one line. Knows neither ink nor how a line is measured."""

import numpy as np

from inkdigits.core.quantiles import quantile
from inkdigits.read.layout.components import Part
from inkdigits.read.layout.digit_height import usual_height

_AT_ONCE = 64
"""So many parts are compared with all others at once."""


def group_parts(parts: list[Part], *, far: float = 1.0) -> list[list[Part]]:
    """Join parts that stand side by side at about the same height.

    Args:
        parts: Of a page or a piece of it.
        far: How much further apart than usual the digits of a line may stand.
    """
    parts = sorted(parts, key=lambda part: part.left)
    if not parts:
        return []
    left, top, right, bottom = np.array([[p.left, p.top, p.right, p.bottom] for p in parts], np.float64).T
    heights, middles = bottom - top, (top + bottom) / 2
    high = quantile(heights.tolist(), 0.9)
    usual = quantile(heights[heights >= 0.5 * high].tolist(), 0.5)
    parents = list(range(len(parts)))
    for first in range(0, len(parts), _AT_ONCE):
        # One part a row, against all parts.
        one = np.s_[first : first + _AT_ONCE, None]
        taller, shorter = np.maximum(heights[one], heights), np.minimum(heights[one], heights)
        apart = left - right[one]
        overlap = np.minimum(bottom[one], bottom) - np.maximum(top[one], top)
        reach = 2.2 * far * np.maximum(np.minimum(taller, 1.5 * shorter), 0.6 * np.minimum(usual, heights[one] * 1.5))
        beside = (apart < reach) & (overlap > 0.45 * shorter) & (shorter > 0.3 * taller)
        level = np.abs(middles[one] - middles) < 0.6 * taller
        # Where one is far taller, its tail may hang beside the next line: heads or feet must be about level.
        ends = np.minimum(np.abs(top[one] - top), np.abs(bottom[one] - bottom))
        level &= (taller < 1.4 * shorter) | (ends < 0.75 * shorter)
        # A stroke above another is a piece of the same digit only where it is near and small.
        small = (shorter < 0.6 * taller) & ((shorter < 0.6 * usual) | (taller > 2.5 * usual))
        piece = (apart < 0) & (-overlap < 0.15 * np.minimum(taller, 1.5 * usual)) & small
        for number, other in zip(*np.nonzero(np.triu((beside & level) | piece, first + 1)), strict=True):
            _join(parents, first + int(number), int(other))
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


def merge_diagonals(groups: list[list[Part]]) -> list[list[Part]]:
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


def without_commas(groups: list[list[Part]]) -> list[list[Part]]:
    """Let a lone low stroke at the foot of a line go to that line, as its comma, instead of making one of its own."""
    lines = [group for group in groups if len(group) > 1]
    lone = [group[0] for group in groups if len(group) == 1]
    if not lone:
        return lines
    lefts, heights, widths = np.array([[part.left, part.height, part.width] for part in lone]).T
    commas = set()
    for line in lines:
        usual = usual_height(line)
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
