"""One digit <-> a grey PNG of 28x28. Knows nothing of where it is kept."""

import io

import numpy as np
import PIL.Image

from inkdigits.core.types import SIDE, Image


def encode_png(form: Image) -> bytes:
    """Return a form as a grey PNG."""
    buffer = io.BytesIO()
    PIL.Image.fromarray(form).save(buffer, "PNG")
    return buffer.getvalue()


def decode_png(content: bytes) -> Image:
    """Return the form in a grey PNG of 28x28.

    Raises:
        ValueError: It is none.
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
