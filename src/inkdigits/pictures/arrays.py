"""Arrays, tensors and lists of any range -> pictures or normalized digits in 8 bits. Knows nothing of files.

Never imports torch: a tensor is told by its methods.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import PictureError
from inkdigits.core.types import SIDE, Image, Images, Picture
from inkdigits.pictures.levels import flatten_alpha, to_8_bit
from inkdigits.pictures.limits import check_size

_ROUNDING = 1e-3
"""Values may be this far outside 0 … 1: they were rounded there."""

_DARK = 16
"""Fractions up to at most this are neither 0 … 1 nor 0 … 255, in which all of them would be black."""

_CHANNELS = (1, 3, 4)


def to_array(values: Any) -> NDArray[Any]:
    """Return anything that holds numbers as an array.

    Args:
        values: An array, a tensor on any device, also one that requires a gradient, or nested lists.

    Returns:
        The shape of `values`, (...), a bool, integer or float dtype, any value; no copy where none is needed.

    Raises:
        PictureError: It holds something else, or its rows differ in length.

    Examples:
        >>> to_array([[0, 1], [2, 3]]).shape
        (2, 2)
    """
    try:
        if callable(getattr(values, "is_floating_point", None)):  # a tensor; open files have a `detach`, too
            values = values.detach().cpu()
            values = (values.float() if values.is_floating_point() else values).numpy()
        array = np.asarray(values)
        if array.dtype.name.startswith(("bfloat16", "float8")):  # of JAX; not a float to NumPy
            array = array.astype(np.float32)
    except Exception as error:  # whatever other libraries raise
        raise _not_numbers(f"a {type(values).__name__} that is no array ({_first_words(error)})") from error
    if array.dtype.kind not in "buif":
        raise _not_numbers(f"an array of dtype {array.dtype}")
    return array


def picture_from_array(values: NDArray[Any]) -> Picture:
    """Convert an array to a picture.

    Args:
        values: (H, W), (H, W, C) or (C, H, W) with C of 1, 3 or 4, or (784,) for 28x28; bool, any integer or float
            dtype. Floats in 0 … 1; or any numbers in 0 … 255, or in 0 … 65535 if one is above 255. A fourth channel is
            opacity.

    Returns:
        (H, W, 3), uint8, red, green and blue in 0 … 255; a copy.

    Raises:
        PictureError: It is empty or too large, its shape or dtype is not that of a picture, or values are NaN, infinite
            or outside these ranges.

    Examples:
        >>> picture_from_array(np.array([[0.0, 0.5, 1.0]]))[0, :, 0].tolist()
        [0, 128, 255]
    """
    values = to_array(values)
    pixels = _channels_last(values)
    check_size(pixels.shape[1], pixels.shape[0], "an array")
    levels = _checked_8_bit(pixels)
    if levels.shape[2] == 4:
        return flatten_alpha(levels)
    return np.array(np.broadcast_to(levels, (*levels.shape[:2], 3)), order="C")


def digits_from_array(values: NDArray[Any]) -> Images:
    """Return an array of normalized digits in the one form that networks are given.

    Nothing is inverted, centred or scaled: 0 is empty and the highest value is ink.

    Args:
        values: One digit (784,), (28, 28) or (28, 28, C), or several (N, 784), (N, 28, 28), (N, C, 28, 28) or
            (N, 28, 28, C), with C of 1, 3 or 4; bool, floats in 0 … 1, or numbers in 0 … 255 or 0 … 65535. All
            digits have one range.

    Returns:
        (N, 28, 28), uint8, 0 is empty and 255 is ink; no copy where none is needed.

    Raises:
        PictureError: As `picture_from_array`.

    Examples:
        >>> digits_from_array(np.zeros((5, 784))).shape
        (5, 28, 28)
    """
    values = to_array(values)
    digits = _batch(values)  # (N, 28, 28, C)
    if not len(digits):
        return np.zeros((0, SIDE, SIDE), np.uint8)
    levels = _checked_8_bit(digits)
    if levels.shape[3] == 1:
        return levels[..., 0]
    return np.stack([_grey(digit) for digit in levels])


def _grey(digit: NDArray[np.uint8]) -> Image:
    """Return a digit in colour, (28, 28, 3) or (28, 28, 4), in the grey that a picture of it would have."""
    colour = flatten_alpha(digit) if digit.shape[2] == 4 else digit
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(colour), cv2.COLOR_RGB2GRAY), np.uint8)


def _channels_last(values: NDArray[Any]) -> NDArray[Any]:
    """Return a picture as (H, W, C); a last axis of 1, 3 or 4 is its channels, or else the first."""
    shape = values.shape
    if shape in ((SIDE * SIDE,), (1, SIDE * SIDE)):
        return values.reshape(SIDE, SIDE, 1)
    if 0 not in shape:
        if len(shape) == 2:
            return values[:, :, None]
        if len(shape) == 3 and shape[2] in _CHANNELS:
            return values
        if len(shape) == 3 and shape[0] in _CHANNELS and min(shape[1:]) > max(_CHANNELS):
            return np.moveaxis(values, 0, 2)
    raise PictureError(
        f"an array of shape {shape}",
        expected="one picture of shape (H, W), (H, W, 3), (H, W, 4), (1, H, W), (3, H, W) or (784,)",
        mend="give one picture at a time",
    )


def _batch(values: NDArray[Any]) -> NDArray[Any]:
    """Return digits as (N, 28, 28, C)."""
    match values.shape:
        case (784,) | (28, 28):
            return values.reshape(1, SIDE, SIDE, 1)
        case (number, 784):
            return values.reshape(number, SIDE, SIDE, 1)
        case (28, 28, 1 | 3 | 4):
            return values[None]
        case (_, 28, 28):
            return values[..., None]
        case (_, 28, 28, 1 | 3 | 4):
            return values
        case (_, 1 | 3 | 4, 28, 28):
            return np.moveaxis(values, 1, 3)
    raise PictureError(
        f"an array of shape {values.shape}",
        expected="normalized digits: (28, 28), (784,), (N, 28, 28), (N, 784) or (N, 1, 28, 28)",
        mend="normalize a picture of one digit first: inkdigits.load_digit(picture)",
    )


def _checked_8_bit(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Scale values to 8 bits, or raise an error that says why their range is not clear."""
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint8:
        return values
    is_float = values.dtype.kind == "f"
    with np.errstate(invalid="ignore"):
        low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise PictureError(
            "values that are NaN or infinite",
            expected="finite numbers",
            mend="replace them with the value of the paper",
        )
    is_unit = is_float and high <= 1 + _ROUNDING
    if low < (-_ROUNDING if is_float else 0) or high > 65535:
        raise _unclear(values, low, high, "give (values + 1) / 2" if is_unit and low >= -1 else "scale or clip them")
    if not is_float and high == 1:
        raise _unclear(values, low, high, "give a mask as values.astype(bool)")
    if is_float and not is_unit and high < _DARK and bool((values != np.rint(values)).any()):
        raise _unclear(values, low, high, "scale or clip them")
    if is_float:
        values = np.clip(values, 0, 1 if is_unit else None)
    return to_8_bit(values)


def _unclear(values: NDArray[Any], low: float, high: float, mend: str) -> PictureError:
    return PictureError(
        f"{values.dtype} values from {low:g} to {high:g}",
        expected="floats from 0 to 1, or numbers from 0 to 255 or to 65,535",
        mend=mend,
    )


def _not_numbers(given: str) -> PictureError:
    return PictureError(
        given, expected="numbers in rows of one length", mend="give an array of bool, uint8, uint16 or float"
    )


def _first_words(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) < 80 else words[:77] + "…"
