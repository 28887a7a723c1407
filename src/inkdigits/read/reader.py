"""Any picture -> the digits in it: the entry point of reading. Knows nothing of commands, training or charts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images, Picture, Probabilities
from inkdigits.pictures.inputs import DigitSource, PictureSource, to_digits, to_pages
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.onnx_model import OnnxModel, load_onnx_model
from inkdigits.read.page.binarize import Page, binarize
from inkdigits.read.read_line import LineReading, box_in_picture, normalize_crops, read_line
from inkdigits.read.refusal import RefusalReason
from inkdigits.read.rejection import Evidence, single_digit_probability, text_probability
from inkdigits.read.result import Line, Reading
from inkdigits.read.single import classify, read_single

_MODELS = Path(__file__).parent / "models"

MIN_CONFIDENCE = 0.4
"""Default least confidence: what has less is refused."""


_MIN_SPECK_SHARE = 0.03
"""A single spot that is no digit is dirt if it is lower than this share of the picture's shorter side."""

_CERTAIN = 0.5
"""A single spot is dirt, too, if it is as probable as this that nothing is written there."""

_MAX_EMPTY = 6
"""More refused lines without a digit are told as one."""


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

    def read(self, source: PictureSource, *, single: bool = False, min_confidence: float | None = None) -> Reading:
        """Read a picture.

        Args:
            source: Any picture, dark on light or light on dark: a path, bytes, an open file, a PIL image, or an array,
                tensor or nested lists of shape (H, W), (H, W, C), (C, H, W) or (784,); bool, floats in 0 … 1, or
                numbers in 0 … 255 or 0 … 65535. All pages of a PDF or TIFF are read.
            single: Whether the whole picture is one digit. A picture of several is refused.
            min_confidence: Least confidence, in place of the reader's.

        Returns:
            The lines that were read, and those that were refused.

        Raises:
            PictureError: The file is missing, damaged, too large or no picture, or the shape or range of an array is
                not clear.
        """
        least = self.min_confidence if min_confidence is None else min_confidence
        return _join_pages(self._read_page(picture, single, least) for picture in to_pages(source))

    def read_digits(self, forms: DigitSource) -> Probabilities:
        """Return the class probabilities of digits that are already normalized as in MNIST.

        Args:
            forms: White on black, not inverted or centred here: an array, tensor or lists of shape (784,), (28, 28),
                (28, 28, C), (N, 784), (N, 28, 28), (N, C, 28, 28) or (N, 28, 28, C); bool, floats in 0 … 1, or numbers
                in 0 … 255 or 0 … 65535. A path, bytes, an open file or a PIL image is a picture of one digit and is
                normalized. Or a list of these.

        Returns:
            (N, classes), float32, each row summing to 1.

        Raises:
            PictureError: As `read`, or the shape is not that of digits, or a picture holds no digit.
        """
        return classify(self.digit_network, to_digits(forms))

    def _read_page(self, picture: Picture, single: bool, min_confidence: float) -> Reading:
        if single:
            return read_single(picture, self.digit_network, min_confidence, partial(self._several_digits, picture))
        found, refused = read_lines(picture, self.line_networks, self.digit_network)
        read = ((reading, text_probability(evidence)) for reading, evidence in found)
        return _reject(read, refused, min_confidence)

    def _several_digits(self, picture: Picture) -> tuple[Line, ...]:
        """Return the lines of a picture that should be one digit; none if the digit network has other classes."""
        if self.digit_network.metadata.classes != self.line_networks[0].metadata.classes:
            return ()
        return self._read_page(picture, False, MIN_CONFIDENCE).lines


def read_lines(
    picture: Picture, line_networks: Sequence[OnnxModel], digit_network: OnnxModel
) -> tuple[list[tuple[LineReading, Evidence]], list[Line]]:
    """Return everything that looks like lines of digits, with the evidence that each is writing.

    What looks like writing and can't be a line of digits comes as refused lines, each with its reason.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        line_networks: Read the lines.
        digit_network: For single digits; gives evidence for lines of one digit.
    """
    page = binarize(picture)
    layout = find_lines(page)
    candidates = [(line, read_line(line_networks, page, layout, line)) for line in layout.lines]
    read = [(line, reading) for line, reading in candidates if not reading.line.reason]
    others = [pair for pair in candidates if pair[1].line.reason]
    refused = _merge_many([reading.line for line, reading in others if not _is_dirt(page, line, reading)])
    refused += [Line((), 0.0, box_in_picture(page, left_out.box), left_out.reason) for left_out in layout.left_out]
    readable_share = _readable_share(page, read)
    readings = [reading for _, reading in read]
    probabilities = [single_digit_probability(picture, reading.line, digit_network) for reading in readings]
    found = [
        (reading, Evidence(reading.log_likelihood_ratio, readable_share, set(reading.line.text) == {"1"}, probability))
        for reading, probability in zip(readings, probabilities, strict=True)
    ]
    return found, refused


def _is_dirt(page: Page, line: TextLine, reading: LineReading) -> bool:
    """Tell whether a line without digits is one spot and no writing."""
    if reading.line.digits or sum(not component.is_mark for component in line.components) > 1:
        return False
    return reading.empty_probability > _CERTAIN or line.digit_height < _MIN_SPECK_SHARE * min(page.mask.shape)


def _merge_many(refused: list[Line]) -> list[Line]:
    """Return refused lines with those that have no digits as one if they are many: walls, leaves, printed patterns."""
    empty = [line for line in refused if not line.digits]
    if len(empty) <= _MAX_EMPTY:
        return refused
    left, top, right, bottom = zip(*(line.box for line in empty), strict=True)
    around = (min(left), min(top), max(right), max(bottom))
    return [line for line in refused if line.digits] + [Line((), 0.0, around, RefusalReason.NO_DIGITS)]


def _readable_share(page: Page, read: list[tuple[TextLine, LineReading]]) -> float:
    """Return the share of a page's ink that stands in lines read with enough confidence."""
    readable = sum(
        component.area
        for line, reading in read
        for component in line.components
        if length_adjusted_confidence(reading.line) >= MIN_CONFIDENCE
    )
    return readable / max(1, int(page.mask.sum()))


def _reject(read: Iterable[tuple[LineReading, float]], refused: Iterable[Line], min_confidence: float) -> Reading:
    """Return the lines of a page with enough confidence, and the others as refused.

    Args:
        read: What was read in each line, and the probability that the line is writing.
        refused: What is refused in any case.
        min_confidence: Lines with less are refused.
    """
    lines: list[Line] = []
    unsure: list[Line] = []
    crops: list[NDArray[np.float32]] = []
    for reading, probability in read:
        line = replace(reading.line, confidence=reading.line.confidence * probability)
        if length_adjusted_confidence(reading.line) * probability >= min_confidence:
            lines.append(line)
            crops += reading.crops
        else:
            unsure.append(replace(line, reason=RefusalReason.UNSURE))
    if not lines:
        return Reading(refused=(*unsure, *refused))
    return Reading(tuple(lines), (*unsure, *refused), partial(normalize_crops, crops))


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
    )


def _join_forms(pages: Sequence[Reading]) -> Images:
    return np.concatenate([page.forms for page in pages])  # (N, 28, 28)
