"""Any picture -> a page: ink from 0 (paper) to 1, and the mask of the strokes. Knows nothing of lines or digits."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import partition_quantile
from inkdigits.core.types import Mask, Picture
from inkdigits.pictures.light import Grey, darkness, full_ink, noise_sigma, shrink
from inkdigits.read.page.component_labelling import Labelling
from inkdigits.read.page.page_picture import PagePicture, page_picture
from inkdigits.read.page.ruling import remove_ruling

_MIN_CONTRAST = 0.06
"""Ink takes at least this share of the paper's light."""

_MIN_INK_SHARE = 0.28
"""Ink is at least this share as dark as the darkest ink: what is paler is background print or shows through."""

_MIN_NOISE_SIGMAS = 4.0
"""Ink is at least this many standard deviations of the noise darker than the paper."""

_MIN_FULL_SIGMAS = 2.0
"""The darkest ink of a page with writing is this many standard deviations of the noise darker than the paper.

On empty paper the darkest spots are as much darker as the noise deviates."""

_HYSTERESIS = 0.72
"""Low threshold as a share of the high one: the faint end of a stroke lies between the two."""

_MIN_MEAN_DARKNESS = 1.1
"""Least mean darkness of a whole stroke against the threshold: what barely reaches it here and there is no stroke."""

_LEVEL_MAP_SIDE = 240
"""Longest side of the map of local thresholds, in pixels."""

_NOISE_TILE = 24
"""Side of the tiles in which noise is measured, in pixels."""


@dataclass(frozen=True, eq=False)
class Page:
    """A binarized picture, independent of its light, colours and polarity.

    Attributes:
        grey: (h, w), float32, 0 is paper and 1 is full ink; soft edges and noise are kept.
        mask: (h, w), bool, the strokes, without ruled lines and specks.
        scale: Pixels of the page per pixel of the picture.
        labelling: The connected components of the mask, if they are known.
    """

    grey: Grey
    mask: Mask
    scale: float
    labelling: Labelling | None = None


def binarize(picture: Picture) -> Page:
    """Return the page of a picture: light divided out, ink separated from paper, ruled lines removed.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.

    Examples:
        >>> paper = np.full((90, 120, 3), 200, np.uint8)
        >>> paper[30:60, 50:55] = 40
        >>> page = binarize(paper)
        >>> page.scale, int(page.mask.sum())
        (1.0, 150)
    """
    return binarize_page(page_picture(picture))


def binarize_page(picture: PagePicture) -> Page:
    """Return the page of a picture that has its size and no surroundings already.

    Args:
        picture: As `page_picture` gives it.
    """
    scale = picture.scale
    ink = darkness(picture.pixels)  # (h, w)
    full = full_ink(ink)
    noise = noise_sigma(ink)
    if full < max(_MIN_CONTRAST, _MIN_FULL_SIGMAS * noise):
        return Page(np.zeros_like(ink), np.zeros(ink.shape, dtype=bool), scale)
    mask, labelling = _threshold(ink, full, noise)
    ink /= full
    return Page(np.clip(ink, 0, 1, out=ink), mask, scale, labelling)


def _threshold(ink: Grey, full: float, noise: float) -> tuple[Mask, Labelling]:
    """Return the strokes by hysteresis: the low threshold finds components, the high one decides which are kept."""
    sigma = float(np.clip(10 * noise / full, 0.7, 2.0))
    soft = np.asarray(cv2.GaussianBlur(ink, (0, 0), sigma), np.float32)
    threshold = _local_threshold(soft, full)
    # Ruling is removed first: it would connect all strokes into one component.
    mask, (label_map, boxes, areas) = remove_ruling(np.asarray(soft > _HYSTERESIS * threshold))
    inked = np.flatnonzero(mask)  # (pixels,)
    labels = label_map.ravel()[inked]  # (pixels,)
    relative = soft.ravel()[inked] / threshold.ravel()[inked]  # (pixels,)
    mean_relative = np.bincount(labels, weights=relative, minlength=len(areas)) / np.maximum(areas, 1)  # (labels,)
    is_stroke = mean_relative > _MIN_MEAN_DARKNESS
    is_stroke &= np.bincount(labels[relative > 1], minlength=len(areas)) >= 4
    kept = is_stroke[labels]  # (pixels,)
    mask.ravel()[inked] = kept
    label_map.ravel()[inked[~kept]] = 0
    return mask, Labelling(label_map, boxes, np.where(is_stroke, areas, 0))


def _local_threshold(soft: Grey, full: float) -> Grey:
    """Return how dark ink must be in each place: half the darkness of the strokes nearby, and above the noise."""
    height, width = soft.shape
    small = shrink(soft, _LEVEL_MAP_SIDE)
    share = max(small.shape) / max(soft.shape)
    window = max(3, round(max(15, min(height, width) // 5) * share)) | 1
    nearby = cv2.dilate(cv2.blur(small, (2, 2)) if share < 1 else small, np.ones((window, window), np.uint8))
    nearby = np.minimum(cv2.GaussianBlur(nearby, (0, 0), window / 3), full)
    noise = cv2.resize(_noise_map(soft), small.shape[::-1], interpolation=cv2.INTER_LINEAR)
    least = max(_MIN_CONTRAST, _MIN_INK_SHARE * full)
    small_map = np.maximum(np.maximum(0.5 * nearby, np.minimum(_MIN_NOISE_SIGMAS * noise, 0.45 * full)), least)
    return np.asarray(cv2.resize(small_map, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _noise_map(soft: Grey) -> Grey:
    """Return the standard deviation of the noise in each tile of the page: dark corners have more noise."""
    step = 2  # closer pixels are correlated after smoothing
    if min(soft.shape) < _NOISE_TILE + step:
        return np.full((1, 1), noise_sigma(soft, step=1), np.float32)
    differences = np.abs(soft[step::2, step::2] - soft[:-step:2, :-step:2])
    side = min(_NOISE_TILE // 2, *differences.shape)
    rows, columns = (length // side for length in differences.shape)
    tiles: NDArray[np.float32] = differences[: rows * side, : columns * side].reshape(rows, side, columns, side)
    tiles = tiles.swapaxes(1, 2).reshape(rows, columns, -1)  # (rows, columns, side * side)
    middle = side * side // 2
    noise = np.partition(tiles, middle)[..., middle] / np.float32(0.6745 * 2**0.5)  # (rows, columns)
    # A tile full of strokes looks noisy too: the whole page limits what is plausible.
    typical = partition_quantile(noise, 0.4)
    return np.asarray(np.clip(noise, typical, 3 * typical), np.float32)
