"""A photo of a page -> the page alone: what lies around it is painted as paper. Knows nothing of ink or lines.

A sheet on a dark table, or the dark behind the edge of a page, is neither paper nor ink. As ink it would be by far the
darkest of the picture, and a bright sheet on a dark table would look like bright strokes on dark paper.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.quantiles import histogram_quantile
from inkdigits.core.types import Mask, Picture
from inkdigits.pictures.histogram import count_levels
from inkdigits.pictures.light import shrink

_SIDE = 320
"""Longest side of the picture that pages are looked for in."""

_DARK = 0.42
"""What has less than this share of the paper's light may be surroundings. Shadows are brighter."""

_DARKEST_SHADOW = 0.25
"""What has less than this share of the paper's light is no paper in a shadow: dark streaks in it are no writing."""

_MIN_DARK_SHARE = 0.02
"""Least share of a picture that is dark."""

_MIN_PAGE_SHARE = 0.04
"""A page takes at least this share of the picture."""

_MIN_FILLED = 0.86
"""A page fills at least this share of the rectangle around it, in whatever direction that lies.

A thick 0 fills 0.82.
"""

_MIN_SOLID = 0.8
"""A page's outline has no bays: it fills at least this share of its convex hull."""

_MIN_PAPER_SHARE = 0.6
"""At least this share of a page is paper, and not ink."""

_MIN_STEEP = 0.7
"""Least share of a page's outline at which the light ends suddenly. In fading light it does nowhere."""

_STEP = 4
"""The light ends suddenly if it does within so many pixels on both sides of the outline."""

_INK_DARKNESS = 0.5
"""Strokes are darker than what surrounds them by this share of the light."""

_MAX_INK_SHARE = 0.01
"""What has more strokes than this share of its area is no surroundings: somebody wrote there."""


def without_surroundings(picture: Picture) -> Picture:
    """Return the picture with the dark around a page painted in the colour of its paper.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.

    Returns:
        (H, W, 3), uint8, red, green and blue in 0 … 255. The picture itself where no page in dark
        surroundings is seen.

    Examples:
        >>> table = np.full((200, 300, 3), 30, np.uint8)
        >>> table[50:150, 60:240] = 220
        >>> int(without_surroundings(table).min())
        220
    """
    small = np.asarray(cv2.cvtColor(shrink(picture, _SIDE), cv2.COLOR_RGB2GRAY), np.uint8)
    pages = _find_pages(small)
    if pages is None:
        return picture
    size = picture.shape[1::-1]
    paper = cv2.resize(_continued_paper(shrink(picture, _SIDE), pages), size, interpolation=cv2.INTER_LINEAR)
    inside = cv2.resize(pages.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)  # (H, W)
    return np.asarray(np.where(inside[..., None] > 0, picture, paper), np.uint8)


def _continued_paper(small: Picture, pages: Mask) -> Picture:
    """Return a picture in which the paper of its pages, without strokes, goes on around them."""
    calm = _without_strokes(small)
    outside = (~pages).astype(np.uint8)
    nearest = cv2.distanceTransformWithLabels(outside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)[1]  # (h, w)
    colours = np.zeros((int(nearest.max()) + 1, 3), np.uint8)
    colours[nearest[pages]] = calm[pages]
    return np.asarray(colours[nearest], np.uint8)  # (h, w, 3)


def _without_strokes(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    window = np.ones(2 * (max(9, min(small.shape[:2]) // 14) | 1,), np.uint8)
    return np.asarray(cv2.morphologyEx(small, cv2.MORPH_CLOSE, window, borderType=cv2.BORDER_REPLICATE), np.uint8)


def _find_pages(small: NDArray[np.uint8]) -> Mask | None:
    """Return where the pages of a picture are, (h, w), or None if there is nothing dark around them."""
    calm = _without_strokes(small)
    # Bright strokes and the bright grain of a table are no paper.
    broad = 255 - _without_strokes(255 - calm)
    bright = histogram_quantile(count_levels(broad), 0.97)
    is_light = broad > _DARK * bright
    if np.count_nonzero(~is_light) < _MIN_DARK_SHARE * small.size:
        return None
    pages = np.zeros(small.shape, np.uint8)
    contours, _ = cv2.findContours(is_light.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        if _is_page(np.asarray(contour, np.int32), calm):
            page = cv2.fillConvexPoly(np.zeros_like(pages), cv2.convexHull(contour), 1) > 0
            # Chalk closes to a bright patch as well, but most of it is board.
            if np.mean(small[page] > _DARK * bright) > _MIN_PAPER_SHARE:
                pages[page] = 1
    if not pages.any():
        return None
    around = (pages == 0) & ~is_light
    level = cv2.medianBlur(small, max(9, min(small.shape) // 14) | 1)
    strokes = around & (small < (1 - _INK_DARKNESS) * level) & (level > _DARKEST_SHADOW * bright)
    if np.count_nonzero(strokes) > _MAX_INK_SHARE * np.count_nonzero(around):
        return None
    # The outline itself is blurred.
    return np.asarray(cv2.erode(pages, np.ones((5, 5), np.uint8), borderValue=1) > 0)


def _is_page(contour: NDArray[np.int32], calm: NDArray[np.uint8]) -> bool:
    """Tell whether an outline in a picture without strokes, (points, 1, 2), is that of a page."""
    hull = cv2.convexHull(contour)
    area = cv2.contourArea(hull)
    (_, _), sides, _ = cv2.minAreaRect(hull)
    if area < _MIN_PAGE_SHARE * calm.size or area < _MIN_FILLED * sides[0] * sides[1]:
        return False
    if cv2.contourArea(contour) < _MIN_SOLID * area:
        return False
    columns, rows = contour[:, 0].T  # (points,) each
    height, width = calm.shape
    is_free = (columns > 1) & (columns < width - 2) & (rows > 1) & (rows < height - 2)
    if not is_free.any():
        return False
    window = np.ones((2 * _STEP + 1, 2 * _STEP + 1), np.uint8)
    columns, rows = columns[is_free], rows[is_free]
    darkest, brightest = (method(calm, window)[rows, columns].astype(float) for method in (cv2.erode, cv2.dilate))
    return bool(np.mean(darkest < 0.6 * brightest) > _MIN_STEEP)
