"""MNIST digits in a row -> a strip of writing and what it says. Knows nothing of networks or whole pages."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import LINE_HEIGHT, Image, Images, Labels
from inkdigits.learn.synthesis.allographs import render_allograph
from inkdigits.learn.synthesis.marks import draw_comma, draw_dash, draw_dot, draw_letter, draw_stroke
from inkdigits.learn.synthesis.paper import blots, crop, make_ground, photograph, wall
from inkdigits.learn.synthesis.strokes import Ink, Shape, lay_down, shape_digit

OTHER = 10
"""The class of letters and signs that are no digits."""

MOST_DIGITS = 15

_TAILED = (4, 7, 9)
"""Digits that people end with a long stroke downwards."""

_RESTYLED = 2000
"""How many of each digit are written in other ways: making one anew each time would cost far more than shaping it."""


@dataclass(frozen=True)
class WriterStyle:
    """How one person writes one line, in pixels of the strip."""

    height: float
    width: float
    slant: float
    gap: float
    gap_spread: float
    wobble: float
    slope: float
    pen: float
    restyled: float
    small_zeros: float
    linked: float
    linked_below: bool
    pressure: float
    separators: float
    tails: float
    large_first: float


def draw_writer_style(generator: np.random.Generator) -> WriterStyle:
    """Make up a person's writing."""
    height = float(np.clip(generator.normal(23, 5), 10, 36))
    gap, spread = [(0.02, 0.06), (0.22, 0.1), (-0.1, 0.07), (0.6, 0.3)][generator.choice(4, p=[0.4, 0.3, 0.2, 0.1])]
    return WriterStyle(
        height=height,
        width=float(np.clip(generator.normal(1.0, 0.18), 0.6, 1.6)),
        slant=float(generator.normal(0.08, 0.2)),
        gap=gap * height,
        gap_spread=spread * height,
        wobble=float(abs(generator.normal(0, 0.05))) * height,
        slope=float(generator.normal(0, 0.03)),
        pen=float(generator.choice([-1.0, 0.0, 1.0], p=[0.3, 0.5, 0.2])),
        restyled=float(generator.choice([0.1, 0.4, 0.8], p=[0.3, 0.4, 0.3])),
        small_zeros=float(generator.uniform(0.5, 0.9)) if generator.random() < 0.3 else 1.0,
        linked=float(generator.uniform(0.3, 1.0)) if generator.random() < 0.2 else 0.0,
        linked_below=bool(generator.random() < 0.3),
        pressure=float(generator.uniform(0.4, 0.9)) if generator.random() < 0.15 else 1.0,
        separators=float(generator.uniform(0.1, 0.5)) if generator.random() < 0.6 else 0.0,
        tails=float(generator.uniform(0.2, 1.5)) if generator.random() < 0.15 else 0.0,
        large_first=float(generator.uniform(1.15, 1.6)) if generator.random() < 0.08 else 1.0,
    )


