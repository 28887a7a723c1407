"""The cells of a comb and what the user knows -> the digits that fit best together. Knows no pictures."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.candidates import candidates_of
from inkdigits.read.decoding.choosing import choose
from inkdigits.read.onnx_model import Metadata
from inkdigits.read.patterns.constraint import Constraint
from inkdigits.read.read_line import LineReading
from inkdigits.read.refusal import RefusalReason
from inkdigits.read.result import Digit, Line, Number, rank_alternatives

_IMPOSSIBLE = 1e-12


def fit_row(line: Line, cells: Sequence[LineReading], metadata: Metadata, constraint: Constraint) -> Line:
    """Return a row of cells with the digits that fit best; with a reason if nothing fits.

    Args:
        line: The row as its cells were read one by one.
        cells: What was read in each cell that has ink.
        metadata: Of the line networks.
        constraint: What the user knows of the whole row.
    """
    digits = len(metadata.digits)
    posteriors = np.concatenate([cell.decoded.posteriors[:, :digits] for cell in cells])  # (labels, digits)
    # A line that shows these labels one by one, each behind a blank.
    view = np.full((2 * len(posteriors) + 1, len(metadata.classes) + 2), _IMPOSSIBLE)
    view[::2, -1] = 1.0
    view[1::2, :digits] = np.maximum(posteriors, _IMPOSSIBLE)
    choice = choose([view], metadata, constraint)
    if choice.reason or len(choice.decoded.label_ids) != len(line.digits):
        return replace(line, reason=choice.reason or RefusalReason.NO_MATCH)
    fitting = [
        _fitting(digit, own, label, shares, metadata.digits)
        for digit, own, label, shares in zip(
            line.digits, posteriors, choice.decoded.label_ids, choice.decoded.posteriors, strict=True
        )
    ]
    # How likely it is that the cells hold digits at all stays as it is.
    before = float(np.prod(posteriors.max(axis=1)))
    confidence = min(1.0, line.confidence / before * choice.decoded.probability)
    return replace(
        line,
        digits=tuple(fitting),
        confidence=confidence,
        parts=tuple(_parts(line.parts, fitting)),
        candidates=candidates_of(choice.texts, confidence),
    )


def _fitting(
    digit: Digit, own: NDArray[np.float64], label: int, fitting: NDArray[np.float64], names: Sequence[str]
) -> Digit:
    """Return the digit of a cell among those that fit.

    Args:
        digit: As the cell was read alone.
        own: (digits,): what it may be alone.
        label: Which fits.
        fitting: (classes + 1,): what it may be if the others are right.
        names: The name of each digit.
    """
    is_digit = digit.confidence / float(own.max())
    alternatives = rank_alternatives(fitting[: len(names)], names, label)
    return Digit(names[label], min(1.0, is_digit * float(fitting[label])), digit.box, alternatives)


def _parts(parts: Sequence[Number], digits: Sequence[Digit]) -> Iterator[Number]:
    """Give numbers with other digits of the same places."""
    start = 0
    for part in parts:
        own = digits[start : start + len(part.text)]
        start += len(own)
        text = "".join(digit.digit for digit in own)
        yield Number(text, math.prod(digit.confidence for digit in own), part.box)
