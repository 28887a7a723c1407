"""Any picture -> the digits in it: the one front door of reading. Knows nothing of commands, training or charts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images, Picture, Probabilities
from inkdigits.pictures.arrays import picture_from_array
from inkdigits.pictures.files import read_pages
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.lines import LineReading, draw_forms, read_line
from inkdigits.read.onnx_model import OnnxModel, load_onnx_model
from inkdigits.read.page.binarize import Page, binarize
from inkdigits.read.rejection import Evidence, agreement, written
from inkdigits.read.result import Line, Reading
from inkdigits.read.single import classify, read_single

_MODELS = Path(__file__).parent / "models"

MIN_CONFIDENCE = 0.4
"""What is less sure than this is refused, unless the caller says otherwise."""


class Reader:
    """Reads handwritten digits in pictures.

    Networks are loaded when first needed; a reader may be used by several threads at once.

    Args:
        model: An exported network to use in place of the shipped one of its kind (single digits or lines).
        min_confidence: Digits less sure than this are refused, 0 … 1, and numbers whose root of confidence is less.
            The more a line may be no writing at all, the less sure it is.

    Raises:
        ModelFileError: `model` is no network that `inkdigits export` wrote.

    Examples:
        >>> paper = np.full((60, 60, 3), 255, np.uint8)
        >>> Reader().read(paper).text
        ''
    """

    def __init__(self, model: Path | str | None = None, *, min_confidence: float = MIN_CONFIDENCE) -> None:
        if not 0 <= min_confidence <= 1:
            raise ValueError(f"min_confidence is {min_confidence}, expected 0 … 1")
        self.min_confidence = min_confidence
        self._given = load_onnx_model(Path(model)) if model is not None else None

    @cached_property
    def digit_network(self) -> OnnxModel:
        """The network that reads single digits."""
        if self._given and self._given.metadata.kind == "digit":
            return self._given
        return load_onnx_model(_MODELS / "digits.onnx")

    @cached_property
    def line_networks(self) -> tuple[OnnxModel, ...]:
        """The networks that read lines; what several agree on is surer."""
        if self._given and self._given.metadata.kind == "lines":
            return (self._given,)
        # One thread each: they run side by side.
        return tuple(load_onnx_model(path, threads=1) for path in sorted(_MODELS.glob("lines*.onnx")))

    def read(
        self, source: Path | str | bytes | NDArray[Any], *, single: bool = False, min_confidence: float | None = None
    ) -> Reading:
        """Read a picture.

        Args:
            source: A file, its content, or an array (H, W), (H, W, 3) or (H, W, 4). Of a file with several pages, all.
            single: The whole picture is one digit.
            min_confidence: Another limit than the reader's.

        Raises:
            PictureError: The file is missing, damaged, too large or no picture.
        """
        least = self.min_confidence if min_confidence is None else min_confidence
        if isinstance(source, np.ndarray):
            return self._read_page(picture_from_array(source), single, least)
        pages = read_pages(source if isinstance(source, bytes) else Path(source))
        return _join(self._read_page(picture, single, least) for picture in pages)

    def read_digits(self, forms: Images) -> Probabilities:
        """Read digits that are in MNIST's form already.

        Args:
            forms: (N, 28, 28), uint8, 0 is empty and 255 is ink.

        Returns:
            (N, classes), float32, each row summing to 1.
        """
        return classify(self.digit_network, forms)

    def _read_page(self, picture: Picture, single: bool, min_confidence: float) -> Reading:
        if single:
            return read_single(picture, self.digit_network, min_confidence)
        found = find_writing(picture, self.line_networks, self.digit_network)
        return _gather([_doubted(reading, written(clues)) for reading, clues in found], min_confidence)


def find_writing(
    picture: Picture, line_networks: Sequence[OnnxModel], digit_network: OnnxModel
) -> list[tuple[LineReading, Evidence]]:
    """Read all that looks like lines of digits, and tell of each line what makes it likely that it was written.

    Args:
        picture: (H, W, 3), uint8.
        line_networks: Read the lines.
        digit_network: Is asked about lone digits.
    """
    page = binarize(picture)
    layout = find_lines(page)
    found = [(line, read_line(line_networks, page, layout, line)) for line in layout.lines]
    read = [(line, reading) for line, reading in found if reading is not None]
    share = _readable(page, read)
    readings = [reading for _, reading in read]
    asked = [agreement(picture, reading.line, digit_network) for reading in readings]
    return [
        (reading, Evidence(reading.evidence, share, set(reading.line.text) == {"1"}, agreed))
        for reading, agreed in zip(readings, asked, strict=True)
    ]


def _doubted(reading: LineReading, likely: float) -> tuple[LineReading, float]:
    """Return a line that is writing with some probability only, and how sure it is then."""
    line = replace(reading.line, confidence=reading.line.confidence * likely)
    return replace(reading, line=line), confidence_of(reading.line) * likely


def _readable(page: Page, read: list[tuple[TextLine, LineReading]]) -> float:
    """Return the share of a page's ink that stands in lines of which the networks are sure."""
    inked = sum(
        part.area for line, reading in read for part in line.parts if confidence_of(reading.line) >= MIN_CONFIDENCE
    )
    return inked / max(1, int(page.mask.sum()))


def _gather(judged: list[tuple[LineReading, float]], min_confidence: float) -> Reading:
    kept = [reading for reading, sure in judged if sure >= min_confidence]
    refused = tuple(reading.line for reading, sure in judged if sure < min_confidence)
    if not kept:
        return Reading(refused=refused)
    inks = tuple(ink for reading in kept for ink in reading.inks)
    return Reading(tuple(reading.line for reading in kept), refused, partial(draw_forms, inks))


def confidence_of(line: Line) -> float:
    """Return how sure the networks are of what they read: of several digits, one may be in doubt.

    The probability of a whole number falls with each digit: its square root is what a digit and its neighbour leave.
    """
    return line.confidence if len(line.digits) == 1 else math.sqrt(line.confidence)


def _join(readings: Iterable[Reading]) -> Reading:
    pages = list(readings)
    return Reading(
        tuple(line for page in pages for line in page.lines),
        tuple(line for page in pages for line in page.refused),
        partial(_join_forms, pages),
    )


def _join_forms(pages: Sequence[Reading]) -> Images:
    return np.concatenate([page.forms for page in pages])
