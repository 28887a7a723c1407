"""What stands between and around handwritten digits and is none of them. Knows nothing of labels or paper.

Ink is float32 in 0 … 1 on canvases (height, width); every function draws into the canvas that it is given.
"""

import cv2
import numpy as np

from inkdigits.learn.synthesis.strokes import Ink

_FINE = 4
"""Strokes are drawn this many times larger and shrunk: cv2's own smooth lines are one to three pixels too thick."""

LETTERS = "AEFHKMNRWXkmwx$#&%@"
"""Letters and signs that nobody takes for a digit, whatever the font: a V may be a 5, a T or t a 7, an n a 1."""

_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)


def draw_stroke(canvas: Ink, points: list[tuple[float, float]], thickness: float, darkness: float = 1.0) -> None:
    """Draw a polyline, (x, y) in pixels, where (0, 0) is the middle of the first pixel."""
    reach = round(thickness) + 2
    xs, ys = zip(*points, strict=True)
    left, top = max(0, int(min(xs)) - reach), max(0, int(min(ys)) - reach)
    part = canvas[top : max(top, int(max(ys)) + reach), left : max(left, int(max(xs)) + reach)]
    if not part.size:
        return
    corners = np.round((np.array(points) - (left, top) + 0.5) * _FINE - 0.5).astype(np.int32).reshape(-1, 1, 2)
    fine = np.zeros((part.shape[0] * _FINE, part.shape[1] * _FINE), np.uint8)
    pen = max(1, 2 * round(thickness * _FINE / 2) - 1)  # of even widths cv2 draws one more
    cv2.polylines(fine, [corners], False, round(255 * darkness), pen)
    layer = cv2.resize(fine, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_AREA)
    np.maximum(part, layer * np.float32(1 / 255), out=part)


def draw_dot(canvas: Ink, x: float, y: float, size: float, generator: np.random.Generator) -> float:
    """Draw a full stop; return how far right its ink goes."""
    tail = generator.uniform(-0.4, 0.4, 2) * size
    draw_stroke(canvas, [(x, y), (x + tail[0], y + tail[1])], size)
    return x + size


def draw_comma(canvas: Ink, x: float, y: float, size: float, generator: np.random.Generator) -> float:
    """Draw a comma that hangs below the base line; return how far right its ink goes."""
    drop, back = generator.uniform(1.5, 5.5) * size, generator.uniform(-0.3, 2.5) * size
    bend = generator.uniform(-0.3, 0.5) * size
    draw_stroke(canvas, [(x, y - 0.3 * size), (x + bend, y + 0.4 * drop), (x - back, y + drop)], 0.9 * size)
    return x + size


def draw_dash(canvas: Ink, x: float, y: float, length: float, size: float, generator: np.random.Generator) -> float:
    """Draw a dash, sometimes wavy; return how far right its ink goes."""
    rise = generator.normal(0, 0.08, 3) * length
    middle = (x + length / 2, y + rise[1])
    draw_stroke(canvas, [(x, y + rise[0]), middle, (x + length, y + rise[2])], size)
    return x + length


def draw_letter(
    canvas: Ink, x: float, base: float, height: float, size: float, generator: np.random.Generator
) -> float:
    """Write a letter or sign with its foot on `base`; return how far right its ink goes."""
    letter = LETTERS[generator.integers(len(LETTERS))]
    font = _FONTS[generator.integers(len(_FONTS))]
    thickness = max(1, round(size))
    scale = cv2.getFontScaleFromHeight(font, max(4, round(height)), thickness)
    (width, _), _ = cv2.getTextSize(letter, font, scale, thickness)
    layer = np.zeros(canvas.shape, np.uint8)
    cv2.putText(layer, letter, (round(x), round(base)), font, scale, 255, thickness, cv2.LINE_AA)
    np.maximum(canvas, layer * np.float32(1 / 255), out=canvas)
    return x + width
