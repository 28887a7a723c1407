"""Fonts -> printed digits. Knows nothing of handwriting."""

import numpy as np

from inkdigits.core.types import SIDE, Images, Labels
from inkdigits.learn.synthesis.forms.fonts import AILERON, HERSHEY, print_text
from inkdigits.pictures.normalize import normalize_digit

FONTS = (
    AILERON,
    *HERSHEY,
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSans-Oblique",
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "DejaVuSansMono",
    "STIXGeneral",
    "STIXGeneralBol",
    "STIXGeneralItalic",
)
"""Fonts that installed packages carry; `forms/fonts.py` has their licences."""

_HEIGHTS = (12, 16, 20, 26, 34, 48)
"""Heights that digits are printed at, in pixels, before they are normalized."""


def print_digits() -> tuple[Images, Labels]:
    """Print each digit in each font and several heights.

    Returns:
        Digits (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized, and their labels (N,), int64.

    Examples:
        >>> images, labels = print_digits()
        >>> images.shape[1:], sorted(set(labels.tolist()))
        ((28, 28), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    images, labels = [], []
    for font in FONTS:
        for height in _HEIGHTS:
            for digit in range(10):
                form = normalize_digit(print_text(str(digit), height, font))
                images.append(np.zeros((SIDE, SIDE), np.uint8) if form is None else form)
                labels.append(digit)
    return np.stack(images), np.array(labels, np.int64)
