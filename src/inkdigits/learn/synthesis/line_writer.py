"""People -> the ink of a line in one person's handwriting, and what it reads. Knows nothing of paper.

The text of a line has its characters from left to right: digits, signs, and `OTHER` for letters. Joining strokes, rules
and blots are not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import LINE_HEIGHT, SIDE, SIGNS, Image, Images, Labels
from inkdigits.learn.synthesis.allographs import render_allograph
from inkdigits.learn.synthesis.forms.fonts import print_text
from inkdigits.learn.synthesis.handwriting.hand import Hand, PenHand, PictureHand
from inkdigits.learn.synthesis.handwriting.numbers import OTHER, sample_number
from inkdigits.learn.synthesis.handwriting.people import PenWriter, PictureWriter, picture_writers
from inkdigits.learn.synthesis.ink import DigitTransform, Ink, composite_ink, transform_digit
from inkdigits.learn.synthesis.paper import blots, wall
from inkdigits.learn.synthesis.printed import FONTS
from inkdigits.learn.synthesis.writer_style import WriterStyle, sample_writer_style

MAX_DIGITS = 15

_ALLOGRAPHS_PER_DIGIT = 2000
"""How many allographs of each digit are rendered: a new one each time would take far longer than transforming one."""


@dataclass(frozen=True, eq=False)
class OtherPeople:
    """People who write a share of the lines.

    Attributes:
        pens: Those whose pens were recorded.
        pictures: Those whose digits were scanned.
        share: How many of the lines they write, or are printed, 0 … 1.
        faithful: Whether they only write as their pictures show: no allographs, and nothing is printed.
    """

    pens: Sequence[PenWriter]
    pictures: Sequence[PictureWriter]
    share: float
    faithful: bool = False


class LineWriter:
    """Writes lines, each in the handwriting of another person.

    Args:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized as MNIST's digits are.
        labels: (N,), int64, class numbers 0 … 9.
        writers: (N,), int16, who wrote each digit; None where nobody knows: a line then has digits of many.
        others: People who write a share of the lines.
    """

    def __init__(
        self,
        images: Images,
        labels: Labels,
        writers: NDArray[np.integer[Any]] | None = None,
        others: OtherPeople | None = None,
    ) -> None:
        self._images = images
        self._indices = [np.flatnonzero(labels == digit) for digit in range(10)]
        self._people = [] if writers is None else picture_writers(images, labels, writers)
        self._others = others
        self._allographs: dict[tuple[int, int], Image] = {}

    def write(self, length: float, generator: np.random.Generator) -> tuple[Ink, str]:
        """Write one line: mostly numbers, sometimes a word, marks, blots or nothing.

        Args:
            length: About how long it is, in pixels.
            generator: Draws everything.

        Returns:
            The ink, (40, w), float32, 0 is empty and 1 is ink, with margins; and its text.
        """
        kind = generator.random()
        if kind < 0.03:
            return _write_without_digits(generator)
        if kind < 0.06:
            make = blots if kind < 0.045 else wall
            return make(int(np.clip(2 * length, 24, 200)), generator), ""
        style = sample_writer_style(generator)
        advance = 0.78 * style.height * style.width_scale + style.gap
        count = int(np.clip(round(length / advance + generator.uniform(-0.5, 0.5)), 1, MAX_DIGITS))
        text = sample_number(count, generator)
        longest = int(len(text) * (style.height * 2.0 + max(0.0, style.gap) * 2)) + 160
        if self._others and not self._others.faithful and generator.random() < 0.15 * self._others.share:
            return _print_line(text, style, generator), text
        hand = self._take_hand(longest, style, generator)
        x, text = self._write_text(hand, text, style, generator)
        ink = hand.finish(min(longest, max(int(x) + int(generator.integers(2, 26)), 16)), generator)
        if isinstance(hand, PictureHand):
            ink = _change_pen(ink, style.pen)
        if generator.random() < 0.12:
            self._write_neighbours(ink, x, generator)
        return ink, text

    def _take_hand(self, width: int, style: WriterStyle, generator: np.random.Generator) -> Hand:
        """Return the hand of a random person."""
        others, allograph_share = self._others, style.allograph_share
        if others and generator.random() < others.share:
            allograph_share = 0.0 if others.faithful else allograph_share
            if others.pens and (not others.pictures or generator.random() < 0.6):
                return PenHand(others.pens[int(generator.integers(len(others.pens)))], width, style, generator)
            person = others.pictures[int(generator.integers(len(others.pictures)))]
        elif self._people:
            person = self._people[generator.integers(len(self._people))]
        else:
            return PictureHand(partial(self._picture, None, style.allograph_share), width, style, generator)
        return PictureHand(partial(self._picture, person, allograph_share), width, style, generator)

    def _picture(
        self, person: PictureWriter | None, allograph_share: float, digit: int, generator: np.random.Generator
    ) -> tuple[Image, float]:
        """Return a digit of a person, or of anybody, and its size relative to the person's others."""
        if generator.random() < allograph_share:
            return self._allograph(digit, int(generator.integers(_ALLOGRAPHS_PER_DIGIT))), 1.0
        if person is None:
            return self._images[self._indices[digit][generator.integers(len(self._indices[digit]))]], 1.0
        number = generator.integers(len(person.images[digit]))
        return person.images[digit][number], float(person.sizes[digit][number])

    def _allograph(self, digit: int, number: int) -> Image:
        """Return one of the allographs of a digit; each is rendered when it is first used."""
        if (digit, number) not in self._allographs:
            generator = np.random.default_rng((digit, number))
            image = self._images[generator.choice(self._indices[digit])]
            self._allographs[digit, number] = render_allograph(image, digit, generator)
        return self._allographs[digit, number]

    def _write_text(
        self, hand: Hand, text: str, style: WriterStyle, generator: np.random.Generator
    ) -> tuple[float, str]:
        """Write a text, sometimes with letters around it; return where its ink ends, and the text with these."""
        first = replace(style, height=style.height * style.first_scale)
        start = x = float(generator.integers(1, 24)) if generator.random() < 0.7 else 1.0
        # Tails hang below: with them the line stands higher.
        baseline = LINE_HEIGHT / 2 + style.height * (0.5 - 0.35 * style.tails) + generator.normal(0, 1.5)
        slope = style.slope / max(1.0, len(text) / 8)  # long lines are cut out level
        exit_point: tuple[float, float] | None = None
        if generator.random() < 0.05:
            text = OTHER + text
        if generator.random() < 0.06:
            text += OTHER
        for position, character in enumerate(text):
            foot = baseline + slope * (x - start) + generator.normal(0, style.wobble)
            if character.isdigit():
                of_digit = style if position else first
                x, entry, leaves = hand.write_digit(int(character), x, foot, of_digit, generator)
                if exit_point and generator.random() < style.linked:
                    middle = ((exit_point[0] + entry[0]) / 2, (exit_point[1] + entry[1]) / 2 + generator.uniform(-3, 3))
                    hand.paths.append(np.array([exit_point, middle, entry], np.float32))
                exit_point = leaves
                x += max(-0.3 * style.height, generator.normal(style.gap, style.gap_spread))
                continue
            exit_point = None
            if character == " ":
                x += generator.uniform(0.5, 1.2) * style.height
            elif character == OTHER:
                x = hand.write_letter(x + generator.uniform(0, 5), foot, style, generator) + generator.uniform(0, 6)
            else:
                x += generator.uniform(-0.05, 0.15) * style.height
                x = hand.write_sign(character, x, foot, style, generator) + generator.uniform(0, 0.2) * style.height
        if generator.random() < 0.06:
            y = min(LINE_HEIGHT - 1.0, baseline + generator.uniform(2, 6))
            hand.paths.append(np.array([(2, y), (x / 2, y + generator.normal(0, 1)), (x, y)], np.float32))
        return x, text

    def _write_neighbours(self, canvas: Ink, right: float, generator: np.random.Generator) -> None:
        """Let the feet or heads of digits in the lines above and below reach in."""
        for _ in range(int(generator.integers(1, 4))):
            image = self._images[generator.integers(len(self._images))]  # (28, 28)
            ink = transform_digit(image, DigitTransform(height=generator.uniform(16, 30)))
            visible = generator.uniform(0.08, 0.25) * ink.shape[0]
            top = visible - ink.shape[0] if generator.random() < 0.5 else LINE_HEIGHT - visible
            composite_ink(canvas, ink, int(generator.integers(0, max(2, int(right)))), round(top))


