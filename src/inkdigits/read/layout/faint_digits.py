"""Digits at the ends of a line that are fainter than the rest -> parts of their own. Knows no networks.

Where one digit is written far thinner than those beside it, it misses the threshold that they set. Inside a line that
is no harm, as strips show the whole page; at its ends the line would stop short of it.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import partition_quantile
from inkdigits.read.layout.components import Labels, Part
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.page.binarize import Page

_FAINTEST = 0.45
"""Least darkness of a stroke against the usual one of its line."""

_REACH = 1.4
"""How far from the end of a line its next digit ends at most, in heights of a digit."""

_LEVEL = 0.15
"""Radians: lines that are steeper are left as they are."""


def faint_ends(page: Page, labels: Labels, line: TextLine, free: int) -> list[Part]:
    """Find a digit too faint for the mask before the first digit of a line and one behind the last.

    Args:
        page: Where the line stands.
        labels: (h, w), the part of each pixel; what is found is written into it.
        line: The line.
        free: A number that no part has, and none above it.
    """
    if abs(line.angle) > _LEVEL:
        return []
    found: list[Part] = []
    least = _FAINTEST * _darkness(page, labels, line)
    height = line.digit_height
    for side in (-1, 1):
        end = line.centre[0] + side * line.length / 2
        middle = line.centre[1] + np.tan(line.angle) * (end - line.centre[0])
        top, bottom = (round(middle + share * height) for share in (-0.9, 0.9))
        first, last = sorted((round(end), round(end + side * _REACH * height)))
        top, first = max(0, top), max(0, first)
        window = labels[top : max(top, bottom), first : max(first, last)]
        if min(window.shape) < 3:
            continue
        ink = (page.grey[top:bottom, first:last] > least) & (window == 0)
        # What hangs on to this frame goes on outside. A digit may run to the very edge of the picture.
        ink[[0, -1]] = True
        if first > 0 and last < labels.shape[1]:
            ink[:, 0 if side < 0 else -1] = True
        digit = _digit_in(ink, height)
        if digit is not None:
            rows, columns = np.nonzero(digit)
            window[digit] = free + len(found)
            left, upper = first + int(columns.min()), top + int(rows.min())
            right, lower = first + int(columns.max()) + 1, top + int(rows.max()) + 1
            found.append(Part(left, upper, right, lower, len(rows), free + len(found)))
    return found


def _darkness(page: Page, labels: Labels, line: TextLine) -> float:
    """Return how dark the ink of a line usually is."""
    largest = max(line.parts, key=lambda part: part.area)
    box = np.s_[largest.top : largest.bottom, largest.left : largest.right]
    return partition_quantile(page.grey[box][labels[box] == largest.label], 0.5)


def _digit_in(ink: NDArray[np.bool_], height: float) -> NDArray[np.bool_] | None:
    """Return the largest stroke that has the size of a digit, if there is one; what hangs on to the top is none."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    best, largest = 0, 0
    for number, (_, top, width, tall, area) in enumerate(stats[1:].tolist(), 1):
        if top > 0 and 0.55 * height < tall < 1.5 * height and width < 1.3 * height and area > largest:
            best, largest = number, area
    return np.asarray(labels == best) if best else None
