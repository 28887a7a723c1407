"""Any picture -> the digits in it: the entry point of reading. Knows nothing of commands, training or charts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images, Picture, Probabilities
from inkdigits.pictures.inputs import DigitSource, PictureSource, to_digits, to_pages
from inkdigits.read.confidence.calibration import load_calibration
from inkdigits.read.confidence.limits import MIN_CONFIDENCE, least_confidences
from inkdigits.read.forms.read_forms import read_forms
from inkdigits.read.forms.rest_of_page import with_forms, without_forms
from inkdigits.read.layout.find_lines import find_lines
from inkdigits.read.layout.line_geometry import TextLine
from inkdigits.read.models.chosen import ChosenModels, as_paths, in_place, wanted_models
from inkdigits.read.numbers import arrange_numbers, with_numbers
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.page.binarize import Page, binarize_page
from inkdigits.read.page.page_picture import PagePicture, page_picture
from inkdigits.read.patterns.constraint import Constraint, make_constraint
from inkdigits.read.printed.handwriting import without_print
from inkdigits.read.printed.mark import mark_printed
from inkdigits.read.read_line import LineReading, box_in_picture, read_line
from inkdigits.read.refusal import RefusalReason
from inkdigits.read.result import Line, Reading, box_around
from inkdigits.read.score_lines import ScoredLine, score_lines
from inkdigits.read.single import classify, read_single
from inkdigits.read.turned import turn_back

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
        model: An exported network to use in place of the shipped one of its kind (single digits or lines), or a list:
            one for single digits, one to three for lines.
        adapted: Whether to read with the user's adapted networks, those that `inkdigits teach` made of the shipped ones
            or of `model`; or the data folder where they are.
        min_confidence: Least confidence, 0 … 1, in place of 0.5. The confidence of a line is the probability that all
            of it is right, and that it is writing at all; a line with less is refused, of one digit or of many.
        max_error: The share of errors to expect among what is read, 0 … 1. The least confidence that keeps it is taken
            from the calibration on composed pages; unusual writing has more errors.

    Attributes:
        adapted: The adapted networks that it reads with; None without any.

    Raises:
        LimitError: So few errors can't be expected at any confidence.
        ModelFileError: `model` is no network that `inkdigits export` wrote, or no adapted networks are in use.

    Examples:
        >>> paper = np.full((60, 60, 3), 255, np.uint8)
        >>> Reader().read(paper).text
        ''
    """

    def __init__(
        self,
        model: Path | str | Sequence[Path | str] | None = None,
        *,
        adapted: bool | Path | str = False,
        min_confidence: float | None = None,
        max_error: float | None = None,
    ) -> None:
        self._limits = least_confidences(min_confidence, max_error)
        self.adapted = wanted_models(model, adapted)
        self._models = ChosenModels(in_place(as_paths(model), self.adapted))

    @property
    def digit_network(self) -> OnnxModel:
        """The network that reads single digits."""
        return self._models.digit_network

    @property
    def line_networks(self) -> tuple[OnnxModel, ...]:
        """The networks that read lines; several together are more accurate than one."""
        return self._models.line_networks

    def read(
        self,
        source: PictureSource,
        *,
        single: bool = False,
        min_confidence: float | None = None,
        max_error: float | None = None,
        pattern: str | None = None,
        best: int | None = None,
        check: Callable[[str], bool] | None = None,
        handwritten: bool = False,
    ) -> Reading:
        """Read a picture.

        Args:
            source: Any picture, dark on light or light on dark: a path, bytes, an open file, a PIL image, or an array,
                tensor or nested lists of shape (H, W), (H, W, C), (C, H, W) or (784,); bool, floats in 0 … 1, or
                numbers in 0 … 255 or 0 … 65535. All pages of a PDF or TIFF are read.
            single: Whether the whole picture is one digit. A picture of several is refused.
            min_confidence: Least confidence, in place of the reader's limit.
            max_error: The share of errors to expect among what is read, in place of the reader's limit.
            pattern: A regular expression of digits and signs for the text of each line, comb and cell of a table. The
                most likely text that fits is read, and the confidence is the probability that it is right if one fits.
            best: Give each line so many `candidates`, 1 … 100.
            check: Tells whether digits can be right, as by a check digit. The most likely that can are read.
            handwritten: Whether to leave out printed digits, as far as the reader can tell them.

        Returns:
            The lines that were read, and those that were refused.

        Raises:
            PictureError: The file is missing, damaged, too large or no picture, or the shape or range of an array is
                not clear.
            LimitError: So few errors can't be expected at any confidence.
            PatternError: `pattern` is no regular expression of the subset in docs/how-to/patterns.md.
            ValueError: `best` is outside 1 … 100.
        """
        constraint = make_constraint(pattern, best, check)
        own = min_confidence is None and max_error is None
        limits = self._limits if own else least_confidences(min_confidence, max_error)
        least = limits["single" if single else "lines"]
        pages = (mark_printed(self._read_page(one, single, least, constraint)) for one in to_pages(source))
        reading = _join_pages(map(without_print, pages) if handwritten else pages)
        return reading if hasattr(source, "read") else replace(reading, source=source)  # an open file is at its end

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

    def _read_page(
        self,
        picture: Picture,
        single: bool,
        min_confidence: float,
        constraint: Constraint | None = None,
        *,
        may_turn: bool = True,
    ) -> Reading:
        if single:
            several = partial(self._several_digits, picture)
            return read_single(picture, self.digit_network, min_confidence, several, constraint)
        page, networks = page_picture(picture), (self.line_networks, self.digit_network)
        forms = read_forms(picture, page, *networks, min_confidence, may_turn=may_turn, constraint=constraint)
        if forms.turns and may_turn:
            upright = np.ascontiguousarray(np.rot90(picture, forms.turns))
            reading = self._read_page(upright, single, min_confidence, constraint, may_turn=False)
            return turn_back(reading, forms.turns, *picture.shape[:2])
        found = read_lines(page, self.line_networks, forms.outlines, constraint)
        scored = score_lines(found.readings, picture, found.page_ink, self.digit_network, load_calibration())
        rest = _reject(scored, found.refused, min_confidence, keep_lines=constraint is not None)
        return with_forms(rest, forms)

    def _several_digits(self, picture: Picture) -> tuple[Line, ...]:
        """Return the lines of a picture that should be one digit; none if the digit network has other classes."""
        if self.digit_network.metadata.classes != self.line_networks[0].metadata.digits:
            return ()
        return self._read_page(picture, False, MIN_CONFIDENCE).lines


