"""A picture -> masks of its thin dark strokes: all of them, and those of each colour. Knows nothing of cells or ink."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import histogram_quantile
from inkdigits.core.types import Mask, Picture
from inkdigits.pictures.histogram import count_levels

_WINDOW = 31
"""Side of the window whose brightest pixel is paper: rules and pens are thinner."""

_MIN_CONTRAST, _MAX_CONTRAST = 0.08, 0.3
"""Bounds of the threshold, as a share of the paper's light."""

_NOISE_SIGMAS = 5.0
"""A stroke is this many standard deviations of the noise darker than paper."""

_PEAKS = ((0.45, 7), (0.18, 25))
"""A stroke is as dark as this share of the darkest pixel in a window of this side: soft edges and halos are none."""

_PALE_LENGTH, _PALE_BESIDE = 15, 5
"""A pale rule is looked at in pieces of so many pixels, and so far from it is what is beside it."""

_PALE_CONTRAST, _PALE_SIGMAS = 4.0, 5.0
"""It is so much darker, 0 … 255, and by so many standard deviations of the noise of such a piece."""

_COLOUR_SAMPLES = 4000
"""Pixels that the colours of strokes are found from."""

_MIN_COLOUR_DISTANCE = 0.15
"""Between the two colours of a page's strokes, as unit vectors of what they take from red, green and blue."""

_MIN_COLOUR_SHARE = 0.04
"""A colour that fewer of the strokes' pixels have is none."""


_MANY_STROKES = 60
"""So many strokes may be the pieces of dashed or dotted rules."""

_LONG_STROKE = 2.5
"""A stroke that is so many times as long as usual strokes are high may be a rule."""

_HOLLOW = 0.5
"""A stroke around a space that takes this share of its box may be a box: that of a 0 takes less."""

_HOLLOW_RECTANGLE, _RECTANGULAR = 0.2, 0.88
"""A space whose hull fills this share of the smallest tilted box around it has four sides: that of a 0 fills 0.79.
A digit that touches its box takes much of it, but not of its hull."""

_CELLS = 0.55
"""A stroke of which four-sided spaces take this share may be a grid: of a checkerboard they take half."""

_SPECK = 4
"""Pixels: smaller strokes are dirt."""


@dataclass(frozen=True, eq=False)
class Structure:
    """The thin strokes of a page.

    Attributes:
        contrast: (h, w), uint8, how much darker than the paper around it each pixel is; 255 is black.
        strokes: (h, w), bool, rules, print and writing.
        layers: Masks like `strokes`, of one colour each; none if all strokes look alike.
    """

    contrast: NDArray[np.uint8]
    strokes: Mask
    layers: tuple[Mask, ...] = ()