class LineComposer:
    """Composes lines of given digits.

    Args:
        images: (N, 28, 28), uint8, digits in MNIST's form.
        labels: (N,), 0 … 9.

    Examples:
        >>> images = np.zeros((10, 28, 28), np.uint8)
        >>> images[:, 4:24, 12:16] = 255
        >>> composer = LineComposer(images, np.arange(10))
        >>> strips, labels = composer.batch(4, np.random.default_rng(0))
        >>> strips.shape[:2], len(labels)
        ((4, 40), 4)
    """

    def __init__(self, images: Images, labels: Labels) -> None:
        self._images = images
        self._of_digit = [np.flatnonzero(labels == digit) for digit in range(10)]
        self._restyled: dict[tuple[int, int], Image] = {}

    def batch(self, size: int, generator: np.random.Generator) -> tuple[NDArray[np.uint8], list[list[int]]]:
        """Compose lines of about the same length.

        Args:
            size: How many.
            generator: Decides everything.

        Returns:
            (size, 40, W) uint8, 0 paper and 255 ink, with W a multiple of 8; and the classes of each line.
        """
        room = 18 * (1 + generator.gamma(2.2, 2.2))
        canvases, classes = [], []
        for _ in range(size):
            ink, said = self._write(room, generator)
            canvases.append(ink)
            classes.append(said)
        width = -(-max(ink.shape[1] for ink in canvases) // 8) * 8
        strips = np.zeros((size, LINE_HEIGHT, width), np.uint8)
        for strip, ink in zip(strips, canvases, strict=True):
            canvas = np.zeros((LINE_HEIGHT, width), np.float32)
            lay_down(canvas, ink, int(generator.integers(0, width - ink.shape[1] + 1)), 0)
            cropped = generator.random() < 0.3
            ground = make_ground(LINE_HEIGHT, width, generator, upright=not cropped)
            picture = photograph(canvas, ground, generator)
            if cropped:
                crop(picture, generator, _inked(canvas))
            strip[:] = np.round(picture * 255)
        return strips, classes

    def _write(self, room: float, generator: np.random.Generator) -> tuple[Ink, list[int]]:
        """Fill about `room` pixels with a line; return its ink, with margins, and the classes of what stands there."""
        kind = generator.random()
        if kind < 0.03:
            return self._without_digits(generator)
        if kind < 0.06:
            make = blots if kind < 0.045 else wall
            return make(int(np.clip(2 * room, 24, 200)), generator), []
        hand = draw_writer_style(generator)
        first = replace(hand, height=hand.height * hand.large_first)
        advance = 0.72 * hand.height * hand.width + hand.gap + 0.15 * hand.separators * hand.height
        count = int(np.clip(round(room / advance + generator.uniform(-0.5, 0.5)), 1, MOST_DIGITS))
        canvas = np.zeros((LINE_HEIGHT, int(count * (hand.height * 2.0 + max(0.0, hand.gap) * 2)) + 160), np.float32)
        start = x = float(generator.integers(1, 24)) if generator.random() < 0.7 else 1.0
        base = LINE_HEIGHT / 2 + hand.height / 2 + generator.normal(0, 1.5)
        pen = max(1.0, hand.height * generator.uniform(0.06, 0.13))
        said: list[int] = []
        if generator.random() < 0.06:
            x = self._separate(canvas, x, base, pen, generator) + generator.uniform(1, 6)
        if generator.random() < 0.05:
            x = draw_letter(canvas, x, base, hand.height * 0.9, pen, generator) + generator.uniform(0, 6)
            said.append(OTHER)
        corner: tuple[float, float] | None = None
        for place, digit in enumerate(self._number(count, generator)):
            foot = base + hand.slope * (x - start) + generator.normal(0, hand.wobble)
            left = x
            x, corner_of_this = self._digit(canvas, digit, x, foot, hand if place else first, generator)
            if corner and generator.random() < hand.linked:
                middle = ((corner[0] + left + 2) / 2, corner[1] + generator.uniform(-3, 3))
                rise = generator.uniform(0, 0.4) if hand.linked_below else generator.uniform(0.5, 1)
                draw_stroke(canvas, [corner, middle, (left + 3, foot - rise * hand.height)], pen)
            corner = corner_of_this
            said.append(digit)
            if place + 1 < count and generator.random() < hand.separators:
                x = self._separate(canvas, x, foot, pen, generator)
                corner = None
            x += max(-0.3 * hand.height, generator.normal(hand.gap, hand.gap_spread))
        x = self._end(canvas, x, base, pen, hand, said, generator)
        if generator.random() < 0.12:
            self._neighbour(canvas, x, generator)
        written = _press(canvas[:, : max(int(x) + int(generator.integers(2, 26)), 16)], hand.pen)
        return written, said

    def _number(self, count: int, generator: np.random.Generator) -> list[int]:
        """Draw digits as amounts have them: more ones in front, more zeros behind than chance would draw."""
        digits = generator.integers(0, 10, count)
        if generator.random() < 0.5:
            digits[0] = int(10 ** generator.random())  # Benford, 1938: amounts begin with low digits
        if generator.random() < 0.3:
            digits[generator.integers(count) :] = 0
        if generator.random() < 0.1:
            digits[:] = np.where(generator.random(count) < 0.6, digits[0], digits)
        return [int(digit) for digit in digits]

    def _digit(
        self, canvas: Ink, digit: int, x: float, foot: float, hand: WriterStyle, generator: np.random.Generator
    ) -> tuple[float, tuple[float, float]]:
        """Write one digit with its left edge at `x`; return its right edge and where its pen might go on."""
        if generator.random() < hand.restyled:
            image = self._in_another_way(digit, int(generator.integers(_RESTYLED)))
        else:
            image = self._images[self._of_digit[digit][generator.integers(len(self._of_digit[digit]))]]
        size = generator.normal(1.0, 0.07) * (hand.small_zeros if digit == 0 else 1.0)
        tail = hand.tails * generator.uniform(0.3, 1) if digit in _TAILED else 0.0
        shape = Shape(
            height=max(7.0, hand.height * size) * (1 + tail),
            width=hand.width * float(np.clip(generator.normal(1, 0.08), 0.75, 1.3)) / (1 + tail),
            slant=hand.slant + generator.normal(0, 0.05),
            turn=float(generator.normal(0, 0.06)),
        )
        ink = shape_digit(image, shape)
        # With a tail its head stays level with the others', and its foot hangs below.
        top = round(foot - hand.height) if tail else round(foot - ink.shape[0])
        if digit in _TAILED and generator.random() < 0.15:
            top += round(generator.uniform(0.1, 0.35) * hand.height)
        if hand.pressure < 1:
            ink = ink * np.float32(generator.uniform(hand.pressure, 1))
        lay_down(canvas, ink, round(x), top)
        drop = generator.uniform(0, 0.4)
        pen_leaves = top + (1 - drop if hand.linked_below else drop) * ink.shape[0]
        return x + ink.shape[1], (x + ink.shape[1] - 1, pen_leaves)

    def _in_another_way(self, digit: int, number: int) -> Image:
        """Return one of the digits that are written in other ways; each is made when it is first wanted."""
        if (digit, number) not in self._restyled:
            generator = np.random.default_rng((digit, number))
            image = self._images[generator.choice(self._of_digit[digit])]
            self._restyled[digit, number] = render_allograph(image, digit, generator)
        return self._restyled[digit, number]

    def _separate(self, canvas: Ink, x: float, foot: float, pen: float, generator: np.random.Generator) -> float:
        size = pen * generator.uniform(0.8, 1.6)
        x += generator.uniform(0, 4)
        choice = generator.random()
        if choice < 0.6:
            return draw_dot(canvas, x, foot - generator.uniform(-2, 3), size, generator)
        if choice < 0.92:
            return draw_comma(canvas, x, foot - 1, size, generator)
        return draw_dot(canvas, x, foot - generator.uniform(4, 14), size, generator)

    def _end(
        self,
        canvas: Ink,
        x: float,
        base: float,
        pen: float,
        hand: WriterStyle,
        said: list[int],
        generator: np.random.Generator,
    ) -> float:
        """Close the line as people do: a stop, a dash or two, a letter, or nothing."""
        if generator.random() < 0.25:
            x = self._separate(canvas, x, base, pen, generator) + 1
        choice = generator.random()
        middle = base - generator.uniform(0.2, 0.7) * hand.height
        length = generator.uniform(0.3, 1.2) * hand.height
        if choice < 0.16:
            x = draw_dash(canvas, x + generator.uniform(0, 8), middle, length, pen, generator)
        elif choice < 0.2:
            below = middle + generator.uniform(0.15, 0.35) * hand.height
            draw_dash(canvas, x + 2, below, length, pen, generator)
            x = draw_dash(canvas, x + 2, middle, length, pen, generator)
        elif choice < 0.25:
            x = draw_letter(canvas, x + generator.uniform(1, 8), base, hand.height * 0.9, pen, generator)
            said.append(OTHER)
        if generator.random() < 0.06:
            y = min(LINE_HEIGHT - 1.0, base + generator.uniform(1, 5))
            draw_stroke(canvas, [(2, y), (x / 2, y + generator.normal(0, 1)), (x, y)], pen)
        return x

    def _neighbour(self, canvas: Ink, right: float, generator: np.random.Generator) -> None:
        """Let digits of the lines above and below reach in by their feet or heads."""
        for _ in range(int(generator.integers(1, 4))):
            image = self._images[generator.integers(len(self._images))]
            ink = shape_digit(image, Shape(height=generator.uniform(16, 30)))
            seen = generator.uniform(0.08, 0.25) * ink.shape[0]
            top = seen - ink.shape[0] if generator.random() < 0.5 else LINE_HEIGHT - seen
            lay_down(canvas, ink, int(generator.integers(0, max(2, int(right)))), round(top))

    def _without_digits(self, generator: np.random.Generator) -> tuple[Ink, list[int]]:
        """Write nothing, marks, or a word."""
        canvas = np.zeros((LINE_HEIGHT, 260), np.float32)
        height, x = generator.uniform(14, 28), float(generator.integers(2, 12))
        pen, base = max(1.0, height * generator.uniform(0.05, 0.13)), LINE_HEIGHT / 2 + height / 2
        said: list[int] = []
        if generator.random() < 0.6:
            for _ in range(int(generator.integers(1, 7))):
                x = draw_letter(canvas, x, base, height, pen, generator) + generator.uniform(0, 0.4) * height
                said.append(OTHER)
        else:
            for _ in range(int(generator.integers(0, 4))):
                x = self._separate(canvas, x, base, pen, generator) + generator.uniform(3, 20)
            if generator.random() < 0.5:
                x = draw_dash(canvas, x, LINE_HEIGHT / 2, height, pen, generator)
        return canvas[:, : min(260, max(24, int(x) + 8))], said


def _inked(canvas: Ink) -> tuple[int, int] | None:
    """Return the first and the last column with ink."""
    columns = np.flatnonzero(canvas.max(axis=0) > 0.2)
    return (int(columns[0]), int(columns[-1])) if len(columns) else None


def _press(ink: Ink, pen: float) -> Ink:
    """Write with a fine (-1), usual (0) or thick (1) pen."""
    if pen > 0:
        return np.asarray(cv2.dilate(ink, np.ones((2, 2), np.uint8)), np.float32)
    if pen < 0:
        soft = cv2.GaussianBlur(ink, (0, 0), 0.9)
        ridge = soft / np.maximum(cv2.dilate(soft, np.ones((5, 5), np.uint8)), 0.08)
        return np.asarray(np.clip((ridge - 0.55) * 3, 0, 1) * np.clip(soft * 2.5, 0, 1), np.float32)
    return ink
