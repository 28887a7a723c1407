"""Any picture -> paper 0, ink 1, and where its strokes are. Knows nothing of lines or digits."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import partition_quantile
from inkdigits.core.types import Picture
from inkdigits.pictures.light import Grey, darkness, full_ink, noise_sigma, shrink
from inkdigits.read.page.component_labelling import Components
from inkdigits.read.page.ruling import without_ruling

Mask: TypeAlias = NDArray[np.bool_]
"""Which pixels, (h, w)."""

_LARGEST = 2400
"""Longest side that is worked on, in pixels: writing of 10 pixels in a photo of 12 megapixels still has 6."""

_SMALLEST = 72
"""Shortest side that is worked on: smaller pictures are enlarged, so that strokes have room to be parted."""

_LEAST_CONTRAST = 0.06
"""Ink takes at least this share of the paper's light."""

_LEAST_SHARE = 0.28
"""Ink is at least this share as dark as the darkest: below that it is print of the ground, or shows through."""

_ABOVE_GRAIN = 4.0
"""Ink is this many standard deviations of the paper's grain darker than paper."""

_FAINT = 0.72
"""The faint end of a stroke has at least this share of the darkness that ink must have."""

_FIRM = 1.1
"""Mean darkness of a whole stroke against the threshold: what only just reaches it here and there is none."""

_COARSE = 240
"""Longest side on which it is told how dark ink is in each place, in pixels."""

_TILE = 24
"""Side of the squares that grain is measured in, in pixels."""


@dataclass(frozen=True, eq=False)
class Page:
    """A picture made ready, whatever its light, colours and polarity were.

    Attributes:
        grey: (h, w), float32: 0 is paper and 1 is full ink; soft edges and noise are kept.
        mask: (h, w), bool: what is a stroke; ruled lines and specks are not.
        scale: Pixels of the page per pixel of the picture.
        components: What hangs together in the mask, where that is known already.
    """

    grey: Grey
    mask: Mask
    scale: float
    components: Components | None = None


def binarize(picture: Picture) -> Page:
    """Divide the light out of a picture, tell ink from paper, and find the strokes.

    Args:
        picture: (H, W, 3), uint8, red, green and blue.

    Examples:
        >>> paper = np.full((90, 120, 3), 200, np.uint8)
        >>> paper[30:60, 50:55] = 40
        >>> page = binarize(paper)
        >>> page.scale, int(page.mask.sum())
        (1.0, 150)
    """
    scale = _working_scale(*picture.shape[:2])
    ink = darkness(_resize(picture, scale))
    full = full_ink(ink)
    if full < _LEAST_CONTRAST:
        return Page(np.zeros_like(ink), np.zeros(ink.shape, dtype=bool), scale)
    mask, components = _strokes(ink, full)
    ink /= full
    return Page(np.clip(ink, 0, 1, out=ink), mask, scale, components)


def _working_scale(height: int, width: int) -> float:
    if max(height, width) > _LARGEST:
        return _LARGEST / max(height, width)
    return max(1.0, min(_SMALLEST / min(height, width), _LARGEST / max(height, width), 4.0))


def _resize(picture: Picture, scale: float) -> Picture:
    if scale == 1:
        return picture
    size = tuple(max(1, round(side * scale)) for side in picture.shape[1::-1])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8)


def _strokes(ink: Grey, full: float) -> tuple[Mask, Components]:
    """Threshold at half the darkness of the strokes about; faint ends that hang on to a stroke belong to it."""
    soft = np.asarray(cv2.GaussianBlur(ink, (0, 0), float(np.clip(10 * noise_sigma(ink) / full, 0.7, 2.0))), np.float32)
    level = _level(soft, full)
    # Ruling goes first: it would tie all strokes into one.
    candidates, (labels, boxes, areas) = without_ruling(np.asarray(soft > _FAINT * level))
    inked = np.flatnonzero(candidates)
    own = labels.ravel()[inked]
    firmness = soft.ravel()[inked] / level.ravel()[inked]
    holds = np.bincount(own, weights=firmness, minlength=len(areas)) / np.maximum(areas, 1) > _FIRM
    holds &= np.bincount(own[firmness > 1], minlength=len(areas)) >= 4
    kept = holds[own]
    candidates.ravel()[inked] = kept
    labels.ravel()[inked[~kept]] = 0
    return candidates, Components(labels, boxes, np.where(holds, areas, 0))


def _level(soft: Grey, full: float) -> Grey:
    """Return how dark ink must be in each place."""
    height, width = soft.shape
    small = shrink(soft, _COARSE)
    share = max(small.shape) / max(soft.shape)
    window = max(3, round(max(15, min(height, width) // 5) * share)) | 1
    about = cv2.dilate(cv2.blur(small, (2, 2)) if share < 1 else small, np.ones((window, window), np.uint8))
    about = np.minimum(cv2.GaussianBlur(about, (0, 0), window / 3), full)
    noise = cv2.resize(_grain_map(soft), small.shape[::-1], interpolation=cv2.INTER_LINEAR)
    least = max(_LEAST_CONTRAST, _LEAST_SHARE * full)
    small_level = np.maximum(np.maximum(0.5 * about, np.minimum(_ABOVE_GRAIN * noise, 0.45 * full)), least)
    return np.asarray(cv2.resize(small_level, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _grain_map(soft: Grey) -> Grey:
    """Return the standard deviation of the noise in each part of the page: dark corners have more of it."""
    step = 2  # nearer pixels are alike after smoothing
    if min(soft.shape) < _TILE + step:
        return np.full((1, 1), noise_sigma(soft, step=1), np.float32)
    rough = np.abs(soft[step::2, step::2] - soft[:-step:2, :-step:2])
    side = min(_TILE // 2, *rough.shape)
    rows, columns = (length // side for length in rough.shape)
    tiles = rough[: rows * side, : columns * side].reshape(rows, side, columns, side).swapaxes(1, 2)
    middle = side * side // 2
    noise = np.partition(tiles.reshape(rows, columns, -1), middle)[..., middle] / np.float32(0.6745 * 2**0.5)
    # A tile full of strokes looks noisy too: the page as a whole says what is likely.
    usual = partition_quantile(noise, 0.4)
    return np.asarray(np.clip(noise, usual, 3 * usual), np.float32)
