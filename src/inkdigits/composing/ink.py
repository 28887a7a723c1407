"""One digit's ink set down on a canvas. Knows nothing of lines, paper or labels."""

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.types import SIDE, Image

Ink: TypeAlias = NDArray[np.float32]
"""A canvas (height, width): 0 is empty, 1 is ink."""

_BOX = 20


@dataclass(frozen=True)
class Shape:
    """How a hand shapes a digit.

    Attributes:
        height: Of MNIST's 20x20 box, in pixels.
        width: Width against that of the digit in MNIST.
        slant: Shear: pixels to the right per pixel upwards.
        turn: Radians, clockwise.
    """

    height: float
    width: float = 1.0
    slant: float = 0.0
    turn: float = 0.0


def shape_digit(image: Image, shape: Shape) -> Ink:
    """Scale, slant and turn one digit, and cut its margins off.

    Args:
        image: (28, 28), uint8.
        shape: What to make of it.

    Returns:
        (h, w), float32: the ink and nothing around it; (1, 1) of zeros where there is none.

    Examples:
        >>> digit = np.zeros((28, 28), np.uint8)
        >>> digit[4:24, 12:16] = 255
        >>> shape_digit(digit, Shape(height=40)).shape
        (42, 10)
    """
    scale = shape.height / _BOX
    cosine, sine = np.cos(shape.turn), np.sin(shape.turn)
    stretch = np.array([[scale * shape.width, -scale * shape.slant], [0.0, scale]])
    matrix = np.array([[cosine, -sine], [sine, cosine]]) @ stretch
    side = int(np.ceil(SIDE * scale * 1.6)) + 2
    middle = (SIDE - 1) / 2
    shift = (side - 1) / 2 - matrix @ np.array([middle, middle])
    source = image if scale > 0.75 else cv2.GaussianBlur(image, (0, 0), 0.45 / scale)
    flags = cv2.INTER_CUBIC if scale > 1.5 else cv2.INTER_LINEAR
    warped = cv2.warpAffine(source, np.column_stack([matrix, shift]), (side, side), flags=flags)
    rows, columns = (np.flatnonzero(warped.max(axis=axis) > 24) for axis in (1, 0))
    if not len(rows):
        return np.zeros((1, 1), np.float32)
    cut = warped[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return cut.astype(np.float32) * np.float32(1 / 255)


def lay_down(canvas: Ink, ink: Ink, left: int, top: int) -> None:
    """Put ink on a canvas; what falls outside is lost, and crossing strokes don't get darker than ink."""
    height, width = canvas.shape
    bottom, right = min(height, top + ink.shape[0]), min(width, left + ink.shape[1])
    first_row, first_column = max(0, top), max(0, left)
    if first_row >= bottom or first_column >= right:
        return
    part = canvas[first_row:bottom, first_column:right]
    np.maximum(part, ink[first_row - top : bottom - top, first_column - left : right - left], out=part)
