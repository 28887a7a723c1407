"""One person who fills in a form: digits written into cells. Knows nothing of rules or cameras."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.learn.synthesis.allographs import render_allograph
from inkdigits.learn.synthesis.forms.canvas import Canvas, Colour
from inkdigits.learn.synthesis.forms.digits import DigitPool
from inkdigits.learn.synthesis.ink import DigitTransform, Ink, transform_digit
from inkdigits.learn.synthesis.marks import draw_stroke
from inkdigits.learn.synthesis.writer_style import TAILED_DIGITS, sample_writer_style
from inkdigits.pictures.normalize import BOX

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the page."""

_MARKS = (
    (((-0.9, 0.0), (0.9, 0.0)),),
    (((-0.7, -0.7), (0.7, 0.7)), ((-0.7, 0.7), (0.7, -0.7))),
    (((-0.7, 0.0), (-0.2, 0.6), (0.8, -0.8)),),
)
"""Strokes of a dash, a cross and a tick, in half heights of a digit around the middle."""


@dataclass(frozen=True)
class Habits:
    """How one person fills in cells.

    Attributes:
        height: Of a digit, in heights of the cell.
        width_scale: Width of a digit relative to MNIST's.
        slant: Shear: pixels to the right per pixel upwards.
        gap: Between two digits of a number, in heights.
        foot: Where digits stand: 0 is the middle of the cell, 1 is its lower rule; above 1 they cross it.
        careless: Standard deviation of how far digits stand off their place, in heights.
        tails: How much longer the tails of 4, 7 and 9 may make them, in heights.
        pen: -1 is fine, 0 is usual, 1 is thick.
        pressure: Darkness of the lightest ink, 0 … 1.
        allograph_share: Share of the digits drawn as allographs.
    """

    height: float
    width_scale: float
    slant: float
    gap: float
    foot: float
    careless: float
    tails: float
    pen: float
    pressure: float
    allograph_share: float


def sample_habits(heights: tuple[float, ...], allograph_share: float, generator: np.random.Generator) -> Habits:
    """Return the habits of a random person.

    Args:
        heights: Of digits, in heights of a cell, to choose from.
        allograph_share: Share of the digits drawn as allographs.
        generator: Draws everything.
    """
    style = sample_writer_style(generator)
    place = generator.random()
    return Habits(
        height=heights[int(generator.integers(len(heights)))],
        width_scale=float(np.clip(style.width_scale, 0.75, 1.3)),
        slant=float(np.clip(style.slant, -0.3, 0.45)),
        gap=float(np.clip(generator.normal(0.12, 0.08), -0.04, 0.4)),
        foot=float(generator.uniform(0.9, 1.15) if place < 0.15 else generator.uniform(-0.2, 0.6)),
        careless=float(generator.choice([0.03, 0.06, 0.1])),
        tails=style.tails if generator.random() < 0.5 else 0.0,
        pen=float(generator.choice([-1.0, -0.5, 0.0, 0.5, 1.0], p=[0.2, 0.25, 0.25, 0.2, 0.1])),
        pressure=float(generator.uniform(0.55, 1.0)),
        allograph_share=allograph_share,
    )


