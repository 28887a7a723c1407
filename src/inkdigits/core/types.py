"""Array types and sizes that all layers share. Knows shapes and dtypes, nothing else."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

SIDE = 28
"""Height and width in pixels of a normalized digit."""

LINE_HEIGHT = 40
"""Height in pixels of the image of one line of writing, as line networks take it."""

LINE_WIDTH_MULTIPLE = 8
"""Line networks take images whose width in pixels is a multiple of this."""

LINE_DIGIT_HEIGHT = 24
"""Height in pixels of a typical digit in the image of a line; the rest is room for tails."""

SIGNS = (".", ",", "'", "-", "/", ":", "+", "x", "=", "(", ")")
"""What stands in numbers beside digits, as line networks that know signs have it: their classes are the digits, these,
then one for any other character and the blank."""

CTC_CLASSES = 2
"""Outputs of a line network beside its classes: one for characters of no class, then the blank of CTC."""

Image: TypeAlias = NDArray[np.uint8]
"""One digit (28, 28): 0 is empty, 255 is ink."""

Images: TypeAlias = NDArray[np.uint8]
"""Digits (N, 28, 28): 0 is empty, 255 is ink."""

LinePicture: TypeAlias = NDArray[np.uint8]
"""One line of writing, as it was pictured (H, W): grey in 0 … 255, dark on light or light on dark."""

Labels: TypeAlias = NDArray[np.int64]
"""Class numbers (N,), each in 0 … classes - 1."""

Writers: TypeAlias = NDArray[np.int16]
"""Who wrote each digit, (N,)."""

Mask: TypeAlias = NDArray[np.bool_]
"""Which pixels are ink (h, w)."""

Picture: TypeAlias = NDArray[np.uint8]
"""A picture of any size (H, W, 3): red, green, blue in 0 … 255."""

Probabilities: TypeAlias = NDArray[np.float32]
"""Class probabilities (N, classes), one row a digit; each row sums to 1."""
