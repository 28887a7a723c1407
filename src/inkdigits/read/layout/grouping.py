"""Components -> groups that stand on one line. Knows no ink and no line geometry."""

import numpy as np

from inkdigits.read.layout.components import Component
from inkdigits.read.layout.digit_height import line_digit_height, page_digit_height

_ROWS_AT_ONCE = 64
"""This many components are compared with all others at once."""


def group_components(components: list[Component], *, gap_factor: float = 1.0) -> list[list[Component]]:
    """Return components grouped by line: those that stand side by side at about the same height.

    Args:
        components: Of a page or a piece of it.
        gap_factor: How much further apart than usual the digits of a line may stand.
    """
    components = sorted(components, key=lambda component: component.left)
    if not components:
        return []
    boxes = np.array([[one.left, one.top, one.right, one.bottom] for one in components], np.float64)  # (N, 4)
    left, top, right, bottom = boxes.T  # (N,) each
    heights, middles = bottom - top, (top + bottom) / 2
    typical = page_digit_height(heights)
    parents = list(range(len(components)))
    for first in range(0, len(components), _ROWS_AT_ONCE):
        # One component a row, against all components: (rows, N).
        one = np.s_[first : first + _ROWS_AT_ONCE, None]
        taller, shorter = np.maximum(heights[one], heights), np.minimum(heights[one], heights)
        gap = left - right[one]
        overlap = np.minimum(bottom[one], bottom) - np.maximum(top[one], top)
        reach = np.maximum(np.minimum(taller, 1.5 * shorter), 0.6 * np.minimum(typical, heights[one] * 1.5))
        reach = 2.2 * gap_factor * reach
        is_beside = (gap < reach) & (overlap > 0.45 * shorter) & (shorter > 0.3 * taller)
        is_level = np.abs(middles[one] - middles) < 0.6 * taller
        # The tail of a far taller one may hang beside the next line: tops or bottoms must be about level.
        offset = np.minimum(np.abs(top[one] - top), np.abs(bottom[one] - bottom))
        is_level &= (taller < 1.4 * shorter) | (offset < 0.75 * shorter)
        # A stroke above another is a piece of the same digit only if it is near and small.
        is_small = (shorter < 0.6 * taller) & ((shorter < 0.6 * typical) | (taller > 2.5 * typical))
        is_piece = (gap < 0) & (-overlap < 0.15 * np.minimum(taller, 1.5 * typical)) & is_small
        for row, other in zip(*np.nonzero(np.triu((is_beside & is_level) | is_piece, first + 1)), strict=True):
            _join(parents, first + int(row), int(other))
    groups: dict[int, list[Component]] = {}
    for number, component in enumerate(components):
        groups.setdefault(_root(parents, number), []).append(component)
    return list(groups.values())


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number


def _join(parents: list[int], one: int, other: int) -> None:
    parents[_root(parents, other)] = _root(parents, one)


def merge_diagonals(groups: list[list[Component]]) -> list[list[Component]]:
    """Return the groups with steadily climbing or falling single digits joined: numbers written across a page.

    Args:
        groups: Components by line.
    """
    singles = [group for group in groups if _extent(group)[0] < 1.6 * _extent(group)[1]]
    if len(singles) < 3 or len(singles) > 60:
        return groups
    singles.sort(key=lambda group: _middle(group)[0])
    chains: list[list[list[Component]]] = []
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
    return rest + [[component for group in chain for component in group] for chain in merged]


def _continues(chain: list[list[Component]], single: list[Component]) -> bool:
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


def without_commas(groups: list[list[Component]]) -> list[list[Component]]:
    """Return the groups without single low strokes at the foot of a line, which are its commas and no lines.

    Args:
        groups: Components by line.
    """
    lines = [group for group in groups if len(group) > 1]
    singles = [group[0] for group in groups if len(group) == 1]
    if not singles:
        return lines
    lefts, heights, widths = np.array([[single.left, single.height, single.width] for single in singles]).T
    commas = set()
    for line in lines:
        digit_height = line_digit_height(line)
        first, last = min(digit.left for digit in line), max(digit.right for digit in line) + 0.6 * digit_height
        is_near = (lefts > first) & (lefts < last) & (heights < 0.8 * digit_height) & (widths < 0.6 * digit_height)
        near = [singles[number] for number in np.flatnonzero(is_near)]
        commas |= {single.label for single in near if _is_comma(single, line, digit_height)}
    return lines + [[single] for single in singles if single.label not in commas]


def _is_comma(component: Component, line: list[Component], digit_height: float) -> bool:
    before = min(line, key=lambda other: abs(other.right - component.left))
    is_beside = -0.3 * digit_height < component.left - before.right < 0.6 * digit_height
    return is_beside and before.top + 0.4 * digit_height < component.top < before.bottom + 0.3 * digit_height


def _extent(group: list[Component]) -> tuple[float, float]:
    """Return width and height of a group."""
    width = max(one.right for one in group) - min(one.left for one in group)
    return width, max(one.bottom for one in group) - min(one.top for one in group)


def _middle(group: list[Component]) -> tuple[float, float]:
    x = (max(one.right for one in group) + min(one.left for one in group)) / 2
    return x, (max(one.bottom for one in group) + min(one.top for one in group)) / 2
