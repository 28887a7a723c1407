"""One digit's ink set down on a canvas. Knows nothing of lines, paper or labels."""

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Image
from inkdigits.pictures.fit import BOX
from inkdigits.pictures.levels import to_unit_range

Ink: TypeAlias = NDArray[np.float32]
"""A canvas (height, width): 0 is empty, 1 is ink."""

_FAINT = 24
"""Fainter pixels are the soft edge of a stroke, which may be cut off."""


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
    scale = shape.height / BOX
    cosine, sine = math.cos(shape.turn), math.sin(shape.turn)
    across, lean = scale * shape.width, -scale * shape.slant
    side = math.ceil(SIDE * scale * 1.6) + 2
    # Scaled and slanted first, then turned, all about the middle.
    top = (cosine * across, cosine * lean - sine * scale)
    bottom = (sine * across, sine * lean + cosine * scale)
    middle, here = (SIDE - 1) / 2, (side - 1) / 2
    matrix = np.array([(*top, here - sum(top) * middle), (*bottom, here - sum(bottom) * middle)])
    source = image if scale > 0.75 else cv2.GaussianBlur(image, (0, 0), 0.45 / scale)
    flags = cv2.INTER_CUBIC if scale > 1.5 else cv2.INTER_LINEAR
    warped = np.asarray(cv2.warpAffine(source, matrix, (side, side), flags=flags), np.uint8)
    left, upper, width, height = cv2.boundingRect(cv2.threshold(warped, _FAINT, 255, cv2.THRESH_BINARY)[1])
    if not width:
        return np.zeros((1, 1), np.float32)
    return to_unit_range(warped[upper : upper + height, left : left + width])


def lay_down(canvas: Ink, ink: Ink, left: int, top: int) -> None:
    """Put ink on a canvas; what falls outside is lost, and crossing strokes don't get darker than ink."""
    height, width = canvas.shape
    bottom, right = min(height, top + ink.shape[0]), min(width, left + ink.shape[1])
    first_row, first_column = max(0, top), max(0, left)
    if first_row >= bottom or first_column >= right:
        return
    part = canvas[first_row:bottom, first_column:right]
    np.maximum(part, ink[first_row - top : bottom - top, first_column - left : right - left], out=part)
