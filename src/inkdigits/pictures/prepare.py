"""A picture of one digit -> its 28x28 form: THE one preparation. Knows nothing of networks or labels.

Learning and reading both come through here, so that they can't differ. Any change to what comes out raises
`PREPARATION_VERSION`, which travels with every exported network.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import histogram_quantile
from inkdigits.core.types import SIDE, Image, Mask, Picture
from inkdigits.pictures.fit import BOX, CENTRE, normalize_digit
from inkdigits.pictures.histogram import count_levels, deviation
from inkdigits.pictures.light import smooth_trend
from inkdigits.pictures.strokes import keep_digit, select, thicken

PREPARATION_VERSION = 4

_WORKING_SIDE = 256
"""Longest side that is worked on: ten times the form's, which is all that can be seen in it."""

_WINDOW = 0.4
"""Strokes are narrower than this share of the picture's longer side, and shadows wider."""

_POLARITY_SIDE = 64
"""Longest side on which dark strokes are told from bright ones where the border can't tell."""

_EVEN = 0.25
"""The light is even if the paper differs from one extreme of the picture by at most this share of the other."""

_FAINT = 0.7
"""The faint end of a stroke is at least this share of the threshold."""

_FIRM = 64
"""Of a picture in the form, what is darker is a stroke and not its soft edge."""

_LEAST_CONTRAST = 0.1
"""Ink must be darker than its paper by this share of the paper's light."""


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """A digit in a picture.

    Attributes:
        form: (28, 28), uint8, 0 is empty and 255 is ink.
        box: Left, top, right and bottom of its ink in pixels of the picture; the last two lie just outside.
    """

    form: Image
    box: tuple[int, int, int, int]


def prepare_digit(picture: Picture) -> Image | None:
    """Bring a picture whose whole content is one digit to MNIST's form.

    The border tells paper from ink, uneven light is divided out, the strokes keep their grey levels, and only
    what belongs to the digit stays: no specks, ruled lines or remains of a neighbour at the edge.

    A picture that is in MNIST's form already (28x28, grey, 20x20 box, centre of mass in the middle) comes
    through unchanged, or inverted where it is dark on light: MNIST itself passes bit for bit.

    Args:
        picture: (H, W, 3), uint8, as `read_picture` gives it.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink, or None where nothing readable was found.

    Examples:
        >>> paper = np.full((90, 60, 3), 240, np.uint8)
        >>> prepare_digit(paper) is None
        True
        >>> paper[20:70, 26:34] = 30
        >>> int(prepare_digit(paper).any(axis=1).sum())
        20
    """
    found = find_digit(picture)
    return found.form if found else None


def find_digit(picture: Picture) -> FoundDigit | None:
    """Bring a picture of one digit to MNIST's form, as `prepare_digit` does, and tell where its ink is.

    Args:
        picture: (H, W, 3), uint8.
    """
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    if _ink_is_bright(grey):
        grey = 255 - grey
    already = 255 - grey
    if _is_in_form(already):
        return FoundDigit(already, _box(already > _FIRM, 1.0))
    small = _shrink(grey, _WORKING_SIDE)
    ink = _flatten_light(small)
    threshold = _threshold(ink)
    if threshold is None:
        return None
    mask = keep_digit(_strokes(ink, threshold))
    if mask is None:
        return None
    form = _draw_form(ink, mask)
    return FoundDigit(form, _box(mask, grey.shape[1] / small.shape[1])) if form is not None else None


def _draw_form(ink: NDArray[np.float32], mask: Mask) -> Image | None:
    """Return the strokes of `mask` in MNIST's form, with the grey levels of their ink."""
    # One pixel more on every side keeps the soft edge that makes strokes smooth when they shrink.
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    part = np.s_[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1]
    ink, mask = ink[part], mask[part]
    soft = cv2.dilate(mask.view(np.uint8), np.ones((3, 3), np.uint8))
    full = float(np.median(ink[mask]))
    return normalize_digit(thicken(np.minimum(ink / full, 1) * soft, mask, BOX))


