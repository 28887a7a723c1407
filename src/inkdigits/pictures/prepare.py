"""A picture of one digit -> the digit normalized to 28x28. Knows nothing of networks or labels.

Folders of pictures that are learned from and single digits that are read are both prepared here, so that they can't
differ. `uci` is only normalized (`normalize.py`); IDX, npz and CSV files hold 28x28 digits already; lines of a page are
cropped by `read/line_crops.py`. Any change of results raises
`PREPARATION_VERSION`, which is exported with every network.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import histogram_quantile
from inkdigits.core.types import SIDE, Image, Mask, Picture
from inkdigits.pictures.histogram import count_levels, deviation
from inkdigits.pictures.light import smooth_trend
from inkdigits.pictures.normalize import BOX, CENTRE, normalize_digit
from inkdigits.pictures.strokes import keep_digit, select, thicken

PREPARATION_VERSION = 4

_WORKING_SIDE = 256
"""Larger pictures are scaled down to this longest side: about ten times that of a normalized digit."""

_WINDOW = 0.4
"""Strokes are narrower than this share of the picture's longer side, shadows are wider."""

_POLARITY_SIDE = 64
"""Longest side of the picture that tells dark from bright strokes if its border can't."""

_EVEN = 0.25
"""The paper is at one end of the grey levels if it is this near to it, relative to the other end."""

_FAINT = 0.7
"""The faint end of a stroke is at least this share of the threshold."""

_FIRM = 64
"""In a normalized digit, darker pixels are a stroke and not its soft edge."""

_MIN_CONTRAST = 0.1
"""Ink must be darker than its paper by this share of the paper's light."""


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """A digit in a picture.

    Attributes:
        image: (28, 28), uint8, 0 is empty and 255 is ink: the normalized digit.
        box: Left, top, right and bottom of its ink in pixels of the picture; the last two lie just outside.
        strokes: (h, w), bool, all that is darker than the paper, the digit and what is beside it, in a picture of at
            most 256 pixels; None of a picture that was normalized already.
        ink_share: The share of everything darker than the paper that is the digit, 0 … 1.
    """

    image: Image
    box: tuple[int, int, int, int]
    strokes: Mask | None = None
    ink_share: float = 1.0


def prepare_digit(picture: Picture) -> Image | None:
    """Return the one digit in a picture, normalized as MNIST's digits are.

    The border tells paper from ink. Uneven light is divided out, and the strokes keep their grey levels. Specks, ruled
    lines and parts of a neighbour at the edge are removed.

    A picture that is a normalized digit already (28x28, grey, 20x20 box, centre of mass in the middle) stays unchanged,
    or is inverted if it is dark on light: MNIST's own digits stay the same bit for bit.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255, as `read_picture` gives it.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink, or None if no digit was found.

    Examples:
        >>> paper = np.full((90, 60, 3), 240, np.uint8)
        >>> prepare_digit(paper) is None
        True
        >>> paper[20:70, 26:34] = 30
        >>> int(prepare_digit(paper).any(axis=1).sum())
        20
    """
    found = find_digit(picture)
    return found.image if found else None


def find_digit(picture: Picture) -> FoundDigit | None:
    """Return the one digit in a picture, as `prepare_digit` does, and where its ink is.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.

    Returns:
        The digit, or None if no digit was found.
    """
    grey = _dark_on_bright(picture)
    inverted = 255 - grey
    if _is_normalized(inverted):
        return FoundDigit(inverted, _box(inverted > _FIRM, 1.0))
    small = _shrink(grey, _WORKING_SIDE)
    found = _find_ink(small)
    if found is None:
        return None
    ink, strokes, mask = found
    digit = normalize_strokes(ink, mask)
    if digit is None:
        return None
    ink_share = float(mask.sum() / strokes.sum())
    return FoundDigit(digit, _box(mask, grey.shape[1] / small.shape[1]), strokes, ink_share)


def crop_digit(picture: Picture, longest: int) -> tuple[Image, int] | None:
    """Return the ink of the one digit in a picture, with its proportions and without what stands beside it.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        longest: The longer side of the result, at most, in pixels.

    Returns:
        (h, w), uint8, 0 is paper and 255 is ink, with a pixel of margin; and the height of the digit in pixels of the
        picture. None if no digit was found.

    Examples:
        >>> paper = np.full((90, 60, 3), 240, np.uint8)
        >>> paper[20:70, 26:34] = 30
        >>> crop, height = crop_digit(paper, 26)
        >>> crop.shape, height
        ((26, 5), 50)
    """
    grey = _dark_on_bright(picture)
    small = _shrink(grey, _WORKING_SIDE)
    found = _find_ink(small)
    if found is None:
        return None
    ink, _, mask = found
    _, top, _, bottom = _box(mask, grey.shape[1] / small.shape[1])
    crop, _ = _digit_alone(ink, mask)
    return _shrink(np.round(255 * crop).astype(np.uint8), longest), bottom - top


def normalize_strokes(ink: NDArray[np.float32], mask: Mask) -> Image | None:
    """Return the strokes of a mask as a normalized digit, with the grey levels of their ink.

    Args:
        ink: (h, w), float32, 0 is paper and 1 is black.
        mask: (h, w), bool, True for the strokes of the digit; at least one pixel.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink, or None without any ink.
    """
    alone, mask = _digit_alone(ink, mask)
    return normalize_digit(thicken(alone, mask, BOX))


