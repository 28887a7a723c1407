"""Pixel values of any range, or with opacity -> 8 bits of brightness. Knows nothing of files or digits.

Large pictures are converted a block of rows at a time: as floats they would take a gigabyte.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Picture

_BLOCK_PIXELS = 1_000_000

_MAX_VALUE, _MIN_RANGE = 1e300, 1e-300
"""Limits for absurd values: they must not overflow, nor their range divide by 0."""


def row_blocks(height: int, width: int, pixels: int = _BLOCK_PIXELS) -> Iterator[slice]:
    """Yield blocks of rows that are small enough to compute with as floats.

    Args:
        height: Of the picture, in pixels.
        width: Of the picture, in pixels.
        pixels: Of a block, at most, if a row has no more.
    """
    step = max(1, pixels // width)
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))


def to_8_bit(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Scale values to 8 bits.

    Args:
        values: (H, W) or (H, W, C), any dtype, any value. The range is the smallest that holds all values: 0 … 1 for
            floats, 0 … 255, 0 … 65535, or else from the lowest to the highest value.

    Returns:
        The shape of `values`, (H, W) or (H, W, C), uint8, 0 … 255.
    """
    blocks = list(row_blocks(*values.shape[:2]))
    low, high = np.inf, -np.inf
    for rows in blocks:
        finite = _finite(values[rows])
        low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    bottom = low if low < 0 or high > 65535 else 0.0
    if bottom or high > 65535:
        top = max(high - bottom, _MIN_RANGE)
    elif high <= 1 and values.dtype.kind == "f":
        top = 1.0
    else:
        top = 255.0 if high <= 255 else 65535.0
    scaled = np.empty(values.shape, np.uint8)
    for rows in blocks:
        scaled[rows] = np.round((_finite(values[rows]) - bottom) * (255.0 / top))
    return scaled


def _finite(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return values as floats, 0 in place of NaN and infinity."""
    finite = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    return np.clip(finite, -_MAX_VALUE, _MAX_VALUE)


def flatten_alpha(pixels: NDArray[np.uint8]) -> Picture:
    """Composite a picture with opacity over white, or over black if it would be invisible on white.

    Args:
        pixels: (H, W, 4), uint8, red, green, blue and opacity in 0 … 255.

    Returns:
        (H, W, 3), uint8, red, green and blue in 0 … 255.
    """
    blocks = list(row_blocks(*pixels.shape[:2]))
    levels: dict[str, list[float]] = {"black": [], "white": []}
    for rows in blocks:
        for background, shown in zip(("black", "white"), _composite(pixels[rows]), strict=True):
            grey = shown.mean(axis=2)  # (h, W)
            levels[background] += [float(grey.min()), float(grey.max())]
    seen_on_black, seen_on_white = (max(greys) - min(greys) for greys in levels.values())
    vanishes = seen_on_white < 8 <= seen_on_black
    # A sheet with a few transparent corners is not a blackboard: most of the picture must be transparent.
    pale_strokes = pixels[..., 3].mean() < 127.5 and seen_on_white * 4 < seen_on_black
    flat = np.empty((*pixels.shape[:2], 3), np.uint8)
    for rows in blocks:
        on_black, on_white = _composite(pixels[rows])
        flat[rows] = np.round(on_black if vanishes or pale_strokes else on_white)
    return flat


def _composite(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return a block of pixels, (h, W, 4), composited over black and over white, (h, W, 3) each."""
    # Not `to_unit_range`: the contrasts in `flatten_alpha` are compared before they are rounded.
    alpha = pixels[..., 3:].astype(np.float32) / 255  # (h, W, 1)
    on_black = np.asarray(pixels[..., :3] * alpha, np.float32)
    return on_black, np.asarray(on_black + 255 * (1 - alpha), np.float32)


def to_unit_range(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Scale pixels to 0 … 1, as networks take them.

    Args:
        pixels: (...), any shape, uint8, 0 … 255.

    Returns:
        (...), the same shape, float32, 0 … 1.

    Examples:
        >>> to_unit_range(np.array([0, 255], np.uint8))
        array([0., 1.], dtype=float32)
    """
    return pixels.astype(np.float32) * np.float32(1 / 255)
