"""The probability that a line is writing, and no wall, arrow or stain. Knows no networks of lines and no layout.

Line networks assume that a line is writing: a blot that looks a little like a 1, and like no other digit, gets a high
probability. Three kinds of evidence tell writing from such ink: how much less likely an empty line is, how much of the
page's ink is readable, and, for a single digit, the probability that the single-digit network gives it.
`reader.py` multiplies a line's confidence by this probability and refuses lines below the limit.
"""

import math
from dataclasses import dataclass

import numpy as np

from inkdigits.core.types import Picture
from inkdigits.pictures.prepare import find_digit
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.result import Box, Digit, Line
from inkdigits.read.single import classify

_MAX_LOG_LIKELIHOOD_RATIO = 12.0
"""Nats a digit: beyond this a larger ratio says no more."""

_SHARE_OFFSET = 0.03
"""Added to the readable share before its logarithm is taken: a smaller share says no more."""

_MIN_DIGIT_PROBABILITY = 0.01
"""Probabilities of the single-digit network are kept this far from 0 and 1."""

_MARGIN = 0.35
"""Paper around a single digit that its network sees, as a share of the digit's longer side."""


@dataclass(frozen=True)
class Evidence:
    """The evidence that a line is writing.

    Attributes:
        log_likelihood_ratio: How much likelier the line's string is than an empty line, in nats a digit.
        readable_share: The share of the page's ink in lines that are readable, 0 … 1.
        is_only_ones: Whether only 1s were read: edges, cracks and smears look like 1s.
        digit_probability: The probability that the single-digit network gives a line of one digit; None for others.
    """

    log_likelihood_ratio: float
    readable_share: float
    is_only_ones: bool = False
    digit_probability: float | None = None

    @property
    def features(self) -> tuple[float, ...]:
        """The features of the logistic regression.

        They are the log-likelihood ratio, the logarithm of the readable share, 1 for only 1s, and for a single digit
        the logit of its probability.

        Examples:
            >>> Evidence(20.0, 0.97).features
            (12.0, 0.0, 0.0)
        """
        ratio = min(self.log_likelihood_ratio, _MAX_LOG_LIKELIHOOD_RATIO)
        features = (ratio, math.log(min(self.readable_share, 1.0) + _SHARE_OFFSET), float(self.is_only_ones))
        if self.digit_probability is None:
            return features
        probability = min(max(self.digit_probability, _MIN_DIGIT_PROBABILITY), 1 - _MIN_DIGIT_PROBABILITY)
        return (*features, math.log(probability / (1 - probability)))


_SINGLE_DIGIT_WEIGHTS = (-2.09, 0.45, 1.53, -2.11, 0.64)
_SEVERAL_DIGITS_WEIGHTS = (-3.86, 1.08, 0.24, -1.43)
"""Intercept and the weight of each feature.

A logistic regression by `benchmarks/rejection.py` on 1,004 lines composed of held-back MNIST digits (clean, thin pens,
sheets, marked) and 454 lines found in 920 pictures without digits. The intercept assumes that a reader gets writing 4.5
times as often."""


def text_probability(evidence: Evidence) -> float:
    """Return the probability that a line is writing.

    Args:
        evidence: What is known of the line.

    Examples:
        >>> round(text_probability(Evidence(9.0, 1.0)), 2), round(text_probability(Evidence(2.0, 0.1)), 2)
        (1.0, 0.1)
        >>> round(text_probability(Evidence(6.0, 1.0, digit_probability=0.99)), 2)
        0.97
        >>> round(text_probability(Evidence(3.0, 0.1, True, 0.1)), 2)
        0.0
    """
    intercept, *weights = _SEVERAL_DIGITS_WEIGHTS if evidence.digit_probability is None else _SINGLE_DIGIT_WEIGHTS
    logit = intercept + sum(weight * feature for weight, feature in zip(weights, evidence.features, strict=True))
    return 1 / (1 + math.exp(-max(logit, -50.0)))


def single_digit_probability(picture: Picture, line: Line, network: OnnxModel) -> float | None:
    """Return the probability that the single-digit network gives the digit of a line.

    Args:
        picture: (H, W, 3), uint8, red, green and blue in 0 … 255.
        line: A line in it.
        network: For single digits.

    Returns:
        0 … 1; 0 if the preparation finds no digit. None for longer lines, and if the network has other classes.
    """
    if len(line.digits) != 1 or line.digits[0].digit not in network.metadata.classes:
        return None
    (digit,) = line.digits
    found = find_digit(_surroundings(picture, digit))
    if found is None:
        return 0.0
    return float(classify(network, found.image[None])[0, network.metadata.classes.index(digit.digit)])


def _surroundings(picture: Picture, digit: Digit) -> Picture:
    left, top, right, bottom = box = digit.box
    margin = int(_MARGIN * _longer_side(box)) + 2
    window = picture[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    return np.ascontiguousarray(window)  # (h, w, 3)


def _longer_side(box: Box) -> int:
    left, top, right, bottom = box
    return max(right - left, bottom - top)
