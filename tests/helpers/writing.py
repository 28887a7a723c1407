"""Digits written with strokes: pictures whose text is known, without any data set or font."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.read.page.binarize import Page

Canvas = NDArray[np.float32]
"""(height, width): 0 is empty, 1 is ink."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""

_FRACTION_BITS = 6
"""Strokes are drawn with coordinates in fractions of a pixel: this many bits of them."""

SHEET_LINES = ["31415926", "27182", "0"]
"""What stands on the sheet that many tests read."""

SHEET_TEXT = "\n".join(SHEET_LINES)


def _arc(x: float, y: float, across: float, down: float, start: float, end: float) -> list[tuple[float, float]]:
    """Return points of an ellipse; degrees clockwise from three o'clock."""
    angles = np.radians(np.linspace(start, end, 24))
    return list(zip((x + across * np.cos(angles)).tolist(), (y + down * np.sin(angles)).tolist(), strict=True))


STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "0": [_arc(0.3, 0.5, 0.28, 0.5, 0, 360)],
    "1": [[(0.12, 0.22), (0.3, 0.0), (0.3, 1.0)]],
    "2": [[*_arc(0.3, 0.28, 0.26, 0.28, 190, 390), (0.03, 1.0), (0.6, 1.0)]],
    "3": [[*_arc(0.27, 0.25, 0.26, 0.25, 200, 450), *_arc(0.27, 0.74, 0.29, 0.26, 270, 520)]],
    "4": [[(0.38, 0.0), (0.0, 0.62), (0.6, 0.62)], [(0.42, 0.3), (0.42, 1.0)]],
    "5": [[(0.55, 0.0), (0.12, 0.0), (0.07, 0.45), *_arc(0.26, 0.69, 0.3, 0.31, 240, 500)]],
    "6": [[(0.48, 0.0), (0.2, 0.28), (0.04, 0.62), *_arc(0.3, 0.72, 0.27, 0.28, 180, 540)]],
    "7": [[(0.0, 0.0), (0.58, 0.0), (0.2, 1.0)]],
    "8": [_arc(0.3, 0.25, 0.23, 0.25, 90, 450), _arc(0.3, 0.75, 0.28, 0.25, 270, 630)],
    "9": [[*_arc(0.3, 0.28, 0.26, 0.28, 0, 360), (0.54, 0.4), (0.5, 1.0)]],
}
"""Each digit as strokes in a box 0.6 wide and 1 high."""


def blank(height: int, width: int) -> Canvas:
    """Return a canvas with nothing on it."""
    return np.zeros((height, width), np.float32)


def draw(canvas: Canvas, points: list[tuple[float, float]], pen: float) -> None:
    """Draw one stroke through points (x, y), with soft edges."""
    scaled = np.round(np.array(points) * 2**_FRACTION_BITS).astype(np.int32)
    layer = np.zeros(canvas.shape, np.uint8)
    cv2.polylines(layer, [scaled], False, 255, max(1, round(pen)), cv2.LINE_AA, _FRACTION_BITS)
    np.maximum(canvas, layer.astype(np.float32) / 255, out=canvas)


def write(
    canvas: Canvas, text: str, left: float, top: float, height: float, *, gap: float = 0.3, pen: float | None = None
) -> list[Box]:
    """Write digits from `left` on, `height` high; a space is a gap. Return the box of each digit."""
    pen = max(1.5, 0.1 * height) if pen is None else pen
    boxes = []
    for character in text:
        if character != " ":
            before = canvas.copy()
            canvas[:] = 0
            for stroke in STROKES[character]:
                draw(canvas, [(left + x * height, top + y * height) for x, y in stroke], pen)
            boxes.append(box_of(canvas > 0.5))
            np.maximum(canvas, before, out=canvas)
        left += (0.6 + gap) * height
    return boxes


def box_of(mask: NDArray[np.bool_]) -> Box:
    """Return the box around the pixels that are set."""
    rows, columns = np.nonzero(mask)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def turned(canvas: Canvas, degrees: float) -> Canvas:
    """Return a canvas rotated clockwise about its middle."""
    height, width = canvas.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    return np.asarray(cv2.warpAffine(canvas, matrix, (width, height)), np.float32)


def picture_of(
    canvas: Canvas,
    *,
    paper: tuple[int, int, int] | int = 235,
    ink: tuple[int, int, int] | int = 40,
    light: NDArray[np.float32] | float = 1.0,
    noise_sigma: float = 0.0,
) -> NDArray[np.uint8]:
    """Return the picture (H, W, 3) of a canvas: ink on paper under light (H, W), with Gaussian noise."""
    colours = [np.broadcast_to(np.asarray(colour, np.float32), 3) for colour in (paper, ink)]
    shown = colours[0] + canvas[..., None] * (colours[1] - colours[0])
    shown = shown * np.broadcast_to(np.asarray(light, np.float32), canvas.shape)[..., None]
    if noise_sigma:
        noise = np.random.default_rng(0).normal(0, noise_sigma, (*canvas.shape, 1))
        return np.clip(np.round(shown + noise), 0, 255).astype(np.uint8)
    return np.clip(np.round(shown), 0, 255).astype(np.uint8)


def page_of(canvas: Canvas) -> Page:
    """Return a canvas as a page whose ink is known."""
    return Page(canvas.copy(), canvas > 0.5, 1.0)


def sheet_of(lines: list[str], height: int = 40, gap: float = 0.3) -> tuple[Canvas, list[list[Box]]]:
    """Write lines below one another; return the canvas and the boxes of each line."""
    width = round(height * (2 + (0.6 + gap) * max(map(len, lines))))
    canvas = blank(round(height * (1 + 2.2 * len(lines))), width)
    tops = [height * (1 + 2.2 * number) for number in range(len(lines))]
    return canvas, [write(canvas, line, height, top, height, gap=gap) for line, top in zip(lines, tops, strict=True)]
