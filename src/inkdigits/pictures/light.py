"""A picture -> how much darker than its background each pixel is. Knows nothing of strokes, lines or digits.

Light on paper changes slowly, or suddenly at the edge of a shadow. Ink is narrow and darker than its surroundings.
"""

from functools import cache
from typing import TypeAlias, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import histogram_quantile, partition_quantile
from inkdigits.core.types import Picture
from inkdigits.pictures.histogram import count_levels

Grey: TypeAlias = NDArray[np.float32]
"""One value for each pixel, (h, w)."""

Values = TypeVar("Values", NDArray[np.uint8], NDArray[np.float32])
"""A picture of either kind."""

_SIDE = 320
"""Longest side of the picture that light is measured on."""

_PEN_SHARE = 6
"""No stroke is wider than the shorter side of a picture divided by this; of a small picture, by half of it."""

_DARKEST = 24.0
"""Light below this level is not divided out further: there is only the camera's noise."""

_COLOURED = 12
"""Above this mean spread of red, green and blue, the channels are compared one by one."""

_FEW = 20_000
"""Pictures with fewer pixels are examined at full size."""

_MANY = 50_000
"""In pictures with more pixels, every other row and column is enough to tell how dark the ink is."""

_CELLS = 24
"""Cells in each direction; the trend of the light is fitted to their brightness."""

_INK_WEIGHT = 0.15**2
"""Weight in the fit of a cell that may contain ink; cells of paper have 1."""

_PAPER = 0.8
"""Pixels with more than this share of the light are paper."""


def darkness(picture: Picture) -> Grey:
    """Return how much darker than its background each pixel is, as a share of the background's light.

    Uneven light, shadows and the background's colour are divided out. Of red, green, blue and grey, the channel that
    shows the ink best is used. Bright strokes on a dark background count as ink too.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255.

    Returns:
        (h, w), float32, 0 is paper and 1 is black; noise makes some of it negative.

    Examples:
        >>> board = np.full((90, 120, 3), 30, np.uint8)
        >>> board[30:60, 50:55] = 220
        >>> dark = darkness(board)
        >>> bool(dark[40, 52] > 0.7), bool(abs(dark[10, 10]) < 0.01)
        (True, True)
    """
    values = clearest_channel(picture)
    small = shrink(values, _SIDE)
    if _ink_is_bright(small):
        values, small = 255 - values, 255 - small
    light = cv2.resize(_light(small), values.shape[::-1], interpolation=cv2.INTER_LINEAR)
    share = cv2.divide(values, np.maximum(light, _DARKEST, out=light), light, dtype=cv2.CV_32F)
    return np.asarray(np.subtract(1, share, out=share), np.float32)


def noise_sigma(dark: Grey, step: int = 1) -> float:
    """Return the standard deviation of the noise, from differences of pixels.

    Args:
        dark: (h, w), float32, 0 is paper and 1 is ink.
        step: How far apart the compared pixels are.
    """
    if min(dark.shape) <= step:
        return 0.0
    differences = np.abs(dark[step::3, step::3] - dark[:-step:3, :-step:3])
    return partition_quantile(differences, 0.5) / 0.6745 / 2**0.5


def full_ink(dark: Grey) -> float:
    """Return the darkness in the middle of a stroke: that of the darkest pixels that are more than a speck.

    Args:
        dark: (h, w), float32, 0 is paper and 1 is ink.
    """
    soft = cv2.blur(dark, (3, 3))
    share = min(0.05, max(0.002, 60 / soft.size))
    return partition_quantile(soft[::2, ::2] if soft.size > _MANY else soft, 1 - share)


def clearest_channel(picture: Picture) -> NDArray[np.uint8]:
    """Return grey, red, green or blue: whichever shows the ink best.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255.

    Returns:
        (h, w), uint8, 0 … 255.
    """
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    # Averages of pixels are less colourful than the pixels: without colour at full size there is none when small.
    if _colour(picture) <= _COLOURED or _colour(sample := shrink(picture, _SIDE)) <= _COLOURED:
        return grey
    # Grey has the least noise: another channel must show the ink clearly better.
    best, most = grey, 1.3 * _visibility(shrink(grey, _SIDE))
    for number, channel in enumerate(cv2.split(sample)):
        seen = _visibility(np.asarray(channel, np.uint8))
        if seen > most:
            best, most = np.asarray(cv2.extractChannel(picture, number), np.uint8), seen
    return best


def _colour(picture: Picture) -> float:
    """Return the mean spread of red, green and blue."""
    red, green, blue = cv2.split(picture)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    return cv2.mean(spread)[0]


def _visibility(small: NDArray[np.uint8]) -> float:
    """Return the contrast of the ink relative to the noise."""
    if _ink_is_bright(small):
        small = 255 - small
    dark = np.asarray(1 - small / np.maximum(_light(small), _DARKEST), np.float32)
    return full_ink(dark) / (noise_sigma(dark) + 0.02)


def shrink(values: Values, side: int) -> Values:
    """Scale a picture down to a longest side; a smaller one stays as it is.

    Args:
        values: (h, w) or (h, w, C), uint8 or float32, any value.
        side: The longest side, in pixels.

    Returns:
        (h, w) or (h, w, C), smaller, of the same dtype and range.
    """
    share = side / max(values.shape[:2])
    if share >= 1:
        return values
    size = (max(1, round(values.shape[1] * share)), max(1, round(values.shape[0] * share)))
    # Linear interpolation skips no pixel of a picture that is less than halved; area averaging takes ten times as long.
    return cast(Values, cv2.resize(values, size, interpolation=cv2.INTER_LINEAR if share > 0.5 else cv2.INTER_AREA))


