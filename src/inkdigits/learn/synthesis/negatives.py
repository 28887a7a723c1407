"""Pictures in the form of a digit that show none: what a network should not be sure about. Knows no networks."""

from collections.abc import Callable

import cv2
import numpy as np

from inkdigits.core.types import SIDE, Images
from inkdigits.learn.synthesis.marks import draw_dash, draw_dot, draw_letter, draw_stroke
from inkdigits.learn.synthesis.strokes import Ink, Shape, lay_down, shape_digit
from inkdigits.pictures.fit import normalize_digit

_SIDE = 48


def make_negatives(count: int, images: Images, generator: np.random.Generator) -> Images:
    """Draw letters, scribbles, blots, texture, parts of digits, and two digits in one.

    Args:
        count: How many.
        images: (N, 28, 28), uint8: real digits, for parts and pairs.
        generator: Decides everything.

    Returns:
        (count, 28, 28), uint8; most are in MNIST's form, as the preparation of a picture brings all to it.

    Examples:
        >>> make_negatives(3, np.full((5, 28, 28), 200, np.uint8), np.random.default_rng(0)).shape
        (3, 28, 28)
    """
    makers: tuple[Callable[[Ink, Images, np.random.Generator], None], ...]
    makers = (_letter, _letter, _scribble, _scribble, _blot, _texture, _part, _pair, _pair, _marks)
    junk = np.zeros((count, SIDE, SIDE), np.uint8)
    for picture in junk:
        canvas = np.zeros((_SIDE, 2 * _SIDE), np.float32)
        makers[generator.integers(len(makers))](canvas, images, generator)
        form = normalize_digit(canvas)
        if form is not None:
            picture[:] = form
    return junk


def _letter(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    draw_letter(canvas, 12, 40, generator.uniform(18, 34), generator.uniform(1, 5), generator)


def _scribble(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    points = generator.uniform(4, 44, (generator.integers(4, 12), 2))
    draw_stroke(canvas, [(float(x), float(y)) for x, y in points], generator.uniform(1.5, 5))


def _blot(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    noise = generator.standard_normal((_SIDE, _SIDE), dtype=np.float32)
    blot = cv2.GaussianBlur(noise, (0, 0), generator.uniform(3, 9))
    canvas[:, :_SIDE] = blot > np.quantile(blot, generator.uniform(0.3, 0.9))


def _texture(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    noise = generator.random((_SIDE, _SIDE), dtype=np.float32)
    canvas[:, :_SIDE] = cv2.GaussianBlur(noise, (0, 0), generator.uniform(0.3, 2)) ** np.float32(
        generator.uniform(1, 6)
    )


def _part(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    """Show the upper or lower third of a digit; of a 1 that would be a 1 again."""
    ink = shape_digit(images[generator.integers(len(images))], Shape(height=40))
    if ink.shape[1] < 0.5 * ink.shape[0]:
        return _letter(canvas, images, generator)
    third = ink.shape[0] // 3
    return lay_down(canvas, ink[:third] if generator.random() < 0.5 else ink[-third:], 4, 4)


def _pair(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    """Show two or three digits side by side, which is a number and not a digit."""
    x = 2.0
    for _ in range(generator.integers(2, 4)):
        ink = shape_digit(images[generator.integers(len(images))], Shape(height=generator.uniform(22, 40)))
        lay_down(canvas, ink, round(x), 4)
        x += ink.shape[1] + generator.uniform(-2, 5)


def _marks(canvas: Ink, images: Images, generator: np.random.Generator) -> None:
    x = 6.0
    for _ in range(generator.integers(1, 4)):
        if generator.random() < 0.6:
            x = draw_dot(canvas, x, generator.uniform(10, 40), generator.uniform(3, 8), generator) + 4
        else:
            x = draw_dash(canvas, x, generator.uniform(10, 40), generator.uniform(8, 30), 3, generator) + 4
