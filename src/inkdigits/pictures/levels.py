"""Pixel values of any range, or with opacity -> 8 bits of brightness. Knows nothing of files or digits.

All is computed a strip of rows at a time: a large picture as floats would take a gigabyte.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Picture

_STRIP_PIXELS = 1_000_000

_LARGEST, _LEAST_RANGE = 1e300, 1e-300
"""Values that are no brightness of anything must still not overflow, nor their range divide by nothing."""


def strips(height: int, width: int) -> Iterator[slice]:
    """Cut a picture into strips of rows that take little memory, however they are computed with."""
    step = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))


def to_8_bit(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Scale values by the smallest usual range that holds all values: 0..1 (float), 8 bits, 16 bits, or their own."""
    parts = list(strips(*values.shape[:2]))
    low, high = np.inf, -np.inf
    for rows in parts:
        finite = _finite(values[rows])
        low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    bottom = low if low < 0 or high > 65535 else 0.0
    if bottom or high > 65535:
        top = max(high - bottom, _LEAST_RANGE)
    elif high <= 1 and values.dtype.kind == "f":
        top = 1.0
    else:
        top = 255.0 if high <= 255 else 65535.0
    scaled = np.empty(values.shape, np.uint8)
    for rows in parts:
        scaled[rows] = np.round((_finite(values[rows]) - bottom) * (255.0 / top))
    return scaled


def _finite(values: NDArray[Any]) -> NDArray[np.float64]:
    finite = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    return np.clip(finite, -_LARGEST, _LARGEST)


def flatten(pixels: NDArray[np.uint8]) -> Picture:
    """Lay a picture with opacity (H, W, 4) on white paper, or on a black board where it would vanish on white."""
    parts = list(strips(*pixels.shape[:2]))
    levels: dict[str, list[float]] = {"black": [], "white": []}
    for rows in parts:
        for ground, shown in zip(("black", "white"), _laid(pixels[rows]), strict=True):
            grey = shown.mean(axis=2)
            levels[ground] += [float(grey.min()), float(grey.max())]
    seen_on_black, seen_on_white = (max(greys) - min(greys) for greys in levels.values())
    vanishes = seen_on_white < 8 <= seen_on_black
    # A few see-through corners don't make a black board of a sheet: most of the picture must be transparent.
    pale_strokes = pixels[..., 3].mean() < 127.5 and seen_on_white * 4 < seen_on_black
    flat = np.empty((*pixels.shape[:2], 3), np.uint8)
    for rows in parts:
        on_black, on_white = _laid(pixels[rows])
        flat[rows] = np.round(on_black if vanishes or pale_strokes else on_white)
    return flat


def _laid(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a part of a picture with opacity as it looks on black and on white, (h, w, 3)."""
    alpha = pixels[..., 3:].astype(np.float32) / 255
    on_black = np.asarray(pixels[..., :3] * alpha, np.float32)
    return on_black, np.asarray(on_black + 255 * (1 - alpha), np.float32)


def to_unit_range(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Scale pixels to what networks take.

    Args:
        pixels: Any shape, uint8, 0 … 255.

    Returns:
        The same shape, float32, 0 … 1.

    Examples:
        >>> to_unit_range(np.array([0, 255], np.uint8))
        array([0., 1.], dtype=float32)
    """
    return pixels.astype(np.float32) * np.float32(1 / 255)
