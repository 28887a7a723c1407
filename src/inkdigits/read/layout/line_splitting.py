"""Groups of components that long strokes connect across lines -> one group a line. Knows no line geometry.

A tail hangs down beside the digits of the next line, or runs into one of them: then both are one component.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from inkdigits.core.quantiles import quantile
from inkdigits.read.layout.components import Component, LabelMap, component_ink, split_component
from inkdigits.read.layout.digit_height import tall_components
from inkdigits.read.layout.grouping import group_components

_LONG = 1.45
"""Components higher than this many digits may connect lines."""

_GAP_FACTOR = 2.0
"""Without the long components, the digits of a line stand further apart by this factor."""

_NEAREST = 3
"""This many digits of a line determine its band at some place."""

_MIN_INSIDE = 0.6
"""A component that fills at least this share of a line's band may be a digit of that line."""

_MAX_COMPONENTS = 400
"""A group of more components is no writing."""


@dataclass(frozen=True)
class _Band:
    """The vertical range of a row's digits near some place, in pixels of the page."""

    row: list[Component]
    top: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def is_below(self, other: "_Band") -> bool:
        return self.top > other.bottom - 0.1 * max(self.height, other.height)


def split_lines(groups: list[list[Component]], label_map: LabelMap) -> list[list[Component]]:
    """Return one group a line, in no order.

    Args:
        groups: Components that seem to stand on one line.
        label_map: (h, w), int32, 0 is paper; a component that belongs to two lines is split, and this changed in place.
    """
    rows: list[list[Component]] = []
    long: list[tuple[Component, list[list[Component]]]] = []
    for group in groups:
        usual, tall = _separate_long(group)
        own_rows = _split_rows(usual) if tall else [group]
        rows += own_rows
        long += [(component, own_rows) for component in tall]
    if not long:
        return rows
    new_label = int(label_map.max(initial=0)) + 1
    left, top, right, bottom = np.array([_box(row) for row in rows]).T  # (rows,) each
    assigned = []
    for component, own_rows in long:
        reach = 0.5 * component.height
        is_near = (left < component.right + reach) & (right > component.left - reach)
        is_near &= (top < component.bottom) & (bottom > component.top)
        near = [rows[number] for number in np.flatnonzero(is_near) if len(rows[number]) > 1]
        pieces = _assign(component, own_rows, near, label_map, new_label)
        new_label += len(pieces) - 1
        assigned += pieces
    for piece, row in assigned:
        row.append(piece)
    return rows


def _separate_long(group: list[Component]) -> tuple[list[Component], list[Component]]:
    """Return the components of usual height and the long ones."""
    if not 3 <= len(group) <= _MAX_COMPONENTS:
        return group, []
    # In a group of several lines most components may be long: hence not the median.
    most = _LONG * quantile((component.height for component in tall_components(group)), 0.3)
    usual = [component for component in group if component.height <= most]
    return usual, [component for component in group if component.height > most]


def _split_rows(components: list[Component]) -> list[list[Component]]:
    """Return the rows that components form without the long ones, upper first; one row if none lies below another."""
    rows = [tall_components(row) for row in group_components(components, gap_factor=_GAP_FACTOR)]
    highest = max(component.height for component in components)
    rows = [row for row in rows if max(component.height for component in row) > 0.5 * highest]
    rows.sort(key=lambda row: quantile((component.bottom for component in row), 0.5))
    return rows if any(map(_are_apart, pairwise(rows))) else [components]


def _are_apart(rows: tuple[list[Component], list[Component]]) -> bool:
    upper, lower = rows
    if len(upper) + len(lower) < 3:  # two pieces of a broken stroke are not two lines
        return False
    x = quantile((component.middle[0] for component in min(rows, key=len)), 0.5)
    return _band(lower, x).is_below(_band(upper, x))


def _box(row: list[Component]) -> tuple[int, int, int, int]:
    left, top = (min(edges) for edges in zip(*((one.left, one.top) for one in row), strict=True))
    right, bottom = (max(edges) for edges in zip(*((one.right, one.bottom) for one in row), strict=True))
    return left, top, right, bottom


def _band(row: list[Component], x: float) -> _Band:
    near = sorted(row, key=lambda component: abs(component.middle[0] - x))[:_NEAREST]
    return _Band(row, quantile((one.top for one in near), 0.5), quantile((one.bottom for one in near), 0.5))


def _assign(
    component: Component,
    own_rows: Sequence[list[Component]],
    near_rows: Sequence[list[Component]],
    label_map: LabelMap,
    new_label: int,
) -> list[tuple[Component, list[Component]]]:
    """Assign a long component to the row whose digit it is; split it if it is a digit of several.

    Args:
        component: What to assign.
        own_rows: The rows of the group that it is in.
        near_rows: Rows that it reaches, these among them.
        label_map: (h, w), int32; changed where the component is split.
        new_label: First label that no component has.

    Returns:
        The pieces, each with its row.
    """
    bands = [_band(row, component.middle[0]) for row in own_rows]
    for row in near_rows:
        other = _band(row, component.middle[0])
        is_near = _is_beside(row, component, other.height) and other.height > 0.6 * bands[0].height
        if is_near and all(other.is_below(band) or band.is_below(other) for band in bands):
            bands.append(other)
    inside = [band for band in bands if _overlap(component, band) > _MIN_INSIDE * band.height]
    if not inside:
        return [(component, min(bands[: len(own_rows)], key=lambda band: abs(component.top - band.top)).row)]
    inside.sort(key=lambda band: band.top)
    assigned: list[tuple[Component, list[Component]]] = []
    for band, next_band in pairwise(inside):
        # A component that starts in the lower half of a band only reaches up from the next line.
        starts_low = component.top > (band.top + band.bottom) / 2
        if starts_low or component.height < 2 or not next_band.is_below(band):
            continue
        if not _holds_digit_of(component, next_band, label_map):
            return [*assigned, (component, band.row)]
        cut = _thinnest_row(component, band, next_band, label_map)
        upper, component = split_component(component, cut, label_map, new_label + len(assigned))
        assigned.append((upper, band.row))
    return [*assigned, (component, inside[-1].row)]


def _overlap(component: Component, band: _Band) -> float:
    return min(component.bottom, band.bottom) - max(component.top, band.top)


def _is_beside(row: list[Component], component: Component, reach: float) -> bool:
    return any(other.right > component.left - reach and other.left < component.right + reach for other in row)


def _holds_digit_of(component: Component, band: _Band, label_map: LabelMap) -> bool:
    """Tell whether a component that comes from above holds a digit of a line: a tail that ends there is none."""
    if component.bottom > band.bottom - 0.3 * band.height:
        return True
    inside = component_ink(component, label_map)[max(0, round(band.top) - component.top) :]
    return bool(np.count_nonzero(inside.any(axis=0)) > 0.5 * band.height)


def _thinnest_row(component: Component, upper: _Band, lower: _Band, label_map: LabelMap) -> int:
    """Return the row with least ink between the bottom of one line and the top of the next."""
    limits = np.array([max(upper.bottom, lower.top - 0.25 * lower.height), lower.top + 0.15 * lower.height])
    first, last = sorted(np.clip(limits.round().astype(int), component.top + 1, component.bottom - 1).tolist())
    counts = component_ink(component, label_map).sum(axis=1)[
        first - component.top : last + 1 - component.top
    ]  # (rows,)
    # The last of the thinnest: a tail goes down to the digit that it runs into.
    return int(last) - int(np.argmin(counts[::-1]))
