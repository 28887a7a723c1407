"""A grey picture of writing <-> a PNG. Knows nothing of where it is stored."""

import io

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Image


def encode_png(picture: NDArray[np.uint8]) -> bytes:
    """Return a digit or a line as a grey PNG.

    Args:
        picture: (H, W), uint8, 0 … 255.
    """
    buffer = io.BytesIO()
    PIL.Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def decode_png(content: bytes) -> Image:
    """Return the digit in a grey PNG.

    Args:
        content: The bytes of the file.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink.

    Raises:
        ValueError: It is no grey PNG of 28x28.
    """
    digit = decode_grey_png(content, max_pixels=SIDE * SIDE)
    if digit.shape != (SIDE, SIDE):
        raise ValueError(f"a picture of {digit.shape[1]}x{digit.shape[0]}")
    return digit


def decode_grey_png(content: bytes, *, max_pixels: int) -> NDArray[np.uint8]:
    """Return the picture in a grey PNG.

    Args:
        content: The bytes of the file.
        max_pixels: How many pixels it may have; a larger one is not decoded.

    Returns:
        (H, W), uint8, 0 … 255.

    Raises:
        ValueError: It is no grey PNG, or too large.
    """
    try:
        with PIL.Image.open(io.BytesIO(content), formats=("PNG",)) as opened:
            if opened.width * opened.height > max_pixels or opened.mode != "L":
                raise ValueError(f"a picture of {opened.width}x{opened.height}, mode {opened.mode}")
            return np.array(opened, np.uint8)
    except ValueError:
        raise
    except Exception as error:  # Pillow's decoder fails in many ways
        raise ValueError("no PNG") from error
