"""A picture -> how much of its ground's light each pixel takes. Knows nothing of strokes, lines or digits.

Light on paper changes slowly, or suddenly at the edge of a shadow; ink is darker than what lies about it and narrow.
"""

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.types import Picture

Grey: TypeAlias = NDArray[np.float32]
"""One value for each pixel, (h, w)."""

_SIDE = 480
"""Longest side on which light is measured."""

_PEN_SHARE = 6
"""No stroke is wider than the shorter side of a picture divided by this; of a small picture, by half of it."""

_DARKEST = 24.0
"""Light below this is not divided out further: there is only the camera's noise."""

_COLOURED = 12
"""Mean spread of red, green and blue from which on colours are looked at one by one."""

_PAPER = 0.8
"""What takes less than a fifth of the light is paper."""


def darkness(picture: Picture) -> Grey:
    """Return how much of the light on its ground each pixel takes.

    Uneven light, shadows and the ground's colour are divided out. Of red, green, blue and their mean, the one that
    shows the ink best is taken. Bright strokes on a dark ground count as ink too.

    Args:
        picture: (h, w, 3), uint8, red, green and blue.

    Returns:
        (h, w), float32: about 0 on paper (noise goes below too), 1 where all light is gone.

    Examples:
        >>> board = np.full((90, 120, 3), 30, np.uint8)
        >>> board[30:60, 50:55] = 220
        >>> taken = darkness(board)
        >>> bool(taken[40, 52] > 0.7), bool(abs(taken[10, 10]) < 0.01)
        (True, True)
    """
    values = _clearest_channel(picture)
    small = _shrink(values)
    if _ink_is_bright(small):
        values, small = 255 - values, 255 - small
    light = cv2.resize(_light(small), values.shape[::-1], interpolation=cv2.INTER_LINEAR)
    np.maximum(light, _DARKEST, out=light)
    return np.asarray(1 - values / light, np.float32)


def grain(taken: Grey, step: int = 1) -> float:
    """Return the standard deviation of the noise, from differences of pixels `step` apart."""
    if min(taken.shape) <= step:
        return 0.0
    rough = taken[step::3, step::3] - taken[:-step:3, :-step:3]
    return float(np.median(np.abs(rough))) / 0.6745 / 2**0.5


def full_ink(taken: Grey) -> float:
    """Return the darkness of a stroke's middle: that of the darkest pixels that are more than a speck."""
    soft = cv2.blur(taken, (3, 3))
    share = min(0.05, max(0.002, 60 / soft.size))
    return float(np.quantile(soft[::2, ::2] if soft.size > 250_000 else soft, 1 - share))


def _clearest_channel(picture: Picture) -> NDArray[np.uint8]:
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    sample = _shrink(picture)
    if float(np.ptp(sample.astype(np.int16), axis=2).mean()) <= _COLOURED:
        return grey
    # The mean of the channels has the least noise: another must show the ink clearly better.
    best, most = grey, 1.3 * _visibility(_shrink(grey))
    for number in range(3):
        seen = _visibility(np.ascontiguousarray(sample[:, :, number]))
        if seen > most:
            best, most = np.ascontiguousarray(picture[:, :, number]), seen
    return best


def _visibility(small: NDArray[np.uint8]) -> float:
    if _ink_is_bright(small):
        small = 255 - small
    taken = np.asarray(1 - small / np.maximum(_light(small), _DARKEST), np.float32)
    return full_ink(taken) / (grain(taken) + 0.02)


def _shrink(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    share = _SIDE / max(values.shape[:2])
    if share >= 1:
        return values
    size = (max(1, round(values.shape[1] * share)), max(1, round(values.shape[0] * share)))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.uint8)


def _ink_is_bright(small: NDArray[np.uint8]) -> bool:
    """Judge by what is narrow and stands out from the middle grey about it: that is how ink differs from paper."""
    middle = cv2.medianBlur(small, _reach(small))
    reach = np.ones((_reach(small), _reach(small)), np.uint8)
    narrow = (cv2.morphologyEx(small, method, reach) for method in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT))
    away = (cv2.subtract(small, middle), cv2.subtract(middle, small))
    # The third power makes much of strokes and little of grain.
    bright, dark = (
        float(np.mean(np.minimum(one, other).astype(np.float32) ** 3)) for one, other in zip(narrow, away, strict=True)
    )
    return bright > dark


def _reach(small: NDArray[np.uint8]) -> int:
    """Return a width that no stroke has."""
    shorter = min(small.shape)
    return int(max(9, shorter // _PEN_SHARE, min(shorter, 72) // (_PEN_SHARE // 2)) | 1)


def _light(small: NDArray[np.uint8]) -> Grey:
    """Return the light on the ground, with all that is darker and narrower than the widest stroke filled in."""
    trend = smooth_trend(small)
    level = np.clip(small * (200 / trend), 0, 255).astype(np.uint8)
    reach = _reach(small)
    # Closing leaves shadows as they are, with their edges: they are wider than its window.
    closed = cv2.morphologyEx(
        cv2.medianBlur(level, 3), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8), borderType=cv2.BORDER_REPLICATE
    )
    smooth = cv2.GaussianBlur(closed.astype(np.float32), (0, 0), max(1.0, reach / 8))
    # Smoothing brightens the dark side of an edge, which would then look like ink.
    light = np.minimum(smooth, cv2.erode(closed, np.ones((3, 3), np.uint8)))
    light = np.maximum(light, 1)
    # Closing rides on the crests of the grain: bring it down to the paper's mean.
    share = level / light
    paper = (share > _PAPER).astype(np.float32)
    window = (2 * reach + 1, 2 * reach + 1)
    known = cv2.blur(paper, window)
    mean = cv2.blur(np.minimum(share, 1.2) * paper, window) / np.maximum(known, 1e-3)
    return np.asarray(np.where(known > 0.05, mean, 1) * light * trend / 200, np.float32)


def smooth_trend(small: NDArray[np.uint8]) -> Grey:
    """Return light that falls off smoothly to the edges, as a quadratic of the place; even where that doesn't fit.

    Args:
        small: (h, w), uint8, dark ink on bright paper.

    Returns:
        (h, w), float32, at least 1: about how bright the paper is in each place.
    """
    height, width = small.shape
    even = np.full((height, width), max(1.0, float(np.quantile(small[::2, ::2], 0.9))), np.float32)
    if min(height, width) < 24:
        return even
    cells = cv2.resize(small, (24, 24), interpolation=cv2.INTER_AREA).astype(np.float64).ravel()
    places = _quadratic(24, 24)
    weights = np.ones(len(cells))
    for _ in range(8):
        fitted = places @ np.linalg.lstsq(places * weights[:, None], cells * weights, rcond=None)[0]
        # What is darker than the fit may be ink; what is brighter is paper.
        weights = np.where(cells < 0.97 * fitted, 0.15, 1.0)
    fits = np.abs(cells - fitted) < 0.06 * fitted
    if fits.mean() < 0.6 or fitted.min() < 0.15 * fitted.max() or fitted.min() < 1:
        return even
    trend = cv2.resize(fitted.reshape(24, 24).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(trend, np.float32)


def _quadratic(height: int, width: int) -> NDArray[np.float64]:
    y, x = (grid.ravel() for grid in np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j])
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
