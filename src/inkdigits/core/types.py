"""Array types and sizes that all layers share. Knows shapes and dtypes, nothing else."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

SIDE = 28
"""Height and width in pixels of a normalized digit."""

LINE_HEIGHT = 40
"""Height in pixels of a line image; a digit of the usual height takes 24 of them."""

Image: TypeAlias = NDArray[np.uint8]
"""One digit (28, 28): 0 is empty, 255 is ink."""

Images: TypeAlias = NDArray[np.uint8]
"""Digits (N, 28, 28): 0 is empty, 255 is ink."""

Labels: TypeAlias = NDArray[np.int64]
"""Class numbers (N,), each in 0 … classes - 1."""

Picture: TypeAlias = NDArray[np.uint8]
"""A picture of any size (H, W, 3): red, green, blue in 0 … 255."""

Probabilities: TypeAlias = NDArray[np.float32]
"""Class probabilities (N, classes), one row a digit; each row sums to 1."""
