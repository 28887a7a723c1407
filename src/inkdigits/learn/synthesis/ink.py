"""Ink on canvases: strokes, and digits that are scaled, slanted and rotated. Knows nothing of lines or paper."""

import math
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Image
from inkdigits.pictures.levels import to_unit_range
from inkdigits.pictures.normalize import BOX

Ink: TypeAlias = NDArray[np.float32]
"""A canvas (height, width): 0 is empty, 1 is ink."""

PenPath: TypeAlias = NDArray[np.float32]
"""Where a pen goes while it is down, (points, 2): x to the right and y down."""

SUPERSAMPLING = 4
"""Strokes are drawn this many times larger and scaled down: cv2's own smooth lines are 1 to 3 pixels too thick."""

_FAINT = 24
"""Fainter pixels are the soft edge of a stroke, which may be cut off."""


@dataclass(frozen=True)
class DigitTransform:
    """An affine transform of one digit.

    Attributes:
        height: Height in pixels that MNIST's 20x20 box is scaled to.
        width_scale: Width relative to that of the digit in MNIST.
        slant: Shear: pixels to the right per pixel upwards.
        rotation: Radians, clockwise.
    """

    height: float
    width_scale: float = 1.0
    slant: float = 0.0
    rotation: float = 0.0


def transform_digit(image: Image, transform: DigitTransform) -> Ink:
    """Scale, slant and rotate one digit, and crop it to its ink.

    Args:
        image: (28, 28), uint8, 0 is empty and 255 is ink.
        transform: How to change it.

    Returns:
        (h, w), float32, 0 is empty and 1 is ink, without margins; (1, 1) of zeros for a digit without ink.

    Examples:
        >>> digit = np.zeros((28, 28), np.uint8)
        >>> digit[4:24, 12:16] = 255
        >>> transform_digit(digit, DigitTransform(height=40)).shape
        (42, 10)
    """
    scale = transform.height / BOX
    cosine, sine = math.cos(transform.rotation), math.sin(transform.rotation)
    scale_x, shear = scale * transform.width_scale, -scale * transform.slant
    side = math.ceil(SIDE * scale * 1.6) + 2
    # Scaled and slanted first, then rotated, all about the middle.
    row_x = (cosine * scale_x, cosine * shear - sine * scale)
    row_y = (sine * scale_x, sine * shear + cosine * scale)
    centre, new_centre = (SIDE - 1) / 2, (side - 1) / 2
    shift_x, shift_y = (new_centre - sum(row) * centre for row in (row_x, row_y))
    matrix = np.array([(*row_x, shift_x), (*row_y, shift_y)])  # (2, 3)
    source = image if scale > 0.75 else cv2.GaussianBlur(image, (0, 0), 0.45 / scale)
    flags = cv2.INTER_CUBIC if scale > 1.5 else cv2.INTER_LINEAR
    warped = np.asarray(cv2.warpAffine(source, matrix, (side, side), flags=flags), np.uint8)
    left, top, width, height = cv2.boundingRect(cv2.threshold(warped, _FAINT, 255, cv2.THRESH_BINARY)[1])
    if not width:
        return np.zeros((1, 1), np.float32)
    return to_unit_range(warped[top : top + height, left : left + width])


def composite_ink(canvas: Ink, ink: Ink, left: int, top: int) -> None:
    """Composite ink onto a canvas: the darker of the two stays at each pixel.

    Args:
        canvas: (height, width), float32, 0 is empty and 1 is ink; changed in place.
        ink: (h, w), float32, 0 is empty and 1 is ink; what falls outside the canvas is lost.
        left: Column of the canvas where the ink's first column goes.
        top: Row of the canvas where the ink's first row goes.
    """
    height, width = canvas.shape
    bottom, right = min(height, top + ink.shape[0]), min(width, left + ink.shape[1])
    first_row, first_column = max(0, top), max(0, left)
    if first_row >= bottom or first_column >= right:
        return
    region = canvas[first_row:bottom, first_column:right]
    np.maximum(region, ink[first_row - top : bottom - top, first_column - left : right - left], out=region)


def draw_supersampled(
    canvas: NDArray[np.uint8], points: NDArray[np.float64], thickness: float, value: int = 255
) -> None:
    """Draw a polyline on a canvas that is `SUPERSAMPLING` times larger than the picture.

    Args:
        canvas: (4 height, 4 width), uint8, 0 is empty and 255 is ink; changed in place.
        points: (P, 2), float64, (x, y) in pixels of the picture; (0, 0) is the middle of its first pixel.
        thickness: Of the pen, in pixels of the picture.
        value: Of the ink, 0 … 255.
    """
    vertices = np.round((points + 0.5) * SUPERSAMPLING - 0.5).astype(np.int32).reshape(-1, 1, 2)  # (P, 1, 2)
    pen = max(1, 2 * round(thickness * SUPERSAMPLING / 2) - 1)  # cv2 draws even widths one pixel wider
    cv2.polylines(canvas, [vertices], False, value, pen)
