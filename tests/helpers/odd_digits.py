"""Digits in unusual writing styles, drawn stroke by stroke with some jitter."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images
from inkdigits.pictures.prepare import prepare_digit

_SIDE = 120

Strokes = list[list[tuple[float, float]]]

BARRED_2: Strokes = [[(0.1, 0.05), (0.9, 0.05), (0.1, 0.95), (0.9, 0.95)], [(0.2, 0.5), (0.8, 0.5)]]
"""A 2 written like a Z, with a bar."""

HOOKED_9: Strokes = [
    [(0.8, 0.1), (0.3, 0.05), (0.2, 0.35), (0.75, 0.35), (0.8, 0.1), (0.75, 0.8), (0.4, 1.0), (0.15, 0.8), (0.9, 0.6)]
]
"""A 9 with the tail of a g that crosses its stem."""


def draw(strokes: Strokes, count: int, seed: int) -> Iterator[NDArray[np.uint8]]:
    """Yield random drawings (120, 120, 3), uint8, dark strokes on white, all different."""
    generator = np.random.default_rng(seed)
    for _ in range(count):
        paper = np.full((_SIDE, _SIDE), 255, np.uint8)
        height = generator.uniform(70, 95)
        width = height * generator.uniform(0.55, 0.8)
        slant = generator.normal(0, 0.1)
        pen = int(generator.integers(4, 9))
        for stroke in strokes:
            points = np.array(stroke) + generator.normal(0, 0.035, (len(stroke), 2))
            points[:, 0] += slant * (0.5 - points[:, 1])
            pixels = points * (width, height) + ((_SIDE - width) / 2, (_SIDE - height) / 2)
            corners = np.round(pixels * 8).astype(np.int32).reshape(-1, 1, 2)
            cv2.polylines(paper, [corners], False, 0, pen, cv2.LINE_AA, shift=3)
        yield np.repeat(paper[..., None], 3, axis=2)


def draw_normalized(strokes: Strokes, count: int, seed: int) -> Images:
    """Return normalized drawings, (count, 28, 28), uint8, 0 is empty and 255 is ink."""
    digits = [prepare_digit(drawing) for drawing in draw(strokes, count, seed)]
    return np.array([digit for digit in digits if digit is not None], np.uint8)  # (count, 28, 28)
