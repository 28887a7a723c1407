"""Small grey pictures packed into PNG data URIs. Knows pixels; nothing of what they show."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from inkdigits.core.types import SIDE, Image, Images

EVEN = 128
"""The grey value that stands for zero in a signed map."""


def png_uri(picture: NDArray[np.uint8]) -> str:
    """Return a grey picture (H, W), uint8, as a `data:` address of a PNG.

    Examples:
        >>> png_uri(np.zeros((2, 2), np.uint8)).partition(",")[0]
        'data:image/png;base64'
    """
    buffer = io.BytesIO()
    PillowImage.fromarray(picture).save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def sprite_sheet(rows: Sequence[Sequence[Image | None]]) -> NDArray[np.uint8]:
    """Lay tiles out as a table, one row under the other.

    Args:
        rows: Rows of equally many tiles (28, 28), uint8; None leaves a tile empty.

    Returns:
        (28 rows, 28 columns), uint8.
    """
    empty = np.zeros((SIDE, SIDE), np.uint8)
    return np.vstack([np.hstack([empty if tile is None else tile for tile in row]) for row in rows])


def coarse(images: Images) -> Images:
    """Return pictures with 16 shades of grey, which look alike and pack into half the room."""
    return (np.rint(images / 17) * 17).astype(np.uint8)


def signed_tile(values: NDArray[np.float32]) -> Image:
    """Turn a signed map into grey values around `EVEN`, scaled by its own largest magnitude.

    Args:
        values: (28, 28), float32, any range.

    Returns:
        (28, 28), uint8: 1 is the most negative, 128 zero, 255 the most positive; in steps that pack well.

    Examples:
        >>> signed_tile(np.array([[-2.0, 0.0, 1.0]], np.float32)).tolist()
        [[1, 128, 191]]
    """
    largest = float(np.abs(values).max(initial=0.0))
    if not np.isfinite(largest) or largest == 0:
        return np.full(values.shape, EVEN, np.uint8)
    levels = np.rint(values / np.float32(largest) * 16) / 16
    return np.asarray(np.trunc(EVEN + levels * 127), np.uint8)
