"""Pixels as the bytes of a picture file."""

import io
from typing import Any

from numpy.typing import NDArray
from PIL import Image


def to_png(pixels: NDArray[Any]) -> bytes:
    """Return pixels (H, W) or (H, W, 3), uint8, as a PNG."""
    return encode(pixels, "PNG")


def encode(pixels: NDArray[Any], kind: str, mode: str | None = None, **options: Any) -> bytes:
    """Return pixels (H, W), (H, W, 2), (H, W, 3) or (H, W, 4), uint8, as a file of some kind and mode of colour."""
    image = Image.fromarray(pixels)
    file = io.BytesIO()
    (image.convert(mode) if mode else image).save(file, kind, **options)
    return file.getvalue()
