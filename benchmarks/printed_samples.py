"""Composed pictures of print and of handwriting, and the digits that the reader finds in them. Fits nothing.

Both are composed the same way: the same numbers, papers, sizes, blur and sharpness. So what tells them apart is shape.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from printed_glyphs import Font, print_line, soften

from inkdigits.core.types import Images, Picture
from inkdigits.learn.synthesis.handwriting.numbers import OTHER, sample_number
from inkdigits.learn.synthesis.ink import Ink
from inkdigits.learn.synthesis.line_writer import LineWriter
from inkdigits.learn.synthesis.paper import make_background, photograph
from inkdigits.read.reader import Reader

_WORDS = ("No", "Nr.", "Tel.", "EUR", "CHF", "Total", "Date", "Seite", "Art.", "kg", "Sum", "Box", "Form", "Rev.")


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
    canvas = soften(canvas, ink.shape[0], generator)
    if generator.random() < 0.5:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), generator.normal(0, 1.5), 1.0)
        canvas = np.asarray(cv2.warpAffine(canvas, turn, (width, height)), np.float32)
    background = np.zeros_like(canvas)
    if generator.random() < 0.25:
        background = make_background(height, width, generator, vertical=False) * np.float32(0.5)
    shown = photograph(canvas, background, generator)
    grey = np.clip((1 - 0.85 * shown) * generator.uniform(180, 250), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)


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
