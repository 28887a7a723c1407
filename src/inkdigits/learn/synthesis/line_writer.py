"""MNIST digits -> the ink of a line in one person's handwriting, and its transcript. Knows nothing of paper.

A transcript is the list of label ids from left to right: 0 … 9, and `NON_DIGIT_LABEL` for letters and other signs.
Dots, commas, dashes and joining strokes are not in it.
"""

from dataclasses import replace

import cv2
import numpy as np

from inkdigits.core.types import LINE_HEIGHT, Image, Images, Labels
from inkdigits.learn.synthesis.allographs import render_allograph
from inkdigits.learn.synthesis.ink import DigitTransform, Ink, composite_ink, transform_digit
from inkdigits.learn.synthesis.marks import draw_comma, draw_dash, draw_dot, draw_letter, draw_stroke
from inkdigits.learn.synthesis.paper import blots, wall
from inkdigits.learn.synthesis.writer_style import TAILED_DIGITS, WriterStyle, sample_writer_style

NON_DIGIT_LABEL = 10
"""The label id of letters and signs that are not digits."""

MAX_DIGITS = 15

_ALLOGRAPHS_PER_DIGIT = 2000
"""How many allographs of each digit are rendered: a new one each time would take far longer than transforming one."""


class LineWriter:
    """Writes lines, each in the handwriting of another person.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized as MNIST's digits are.
        labels: (N,), int64, class numbers 0 … 9.
    """

    def __init__(self, images: Images, labels: Labels) -> None:
        self._images = images
        self._indices = [np.flatnonzero(labels == digit) for digit in range(10)]
        self._allographs: dict[tuple[int, int], Image] = {}

    def write(self, length: float, generator: np.random.Generator) -> tuple[Ink, list[int]]:
        """Write one line: mostly digits, sometimes a word, marks, blots or nothing.

        Args:
            length: About how long it is, in pixels.
            generator: Draws everything.

        Returns:
            The ink, (40, w), float32, 0 is empty and 1 is ink, with margins; and the transcript.
        """
        kind = generator.random()
        if kind < 0.03:
            return _write_without_digits(generator)
        if kind < 0.06:
            make = blots if kind < 0.045 else wall
            return make(int(np.clip(2 * length, 24, 200)), generator), []
        style = sample_writer_style(generator)
        first = replace(style, height=style.height * style.first_scale)
        advance = 0.72 * style.height * style.width_scale + style.gap + 0.15 * style.separators * style.height
        count = int(np.clip(round(length / advance + generator.uniform(-0.5, 0.5)), 1, MAX_DIGITS))
        longest = int(count * (style.height * 2.0 + max(0.0, style.gap) * 2)) + 160
        canvas = np.zeros((LINE_HEIGHT, longest), np.float32)
        start = x = float(generator.integers(1, 24)) if generator.random() < 0.7 else 1.0
        baseline = LINE_HEIGHT / 2 + style.height / 2 + generator.normal(0, 1.5)
        pen = max(1.0, style.height * generator.uniform(0.06, 0.13))
        transcript: list[int] = []
        if generator.random() < 0.06:
            x = _draw_separator(canvas, x, baseline, pen, generator) + generator.uniform(1, 6)
        if generator.random() < 0.05:
            x = draw_letter(canvas, x, baseline, style.height * 0.9, pen, generator) + generator.uniform(0, 6)
            transcript.append(NON_DIGIT_LABEL)
        exit_point: tuple[float, float] | None = None
        for position, digit in enumerate(_sample_number(count, generator)):
            foot = baseline + style.slope * (x - start) + generator.normal(0, style.wobble)
            left = x
            x, next_exit_point = self._write_digit(canvas, digit, x, foot, style if position else first, generator)
            if exit_point and generator.random() < style.linked:
                middle = ((exit_point[0] + left + 2) / 2, exit_point[1] + generator.uniform(-3, 3))
                rise = generator.uniform(0, 0.4) if style.linked_below else generator.uniform(0.5, 1)
                draw_stroke(canvas, [exit_point, middle, (left + 3, foot - rise * style.height)], pen)
            exit_point = next_exit_point
            transcript.append(digit)
            if position + 1 < count and generator.random() < style.separators:
                x = _draw_separator(canvas, x, foot, pen, generator)
                exit_point = None
            x += max(-0.3 * style.height, generator.normal(style.gap, style.gap_spread))
        x = _write_end(canvas, x, baseline, pen, style, transcript, generator)
        if generator.random() < 0.12:
            self._write_neighbours(canvas, x, generator)
        ink = _change_pen(canvas[:, : max(int(x) + int(generator.integers(2, 26)), 16)], style.pen)  # (40, w)
        return ink, transcript

    def _write_digit(
        self, canvas: Ink, digit: int, x: float, foot: float, style: WriterStyle, generator: np.random.Generator
    ) -> tuple[float, tuple[float, float]]:
        """Write one digit with its left edge at `x`; return its right edge and where the pen leaves it."""
        if generator.random() < style.allograph_share:
            image = self._allograph(digit, int(generator.integers(_ALLOGRAPHS_PER_DIGIT)))  # (28, 28)
        else:
            image = self._images[self._indices[digit][generator.integers(len(self._indices[digit]))]]  # (28, 28)
        size = generator.normal(1.0, 0.07) * (style.zero_scale if digit == 0 else 1.0)
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
        composite_ink(canvas, ink, round(x), top)
        drop = generator.uniform(0, 0.4)
        exit_y = top + (1 - drop if style.linked_below else drop) * ink.shape[0]
        return x + ink.shape[1], (x + ink.shape[1] - 1, exit_y)

    def _allograph(self, digit: int, number: int) -> Image:
        """Return one of the allographs of a digit; each is rendered when it is first used."""
        if (digit, number) not in self._allographs:
            generator = np.random.default_rng((digit, number))
            image = self._images[generator.choice(self._indices[digit])]
            self._allographs[digit, number] = render_allograph(image, digit, generator)
        return self._allographs[digit, number]

    def _write_neighbours(self, canvas: Ink, right: float, generator: np.random.Generator) -> None:
        """Let the feet or heads of digits in the lines above and below reach in."""
        for _ in range(int(generator.integers(1, 4))):
            image = self._images[generator.integers(len(self._images))]  # (28, 28)
            ink = transform_digit(image, DigitTransform(height=generator.uniform(16, 30)))
            visible = generator.uniform(0.08, 0.25) * ink.shape[0]
            top = visible - ink.shape[0] if generator.random() < 0.5 else LINE_HEIGHT - visible
            composite_ink(canvas, ink, int(generator.integers(0, max(2, int(right)))), round(top))


