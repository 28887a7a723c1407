"""Handwritten marks that are not digits: strokes, dots, commas, dashes, letters. Knows nothing of labels or paper."""

import cv2
import numpy as np

from inkdigits.learn.synthesis.ink import SUPERSAMPLING, Ink, draw_supersampled
from inkdigits.pictures.levels import to_unit_range

LETTERS = "AEFHKMNRWXkmwx$#&%@"
"""Letters and signs that look like no digit in any font: a V may be a 5, a T or t a 7, an n a 1."""

_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)


def draw_stroke(canvas: Ink, points: list[tuple[float, float]], thickness: float, darkness: float = 1.0) -> None:
    """Draw a polyline.

    Args:
        canvas: (height, width), float32, 0 is empty and 1 is ink; changed in place.
        points: (x, y) in pixels; (0, 0) is the middle of the first pixel. They may lie outside the canvas.
        thickness: Of the pen, in pixels.
        darkness: Of the ink, 0 … 1.
    """
    reach = round(thickness) + 2
    xs, ys = zip(*points, strict=True)
    left, top = max(0, int(min(xs)) - reach), max(0, int(min(ys)) - reach)
    region = canvas[top : max(top, int(max(ys)) + reach), left : max(left, int(max(xs)) + reach)]
    if not region.size:
        return
    large = np.zeros((region.shape[0] * SUPERSAMPLING, region.shape[1] * SUPERSAMPLING), np.uint8)
    draw_supersampled(large, np.array(points) - (left, top), thickness, round(255 * darkness))
    layer = np.asarray(cv2.resize(large, region.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    np.maximum(region, to_unit_range(layer), out=region)


def draw_dot(canvas: Ink, x: float, y: float, size: float, generator: np.random.Generator) -> float:
    """Draw a full stop.

    Args:
        canvas: (height, width), float32, 0 is empty and 1 is ink; changed in place.
        x: Left edge, in pixels.
        y: Middle, in pixels.
        size: Diameter, in pixels.
        generator: Draws its shape.

    Returns:
        The x where its ink ends.
    """
    tail = generator.uniform(-0.4, 0.4, 2) * size
    draw_stroke(canvas, [(x, y), (x + tail[0], y + tail[1])], size)
    return x + size


def draw_comma(canvas: Ink, x: float, y: float, size: float, generator: np.random.Generator) -> float:
    """Draw a comma that hangs below the baseline.

    Args:
        canvas: (height, width), float32, 0 is empty and 1 is ink; changed in place.
        x: Left edge, in pixels.
        y: Baseline, in pixels.
        size: Width of the pen, in pixels.
        generator: Draws its shape.

    Returns:
        The x where its ink ends.
    """
    drop, back = generator.uniform(1.5, 5.5) * size, generator.uniform(-0.3, 2.5) * size
    bend = generator.uniform(-0.3, 0.5) * size
    draw_stroke(canvas, [(x, y - 0.3 * size), (x + bend, y + 0.4 * drop), (x - back, y + drop)], 0.9 * size)
    return x + size


def draw_dash(canvas: Ink, x: float, y: float, length: float, size: float, generator: np.random.Generator) -> float:
    """Draw a dash, sometimes wavy.

    Args:
        canvas: (height, width), float32, 0 is empty and 1 is ink; changed in place.
        x: Left end, in pixels.
        y: Height on the canvas, in pixels.
        length: In pixels.
        size: Width of the pen, in pixels.
        generator: Draws its shape.

    Returns:
        The x where its ink ends.
    """
    rise = generator.normal(0, 0.08, 3) * length
    middle = (x + length / 2, y + rise[1])
    draw_stroke(canvas, [(x, y + rise[0]), middle, (x + length, y + rise[2])], size)
    return x + length


def draw_letter(
    canvas: Ink, x: float, baseline: float, height: float, size: float, generator: np.random.Generator
) -> float:
    """Draw a letter or sign that is not a digit.

    Args:
        canvas: (height, width), float32, 0 is empty and 1 is ink; changed in place.
        x: Left edge, in pixels.
        baseline: Row of the letter's foot, in pixels.
        height: Of the letter, in pixels.
        size: Width of the pen, in pixels.
        generator: Draws the letter and its font.

    Returns:
        The x where its ink ends.
    """
    letter = LETTERS[generator.integers(len(LETTERS))]
    font = _FONTS[generator.integers(len(_FONTS))]
    thickness = max(1, round(size))
    scale = cv2.getFontScaleFromHeight(font, max(4, round(height)), thickness)
    (width, _), _ = cv2.getTextSize(letter, font, scale, thickness)
    layer = np.zeros(canvas.shape, np.uint8)
    cv2.putText(layer, letter, (round(x), round(baseline)), font, scale, 255, thickness, cv2.LINE_AA)
    np.maximum(canvas, to_unit_range(layer), out=canvas)
    return x + width