class PageLines(NamedTuple):
    """Everything on a page that looks like writing.

    Attributes:
        readings: Lines with digits, in reading order. What can't be a line of digits has a reason for refusal.
        refused: Lines without digits.
        page_ink: Pixels of ink on the page.
    """

    readings: list[LineReading]
    refused: list[Line]
    page_ink: int


def read_lines(
    picture: PagePicture,
    line_networks: Sequence[OnnxModel],
    outlines: Sequence[NDArray[np.float64]] = (),
    constraint: Constraint | None = None,
) -> PageLines:
    """Return everything that looks like a line of writing; confidences are not calibrated yet.

    Args:
        picture: In the size of its page.
        line_networks: Read the lines.
        outlines: Borders of forms, (N, 2) each, float64, in pixels of the picture: what is inside them is left out.
        constraint: What the user knows of the text of each line.
    """
    page = without_forms(binarize_page(picture), outlines)
    layout = find_lines(page)
    candidates = [(line, read_line(line_networks, page, layout, line, constraint)) for line in layout.lines]
    empty = [(line, reading) for line, reading in candidates if not reading.line.digits]
    refused = _merge_many([reading.line for line, reading in empty if not _is_dirt(page, line, reading)])
    refused += [Line((), 0.0, box_in_picture(page, left_out.box), left_out.reason) for left_out in layout.left_out]
    readings = [reading for _, reading in candidates if reading.line.digits]
    return PageLines(readings, refused, int(page.mask.sum()))


def _is_dirt(page: Page, line: TextLine, reading: LineReading) -> bool:
    """Tell whether a line without digits is one spot and no writing."""
    if sum(not component.is_mark for component in line.components) > 1:
        return False
    empty_probability = 0.0 if reading.decoded.label_ids else reading.decoded.probability
    return empty_probability > _CERTAIN or line.digit_height < _MIN_SPECK_SHARE * min(page.mask.shape)


def _merge_many(empty: list[Line]) -> list[Line]:
    """Return lines without digits, as one if they are many: walls, leaves, printed patterns."""
    if len(empty) <= _MAX_EMPTY:
        return empty
    return [Line((), 0.0, box_around([line.box for line in empty]), RefusalReason.NO_DIGITS)]


def _reject(
    scored: Sequence[ScoredLine], refused: Iterable[Line], min_confidence: float, *, keep_lines: bool
) -> Reading:
    """Return the lines of a page with enough confidence, and the others as refused.

    Args:
        scored: Lines of digits; those with a reason for refusal are refused whatever their confidence.
        refused: Lines without digits.
        min_confidence: Lines with less are refused.
        keep_lines: Whether lines stay as they were read, so that what is known of them stays true.
    """
    lines: list[Line] = []
    unsure: list[Line] = []
    forms: list[Images] = []
    for one in scored:
        if one.line.reason:
            unsure.append(one.line)
        elif one.line.confidence < min_confidence:
            unsure.append(replace(one.line, reason=RefusalReason.UNSURE))
        else:
            lines.append(one.line)
            forms.append(one.forms)
    left_out = (*map(with_numbers, unsure), *refused)
    if not lines:
        return Reading(refused=left_out)
    arranged = map(with_numbers, lines) if keep_lines else arrange_numbers(lines)
    return Reading(tuple(arranged), left_out, partial(np.concatenate, forms))


def _join_pages(readings: Iterable[Reading]) -> Reading:
    pages = list(readings)
    return Reading(
        tuple(line for page in pages for line in page.lines),
        tuple(line for page in pages for line in page.refused),
        partial(_join_forms, pages),
        tuple(table for page in pages for table in page.tables),
        tuple(pages) if len(pages) > 1 else (),
    )


def _join_forms(pages: Sequence[Reading]) -> Images:
    return np.concatenate([page.forms for page in pages])  # (N, 28, 28)
