"""An array of pictures of any usual shape and range -> (N, 28, 28) in 8 bits. Knows nothing of files."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import SIDE, Images

_WHOLE = 255
_GREY_WEIGHTS = (0.299, 0.587, 0.114)
"""Of red, green and blue, as in ITU-R BT.601."""

EXPECTED = f"{SIDE}x{SIDE} pictures with values from 0 to 255 or from 0 to 1"


def to_images(values: NDArray[Any], name: str) -> tuple[Images, tuple[str, ...]]:
    """Bring an array of pictures to the form of a data set.

    Args:
        values: (N, 28, 28), (N, 784), (N, 1, 28, 28), (N, 28, 28, 1) or (N, 28, 28, 3) in red, green and blue;
            bool, integers of 0 … 255, or floats of 0 … 1 or 0 … 255. Values that are all 0 or 1 are taken as 0 … 1.
        name: What to call it in an error or a note.

    Returns:
        (N, 28, 28), uint8, 0 … 255, and a note for each change of the values.

    Raises:
        DataError: The shape or the range is another, or a value is not finite.

    Examples:
        >>> images, notes = to_images(np.full((1, 784), 0.5, np.float32), "x_train")
        >>> images.shape, int(images[0, 0, 0]), notes
        ((1, 28, 28), 128, ('x_train: 0 to 1 scaled to 0 to 255',))
    """
    pictures, notes = _to_grey(values, name)
    if pictures.dtype == np.bool_:
        return pictures.view(np.uint8) * np.uint8(_WHOLE), (*notes, f"{name}: two levels scaled to 0 and 255")
    if pictures.dtype.kind not in "iuf" or not np.isfinite(pictures).all():
        raise _error(f"{name} has values of dtype {values.dtype}, not all of them finite numbers")
    low, high = (pictures.min(), pictures.max()) if pictures.size else (0, 0)
    if low < 0 or high > _WHOLE:
        raise _error(f"{name} has values from {low:g} to {high:g}")
    if 0 < high <= 1:
        scaled = np.round(pictures * np.float32(_WHOLE)).astype(np.uint8)
        return scaled, (*notes, f"{name}: 0 to 1 scaled to 0 to 255")
    if pictures.dtype.kind == "f":
        whole = np.round(pictures)
        rounded = (f"{name}: fractions rounded to whole numbers",) if (whole != pictures).any() else ()
        return whole.astype(np.uint8), (*notes, *rounded)
    return pictures.astype(np.uint8, copy=False), notes


def _to_grey(values: NDArray[Any], name: str) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return the pictures as (N, 28, 28)."""
    shape, square = values.shape[1:], (SIDE, SIDE)
    if shape in ((SIDE * SIDE,), square, (1, *square), (*square, 1)):
        return values.reshape(-1, *square), ()
    if shape == (*square, 3):
        grey = (values @ np.array(_GREY_WEIGHTS, np.float32)).astype(np.float32)
        # Whole numbers stay whole: grey of equal red, green and blue is that value.
        return np.round(grey) if values.dtype.kind in "iu" else grey, (f"{name}: colours made grey",)
    raise _error(f"{name} has shape {values.shape}")


def _error(given: str) -> DataError:
    return DataError(given, expected=EXPECTED, mend=f"bring each picture to {SIDE}x{SIDE} grey values first")
