"""Digits to write with, chosen by how thick their strokes are: one person has one pen. Draws nothing."""

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Image, Images, Labels

_CANDIDATES = 6
"""So many digits are drawn, and the one whose strokes fit best is taken."""

_BLOCK = 4096


class DigitPool:
    """Digits by class and thickness of stroke.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized as MNIST's digits are.
        labels: (N,), int64, class numbers 0 … 9; each of them occurs.
    """

    def __init__(self, images: Images, labels: Labels) -> None:
        self._images = images
        self._indices = [np.flatnonzero(labels == digit) for digit in range(10)]
        self._thickness = stroke_thickness(images)  # (N,)
        self._ranks = np.quantile(self._thickness, np.linspace(0, 1, 101))

    def thickness(self, share: float) -> float:
        """Return a thickness of stroke, in pixels of the 28x28 form.

        Args:
            share: Of the digits that have finer strokes, 0 … 1.
        """
        return float(self._ranks[round(100 * share)])

    def choose(self, digit: int, thickness: float, generator: np.random.Generator) -> Image:
        """Return a digit whose strokes are about so thick: (28, 28), uint8, 0 is empty and 255 is ink.

        Args:
            digit: Its class, 0 … 9.
            thickness: In pixels of the 28x28 form.
            generator: Draws which.
        """
        candidates = generator.choice(self._indices[digit], _CANDIDATES)  # (candidates,)
        best = candidates[np.argmin(np.abs(self._thickness[candidates] - thickness))]
        return np.asarray(self._images[best], np.uint8)


def stroke_thickness(images: Images) -> NDArray[np.float32]:
    """Return how thick strokes are on average, (N,), float32, in pixels of the 28x28 form: area by half the outline.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.

    Examples:
        >>> bar = np.zeros((1, 28, 28), np.uint8)
        >>> bar[0, 4:24, 12:15] = 255
        >>> round(float(stroke_thickness(bar)[0]), 1)
        2.6
    """
    found = np.zeros(len(images), np.float32)
    for start in range(0, len(images), _BLOCK):
        block = images[start : start + _BLOCK].astype(np.float32)  # (n, 28, 28)
        outline = np.abs(np.diff(block, axis=1)).sum((1, 2)) + np.abs(np.diff(block, axis=2)).sum((1, 2))
        found[start : start + _BLOCK] = 2 * block.sum((1, 2)) / np.maximum(outline, 1)
    return found