def may_be_ruled(strokes: Mask) -> bool:
    """Tell whether there may be rules among strokes: long ones, hollow ones, or many pieces.

    Nothing of that is in a line of plain digits, where looking for forms would take longer than reading.

    Args:
        strokes: (h, w), bool, all strokes of a page.

    Examples:
        >>> strokes = np.zeros((60, 200), dtype=bool)
        >>> strokes[20:40, [20, 60, 100, 140]] = True
        >>> box = strokes.copy()
        >>> box[20:40, [160, 180]] = box[[20, 39], 160:181] = True
        >>> may_be_ruled(strokes), may_be_ruled(box)
        (False, True)
    """
    binary = strokes.view(np.uint8)
    _, _, found, _ = cv2.connectedComponentsWithStats(binary, connectivity=8)
    boxes = np.asarray(found)[1:]
    boxes = boxes[boxes[:, cv2.CC_STAT_AREA] >= _SPECK]
    if not 0 < len(boxes) <= _MANY_STROKES:
        return len(boxes) > 0
    usual = float(np.median(boxes[:, cv2.CC_STAT_HEIGHT]))
    if boxes[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max() > _LONG_STROKE * usual:
        return True
    contours, hierarchy = cv2.findContours(binary, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    cells = np.zeros(len(contours))  # pixels of the four-sided spaces in each stroke
    for contour, (_, _, _, parent) in zip(contours, hierarchy[0], strict=True):
        if parent >= 0:
            _, _, width, height = cv2.boundingRect(contours[parent])
            area, hull = cv2.contourArea(contour), cv2.convexHull(contour)
            _, sides, _ = cv2.minAreaRect(hull)
            is_rectangle = cv2.contourArea(hull) >= _RECTANGULAR * max(sides[0] * sides[1], 1.0)
            if area > (_HOLLOW_RECTANGLE if is_rectangle else _HOLLOW) * width * height:
                return True
            cells[parent] += cv2.contourArea(hull) * is_rectangle
    # The cells of a grid in which each digit touches a rule are spaces of one stroke.
    return any(own > _CELLS * cv2.contourArea(contours[stroke]) for stroke, own in enumerate(cells.tolist()) if own)


def stroke_contrast(picture: Picture) -> NDArray[np.uint8]:
    """Return how much darker than the paper around it each pixel is, in its darkest colour.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255: dark strokes on bright paper.

    Returns:
        (h, w), uint8, 0 is paper and 255 is black.
    """
    red, green, blue = cv2.split(picture)
    darkest = cv2.min(cv2.min(red, green), blue)
    paper = cv2.morphologyEx(darkest, cv2.MORPH_CLOSE, np.ones((_WINDOW, _WINDOW), np.uint8))
    return np.asarray(cv2.bitwise_not(cv2.divide(darkest, paper, scale=255)), np.uint8)


def find_structure(picture: Picture) -> Structure:
    """Return the thin strokes of a page.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255: dark strokes on bright paper.

    Examples:
        >>> paper = np.full((60, 60, 3), 230, np.uint8)
        >>> paper[10:50, 20:22] = 40
        >>> int(find_structure(paper).strokes.sum())
        80
    """
    contrast = stroke_contrast(picture)
    least = np.full(contrast.shape, int(255 * stroke_threshold(contrast)), np.uint8)
    for share, side in _PEAKS:
        peak = cv2.dilate(contrast, np.ones((side, side), np.uint8))
        least = np.maximum(least, cv2.convertScaleAbs(peak, alpha=share))
    strokes = contrast > least
    return Structure(contrast, strokes)


def with_pale_rules(structure: Structure) -> Structure:
    """Return the strokes with rules that are too pale for strokes: darker on average, all along, than what is beside.

    Only rules that are nearly level or upright are seen.

    Args:
        structure: Of a page.
    """
    contrast = structure.contrast.astype(np.float32)
    least = max(_PALE_CONTRAST, _PALE_SIGMAS * _noise(structure.contrast) / _PALE_LENGTH**0.5)
    strokes = structure.strokes.copy()
    for turned in (False, True):
        along = cv2.blur(contrast, (1, _PALE_LENGTH) if turned else (_PALE_LENGTH, 1))
        beside = [np.roll(along, shift, axis=1 if turned else 0) for shift in (-_PALE_BESIDE, _PALE_BESIDE)]
        strokes |= along - np.maximum(*beside) > least
    return Structure(structure.contrast, strokes)


def _noise(contrast: NDArray[np.uint8]) -> float:
    """Return the standard deviation of the noise, 0 … 255."""
    differences = cv2.absdiff(contrast[1::3, 1::3], contrast[:-1:3, :-1:3])
    return histogram_quantile(count_levels(np.asarray(differences, np.uint8)), 0.5) / 0.6745 / 2**0.5


def stroke_threshold(contrast: NDArray[np.uint8]) -> float:
    """Return the share of the paper's light that a stroke takes at least.

    Args:
        contrast: (h, w), uint8, 0 is paper and 255 is black, as `stroke_contrast` gives it.
    """
    return float(np.clip(_NOISE_SIGMAS * _noise(contrast) / 255, _MIN_CONTRAST, _MAX_CONTRAST))


def colour_layers(picture: Picture, strokes: Mask) -> tuple[Mask, ...]:
    """Return the strokes of either colour, if there are two: orange boxes and a black pen, black rules and a blue pen.

    Args:
        picture: (h, w, 3), uint8, red, green and blue in 0 … 255.
        strokes: (h, w), bool, rules, print and writing.

    Returns:
        Two masks (h, w), bool, or none.
    """
    inked = np.flatnonzero(strokes)
    if len(inked) < 50:
        return ()
    vectors = _light_taken(picture, strokes)  # (pixels, 3)
    lengths = np.linalg.norm(vectors, axis=1)
    vectors /= np.maximum(lengths, 1e-3)[:, None]
    step = max(1, len(inked) // _COLOUR_SAMPLES)
    # The middle of strokes shows their colour best.
    sample = vectors[::step][lengths[::step] > np.quantile(lengths[::step], 0.4)]
    if len(sample) < 30:
        return ()
    cv2.setRNGSeed(0)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 1e-3)
    _, labels, centres = cv2.kmeans(np.ascontiguousarray(sample), 2, None, criteria, 3, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    share = float(labels.mean())
    if (
        np.linalg.norm(centres[0] - centres[1]) < _MIN_COLOUR_DISTANCE
        or not _MIN_COLOUR_SHARE < share < 1 - _MIN_COLOUR_SHARE
    ):
        return ()
    nearer = np.linalg.norm(vectors - centres[0], axis=1) < np.linalg.norm(vectors - centres[1], axis=1)
    masks = []
    for chosen in (nearer, ~nearer):
        mask = np.zeros(strokes.shape, np.uint8)
        mask.ravel()[inked[chosen]] = 1
        masks.append(np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))) > 0)
    return tuple(masks)


def _light_taken(picture: Picture, strokes: Mask) -> NDArray[np.float32]:
    """Return what strokes take from red, green and blue, (pixels, 3), float32, 0 is paper and 1 is black."""
    taken = []
    # One colour after the other, and only where ink is: the whole picture in float32 is as large as everything else.
    for channel in cv2.split(picture):
        soft = cv2.blur(channel, (3, 3))
        paper = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, np.ones((_WINDOW, _WINDOW), np.uint8))
        taken.append(1 - cv2.divide(soft[strokes], paper[strokes], dtype=cv2.CV_32F).ravel())
    return np.asarray(np.stack(taken, axis=1), np.float32)