def _box(mask: Mask, scale: float) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of what is set, in pixels that are `scale` times smaller."""
    first_column, first_row, width, height = cv2.boundingRect(mask.view(np.uint8))
    left, top = int(first_column * scale), int(first_row * scale)
    right, bottom = round((first_column + width) * scale), round((first_row + height) * scale)
    return left, top, max(left + 1, right), max(top + 1, bottom)


def _ink_is_bright(grey: NDArray[np.uint8]) -> bool:
    """Tell on which side of the paper the strokes are.

    The border is paper, and all that differs from it lies on one side, the strokes'. Where a shadow makes it two
    papers, strokes are what differs most from the usual level around it.
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
    usual = cv2.medianBlur(small, max(3, min(small.shape) // 2 | 1))
    return bool(np.mean((small.astype(np.float64) - usual) ** 3) > 0)


def _is_in_form(form: NDArray[np.uint8]) -> bool:
    if form.shape != (SIDE, SIDE) or form.max() < 128:
        return False
    border = np.concatenate([form[0], form[-1], form[1:-1, 0], form[1:-1, -1]])
    if np.mean(border < 16) < 0.9:
        return False
    mass = form.astype(np.float64)
    for axis in (0, 1):
        along = mass.sum(axis=1 - axis)
        # To the whole pixel: MNIST's 70,000 digits have their centres from 13.48 to 14.50.
        if abs(float((along * np.arange(SIDE)).sum() / along.sum()) - CENTRE) > 0.6:
            return False
    rows, columns = np.nonzero(form)
    return bool(BOX - 1 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= BOX)


def _shrink(grey: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    scale = longest / max(grey.shape)
    if scale >= 1:
        return grey
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    return cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _flatten_light(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return how much darker than its paper each point is: 0 is paper, 1 is black."""
    paper = _paper(grey)
    taken = np.divide(grey, np.maximum(paper, 1, out=paper), out=paper)
    # Less than a grey level is the arithmetic's, and no ink.
    _, ink = cv2.threshold(np.subtract(1, taken, out=taken), 1 / 255, 0, cv2.THRESH_TOZERO)
    return np.asarray(ink, np.float32)


def _paper(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the light on the paper, as if nothing were written there."""
    trend = smooth_trend(grey)
    level = cv2.multiply(grey, 200 / trend, dtype=cv2.CV_8U)
    # Closing fills strokes, because they are narrower than its window, and leaves shadows with their edges.
    reach = max(3, round(_WINDOW * max(grey.shape))) | 1
    window = np.ones((reach, reach), np.uint8)
    calm = cv2.medianBlur(level, 3)
    closed = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, window, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(closed * (trend / 200), np.float32)


def _threshold(ink: NDArray[np.float32]) -> float | None:
    """Return the level between paper and ink (Otsu's), or None where the two don't stand apart."""
    levels = np.asarray(cv2.convertScaleAbs(ink, alpha=255), np.uint8)
    level = int(cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0])
    counts = count_levels(levels)
    paper, written = counts[: level + 1], counts[level + 1 :]
    if not paper.any() or not written.any():
        return None
    contrast = histogram_quantile(written, 0.5, lowest=level + 1) - histogram_quantile(paper, 0.5)
    if contrast < 255 * _LEAST_CONTRAST or contrast < 2.5 * deviation(paper):
        return None
    return level / 255


def _strokes(ink: NDArray[np.float32], threshold: float) -> Mask:
    """Return what is darker than the threshold, with the fainter ends of the same strokes."""
    faint = ink > _FAINT * threshold
    count, components = cv2.connectedComponents(faint.view(np.uint8), connectivity=8)
    labels = np.asarray(components, np.int32)
    return select(labels, labels[ink > threshold], count)