def _ink_is_bright(small: NDArray[np.uint8]) -> bool:
    """Whether the ink is brighter than the paper: narrow details that stand out from the median around them are ink."""
    if small.size >= _FEW:
        # Half the size is a quarter of the work, for the same answer.
        small = np.asarray(cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    reach = _reach(small)
    middle = np.asarray(cv2.medianBlur(small, reach), np.uint8)
    narrow = (
        cv2.morphologyEx(small, method, np.ones((reach, reach), np.uint8))
        for method in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT)
    )
    away = (cv2.subtract(small, middle), cv2.subtract(middle, small))
    bright, dark = (_strength(np.asarray(cv2.min(*pair), np.uint8)) for pair in zip(narrow, away, strict=True))
    return bright > dark


def _strength(values: NDArray[np.uint8]) -> float:
    """Return the sum of the third powers, in which strokes count far more than noise."""
    return float(cv2.calcHist([values], [0], None, [256], [0, 256]).ravel() @ np.arange(256.0) ** 3)


def _reach(small: NDArray[np.uint8]) -> int:
    """Return a width, in pixels, that is larger than that of any stroke; odd, as cv2 needs it."""
    shorter = min(small.shape)
    return int(max(9, shorter // _PEN_SHARE, min(shorter, 72) // (_PEN_SHARE // 2)) | 1)


def _light(small: NDArray[np.uint8]) -> Grey:
    """Return the brightness of the background at each pixel, (h, w), as if there were no ink."""
    trend = smooth_trend(small)
    level = np.minimum(cv2.divide(small, trend, scale=200, dtype=cv2.CV_32F), 255).astype(np.uint8)
    reach = _reach(small)
    # Closing keeps shadows and their edges: they are wider than its window.
    closed = cv2.morphologyEx(
        cv2.medianBlur(level, 3), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8), borderType=cv2.BORDER_REPLICATE
    )
    smooth = cv2.GaussianBlur(closed.astype(np.float32), (0, 0), max(1.0, reach / 8))
    # Smoothing brightens the dark side of a shadow's edge, which would then look like ink.
    light = np.minimum(smooth, cv2.erode(closed, np.ones((3, 3), np.uint8)))
    light = np.maximum(light, 1)
    # Closing follows the brightest noise: bring it down to the paper's mean.
    share = level / light
    paper = (share > _PAPER).astype(np.float32)
    window = (2 * reach + 1, 2 * reach + 1)
    known = cv2.blur(paper, window)
    mean = cv2.blur(np.minimum(share, 1.2) * paper, window) / np.maximum(known, 1e-3)
    return np.asarray(np.where(known > 0.05, mean, 1) * light * trend / 200, np.float32)


def smooth_trend(small: NDArray[np.uint8]) -> Grey:
    """Return the smooth part of the light: a quadratic function of the place, or a constant if that doesn't fit.

    Args:
        small: (h, w), uint8, 0 is black and 255 is white: dark ink on bright paper.

    Returns:
        (h, w), float32, at least 1: about how bright the paper is at each pixel.
    """
    height, width = small.shape
    fitted = _fit_quadratic(small) if min(height, width) >= _CELLS else None
    if fitted is None:
        bright = histogram_quantile(count_levels(np.ascontiguousarray(small[::2, ::2])), 0.9)
        return np.full((height, width), max(1.0, bright), np.float32)
    trend = cv2.resize(fitted.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(trend, np.float32)


def _fit_quadratic(small: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """Return the brightness of the paper in each cell, (24, 24), or None if no quadratic function fits it."""
    cells = cv2.resize(small, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA).astype(np.float64).ravel()  # (576,)
    terms, products = _quadratic()
    weights = np.ones(len(cells))
    for _ in range(8):
        # Least squares with six terms: solve six equations.
        fitted = _solve((weights @ products).reshape(6, 6), (weights * cells) @ terms) @ terms.T
        # Cells darker than the fit may contain ink; brighter ones are paper.
        before, weights = weights, np.where(cells < 0.97 * fitted, _INK_WEIGHT, 1.0)
        if np.array_equal(weights, before):
            break
    fits = np.abs(cells - fitted) < 0.06 * fitted
    if fits.mean() < 0.6 or fitted.min() < 0.15 * fitted.max() or fitted.min() < 1:
        return None
    return np.asarray(fitted.reshape(_CELLS, _CELLS))


def _solve(factors: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solve a small positive definite system; OpenCV takes a sixth of NumPy's time for it."""
    return np.asarray(cv2.solve(factors, values[:, None], flags=cv2.DECOMP_CHOLESKY)[1], np.float64).ravel()


@cache
def _quadratic() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the terms of a quadratic function in each cell, (576, 6), and all products of two terms, (576, 36)."""
    y, x = (grid.ravel() for grid in np.mgrid[-1 : 1 : _CELLS * 1j, -1 : 1 : _CELLS * 1j])
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    return terms, (terms[:, :, None] * terms[:, None, :]).reshape(len(x), -1)
