"""Small grey pictures packed into PNG data URIs. Knows pixels; nothing of what they show."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from inkdigits.core.types import SIDE, Image, Images

ZERO_GREY = 128
"""The grey value that stands for zero in a signed map."""


def png_uri(picture: NDArray[np.uint8]) -> str:
    """Return a picture as a PNG in a `data:` URI.

    Args:
        picture: (H, W), uint8, 0 is black and 255 is white; or (H, W, 3), red, green and blue.

    Examples:
        >>> png_uri(np.zeros((2, 2), np.uint8)).partition(",")[0]
        'data:image/png;base64'
    """
    buffer = io.BytesIO()
    PillowImage.fromarray(picture).save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def sprite_sheet(rows: Sequence[Sequence[Image | None]]) -> NDArray[np.uint8]:
    """Lay tiles out in rows and columns.

    Args:
        rows: Rows of equally many tiles, each (28, 28), uint8, 0 is empty and 255 is ink; None is an empty tile.

    Returns:
        (28 * rows, 28 * columns), uint8, 0 is empty and 255 is ink.
    """
    empty = np.zeros((SIDE, SIDE), np.uint8)
    return np.vstack([np.hstack([empty if tile is None else tile for tile in row]) for row in rows])


def posterize(images: Images) -> Images:
    """Return pictures with 16 shades of grey, which look alike and compress to half the size.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink; or one (28, 28).

    Returns:
        The shape of `images` (N, 28, 28), uint8, 0 is empty and 255 is ink.
    """
    return (np.rint(images / 17) * 17).astype(np.uint8)


def signed_to_grey(values: NDArray[np.float32]) -> Image:
    """Return a signed map as grey values around `ZERO_GREY`, scaled by its largest magnitude.

    Args:
        values: (28, 28), float32, any value.

    Returns:
        (28, 28), uint8: 1 is the most negative, 128 is zero, 255 is the most positive; 33 levels compress well.

    Examples:
        >>> signed_to_grey(np.array([[-2.0, 0.0, 1.0]], np.float32)).tolist()
        [[1, 128, 191]]
    """
    largest = float(np.abs(values).max(initial=0.0))
    if not np.isfinite(largest) or largest == 0:
        return np.full(values.shape, ZERO_GREY, np.uint8)
    levels = np.rint(values / np.float32(largest) * 16) / 16
    return np.asarray(np.trunc(ZERO_GREY + levels * 127), np.uint8)
