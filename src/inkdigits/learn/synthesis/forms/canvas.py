"""A page that ink, print and rules of any colour and pattern are laid on. Knows nothing of forms or cameras."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.learn.synthesis.ink import Ink
from inkdigits.learn.synthesis.marks import draw_stroke

Colour: TypeAlias = tuple[int, int, int]
"""Red, green, blue in 0 … 255."""


@dataclass(frozen=True)
class RuleStyle:
    """The look of a rule.

    Attributes:
        thickness: In pixels.
        colour: Red, green, blue in 0 … 255.
        strength: Of its ink, 0 … 1.
        pattern: Lengths of dash and gap, in thicknesses but at least in pixels; None is a solid rule.
        by_hand: Whether it is drawn along a ruler with a pen.
    """

    thickness: float
    colour: tuple[int, int, int]
    strength: float = 1.0
    pattern: tuple[float, float] | None = None
    by_hand: bool = False

    def pieces(self, start: float, end: float) -> Iterator[tuple[float, float]]:
        """Yield first and last point of each dash between two points; one piece if it is solid.

        Args:
            start: In pixels.
            end: In pixels.

        Examples:
            >>> list(RuleStyle(1, (0, 0, 0), pattern=(4, 2)).pieces(0, 10))
            [(0, 4.0), (6.0, 10.0)]
        """
        if self.pattern is None:
            yield start - self.thickness / 2, end + self.thickness / 2
            return
        dash, gap = (part * max(1.0, self.thickness) for part in self.pattern)
        while start < end:
            yield start, min(start + dash, end)
            start += dash + gap


class Canvas:
    """A page; every layer darkens what is below it, as ink does.

    Args:
        height: In pixels.
        width: In pixels.
        paper: Its colour.

    Attributes:
        pixels: (H, W, 3), float32, red, green and blue in 0 … 1.

    Examples:
        >>> canvas = Canvas(10, 20, (250, 250, 250))
        >>> canvas.add(np.ones((2, 3), np.float32), 4, 5, (0, 0, 0))
        >>> int((canvas.pixels[:, :, 0] < 0.5).sum())
        6
    """

    def __init__(self, height: int, width: int, paper: Colour) -> None:
        self.pixels = np.empty((height, width, 3), np.float32)
        self.pixels[:] = np.array(paper, np.float32) / 255

    def add(self, ink: Ink, left: int, top: int, colour: Colour) -> None:
        """Lay ink on the page.

        Args:
            ink: (h, w), float32, 0 is empty and 1 is ink; what falls outside the page is lost.
            left: Column where the ink's first column goes.
            top: Row where the ink's first row goes.
            colour: Of the ink at full strength on white paper.
        """
        height, width = self.pixels.shape[:2]
        first_row, first_column = max(0, top), max(0, left)
        bottom, right = min(height, top + ink.shape[0]), min(width, left + ink.shape[1])
        if first_row >= bottom or first_column >= right:
            return
        part = ink[first_row - top : bottom - top, first_column - left : right - left, None]
        absorbed = 1 - np.array(colour, np.float32) / 255
        self.pixels[first_row:bottom, first_column:right] *= 1 - part * absorbed

    def fill(self, left: float, top: float, right: float, bottom: float, colour: Colour, strength: float = 1.0) -> None:
        """Fill an upright rectangle; its edges may lie between two pixels.

        Args:
            left: Of its left edge, in pixels.
            top: Of its top edge.
            right: Of its right edge.
            bottom: Of its bottom edge.
            colour: Of the ink.
            strength: Of the ink, 0 … 1.
        """
        first_column, first_row = int(np.floor(left)), int(np.floor(top))
        across = _coverage(left - first_column, right - first_column)
        down = _coverage(top - first_row, bottom - first_row)
        self.add(np.outer(down, across * np.float32(strength)), first_column, first_row, colour)

    def rule(
        self, start: tuple[float, float], end: tuple[float, float], style: RuleStyle, generator: np.random.Generator
    ) -> None:
        """Draw a level or upright rule.

        Args:
            start: (x, y) of its left or upper end, in pixels.
            end: (x, y) of the other end.
            style: How it is drawn.
            generator: Draws the wobble of a hand.
        """
        half = style.thickness / 2
        if style.by_hand:
            self._draw(start, end, style, generator)
            return
        upright = abs(end[0] - start[0]) < abs(end[1] - start[1])
        first, last = (start[1], end[1]) if upright else (start[0], end[0])
        for one, other in style.pieces(first, last):
            if upright:
                self.fill(start[0] - half, one, start[0] + half, other, style.colour, style.strength)
            else:
                self.fill(one, start[1] - half, other, start[1] + half, style.colour, style.strength)

    def _draw(
        self, start: tuple[float, float], end: tuple[float, float], style: RuleStyle, generator: np.random.Generator
    ) -> None:
        """Draw a rule by hand along a ruler: it overshoots and is a little aslant."""
        points = np.array([start, end], np.float64)
        along = points[1] - points[0]
        length = float(np.hypot(*along))
        overshoot = generator.normal(0.01, 0.012, 2) * length
        points += np.outer((-overshoot[0], overshoot[1]), along / max(length, 1))
        points += generator.normal(0, 0.0025 * length + 0.2, (2, 2))
        corner = np.floor(points.min(axis=0)).astype(int) - 4
        width, height = np.ceil(points.max(axis=0)).astype(int) - corner + 5
        layer = np.zeros((int(height), int(width)), np.float32)
        shifted = points - corner
        draw_stroke(layer, [(float(x), float(y)) for x, y in shifted], style.thickness, style.strength)
        self.add(layer, int(corner[0]), int(corner[1]), style.colour)


def _coverage(first: float, last: float) -> NDArray[np.float32]:
    """Return how much of each pixel lies between two edges, (N,), float32, 0 … 1."""
    edges = np.arange(max(1, int(np.ceil(last))), dtype=np.float32)
    return np.asarray(np.clip(np.minimum(edges + 1, last) - np.maximum(edges, first), 0, 1), np.float32)
