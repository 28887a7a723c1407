"""How likely it is that a line was written at all, and is no wall, arrow or stain. Knows neither networks nor layout.

Line networks are asked what stands in a line, and a blot that looks a little like a 1 and like nothing else is a sure
1. What tells it from a written one is how much less the networks believe in an empty line, what else of the page's ink
could be read, and, of a lone digit, what the network for single digits says of it.
"""

import math

import numpy as np

from inkdigits.pictures.prepare import find_digit
from inkdigits.reading.artefact import Artefact
from inkdigits.reading.result import Box, Digit, Line
from inkdigits.reading.single import classify
from inkdigits.types import Picture

_MOST_EVIDENCE = 12.0
"""Nats a digit: from there on more evidence tells no more."""

_LEAST_AGREEMENT = 0.01
"""Nor is the network for single digits ever quite sure that something is none."""

_MARGIN = 0.35
"""Paper shown about a lone digit, in heights of it."""


def written(evidence: float, share: float, agreement: float | None = None) -> float:
    """Return the probability that a line is writing.

    A logistic regression on 1,718 lines composed of held-back MNIST digits (clean, marked, on sheets, thin pens) and
    625 that were found in pictures without digits; lone digits counted twice.

    Args:
        evidence: How much likelier the line's string is than an empty line, in nats a digit.
        share: Of the page's ink, what stands in lines that could be read, 0 … 1.
        agreement: Of a lone digit, the probability that the network for single digits gives it.

    Examples:
        >>> round(written(9.0, 1.0), 2), round(written(3.0, 0.1), 2)
        (1.0, 0.03)
        >>> round(written(6.0, 1.0, agreement=0.99), 2), round(written(3.0, 0.1, agreement=0.1), 2)
        (0.94, 0.04)
    """
    evidence, share = min(evidence, _MOST_EVIDENCE), min(share, 1.0)
    if agreement is None:
        score = 1.11 * evidence + 2.65 * share - 7.04
    else:
        sure = min(max(agreement, _LEAST_AGREEMENT), 1 - _LEAST_AGREEMENT)
        score = 0.395 * evidence + 2.65 * share + 0.35 * math.log(sure / (1 - sure)) - 3.95
    return 1 / (1 + math.exp(-max(score, -50.0)))


def agreement(picture: Picture, line: Line, network: Artefact) -> float | None:
    """Return how likely the network for single digits holds a lone digit.

    Args:
        picture: (H, W, 3), uint8, that it stands in.
        line: The line.
        network: For single digits.

    Returns:
        0 … 1; 0 where its preparation finds no digit; None of longer lines, and where the network knows other classes.
    """
    if len(line.digits) != 1 or line.digits[0].digit not in network.metadata.classes:
        return None
    (digit,) = line.digits
    found = find_digit(_about(picture, digit))
    if found is None:
        return 0.0
    return float(classify(network, found.form[None])[0, network.metadata.classes.index(digit.digit)])


def _about(picture: Picture, digit: Digit) -> Picture:
    left, top, right, bottom = box = digit.box
    margin = int(_MARGIN * _longer_side(box)) + 2
    window = picture[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    return np.ascontiguousarray(window)


def _longer_side(box: Box) -> int:
    left, top, right, bottom = box
    return max(right - left, bottom - top)
