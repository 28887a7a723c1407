"""How likely it is that a line was written at all, and is no wall, arrow or stain. Knows neither networks nor layout.

Line networks are asked what stands in a line, and a blot that looks a little like a 1 and like nothing else is a sure
1. What tells it from a written one is how much less the networks believe in an empty line, what else of the page's ink
could be read, and, of a lone digit, what the network for single digits says of it.
"""

import math
from dataclasses import dataclass

import numpy as np

from inkdigits.core.types import Picture
from inkdigits.pictures.prepare import find_digit
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.read.result import Box, Digit, Line
from inkdigits.read.single import classify

_MOST_EVIDENCE = 12.0
"""Nats a digit: from there on more evidence tells no more."""

_LEAST_SHARE = 0.03
"""Nor does less of a page's ink."""

_LEAST_AGREEMENT = 0.01
"""Nor is the network for single digits ever quite sure that something is none."""

_MARGIN = 0.35
"""Paper shown about a lone digit, in heights of it."""


@dataclass(frozen=True)
class Evidence:
    """What tells whether a line was written.

    Attributes:
        evidence: How much likelier the line's string is than an empty line, in nats a digit.
        share: Of the page's ink, what stands in lines that could be read, 0 … 1.
        only_ones: Whether nothing but 1 was read: what edges, cracks and smears look like.
        agreement: Of a lone digit, the probability that the network for single digits gives it.
    """

    evidence: float
    share: float
    only_ones: bool = False
    agreement: float | None = None

    @property
    def terms(self) -> tuple[float, ...]:
        """What is weighed: evidence, the logarithm of the share, 1s alone, and of a lone digit the logit of agreement.

        Examples:
            >>> Evidence(20.0, 0.97).terms
            (12.0, 0.0, 0.0)
        """
        evidence, share = min(self.evidence, _MOST_EVIDENCE), math.log(min(self.share, 1.0) + _LEAST_SHARE)
        terms = (evidence, share, float(self.only_ones))
        if self.agreement is None:
            return terms
        sure = min(max(self.agreement, _LEAST_AGREEMENT), 1 - _LEAST_AGREEMENT)
        return (*terms, math.log(sure / (1 - sure)))


_LONE = (-2.09, 0.45, 1.53, -2.11, 0.64)
_SEVERAL = (-3.86, 1.08, 0.24, -1.43)
"""What nothing weighs, and each of the terms: of a lone digit, and of longer lines.

A logistic regression by `benchmarks/doubt.py` on 1,004 lines composed of held-back MNIST digits (clean, thin pens,
sheets, marked) and 454 that were found in 920 pictures without digits; people show a reader writing 4.5 times as often
as that."""


def written(clues: Evidence) -> float:
    """Return the probability that a line is writing.

    Examples:
        >>> round(written(Evidence(9.0, 1.0)), 2), round(written(Evidence(2.0, 0.1)), 2)
        (1.0, 0.1)
        >>> round(written(Evidence(6.0, 1.0, agreement=0.99)), 2), round(written(Evidence(3.0, 0.1, True, 0.1)), 2)
        (0.97, 0.0)
    """
    nothing, *weights = _SEVERAL if clues.agreement is None else _LONE
    score = nothing + sum(weight * term for weight, term in zip(weights, clues.terms, strict=True))
    return 1 / (1 + math.exp(-max(score, -50.0)))


def agreement(picture: Picture, line: Line, network: OnnxModel) -> float | None:
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
    return float(classify(network, found.image[None])[0, network.metadata.classes.index(digit.digit)])


def _about(picture: Picture, digit: Digit) -> Picture:
    left, top, right, bottom = box = digit.box
    margin = int(_MARGIN * _longer_side(box)) + 2
    window = picture[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    return np.ascontiguousarray(window)


def _longer_side(box: Box) -> int:
    left, top, right, bottom = box
    return max(right - left, bottom - top)