def _digit_alone(ink: NDArray[np.float32], mask: Mask) -> tuple[NDArray[np.float32], Mask]:
    """Return the ink of a mask's strokes, 0 … 1, and the mask, both cut out with a pixel of margin."""
    # One pixel more on every side keeps the soft edges, which make strokes smooth when they are scaled down.
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    part = np.s_[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1]
    ink, mask = ink[part], mask[part]
    soft = cv2.dilate(mask.view(np.uint8), np.ones((3, 3), np.uint8))
    full = float(np.median(ink[mask]))
    return np.asarray(np.minimum(ink / full, 1) * soft, np.float32), mask


def _dark_on_bright(picture: Picture) -> NDArray[np.uint8]:
    """Return a picture in grey, (H, W), inverted if its ink is bright."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    return 255 - grey if _ink_is_bright(grey) else grey


def _find_ink(grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], Mask, Mask] | None:
    """Return how dark each pixel is, all strokes, and those of the digit, each (h, w); None if there is no digit."""
    ink = _flatten_light(grey)
    threshold = _threshold(ink)
    if threshold is None:
        return None
    strokes = _strokes(ink, threshold)
    mask = keep_digit(strokes)
    return None if mask is None else (ink, strokes, mask)


def _box(mask: Mask, scale: float) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of the mask, in pixels that are `scale` times smaller."""
    first_column, first_row, width, height = cv2.boundingRect(mask.view(np.uint8))
    left, top = int(first_column * scale), int(first_row * scale)
    right, bottom = round((first_column + width) * scale), round((first_row + height) * scale)
    return left, top, max(left + 1, right), max(top + 1, bottom)


def _ink_is_bright(grey: NDArray[np.uint8]) -> bool:
    """Whether the strokes are brighter than the paper.

    The border is paper. Usually all other levels are on one side of it: those of the strokes. If a shadow makes two
    levels of paper, the strokes are what differs most from its surroundings.
    """
    depth = max(1, min(grey.shape) // 16)
    border = np.concatenate(
        [grey[:depth].ravel(), grey[-depth:].ravel(), grey[:, :depth].ravel(), grey[:, -depth:].ravel()]
    )
    paper = histogram_quantile(count_levels(border), 0.5)
    levels = count_levels(grey)
    darkest, brightest = histogram_quantile(levels, 0.01), histogram_quantile(levels, 0.99)
    above, below = brightest - paper, paper - darkest
    if min(above, below) <= _EVEN * max(above, below):
        return bool(above > below)
    small = _shrink(grey, _POLARITY_SIDE)
    surroundings = cv2.medianBlur(small, max(3, min(small.shape) // 2 | 1))
    return bool(np.mean((small.astype(np.float64) - surroundings) ** 3) > 0)


def _is_normalized(image: NDArray[np.uint8]) -> bool:
    """Whether a picture is a normalized digit already."""
    if image.shape != (SIDE, SIDE) or image.max() < 128:
        return False
    border = np.concatenate([image[0], image[-1], image[1:-1, 0], image[1:-1, -1]])  # (108,)
    if np.mean(border < 16) < 0.9:
        return False
    mass = image.astype(np.float64)
    for axis in (0, 1):
        along = mass.sum(axis=1 - axis)  # (28,)
        # MNIST is centred to whole pixels: the centres of its 70,000 digits are from 13.48 to 14.50.
        if abs(float((along * np.arange(SIDE)).sum() / along.sum()) - CENTRE) > 0.6:
            return False
    rows, columns = np.nonzero(image)
    return bool(BOX - 1 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= BOX)


def _shrink(grey: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """Scale a picture down to a longest side; a smaller one stays as it is."""
    scale = longest / max(grey.shape)
    if scale >= 1:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _flatten_light(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return how much darker than its paper each pixel is: 0 is paper, 1 is black."""
    paper = _paper(grey)
    taken = np.divide(grey, np.maximum(paper, 1, out=paper), out=paper)
    # Less than one grey level is a rounding error, not ink.
    _, ink = cv2.threshold(np.subtract(1, taken, out=taken), 1 / 255, 0, cv2.THRESH_TOZERO)
    return np.asarray(ink, np.float32)


def _paper(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the brightness of the paper at each pixel, as if there were no ink."""
    trend = smooth_trend(grey)
    level = cv2.multiply(grey, 200 / trend, dtype=cv2.CV_8U)
    # Closing fills strokes, which are narrower than its window, and keeps shadows and their edges.
    reach = max(3, round(_WINDOW * max(grey.shape))) | 1
    window = np.ones((reach, reach), np.uint8)
    calm = cv2.medianBlur(level, 3)
    closed = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, window, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(closed * (trend / 200), np.float32)


def _threshold(ink: NDArray[np.float32]) -> float | None:
    """Return the level between paper and ink (Otsu, 1979), or None if their contrast is too low."""
    levels = np.asarray(cv2.convertScaleAbs(ink, alpha=255), np.uint8)
    level = int(cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0])
    counts = count_levels(levels)
    paper, written = counts[: level + 1], counts[level + 1 :]
    if not paper.any() or not written.any():
        return None
    contrast = histogram_quantile(written, 0.5, lowest=level + 1) - histogram_quantile(paper, 0.5)
    if contrast < 255 * _MIN_CONTRAST or contrast < 2.5 * deviation(paper):
        return None
    return level / 255


def _strokes(ink: NDArray[np.float32], threshold: float) -> Mask:
    """Return pixels darker than the threshold, and the fainter ends of the same strokes."""
    faint = ink > _FAINT * threshold
    count, components = cv2.connectedComponents(faint.view(np.uint8), connectivity=8)
    labels = np.asarray(components, np.int32)
    return select(labels, labels[ink > threshold], count)
