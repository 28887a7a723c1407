"""Printed and handwritten numbers side by side, without any data set: fonts, and scikit-learn's digits."""

import numpy as np

from helpers.writing import Canvas, blank
from inkdigits.data.uci import load_uci
from inkdigits.learn.synthesis.forms.fonts import print_text
from inkdigits.learn.synthesis.ink import DigitTransform, composite_ink, transform_digit


def printed_line(text: str, height: int = 40, font: str = "DejaVuSans") -> Canvas:
    """Return a printed number with a margin."""
    return np.pad(print_text(text, height, font), height)


def handwritten_line(text: str, height: int = 44, seed: int = 3) -> Canvas:
    """Return a number in the digits of several people, with a margin."""
    digits = load_uci().train
    generator = np.random.default_rng(seed)
    canvas, x = blank(3 * height, (len(text) + 2) * height), float(height)
    for character in text:
        image = digits.images[generator.choice(np.flatnonzero(digits.labels == int(character)))]
        ink = transform_digit(image, DigitTransform(height * generator.normal(1, 0.06), slant=0.1))
        composite_ink(canvas, ink, round(x), round(2 * height - ink.shape[0] + generator.normal(0, 0.05) * height))
        x += ink.shape[1] + 0.25 * height
    return canvas[:, : round(x) + height]


def stacked(*lines: Canvas) -> Canvas:
    """Return lines one below the other."""
    width = max(line.shape[1] for line in lines)
    return np.concatenate([np.pad(line, ((0, 0), (0, width - line.shape[1]))) for line in lines])
