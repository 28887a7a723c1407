"""Any picture -> the digits in it: the entry point of reading. Knows nothing of commands, training or charts."""

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
from inkdigits.read.forms.read_forms import read_forms
from inkdigits.read.forms.rest_of_page import with_forms, without_forms
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.numbers import arrange_numbers
from inkdigits.read.onnx_model import OnnxModel, load_onnx_model
from inkdigits.read.page.binarize import Page, binarize
from inkdigits.read.read_line import LineReading, normalize_crops, read_line
from inkdigits.read.rejection import Evidence, single_digit_probability, text_probability
from inkdigits.read.result import Line, Reading
from inkdigits.read.single import classify, read_single
from inkdigits.read.turned import turn_back

_MODELS = Path(__file__).parent / "models"

MIN_CONFIDENCE = 0.4
"""Default least confidence: what has less is refused."""


class Reader:
    """Reads handwritten digits in pictures.

    Networks are loaded on first use. Several threads may use one reader at once.

    Args:
        model: An exported network to use in place of the shipped one of its kind (single digits or lines).
        min_confidence: Least confidence, 0 … 1: a digit with less is refused, and a number if the square root of its
            confidence is less. Confidence includes the probability that a line is writing at all.

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
        """The networks that read lines; several together are more accurate than one."""
        if self._given and self._given.metadata.kind == "lines":
            return (self._given,)
        # One thread each: they run in parallel.
        return tuple(load_onnx_model(path, threads=1) for path in sorted(_MODELS.glob("lines*.onnx")))

    def read(
        self, source: Path | str | bytes | NDArray[Any], *, single: bool = False, min_confidence: float | None = None
    ) -> Reading:
        """Read a picture.

        Args:
            source: A file, its content, or an array (H, W), (H, W, 3) or (H, W, 4), uint8 in 0 … 255 or another dtype.
                All pages of a file are read.
            single: Whether the whole picture is one digit.
            min_confidence: Least confidence, in place of the reader's.

        Returns:
            The lines that were read, and those that were refused.

        Raises:
            PictureError: The file is missing, damaged, too large or no picture.
        """
        least = self.min_confidence if min_confidence is None else min_confidence
        if isinstance(source, np.ndarray):
            return self._read_page(picture_from_array(source), single, least)
        pages = read_pages(source if isinstance(source, bytes) else Path(source))
        return _join_pages(self._read_page(picture, single, least) for picture in pages)

    def read_digits(self, forms: Images) -> Probabilities:
        """Return the class probabilities of digits that are already normalized as in MNIST.

        Args:
            forms: (N, 28, 28), uint8, 0 is empty and 255 is ink.

        Returns:
            (N, classes), float32, each row summing to 1.
        """
        return classify(self.digit_network, forms)

    def _read_page(self, picture: Picture, single: bool, min_confidence: float, *, may_turn: bool = True) -> Reading:
        if single:
            return read_single(picture, self.digit_network, min_confidence)
        forms = read_forms(picture, self.line_networks, self.digit_network, min_confidence, may_turn=may_turn)
        if forms.turns and may_turn:
            upright = np.ascontiguousarray(np.rot90(picture, forms.turns))
            reading = self._read_page(upright, single, min_confidence, may_turn=False)
            return turn_back(reading, forms.turns, *picture.shape[:2])
        found = read_lines(picture, self.line_networks, self.digit_network, forms.outlines)
        rest = _reject(((reading, text_probability(evidence)) for reading, evidence in found), min_confidence)
        return with_forms(rest, forms)


def read_lines(
    picture: Picture,
    line_networks: Sequence[OnnxModel],
    digit_network: OnnxModel,
    outlines: Sequence[NDArray[np.float64]] = (),
) -> list[tuple[LineReading, Evidence]]:
    """Return everything that looks like lines of digits, with the evidence that each is writing.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        line_networks: Read the lines.
        digit_network: For single digits; gives evidence for lines of one digit.
        outlines: Borders of forms, (N, 2) each, float64, in pixels of the picture: what is inside them is left out.
    """
    page = without_forms(binarize(picture), outlines)
    layout = find_lines(page)
    candidates = [(line, read_line(line_networks, page, layout, line)) for line in layout.lines]
    read = [(line, reading) for line, reading in candidates if reading is not None]
    readable_share = _readable_share(page, read)
    readings = [reading for _, reading in read]
    probabilities = [single_digit_probability(picture, reading.line, digit_network) for reading in readings]
    return [
        (reading, Evidence(reading.log_likelihood_ratio, readable_share, set(reading.line.text) == {"1"}, probability))
        for reading, probability in zip(readings, probabilities, strict=True)
    ]


def _readable_share(page: Page, read: list[tuple[TextLine, LineReading]]) -> float:
    """Return the share of a page's ink that stands in lines read with enough confidence."""
    readable = sum(
        component.area
        for line, reading in read
        for component in line.components
        if length_adjusted_confidence(reading.line) >= MIN_CONFIDENCE
    )
    return readable / max(1, int(page.mask.sum()))


def _reject(read: Iterable[tuple[LineReading, float]], min_confidence: float) -> Reading:
    """Return the lines of a page with enough confidence, and the others as refused.

    Args:
        read: What was read in each line, and the probability that the line is writing.
        min_confidence: Lines with less are refused.
    """
    lines: list[Line] = []
    refused: list[Line] = []
    crops: list[NDArray[np.float32]] = []
    for reading, probability in read:
        line = replace(reading.line, confidence=reading.line.confidence * probability)
        if length_adjusted_confidence(reading.line) * probability >= min_confidence:
            lines.append(line)
            crops += reading.crops
        else:
            refused.append(line)
    if not lines:
        return Reading(refused=tuple(refused))
    return Reading(tuple(arrange_numbers(lines)), tuple(refused), partial(normalize_crops, crops))


def length_adjusted_confidence(line: Line) -> float:
    """Return the confidence of a line on the scale of single digits, which `min_confidence` is compared with.

    The probability of a whole number falls with each digit, so a long number would be refused though each digit is
    probable. Its square root stands for a number of two digits.

    Args:
        line: One or more digits.
    """
    return line.confidence if len(line.digits) == 1 else math.sqrt(line.confidence)


def _join_pages(readings: Iterable[Reading]) -> Reading:
    pages = list(readings)
    return Reading(
        tuple(line for page in pages for line in page.lines),
        tuple(line for page in pages for line in page.refused),
        partial(_join_forms, pages),
        tuple(table for page in pages for table in page.tables),
    )


def _join_forms(pages: Sequence[Reading]) -> Images:
    return np.concatenate([page.forms for page in pages])  # (N, 28, 28)
