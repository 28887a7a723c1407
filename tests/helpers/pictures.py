"""Pixels as the bytes of a picture."""

import io
from typing import Any

from numpy.typing import NDArray
from PIL import Image


def to_png(pixels: NDArray[Any]) -> bytes:
    """Return pixels (H, W) or (H, W, 3), uint8, as a PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
