"""Pen strokes -> a digit in MNIST's form, in smooth lines of one width. Knows nothing of labels, paper or real pens."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Image
from inkdigits.pictures.normalize import BOX, normalize_digit

PEN_WIDTH = 2.4
"""Width of a line in the normalized digit, in pixels: about that of MNIST's."""

_PIECES = 8
"""Straight pieces between two pen positions."""

_DETAIL = 6
"""Lines are drawn this many times as large as the normalized digit has them."""

_STEP = 2.5
"""Pieces shorter than this, in pixels of the drawing, are drawn as one."""

_SHIFT = 4
"""Bits of a pixel's fraction in OpenCV's coordinates."""


def smooth_stroke(stroke: NDArray[np.generic], pieces: int = _PIECES) -> NDArray[np.float32]:
    """Return a curve through the positions of a pen.

    It is a Catmull-Rom spline. Positions were taken at equal intervals of time, so its parameter is time, and it needs
    no correction for their distances: where they are far apart, the pen was fast.

    Args:
        stroke: (points, 2), any dtype, any value, at least one point.
        pieces: How many straight pieces to make of each interval.

    Returns:
        ((points - 1) * pieces + 1, 2), float32, any value: the curve, which goes through every position.

    Examples:
        >>> curve = smooth_stroke(np.array([[0, 0], [8, 0], [8, 8]]), pieces=2)
        >>> curve.tolist()
        [[0.0, 0.0], [4.5, -0.5], [8.0, 0.0], [8.5, 3.5], [8.0, 8.0]]
    """
    points = stroke.astype(np.float32)
    if len(points) < 3:
        steps = np.linspace(0, 1, pieces, endpoint=False, dtype=np.float32)[:, None]
        between = [before + steps * (after - before) for before, after in pairwise(points)]
        return np.concatenate([*between, points[-1:]])
    # Beyond the ends the curve would go on as it came: slope there is that of the first and the last interval.
    slopes = np.gradient(points, axis=0)[:, None]  # (points, 1, 2)
    time = np.linspace(0, 1, pieces, endpoint=False, dtype=np.float32)[None, :, None]  # (1, pieces, 1)
    start, end = points[:-1, None], points[1:, None]
    # Hermite's polynomials: places and slopes at both ends of each interval.
    places = (1 + 2 * time) * (1 - time) ** 2 * start + time**2 * (3 - 2 * time) * end
    turns = time * (1 - time) ** 2 * slopes[:-1] + time**2 * (time - 1) * slopes[1:]
    return np.concatenate([(places + turns).reshape(-1, 2), points[-1:]]).astype(np.float32)


def draw_strokes(strokes: Sequence[NDArray[np.generic]], pen_width: float = PEN_WIDTH) -> Image:
    """Draw a digit in MNIST's form: a 20x20 box, centred by mass in 28x28.

    Args:
        strokes: Each (points, 2), any dtype, any value, x to the right and y down; at least one point in all.
        pen_width: In pixels of the normalized digit.

    Returns:
        (28, 28), uint8, 0 is empty and 255 is ink.

    Examples:
        >>> one = draw_strokes([np.array([[5, 0], [5, 40]])])
        >>> int(one.any(axis=1).sum()), int(one.any(axis=0).sum())
        (20, 2)
    """
    curves = [smooth_stroke(stroke) for stroke in strokes]
    everything = np.concatenate(curves)
    low = everything.min(axis=0)
    extent = float((everything.max(axis=0) - low).max())
    margin = 2 + _DETAIL * pen_width
    scale = _DETAIL * (BOX - pen_width) / extent if extent else 0.0
    width, height = ((everything.max(axis=0) - low) * scale + 2 * margin).astype(int) + 1
    picture = np.zeros((height, width), np.uint8)
    thickness = max(1, round(_DETAIL * pen_width))
    for curve in curves:
        # OpenCV draws a line of one point only where it is given twice.
        placed = np.round(_thin_out((curve - low) * scale + margin) * 2**_SHIFT).astype(np.int32)
        cv2.polylines(
            picture,
            [placed.reshape(-1, 1, 2)],
            isClosed=False,
            color=255,
            thickness=thickness,
            shift=_SHIFT,
        )
    digit = normalize_digit(picture / np.float32(255))
    assert digit is not None, "a line is always drawn"
    return digit


def _thin_out(curve: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a curve, (points, 2), without points that follow the one before closely; its ends stay, at least two."""
    run = np.cumsum(np.hypot(*np.diff(curve, axis=0, prepend=curve[:1]).T)) // _STEP  # (points,)
    kept = np.append(np.diff(run, prepend=-1.0)[:-1] > 0, True)
    return np.asarray(curve[kept] if len(curve) > 1 else curve.repeat(2, axis=0), np.float32)
