"""Any picture -> the picture of its page, in the size that pages are read in. Knows nothing of ink."""

from dataclasses import dataclass

import cv2
import numpy as np

from inkdigits.core.types import Picture
from inkdigits.read.page.surroundings import without_surroundings

MAX_SIDE = 2400
"""Longest side of a page in pixels: digits of 10 pixels in a photo of 12 megapixels still have 6."""

_MIN_SIDE = 72
"""Shortest side of a page in pixels: smaller pictures are enlarged, so that strokes have room to be separated."""

_MAX_ENLARGED = 4.0
"""No picture is enlarged more."""


@dataclass(frozen=True, eq=False)
class PagePicture:
    """A picture in the size of its page; what lies around the page is painted as paper.

    Attributes:
        pixels: (h, w, 3), uint8, red, green and blue in 0 … 255.
        scale: Pixels of the page per pixel of the picture.
    """

    pixels: Picture
    scale: float


def page_picture(picture: Picture, min_side: int = _MIN_SIDE) -> PagePicture:
    """Return a picture in the size of its page, without what lies around the page.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        min_side: Shortest side of the page in pixels, if that doesn't enlarge the picture too much.

    Examples:
        >>> page_picture(np.full((36, 60, 3), 200, np.uint8)).pixels.shape
        (72, 120, 3)
    """
    scale = page_scale(*picture.shape[:2], min_side=min_side)
    return PagePicture(without_surroundings(resize(picture, scale)), scale)


def page_scale(height: int, width: int, *, min_side: int = _MIN_SIDE) -> float:
    """Return pixels of the page per pixel of a picture.

    Args:
        height: Of the picture, in pixels.
        width: Of the picture, in pixels.
        min_side: As for `page_picture`.
    """
    if max(height, width) > MAX_SIDE:
        return MAX_SIDE / max(height, width)
    return max(1.0, min(min_side / min(height, width), MAX_SIDE / max(height, width), _MAX_ENLARGED))


def resize(picture: Picture, scale: float) -> Picture:
    """Return a picture at another size.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        scale: How much longer its sides become.

    Returns:
        (h, w, 3), uint8, red, green and blue in 0 … 255.
    """
    if scale == 1:
        return picture
    size = tuple(max(1, round(side * scale)) for side in picture.shape[1::-1])
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8)  # (h, w, 3)