class Hand:
    """Writes digits in the handwriting of one person.

    Args:
        pool: The digits.
        habits: How the person writes.
        colour: Of the pen.
        generator: Draws which digits are taken, and how each is placed.
    """

    def __init__(self, pool: DigitPool, habits: Habits, colour: Colour, generator: np.random.Generator) -> None:
        self._pool = pool
        self._thickness = pool.thickness(float(generator.uniform(0.1, 0.9)))
        self._habits, self._colour, self._generator = habits, colour, generator

    def write(self, canvas: Canvas, text: str, cell: Box, align: float = 0.5) -> NDArray[np.float64]:
        """Write a number into a cell: as high as the person writes, but never wider than the cell allows.

        Args:
            canvas: The page.
            text: Digits.
            cell: Where, in pixels.
            align: 0 is at the left edge, 0.5 in the middle, 1 at the right edge.

        Returns:
            Bounding box of the ink, (4,), float64: left, top, right, bottom in pixels.
        """
        habits, generator = self._habits, self._generator
        left, top, right, bottom = cell
        room_x, room_y = right - left, bottom - top
        height = habits.height * room_y
        digits = [self._digit(int(name), height) for name in text]
        gaps = [float(max(-0.1, generator.normal(habits.gap, 0.05))) * height for _ in text[1:]]
        width = sum(ink.shape[1] for ink in digits) + sum(gaps)
        most = room_x * (0.98 if len(text) == 1 else 0.92)
        if width > most:
            shrink = most / width
            digits = [_resize(ink, shrink) for ink in digits]
            height, width, gaps = height * shrink, width * shrink, [gap * shrink for gap in gaps]
        slack = room_x - width
        x = left + slack * float(np.clip(align + generator.normal(0, habits.careless), 0.06, 0.94))
        middle_foot, lowest = top + (room_y + height) / 2, bottom
        foot = middle_foot + habits.foot * (lowest - middle_foot) + generator.normal(0, 0.5 * habits.careless) * height
        box = np.array([np.inf, np.inf, -np.inf, -np.inf])
        for position, ink in enumerate(digits):
            drop = max(0.0, ink.shape[0] - 1.25 * height)  # a tail hangs below the baseline
            y = foot + drop - ink.shape[0] + generator.normal(0, 0.25 * habits.careless) * height
            column, row = round(x), round(y)
            canvas.add(ink, column, row, self._colour)
            box[:2] = np.minimum(box[:2], (column, row))
            box[2:] = np.maximum(box[2:], (column + ink.shape[1], row + ink.shape[0]))
            x += ink.shape[1] + (gaps[position] if position < len(gaps) else 0)
        return box

    def mark(self, canvas: Canvas, cell: Box) -> NDArray[np.float64]:
        """Draw a dash, a cross or a tick into a cell.

        Args:
            canvas: The page.
            cell: Where, in pixels.

        Returns:
            Bounding box of the ink, (4,), float64: left, top, right, bottom in pixels.
        """
        generator = self._generator
        left, top, right, bottom = cell
        size = 0.5 * self._habits.height * (bottom - top)
        x, y = (left + right) / 2, (top + bottom) / 2
        strokes = _MARKS[int(generator.integers(len(_MARKS)))]
        margin = size + 4
        corner = np.floor((x - margin, y - margin)).astype(int)
        layer = np.zeros((int(2 * margin) + 2, int(2 * margin) + 2), np.float32)
        for stroke in strokes:
            points = np.array(stroke) * size * generator.uniform(0.7, 1) + np.array((x, y)) - corner
            points += generator.normal(0, 0.08 * size, points.shape)
            draw_stroke(layer, [(float(across), float(down)) for across, down in points], max(1.2, 0.14 * size))
        canvas.add(layer * np.float32(self._habits.pressure), int(corner[0]), int(corner[1]), self._colour)
        rows, columns = (np.flatnonzero(layer.max(axis=axis)) for axis in (1, 0))
        edges = np.array((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1), np.float64)
        return np.asarray(edges + np.tile(corner, 2), np.float64)

    def _digit(self, digit: int, height: float) -> Ink:
        habits, generator = self._habits, self._generator
        image = self._pool.choose(digit, self._thickness, generator)  # (28, 28)
        if generator.random() < habits.allograph_share:
            image = render_allograph(image, digit, generator)
        tail = habits.tails * generator.uniform(0.2, 0.6) if digit in TAILED_DIGITS else 0.0
        size = height * float(np.clip(generator.normal(1, 0.05), 0.85, 1.15)) * (1 + tail)
        transform = DigitTransform(
            height=max(6.0, size),
            width_scale=habits.width_scale * float(np.clip(generator.normal(1, 0.06), 0.85, 1.15)) / (1 + tail),
            slant=habits.slant + generator.normal(0, 0.04),
            rotation=float(generator.normal(0, 0.04)),
        )
        ink = _draw_crisp(transform_digit(image, transform), size / BOX, habits.pen)
        return ink * np.float32(generator.uniform(habits.pressure, 1))


def _draw_crisp(ink: Ink, scale: float, pen: float) -> Ink:
    """Give an enlarged digit the edges of a real stroke, thinner or thicker by the pen."""
    if scale < 1.2:
        return ink
    level = 0.42 - 0.13 * pen
    gain = max(0.8 * scale, 0.5 / level)  # paper without ink stays clean
    return np.asarray(np.clip((ink - np.float32(level)) * np.float32(gain) + np.float32(0.5), 0, 1), np.float32)


def _resize(ink: Ink, scale: float) -> Ink:
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), np.float32)
