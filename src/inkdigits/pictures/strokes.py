"""Which strokes of a picture are the digit, and how thick they are. Knows nothing of light or normalization."""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Mask

_MIN_STROKE_WIDTH = 1.2
"""Thinner strokes are widened to this many pixels of the normalized digit; MNIST's own have 2 to 3.

Of 6,000 held-back MNIST digits redrawn with pens of 1 to 8 pixels in 280, the reader gets 97 wrong at 1.2, 111 at
1.6 and 119 at 2.0: wider strokes close loops.
"""


class _Component(NamedTuple):
    """A connected component: its box, whose right and bottom lie just outside, and how many pixels it has."""

    left: int
    top: int
    right: int
    bottom: int
    area: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


def keep_digit(mask: Mask) -> Mask | None:
    """Keep the strokes of the one digit in `mask`.

    Args:
        mask: (h, w), bool, True for everything darker than the paper.

    Returns:
        (h, w), bool, True for the digit: the main component and those near it, without specks, ruled lines and what
        the edge cuts off; None if nothing is large enough to be a digit.
    """
    mask = _without_lines(mask)
    labels, components = _components(mask)
    if not components:
        return None
    main = _main_component(components, mask.shape)
    if max(components[main].width, components[main].height) < max(4, 0.1 * max(mask.shape)):
        return None
    kept = _gather(components, main, mask.shape)
    if len(kept) == len(components):
        return mask
    return select(labels, [number + 1 for number in kept], len(components) + 1)


def select(labels: NDArray[np.integer[Any]], chosen: list[int] | NDArray[np.integer[Any]], count: int) -> Mask:
    """Return the mask of chosen labels.

    Args:
        labels: (h, w), any integer dtype, 0 … count - 1.
        chosen: (K,), any integer dtype, 0 … count - 1: the labels to select.
        count: How many labels there are.

    Returns:
        (h, w), bool.
    """
    is_chosen = np.zeros(count, np.bool_)
    is_chosen[chosen] = True
    return np.asarray(is_chosen[labels])


def thicken(ink: NDArray[np.float32], mask: Mask, box: int) -> NDArray[np.float32]:
    """Widen strokes that would almost vanish when the digit is scaled down.

    Args:
        ink: (h, w), float32, 0 is empty and 1 is ink.
        mask: (h, w), bool, True for its strokes.
        box: The longer side, in pixels, that the digit is scaled to.

    Returns:
        (h, w) or larger, float32, 0 is empty and 1 is ink: the ink as it is, or thicker and with margins.
    """
    extent = max(cv2.boundingRect(mask.view(np.uint8))[2:])
    missing = _MIN_STROKE_WIDTH * extent / box - _stroke_width(mask)
    if missing < 1:
        return ink
    size = round(missing) + 1
    padded = cv2.copyMakeBorder(ink, size, size, size, size, cv2.BORDER_CONSTANT, value=0.0)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.dilate(padded, kernel), np.float32)


def _stroke_width(mask: Mask) -> float:
    """Return the median width of the strokes in pixels: on their middle lines, twice the distance to the paper."""
    padded = cv2.copyMakeBorder(mask.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0.0)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 5)
    ridge = (distance > 0) & (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8)) - 1e-3)
    return max(1.0, 2 * float(np.median(distance[ridge])) - 1)


def _components(mask: Mask) -> tuple[NDArray[np.uint16], list[_Component]]:
    """Return the label of each pixel, (h, w), and the components: 0 is paper, component i has the label i + 1."""
    # Pictures are small enough for 16-bit labels, which take a third of the time.
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8, ltype=cv2.CV_16U)
    found = [
        _Component(left, top, left + width, top + height, area) for left, top, width, height, area in stats[1:].tolist()
    ]
    return np.asarray(labels, np.uint16), found


def _main_component(components: list[_Component], shape: tuple[int, ...]) -> int:
    """Return the index of the largest component; one that the edge cuts off counts a tenth."""
    sizes = [component.area * (0.1 if _is_cut_off(component, shape) else 1.0) for component in components]
    return sizes.index(max(sizes))


def _edges(component: _Component, shape: tuple[int, ...]) -> int:
    """Return how many of the picture's four edges the component touches."""
    return sum((component.left == 0, component.top == 0, component.right == shape[1], component.bottom == shape[0]))


def _is_cut_off(component: _Component, shape: tuple[int, ...]) -> bool:
    """Whether the edge cuts the component off and it is far from the middle of the picture."""
    height, width = shape
    outside = (
        component.right < 0.25 * width
        or component.left > 0.75 * width
        or component.bottom < 0.25 * height
        or component.top > 0.75 * height
    )
    return outside and _edges(component, shape) > 0


def _gather(components: list[_Component], main: int, shape: tuple[int, ...]) -> list[int]:
    """Return the indices of the main component and, step by step, of those near to what is gathered so far.

    A broken 4, a 5 with a separate bar and a dotted line are one digit. What the edge cuts off is a neighbour.
    """
    whole = components[main]
    min_area = max(2, 0.02 * whole.area)
    candidates = {
        number: component
        for number, component in enumerate(components)
        if number != main and component.area >= min_area and not _is_cut_off(component, shape)
    }
    kept = [main]
    while near := [number for number, component in candidates.items() if _is_near(whole, component)]:
        for number in near:
            whole = _join(whole, candidates.pop(number))
        kept += near
    return kept


def _is_near(whole: _Component, component: _Component) -> bool:
    gap = max(
        max(whole.left, component.left) - min(whole.right, component.right),
        max(whole.top, component.top) - min(whole.bottom, component.bottom),
    )
    return gap <= max(2, 0.2 * max(whole.width, whole.height))


def _join(one: _Component, other: _Component) -> _Component:
    return _Component(
        min(one.left, other.left),
        min(one.top, other.top),
        max(one.right, other.right),
        max(one.bottom, other.bottom),
        one.area + other.area,
    )


def _without_lines(mask: Mask) -> Mask:
    """Remove ruled lines (thin, from edge to edge), unless nearly nothing else remains."""
    ruled = np.zeros(mask.shape, np.bool_)
    for axis in (0, 1):  # horizontal and vertical lines apart: together they would be one component
        ruled |= _ruled(mask, axis)
    if not ruled.any():
        return mask
    rest = mask & ~(cv2.dilate(ruled.view(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    # A removed line leaves a gap in the stroke that it crossed: close it.
    closed = cv2.morphologyEx(rest.view(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)) > 0
    rest = rest | (closed & mask)
    return rest if rest.sum() > 0.2 * mask.sum() else mask


def _ruled(mask: Mask, axis: int) -> Mask | bool:
    """Return the horizontal (axis 0) or vertical (axis 1) ruled lines; False if there are none."""
    length = max(8, int(0.7 * mask.shape[1 - axis]))
    kernel = np.ones((1, length) if axis == 0 else (length, 1), np.uint8)
    middles = cv2.erode(mask.view(np.uint8), kernel)
    if not cv2.countNonZero(middles):
        return False
    labels, components = _components(np.asarray(cv2.dilate(middles, kernel)).view(np.bool_))
    thickest = 0.06 * min(mask.shape)
    thin = [
        number + 1
        for number, component in enumerate(components)
        if min(component.width, component.height) <= thickest and _edges(component, mask.shape) >= 2
    ]
    return select(labels, thin, len(components) + 1) if thin else False
