"""One digit <-> a grey PNG of 28x28. Knows nothing of where it is stored."""

import io

import numpy as np
import PIL.Image

from inkdigits.core.types import SIDE, Image


def encode_png(digit: Image) -> bytes:
    """Return a digit as a grey PNG.

    Args:
        digit: (28, 28), uint8, 0 is empty and 255 is ink.
    """
    buffer = io.BytesIO()
    PIL.Image.fromarray(digit).save(buffer, "PNG")
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
    try:
        with PIL.Image.open(io.BytesIO(content), formats=("PNG",)) as opened:
            if opened.size != (SIDE, SIDE) or opened.mode != "L":
                raise ValueError(f"a picture of {opened.size[0]}x{opened.size[1]}, mode {opened.mode}")
            return np.array(opened, np.uint8)
    except ValueError:
        raise
    except Exception as error:  # Pillow's decoder fails in many ways
        raise ValueError("no PNG") from error
