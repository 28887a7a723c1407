"""Pictures of the size of a digit that show none, for networks to be unsure about. Knows nothing of networks."""

from collections.abc import Callable

import cv2
import numpy as np

from inkdigits.core.types import SIDE, Images
from inkdigits.learn.synthesis.ink import DigitTransform, Ink, composite_ink, transform_digit
from inkdigits.learn.synthesis.marks import draw_dash, draw_dot, draw_letter, draw_stroke
from inkdigits.pictures.normalize import normalize_digit

_HEIGHT = 48
"""Of the canvas that a negative is drawn on, in pixels; it is twice as wide."""


def make_negatives(count: int, images: Images, generator: np.random.Generator) -> Images:
    """Draw letters, scribbles, blots, texture, parts of digits, and several digits in one picture.

    Args:
        count: How many.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink: real digits, for parts and pairs.
        generator: Draws everything.

    Returns:
        (count, 28, 28), uint8, 0 is empty and 255 is ink; normalized as every digit is.

    Examples:
        >>> make_negatives(3, np.full((5, 28, 28), 200, np.uint8), np.random.default_rng(0)).shape
        (3, 28, 28)
    """
    makers: tuple[Callable[[Ink, Images, np.random.Generator], None], ...]
    makers = (_letter, _letter, _scribble, _scribble, _blot, _texture, _part, _pair, _pair, _marks)
    negatives = np.zeros((count, SIDE, SIDE), np.uint8)
    for negative in negatives:
        canvas = np.zeros((_HEIGHT, 2 * _HEIGHT), np.float32)
        makers[generator.integers(len(makers))](canvas, images, generator)
        normalized = normalize_digit(canvas)
        if normalized is not None:
            negative[:] = normalized
    return negatives


def _letter(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    draw_letter(canvas, 12, 40, generator.uniform(18, 34), generator.uniform(1, 5), generator)


def _scribble(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    points = generator.uniform(4, 44, (generator.integers(4, 12), 2))
    draw_stroke(canvas, [(float(x), float(y)) for x, y in points], generator.uniform(1.5, 5))


def _blot(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    noise = generator.standard_normal((_HEIGHT, _HEIGHT), dtype=np.float32)
    blot = cv2.GaussianBlur(noise, (0, 0), generator.uniform(3, 9))
    canvas[:, :_HEIGHT] = blot > np.quantile(blot, generator.uniform(0.3, 0.9))


def _texture(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    noise = generator.random((_HEIGHT, _HEIGHT), dtype=np.float32)
    canvas[:, :_HEIGHT] = cv2.GaussianBlur(noise, (0, 0), generator.uniform(0.3, 2)) ** np.float32(
        generator.uniform(1, 6)
    )


def _part(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    """Draw the upper or lower third of a digit; a narrow one is a 1, whose third would be a 1 again."""
    ink = transform_digit(images[generator.integers(len(images))], DigitTransform(height=40))
    if ink.shape[1] < 0.5 * ink.shape[0]:
        return _letter(canvas, images, generator)
    third = ink.shape[0] // 3
    return composite_ink(canvas, ink[:third] if generator.random() < 0.5 else ink[-third:], 4, 4)


def _pair(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    """Draw two or three digits side by side: a number, not a digit."""
    x = 2.0
    for _ in range(generator.integers(2, 4)):
        image = images[generator.integers(len(images))]  # (28, 28)
        ink = transform_digit(image, DigitTransform(height=generator.uniform(22, 40)))
        composite_ink(canvas, ink, round(x), 4)
        x += ink.shape[1] + generator.uniform(-2, 5)


def _marks(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    x = 6.0
    for _ in range(generator.integers(1, 4)):
        if generator.random() < 0.6:
            x = draw_dot(canvas, x, generator.uniform(10, 40), generator.uniform(3, 8), generator) + 4
        else:
            x = draw_dash(canvas, x, generator.uniform(10, 40), generator.uniform(8, 30), 3, generator) + 4
