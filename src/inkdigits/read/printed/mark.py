"""A reading -> the same, with printed digits marked. Knows no pictures beside normalized digits."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Images
from inkdigits.read.printed.classifier import PrintClassifier, load_classifier
from inkdigits.read.printed.evidence import line_features, unit_shapes
from inkdigits.read.result import Box, Line, Reading

_NAMES = "0123456789"


def mark_printed(reading: Reading) -> Reading:
    """Return a reading whose printed digits are marked, where that is sure.

    Args:
        reading: Of one page.

    Examples:
        >>> mark_printed(Reading()).lines
        ()
    """
    digits = [digit for line in reading.lines for digit in line.digits]
    if not digits or any(digit.digit not in _NAMES for digit in digits):
        return reading  # a network with other classes
    labels = np.array([_NAMES.index(digit.digit) for digit in digits], np.int64)
    boxes = [[digit.box for digit in line.digits] for line in reading.lines]
    forms = reading.forms
    printed = tell_print(load_classifier(), forms, labels, boxes)
    if not printed.any():
        return reading
    ends = accumulate((len(line.digits) for line in reading.lines), initial=0)
    parts = [printed[first:end].tolist() for first, end in pairwise(ends)]
    lines = tuple(map(_marked, reading.lines, parts))
    return replace(reading, lines=lines, normalize_forms=partial(np.asarray, forms))


def tell_print(
    classifier: PrintClassifier, forms: Images, labels: NDArray[np.int64], boxes: Sequence[Sequence[Box]]
) -> NDArray[np.bool_]:
    """Tell which digits surely are print.

    Args:
        classifier: Judges each digit, and weighs what its line says.
        forms: (N, 28, 28), uint8, 0 is empty and 255 is ink, normalized, of all lines.
        labels: (N,), int64, 0 … 9.
        boxes: Those of each line.

    Returns:
        (N,), bool.
    """
    logits, shapes = classifier.logits(forms, labels), unit_shapes(forms)
    printed = np.zeros(len(logits), bool)
    names, start = labels.tolist(), 0
    for of_line in boxes:
        own = slice(start, start + len(of_line))
        start = own.stop
        if len(of_line) == 1:
            printed[own] = classifier.is_printed_alone(logits[own])
        elif of_line:
            places = np.array(of_line, np.float32)
            printed[own] = classifier.is_printed(line_features(logits[own], shapes[own], names[own], places))
    return printed


def _marked(line: Line, printed: Sequence[bool]) -> Line:
    if not any(printed):
        return line
    digits = (replace(digit, printed=is_print) for digit, is_print in zip(line.digits, printed, strict=True))
    return replace(line, digits=tuple(digits))
