"""Composed pictures of print and of handwriting, and the digits that the reader finds in them. Fits nothing.

Both are composed the same way: the same numbers, papers, sizes, blur and sharpness. So what tells them apart is shape.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkdigits.core.types import Images, Labels, Picture
from inkdigits.learn.synthesis.forms.fonts import AILERON, HERSHEY, print_text
from inkdigits.learn.synthesis.handwriting.numbers import OTHER, sample_number
from inkdigits.learn.synthesis.ink import Ink
from inkdigits.learn.synthesis.line_writer import LineWriter
from inkdigits.learn.synthesis.paper import make_background, photograph
from inkdigits.pictures.normalize import normalize_digit
from inkdigits.read.reader import Reader

_WORDS = ("No", "Nr.", "Tel.", "EUR", "CHF", "Total", "Date", "Seite", "Art.", "kg", "Sum", "Box", "Form", "Rev.")

Font = str
"""A name of `print_text`, or the path of a font file."""


class Composed(NamedTuple):
    """A picture of one line.

    Attributes:
        picture: (H, W, 3), uint8, dark on light.
        printed_from: The column where print begins: 0 for print, infinite for handwriting.
        printed_to: The column where it ends.
    """

    picture: Picture
    printed_from: float
    printed_to: float


@dataclass(frozen=True, eq=False)
class FoundDigits:
    """Digits that the reader found, of many lines.

    Attributes:
        forms: (N, 28, 28), uint8, normalized.
        boxes: (N, 4), float64, in pixels of the picture.
        labels: (N,), int64, as they were read.
        lines: (N,), int64, the line of each.
        printed: (N,), bool.
    """

    forms: Images
    boxes: NDArray[np.float64]
    labels: NDArray[np.int64]
    lines: NDArray[np.int64]
    printed: NDArray[np.bool_]

    def by_line(self) -> Iterator[slice]:
        """Yield the places of the digits of each line."""
        edges = [0, *(np.flatnonzero(np.diff(self.lines)) + 1).tolist(), len(self.lines)]
        for first, end in pairwise(edges):
            yield slice(first, end)


def join_digits(parts: Sequence[FoundDigits]) -> FoundDigits:
    """Return the digits of several pieces as one.

    Args:
        parts: At least one.
    """
    first = 0
    numbered = []
    for part in parts:
        numbered.append(replace(part, lines=part.lines + first))
        first += int(part.lines.max(initial=-1)) + 1
    joined = {
        field.name: np.concatenate([getattr(one, field.name) for one in numbered]) for field in fields(FoundDigits)
    }
    return FoundDigits(**joined)


def print_line(text: str, font: Font, generator: np.random.Generator) -> Ink:
    """Print a text with the boldness, width and slant of a random relative of a font.

    Args:
        text: What to print.
        font: In what font.
        generator: Draws everything else.

    Returns:
        (h, w), float32, 0 is empty and 1 is ink, without margins.
    """
    height = float(np.exp(generator.uniform(np.log(11), np.log(90))))
    return _print(text, font, height, generator)


def glyphs(fonts: Sequence[Font], copies: int, generator: np.random.Generator) -> tuple[Images, Labels]:
    """Print each digit alone, sharp and blurred.

    Args:
        fonts: In which fonts.
        copies: How often each.
        generator: Draws sizes and blur.

    Returns:
        Digits (N, 28, 28), uint8, normalized, and their labels (N,), int64.
    """
    images, labels = [], []
    for font in fonts:
        for label in [*range(10)] * copies:
            height = float(np.exp(generator.uniform(np.log(11), np.log(60))))
            ink = _softened(np.pad(_print(str(label), font, height, generator), 6), height, generator)
            form = normalize_digit(ink)
            if form is not None:
                images.append(form)
                labels.append(label)
    return np.stack(images), np.array(labels, np.int64)


def _print(text: str, font: Font, height: float, generator: np.random.Generator) -> Ink:
    shown = text if font in HERSHEY or generator.random() < 0.5 else text.replace("x", "×").replace("-", "–")
    ink = print_text(shown, height, font) if font in HERSHEY or font == AILERON else _with_file(shown, height, font)
    if generator.random() < 0.4:
        ink = _changed(ink, height, generator)
    return ink


def _changed(ink: Ink, height: float, generator: np.random.Generator) -> Ink:
    """Make print bolder or finer, wider or narrower, or slanted."""
    size = max(1, round(height * generator.uniform(0.01, 0.04)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    change = generator.random()
    if change < 0.3:
        ink = np.asarray(cv2.dilate(ink, kernel), np.float32)
    elif change < 0.45 and size > 1:
        thinner = np.asarray(cv2.erode(ink, kernel), np.float32)
        ink = thinner if thinner.max() > 0.5 else ink
    width = max(1, round(ink.shape[1] * generator.uniform(0.8, 1.25)))
    ink = np.asarray(cv2.resize(ink, (width, ink.shape[0]), interpolation=cv2.INTER_AREA), np.float32)
    if generator.random() < 0.3:
        slant = generator.uniform(-0.05, 0.25)
        room = int(abs(slant) * ink.shape[0]) + 1
        move = np.array([[1, -slant, max(0.0, slant) * ink.shape[0]], [0, 1, 0]])
        ink = np.asarray(cv2.warpAffine(ink, move, (ink.shape[1] + room, ink.shape[0])), np.float32)
    return ink


def _with_file(text: str, height: float, font: Font) -> Ink:
    face = _face(font, max(4, round(height / 0.72)))
    left, top, right, bottom = (int(edge) for edge in face.getbbox(text))
    layer = Image.new("L", (max(1, right - left) + 4, max(1, bottom - top) + 4), 0)
    ImageDraw.Draw(layer).text((2 - left, 2 - top), text, font=face, fill=255)
    return np.asarray(layer, np.float32) / np.float32(255)


@cache
def _face(font: Font, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, size)


def compose_print(font: Font, generator: np.random.Generator) -> Composed:
    """Compose a picture with a printed number, sometimes beside a word.

    Args:
        font: In what font.
        generator: Draws everything else.
    """
    text = sample_number(_length(generator), generator)
    if generator.random() < 0.2:
        word = str(generator.choice(_WORDS))
        text = f"{word} {text}" if generator.random() < 0.6 else f"{text} {word}"
    return Composed(_on_paper(print_line(text, font, generator), generator), 0, np.inf)


def compose_hand(writer: LineWriter, generator: np.random.Generator) -> Composed:
    """Compose a picture with a handwritten number.

    Args:
        writer: Who writes, and never prints.
        generator: Draws everything else.
    """
    return Composed(_on_paper(_handwritten(writer, generator), generator), np.inf, np.inf)


def compose_mixed(writer: LineWriter, font: Font, generator: np.random.Generator) -> Composed:
    """Compose a picture with a printed number and a handwritten one side by side.

    Args:
        writer: Who writes, and never prints.
        font: In what font the other is printed.
        generator: Draws everything else.
    """
    hand, text = _handwritten(writer, generator), sample_number(_length(generator), generator)
    printed = print_line(text, font, generator)
    height = float(hand.shape[0]) * generator.uniform(0.7, 1.2)
    scale = height / max(printed.shape[0], 1)
    if scale > 1.5:  # print that is as coarse as that has other shapes
        hand, scale = np.asarray(cv2.resize(hand, None, fx=1 / scale, fy=1 / scale), np.float32), 1.0
    printed = np.asarray(cv2.resize(printed, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.float32)
    gap = round(generator.uniform(0.1, 1.5) * printed.shape[0])
    pair = [printed, hand] if generator.random() < 0.7 else [hand, printed]
    tall = max(one.shape[0] for one in pair)
    canvas = np.zeros((tall, pair[0].shape[1] + gap + pair[1].shape[1]), np.float32)
    start = 0
    starts = []
    for one in pair:
        top = (tall - one.shape[0]) // 2
        canvas[top : top + one.shape[0], start : start + one.shape[1]] = one
        starts.append(start)
        start += one.shape[1] + gap
    place = next(number for number, one in enumerate(pair) if one is printed)
    margin = _margin(canvas)
    first = starts[place] + margin - gap / 2
    return Composed(_on_paper(canvas, generator, margin), first, first + printed.shape[1] + gap)


def _length(generator: np.random.Generator) -> int:
    return int(np.clip(round(1 + generator.gamma(2.0, 2.2)), 1, 15))


def _handwritten(writer: LineWriter, generator: np.random.Generator) -> Ink:
    """Return the ink of a handwritten number, without margins, in a random size."""
    while True:
        ink, text = writer.write(20 + 40 * generator.gamma(2, 1.5), generator)
        if any(character.isdigit() for character in text) and OTHER not in text:
            break
    left, top, width, height = cv2.boundingRect((ink > 0.1).astype(np.uint8))
    ink = ink[top : top + height, left : left + width]
    scale = float(np.exp(generator.uniform(np.log(0.5), np.log(4))))
    return np.asarray(
        cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC),
        np.float32,
    )


def _margin(ink: Ink) -> int:
    return 6 + len(ink) // 2


def _on_paper(ink: Ink, generator: np.random.Generator, margin: int | None = None) -> Picture:
    """Return ink on paper, blurred or sharpened, a little tilted, as photographed; (H, W, 3)."""
    margin = _margin(ink) if margin is None else margin
    canvas = np.pad(ink, margin)
    height, width = canvas.shape
    canvas = _softened(canvas, ink.shape[0], generator)
    if generator.random() < 0.5:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), generator.normal(0, 1.5), 1.0)
        canvas = np.asarray(cv2.warpAffine(canvas, turn, (width, height)), np.float32)
    background = np.zeros_like(canvas)
    if generator.random() < 0.25:
        background = make_background(height, width, generator, vertical=False) * np.float32(0.5)
    shown = photograph(canvas, background, generator)
    grey = np.clip((1 - 0.85 * shown) * generator.uniform(180, 250), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)


def _softened(ink: Ink, height: float, generator: np.random.Generator) -> Ink:
    """Blur ink, and make its edges sharp again: how it was written can't be told by them then."""
    if generator.random() < 0.6:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), max(0.2, generator.uniform(0.0, 0.05) * height)), np.float32)
    if generator.random() < 0.7:
        ink = (ink - np.float32(generator.uniform(0.35, 0.55))) * np.float32(generator.uniform(1, 5)) + np.float32(0.5)
    return np.asarray(np.clip(ink, 0, 1), np.float32)


def find_digits(reader: Reader, composed: Iterable[Composed]) -> FoundDigits:
    """Return the digits that the reader finds, however unsure it is of them.

    Args:
        reader: Finds and reads them.
        composed: Pictures.
    """
    forms, boxes, labels, lines, printed = [], [], [], [], []
    number = 0
    for one in composed:
        reading = reader.read(one.picture, min_confidence=0.0)
        forms.append(reading.forms)
        for line in reading.lines:
            for digit in line.digits:
                boxes.append(digit.box)
                labels.append(int(digit.digit))
                lines.append(number)
                middle = (digit.box[0] + digit.box[2]) / 2
                printed.append(one.printed_from <= middle < one.printed_to)
            number += 1
    return FoundDigits(
        np.concatenate(forms),
        np.array(boxes, np.float64),
        np.array(labels, np.int64),
        np.array(lines, np.int64),
        np.array(printed, bool),
    )