def _print_line(text: str, style: WriterStyle, generator: np.random.Generator) -> Ink:
    """Print a text, and return it on a canvas with margins, (40, w)."""
    font = FONTS[generator.integers(len(FONTS))]
    shown = text if font.startswith("Hershey") or generator.random() < 0.5 else text.replace("x", "×").replace("-", "–")
    ink = print_text(shown, min(style.height, 30.0), font)[:LINE_HEIGHT]
    left, right = generator.integers(1, 24, 2)
    canvas = np.zeros((LINE_HEIGHT, ink.shape[1] + left + right), np.float32)
    composite_ink(canvas, ink, int(left), round((LINE_HEIGHT - ink.shape[0]) / 2 + generator.normal(0, 1.5)))
    return canvas


def _write_without_digits(generator: np.random.Generator) -> tuple[Ink, str]:
    """Write a word, signs or nothing; return the ink, (40, w), and the text."""
    style = sample_writer_style(generator)
    hand = PictureHand(lambda *_: (np.zeros((SIDE, SIDE), np.uint8), 1.0), 400, style, generator)
    x, foot, text = float(generator.integers(2, 12)), LINE_HEIGHT / 2 + style.height / 2, ""
    if generator.random() < 0.6:
        for _ in range(int(generator.integers(1, 7))):
            x = hand.write_letter(x, foot, style, generator) + generator.uniform(0, 0.4) * style.height
            text += OTHER
    else:
        for _ in range(int(generator.integers(0, 4))):
            sign = SIGNS[generator.integers(len(SIGNS))]
            x = hand.write_sign(sign, x, foot, style, generator) + generator.uniform(3, 20)
            text += sign
    return hand.finish(min(400, max(24, int(x) + 8)), generator), text


def _change_pen(ink: Ink, pen: float) -> Ink:
    """Redraw ink with a fine (-1), usual (0) or thick (1) pen."""
    if pen > 0:
        return np.asarray(cv2.dilate(ink, np.ones((2, 2), np.uint8)), np.float32)
    if pen < 0:
        soft = cv2.GaussianBlur(ink, (0, 0), 0.9)
        ridge = soft / np.maximum(cv2.dilate(soft, np.ones((5, 5), np.uint8)), 0.08)
        return np.asarray(np.clip((ridge - 0.55) * 3, 0, 1) * np.clip(soft * 2.5, 0, 1), np.float32)
    return ink
