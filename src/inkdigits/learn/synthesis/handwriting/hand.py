"""The hand that writes a line: one person's digits, from pictures or from the path of a pen. Knows nothing of numbers.

A hand writes on a canvas of its own. All that a pen draws, signs and joining strokes among it, is kept as paths, and
drawn at the end in one go.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np

from inkdigits.core.types import LINE_HEIGHT, Image
from inkdigits.learn.synthesis.allographs import write_allograph
from inkdigits.learn.synthesis.handwriting.pen import Pen, draw_paths, sample_pen
from inkdigits.learn.synthesis.handwriting.people import PenWriter
from inkdigits.learn.synthesis.handwriting.signs import write_sign
from inkdigits.learn.synthesis.handwriting.trajectories import rewrite, sample_habits, slanted, with_tail
from inkdigits.learn.synthesis.ink import DigitTransform, Ink, PenPath, composite_ink, transform_digit
from inkdigits.learn.synthesis.marks import draw_letter
from inkdigits.learn.synthesis.writer_style import TAILED_DIGITS, WriterStyle

Place = tuple[float, float]
"""(x, y) on the canvas, in pixels."""

DigitPicture = Callable[[int, np.random.Generator], tuple[Image, float]]
"""Takes a class number, and returns a picture of the digit as one person writes it, and its size relative to others."""


class Hand(ABC):
    """What writes a line.

    Args:
        pen: Draws paths: signs, joining strokes, and digits where their strokes are known.
        width: Of the canvas, in pixels.

    Attributes:
        paths: What the pen is to draw, each (points, 2), float32, in pixels.
    """

    def __init__(self, pen: Pen, width: int) -> None:
        self._pen, self._canvas = pen, np.zeros((LINE_HEIGHT, width), np.float32)
        self.paths: list[PenPath] = []

    @abstractmethod
    def write_digit(
        self, digit: int, x: float, foot: float, style: WriterStyle, generator: np.random.Generator
    ) -> tuple[float, Place, Place]:
        """Write one digit.

        Args:
            digit: Its class number, 0 … 9.
            x: Its left edge.
            foot: The row that it stands on.
            style: How the person writes.
            generator: Draws everything else.

        Returns:
            Its right edge, and where the pen enters and leaves it.
        """

    def write_sign(self, sign: str, x: float, foot: float, style: WriterStyle, generator: np.random.Generator) -> float:
        """Write a sign.

        Args:
            sign: One of `SIGNS`.
            x: Its left edge.
            foot: The baseline.
            style: How the person writes.
            generator: Draws its shape.

        Returns:
            Its right edge.
        """
        strokes = slanted(write_sign(sign, generator), 0.5 * style.slant if sign in "(/)" else 0.0, 0.0)
        left = min(float(stroke[:, 0].min()) for stroke in strokes)
        origin = np.array([x + self._pen.width / 2 - left * style.height, foot], np.float32)
        placed = [stroke * np.float32(style.height) + origin for stroke in strokes]
        self.paths += placed
        return max(float(stroke[:, 0].max()) for stroke in placed) + self._pen.width / 2

    def write_letter(self, x: float, foot: float, style: WriterStyle, generator: np.random.Generator) -> float:
        """Write a letter.

        Args:
            x: Its left edge.
            foot: The baseline.
            style: How the person writes.
            generator: Draws which letter.

        Returns:
            Its right edge.
        """
        return draw_letter(self._canvas, x, foot, style.height * 0.9, self._pen.width, generator)

    def finish(self, width: int, generator: np.random.Generator) -> Ink:
        """Return the first columns of the canvas with all ink, (40, width), float32, 0 is empty and 1 is ink.

        Args:
            width: How many columns.
            generator: Draws where ink fails.
        """
        canvas = self._canvas[:, :width]
        if self.paths:
            draw_paths(canvas, self.paths, self._pen, generator)
        return canvas


class PictureHand(Hand):
    """Writes with pictures of one person's digits.

    Args:
        picture: The person's digits.
        width: Of the canvas, in pixels.
        style: How the person writes.
        generator: Draws the pen of signs.
    """

    def __init__(self, picture: DigitPicture, width: int, style: WriterStyle, generator: np.random.Generator) -> None:
        super().__init__(Pen(max(1.0, style.height * generator.uniform(0.06, 0.13))), width)
        self._picture = picture

    def write_digit(
        self, digit: int, x: float, foot: float, style: WriterStyle, generator: np.random.Generator
    ) -> tuple[float, Place, Place]:
        """Write one digit.

        Args:
            digit: Its class number, 0 … 9.
            x: Its left edge.
            foot: The row that it stands on.
            style: How the person writes.
            generator: Draws everything else.

        Returns:
            Its right edge, and where the pen enters and leaves it.
        """
        image, relative = self._picture(digit, generator)
        size = generator.normal(1.0, 0.07) * relative * (style.zero_scale if digit == 0 else 1.0)
        tail = style.tails * generator.uniform(0.3, 1) if digit in TAILED_DIGITS else 0.0
        transform = DigitTransform(
            height=max(7.0, style.height * size) * (1 + tail),
            width_scale=style.width_scale * float(np.clip(generator.normal(1, 0.08), 0.75, 1.3)) / (1 + tail),
            slant=style.slant + generator.normal(0, 0.05),
            rotation=float(generator.normal(0, 0.06)),
        )
        ink = transform_digit(image, transform)
        # With a tail its head stays level with the others' heads, and its foot hangs below the baseline.
        top = round(foot - style.height) if tail else round(foot - ink.shape[0])
        if digit in TAILED_DIGITS and generator.random() < 0.15:
            top += round(generator.uniform(0.1, 0.35) * style.height)
        if style.pressure < 1:
            ink = ink * np.float32(generator.uniform(style.pressure, 1))
        composite_ink(self._canvas, ink, round(x), top)
        height, right = ink.shape[0], x + ink.shape[1]
        drop, entry = generator.uniform(0, 0.4, 2)
        leaves = top + (1 - drop if style.linked_below else drop) * height
        enters = top + (1 - entry if style.linked_below else entry) * height
        return right, (x + 2, enters), (right - 1, leaves)


class PenHand(Hand):
    """Writes with the path of one person's pen.

    Args:
        person: Who.
        width: Of the canvas, in pixels.
        style: How the person writes.
        generator: Draws the pen, and which digits the person writes in ways of other people.
    """

    def __init__(self, person: PenWriter, width: int, style: WriterStyle, generator: np.random.Generator) -> None:
        super().__init__(sample_pen(style.height, generator), width)
        self._person, self._habits = person, sample_habits(generator)
        is_own = generator.random(10) >= style.allograph_share * 0.4
        numbers = generator.integers(0, 1000, 10)
        self._allographs = {digit: int(numbers[digit]) for digit in range(10) if not is_own[digit]}

    def write_digit(
        self, digit: int, x: float, foot: float, style: WriterStyle, generator: np.random.Generator
    ) -> tuple[float, Place, Place]:
        """Write one digit.

        Args:
            digit: Its class number, 0 … 9.
            x: Its left edge.
            foot: The row that it stands on.
            style: How the person writes.
            generator: Draws everything else.

        Returns:
            Its right edge, and where the pen enters and leaves it.
        """
        if digit in self._allographs:
            strokes = write_allograph(digit, self._allographs[digit], generator)
        else:
            own = self._person.written[digit]
            strokes = list(own[generator.integers(len(own))])
        strokes = rewrite(strokes, self._habits, generator)
        if style.tails and digit in TAILED_DIGITS:
            strokes = with_tail(strokes, style.tails * generator.uniform(0.3, 1))
        size = max(7.0, style.height * generator.normal(1.0, 0.06) * (style.zero_scale if digit == 0 else 1.0))
        strokes = slanted(strokes, style.slant + generator.normal(0, 0.04), generator.normal(0, 0.04))
        size = max(size, 6 * self._pen.width) - self._pen.width
        left = min(float(stroke[:, 0].min()) for stroke in strokes) * size * style.width_scale
        scale = np.array([size * style.width_scale, size], np.float32)
        origin = np.array([x - left + self._pen.width / 2, foot - self._pen.width / 2], np.float32)
        placed = [stroke * scale + origin for stroke in strokes]
        self.paths += placed
        right = max(float(stroke[:, 0].max()) for stroke in placed) + self._pen.width / 2
        (start_x, start_y), (end_x, end_y) = placed[0][0].tolist(), placed[-1][-1].tolist()
        return right, (start_x, start_y), (end_x, end_y)
