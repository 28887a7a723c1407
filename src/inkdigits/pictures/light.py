"""A picture -> how much of its ground's light each pixel takes. Knows nothing of strokes, lines or digits.

Light on paper changes slowly, or suddenly at the edge of a shadow; ink is darker than what lies about it and narrow.
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
"""Longest side on which light is measured."""

_PEN_SHARE = 6
"""No stroke is wider than the shorter side of a picture divided by this; of a small picture, by half of it."""

_DARKEST = 24.0
"""Light below this is not divided out further: there is only the camera's noise."""

_COLOURED = 12
"""Mean spread of red, green and blue from which on colours are looked at one by one."""

_FEW = 20_000
"""A picture of fewer pixels is quick to look through at its full size."""

_MANY = 50_000
"""Of more pixels than this every other one in each direction tells how dark they are."""

_CELLS = 24
"""Cells in each direction by whose brightness the trend of the light is told."""

_DOUBT = 0.15**2
"""What a cell that may hold ink weighs beside one of paper where the trend of the light is fitted."""

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
    small = shrink(values, _SIDE)
    if _ink_is_bright(small):
        values, small = 255 - values, 255 - small
    light = cv2.resize(_light(small), values.shape[::-1], interpolation=cv2.INTER_LINEAR)
    taken = cv2.divide(values, np.maximum(light, _DARKEST, out=light), light, dtype=cv2.CV_32F)
    return np.asarray(np.subtract(1, taken, out=taken), np.float32)


def noise_sigma(taken: Grey, step: int = 1) -> float:
    """Return the standard deviation of the noise, from differences of pixels `step` apart."""
    if min(taken.shape) <= step:
        return 0.0
    rough = np.abs(taken[step::3, step::3] - taken[:-step:3, :-step:3])
    return partition_quantile(rough, 0.5) / 0.6745 / 2**0.5


def full_ink(taken: Grey) -> float:
    """Return the darkness of a stroke's middle: that of the darkest pixels that are more than a speck."""
    soft = cv2.blur(taken, (3, 3))
    share = min(0.05, max(0.002, 60 / soft.size))
    return partition_quantile(soft[::2, ::2] if soft.size > _MANY else soft, 1 - share)


def _clearest_channel(picture: Picture) -> NDArray[np.uint8]:
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    # To average pixels brings their colours nearer to each other: where they show none, their means don't either.
    if _colour(picture) <= _COLOURED or _colour(sample := shrink(picture, _SIDE)) <= _COLOURED:
        return grey
    # The mean of the channels has the least noise: another must show the ink clearly better.
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
    if _ink_is_bright(small):
        small = 255 - small
    taken = np.asarray(1 - small / np.maximum(_light(small), _DARKEST), np.float32)
    return full_ink(taken) / (noise_sigma(taken) + 0.02)


def shrink(values: Values, side: int) -> Values:
    """Make a picture smaller, so that its longer side is `side`; a smaller one stays as it is."""
    share = side / max(values.shape[:2])
    if share >= 1:
        return values
    size = (max(1, round(values.shape[1] * share)), max(1, round(values.shape[0] * share)))
    # Of a picture less than halved no pixel is overlooked, and areas take ten times as long.
    return cast(Values, cv2.resize(values, size, interpolation=cv2.INTER_LINEAR if share > 0.5 else cv2.INTER_AREA))


def _ink_is_bright(small: NDArray[np.uint8]) -> bool:
    """Judge by what is narrow and stands out from the middle grey about it: that is how ink differs from paper."""
    if small.size >= _FEW:
        # At half the size a fourth of the work tells as much.
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
    """Add up the third powers: they make much of strokes and little of grain."""
    return float(cv2.calcHist([values], [0], None, [256], [0, 256]).ravel() @ np.arange(256.0) ** 3)


def _reach(small: NDArray[np.uint8]) -> int:
    """Return a width that no stroke has."""
    shorter = min(small.shape)
    return int(max(9, shorter // _PEN_SHARE, min(shorter, 72) // (_PEN_SHARE // 2)) | 1)


def _light(small: NDArray[np.uint8]) -> Grey:
    """Return the light on the ground, with all that is darker and narrower than the widest stroke filled in."""
    trend = smooth_trend(small)
    level = np.minimum(cv2.divide(small, trend, scale=200, dtype=cv2.CV_32F), 255).astype(np.uint8)
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
    fitted = _fit_quadratic(small) if min(height, width) >= _CELLS else None
    if fitted is None:
        bright = histogram_quantile(count_levels(np.ascontiguousarray(small[::2, ::2])), 0.9)
        return np.full((height, width), max(1.0, bright), np.float32)
    trend = cv2.resize(fitted.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(trend, np.float32)


def _fit_quadratic(small: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """Return the brightness of paper in each cell, (24, 24), or None where it is no quadratic of the place."""
    cells = cv2.resize(small, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA).astype(np.float64).ravel()
    terms, products = _quadratic()
    weights = np.ones(len(cells))
    for _ in range(8):
        # The least squares of six terms are the solution of six equations.
        fitted = _solve((weights @ products).reshape(6, 6), (weights * cells) @ terms) @ terms.T
        # What is darker than the fit may be ink; what is brighter is paper.
        before, weights = weights, np.where(cells < 0.97 * fitted, _DOUBT, 1.0)
        if np.array_equal(weights, before):
            break
    fits = np.abs(cells - fitted) < 0.06 * fitted
    if fits.mean() < 0.6 or fitted.min() < 0.15 * fitted.max() or fitted.min() < 1:
        return None
    return np.asarray(fitted.reshape(_CELLS, _CELLS))


def _solve(factors: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Solve a few equations, positive definite; OpenCV takes a sixth of NumPy's time for it."""
    return np.asarray(cv2.solve(factors, values[:, None], flags=cv2.DECOMP_CHOLESKY)[1], np.float64).ravel()


@cache
def _quadratic() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the terms of a quadratic in each cell, (576, 6), and the products of each two of them, (576, 36)."""
    y, x = (grid.ravel() for grid in np.mgrid[-1 : 1 : _CELLS * 1j, -1 : 1 : _CELLS * 1j])
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)
    return terms, (terms[:, :, None] * terms[:, None, :]).reshape(len(x), -1)
