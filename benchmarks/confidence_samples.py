"""What the confidence is fitted on: composed writing with its text, and what the reader finds in it. Fits nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from handwriting import KINDS
from measures import digits_right, lines_right
from numpy.typing import NDArray

from inkdigits.core.types import Picture
from inkdigits.data.dataset import Split
from inkdigits.learn.synthesis.line import LineComposer
from inkdigits.learn.synthesis.sheet import SheetPlan, compose_sheet
from inkdigits.pictures.arrays import picture_from_array
from inkdigits.pictures.prepare import find_digit
from inkdigits.read.confidence.evidence import LineEvidence, SingleEvidence
from inkdigits.read.page.page_picture import page_picture
from inkdigits.read.reader import Reader, read_lines
from inkdigits.read.score_lines import gather_evidence
from inkdigits.read.single import classify_views, single_evidence

Written = Iterable[tuple[NDArray[Any], str]]
"""Pictures with their texts, lines joined by newlines; without digits the text is empty."""

LINES = {1: 450, 2: 90, 3: 90, 4: 60, 5: 90, 6: 60, 8: 90, 10: 60, 12: 60, 15: 30}
"""Lines of each length."""

SHEETS = 24
"""Sheets of each kind."""

LINE_IMAGES = 800
"""Lines with marks, on all backgrounds, as line networks learn from."""

SINGLE_DIGITS = 2000
"""Pictures of one digit, every other cut out tightly."""


@dataclass(frozen=True)
class FoundLine:
    """A line that was found.

    Attributes:
        evidence: What is known of it.
        right: Whether its text is right.
        posteriors: The probability of each digit if the others are right.
        digits_right: Whether each digit is.
    """

    evidence: LineEvidence
    right: bool
    posteriors: tuple[float, ...]
    digits_right: tuple[bool, ...]


def find_lines(reader: Reader, written: Written) -> list[FoundLine]:
    """Return all lines that are found in pictures.

    Args:
        reader: Finds and reads them.
        written: The pictures.
    """
    found: list[FoundLine] = []
    for array, text in written:
        picture = picture_from_array(array)
        readings, _, page_ink = read_lines(page_picture(picture), reader.line_networks)
        evidence = [own for _, own in gather_evidence(readings, picture, page_ink, reader.digit_network)]
        texts = [reading.line.text for reading in readings]
        kept = zip(readings, evidence, lines_right(text, texts), digits_right(text, texts), strict=True)
        found += [
            FoundLine(own, right, tuple(digit.confidence for digit in reading.line.digits), each)
            for reading, own, right, each in kept
            if not reading.line.reason
        ]
    return found


def find_single(reader: Reader, written: Written) -> list[tuple[SingleEvidence, bool]]:
    """Return the evidence for each picture of one digit in which something is found, and whether it is read rightly.

    Args:
        reader: Reads them.
        written: The pictures.
    """
    found = []
    for picture, text in written:
        digit = find_digit(picture_from_array(picture))
        if digit is not None:
            probabilities = classify_views(digit, reader.digit_network)
            label = int(probabilities[0].argmax())
            is_right = reader.digit_network.metadata.classes[label] == text
            found.append((single_evidence(digit, probabilities, label), is_right))
    return found


def compose_lines(digits: Split, seed: int, share: float = 1.0) -> Iterator[tuple[Picture, str]]:
    """Yield lines of all sizes, with thin pens, on sheets, with marks.

    Args:
        digits: What they are composed of.
        seed: Of everything else.
        share: Of the usual number of pictures, 0 … 1.
    """
    for length, count in LINES.items():
        for number in range(round(share * count)):
            generator = np.random.default_rng((number, length, seed))
            height = round(float(np.exp(generator.uniform(np.log(12), np.log(200)))))
            picture, text = compose_sheet(SheetPlan(length=length, height=height), *_of(digits), generator)
            yield picture, text
            if number % 2 == 0 and height >= 40:
                yield _thinned(picture, max(2, round(height * 0.05))), text
    for values in KINDS.values():
        for number in range(round(share * SHEETS)):
            generator = np.random.default_rng((number, seed + 1))
            plan = SheetPlan(height=int(generator.choice([14, 20, 30, 60, 80])), **values)  # type: ignore[arg-type]
            yield compose_sheet(plan, *_of(digits), generator)
    composer, generator = LineComposer(*_of(digits)), np.random.default_rng(seed + 2)
    for _ in range(round(share * LINE_IMAGES / 10)):
        for image, label_ids in zip(*composer.batch(10, generator), strict=True):
            text = "".join(str(label) for label in label_ids if label < 10)
            if text:
                large = cv2.resize(255 - image, None, fx=2, fy=2, interpolation=cv2.INTER_LINEAR)
                yield cv2.cvtColor(large, cv2.COLOR_GRAY2RGB), text


def compose_single(digits: Split, seed: int, share: float = 1.0) -> Iterator[tuple[NDArray[Any], str]]:
    """Yield the digits themselves, and pictures of one digit on paper.

    Args:
        digits: What they are composed of.
        seed: Of everything else.
        share: Of the usual number of pictures, 0 … 1.
    """
    chosen = slice(0, round(share * len(digits)))
    for image, label in zip(digits.images[chosen], digits.labels[chosen], strict=True):
        yield image, str(int(label))
    for number in range(round(share * SINGLE_DIGITS)):
        generator = np.random.default_rng((number, 1, seed))
        height = round(float(np.exp(generator.uniform(np.log(12), np.log(200)))))
        picture, text = compose_sheet(SheetPlan(length=1, height=height), *_of(digits), generator)
        if number % 3 == 0 and height >= 40:
            picture = _thinned(picture, max(2, round(height * 0.05)))
        yield _cut_out(picture, round(height * generator.uniform(0, 0.35))) if number % 2 else picture, text


def _of(digits: Split) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    return digits.images, digits.labels


def _thinned(picture: Picture, width: int) -> Picture:
    return np.asarray(cv2.dilate(picture, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))), np.uint8)


def _cut_out(picture: Picture, margin: int) -> Picture:
    """Return what is clearly darker than the paper, with a margin."""
    rows, columns = np.nonzero(picture[..., 0] < 0.65 * np.quantile(picture[..., 0], 0.9))
    if not len(rows):
        return picture
    top, bottom = max(0, int(rows.min()) - margin), int(rows.max()) + margin + 1
    left, right = max(0, int(columns.min()) - margin), int(columns.max()) + margin + 1
    return np.ascontiguousarray(picture[top:bottom, left:right])