def _sample_number(count: int, generator: np.random.Generator) -> list[int]:
    """Draw digits as in amounts: more ones in front and more zeros behind than at random."""
    digits = generator.integers(0, 10, count)  # (count,)
    if generator.random() < 0.5:
        digits[0] = int(10 ** generator.random())  # Benford, 1938: amounts begin with low digits
    if generator.random() < 0.3:
        digits[generator.integers(count) :] = 0
    if generator.random() < 0.1:
        digits[:] = np.where(generator.random(count) < 0.6, digits[0], digits)
    return [int(digit) for digit in digits]


def _draw_separator(canvas: Ink, x: float, foot: float, pen: float, generator: np.random.Generator) -> float:
    """Draw a dot or a comma; return the x where its ink ends."""
    size = pen * generator.uniform(0.8, 1.6)
    x += generator.uniform(0, 4)
    choice = generator.random()
    if choice < 0.6:
        return draw_dot(canvas, x, foot - generator.uniform(-2, 3), size, generator)
    if choice < 0.92:
        return draw_comma(canvas, x, foot - 1, size, generator)
    return draw_dot(canvas, x, foot - generator.uniform(4, 14), size, generator)


def _write_end(
    canvas: Ink,
    x: float,
    baseline: float,
    pen: float,
    style: WriterStyle,
    transcript: list[int],
    generator: np.random.Generator,
) -> float:
    """End the line with a stop, one or two dashes, a letter or nothing; return the x where its ink ends."""
    if generator.random() < 0.25:
        x = _draw_separator(canvas, x, baseline, pen, generator) + 1
    choice = generator.random()
    middle = baseline - generator.uniform(0.2, 0.7) * style.height
    length = generator.uniform(0.3, 1.2) * style.height
    if choice < 0.16:
        x = draw_dash(canvas, x + generator.uniform(0, 8), middle, length, pen, generator)
    elif choice < 0.2:
        below = middle + generator.uniform(0.15, 0.35) * style.height
        draw_dash(canvas, x + 2, below, length, pen, generator)
        x = draw_dash(canvas, x + 2, middle, length, pen, generator)
    elif choice < 0.25:
        x = draw_letter(canvas, x + generator.uniform(1, 8), baseline, style.height * 0.9, pen, generator)
        transcript.append(NON_DIGIT_LABEL)
    if generator.random() < 0.06:
        y = min(LINE_HEIGHT - 1.0, baseline + generator.uniform(1, 5))
        draw_stroke(canvas, [(2, y), (x / 2, y + generator.normal(0, 1)), (x, y)], pen)
    return x


def _write_without_digits(generator: np.random.Generator) -> tuple[Ink, list[int]]:
    """Write a word, marks or nothing; return the ink, (40, w), and the transcript."""
    canvas = np.zeros((LINE_HEIGHT, 260), np.float32)
    height, x = generator.uniform(14, 28), float(generator.integers(2, 12))
    pen, baseline = max(1.0, height * generator.uniform(0.05, 0.13)), LINE_HEIGHT / 2 + height / 2
    transcript: list[int] = []
    if generator.random() < 0.6:
        for _ in range(int(generator.integers(1, 7))):
            x = draw_letter(canvas, x, baseline, height, pen, generator) + generator.uniform(0, 0.4) * height
            transcript.append(NON_DIGIT_LABEL)
    else:
        for _ in range(int(generator.integers(0, 4))):
            x = _draw_separator(canvas, x, baseline, pen, generator) + generator.uniform(3, 20)
        if generator.random() < 0.5:
            x = draw_dash(canvas, x, LINE_HEIGHT / 2, height, pen, generator)
    return canvas[:, : min(260, max(24, int(x) + 8))], transcript


def _change_pen(ink: Ink, pen: float) -> Ink:
    """Redraw ink with a fine (-1), usual (0) or thick (1) pen."""
    if pen > 0:
        return np.asarray(cv2.dilate(ink, np.ones((2, 2), np.uint8)), np.float32)
    if pen < 0:
        soft = cv2.GaussianBlur(ink, (0, 0), 0.9)
        ridge = soft / np.maximum(cv2.dilate(soft, np.ones((5, 5), np.uint8)), 0.08)
        return np.asarray(np.clip((ridge - 0.55) * 3, 0, 1) * np.clip(soft * 2.5, 0, 1), np.float32)
    return ink
