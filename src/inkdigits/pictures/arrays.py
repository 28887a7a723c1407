"""Any array with a picture -> red, green and blue in 8 bits. Knows nothing of files or digits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import PictureError
from inkdigits.core.types import Picture
from inkdigits.pictures.files import check_size
from inkdigits.pictures.levels import flatten_alpha, to_8_bit


def picture_from_array(values: NDArray[Any]) -> Picture:
    """Convert an array to a picture.

    Args:
        values: (H, W), (H, W, 1), (H, W, 3) or (H, W, 4), bool, any integer or float dtype. The range is the
            smallest that holds all values: 0 … 1 for floats, 0 … 255, or 0 … 65535. NaN and negative values count
            as 0. A fourth channel is opacity.

    Returns:
        (H, W, 3), uint8, red, green and blue in 0 … 255; a copy.

    Raises:
        PictureError: It is empty or too large, or its shape or dtype is not that of a picture.

    Examples:
        >>> picture_from_array(np.array([[0.0, 0.5, 1.0]]))[0, :, 0].tolist()
        [0, 128, 255]
    """
    shape = values.shape
    if values.dtype.kind not in "buif":
        raise _no_picture(f"an array of dtype {values.dtype}")
    if values.ndim not in (2, 3) or (values.ndim == 3 and shape[2] not in (1, 3, 4)) or 0 in shape:
        raise _no_picture(f"an array of shape {shape}")
    check_size(shape[1], shape[0], "an array")
    if values.dtype == np.bool_:
        values = values.astype(np.uint8) * 255
    pixels = values if values.dtype == np.uint8 else to_8_bit(values)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]  # (H, W, 1)
    if pixels.shape[2] == 4:
        return flatten_alpha(pixels)
    return np.array(np.broadcast_to(pixels, (*shape[:2], 3)), order="C")


def _no_picture(given: str) -> PictureError:
    return PictureError(
        given,
        expected="numbers of shape (H, W), (H, W, 3) or (H, W, 4)",
        mend="give one picture at a time, with its channels last",
    )
