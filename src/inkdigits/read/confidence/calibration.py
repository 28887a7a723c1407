"""Evidence -> the probability that a reading is right; the share of errors a user accepts -> the least confidence.

Knows no pictures. The weights are those of logistic regressions: one tells right texts from wrong ones, one writing
from other ink, and a last one calibrates their product. `benchmarks/confidence.py` fits them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from inkdigits.core.errors import LimitError
from inkdigits.read.confidence.evidence import (
    CellEvidence,
    Features,
    LineEvidence,
    SingleEvidence,
    comb_features,
    digit_features,
)

PATH = Path(__file__).with_name("calibration.json")

Kind = Literal["lines", "single"]
"""What is read: the lines of a picture, or a picture of one digit."""

KINDS: tuple[Kind, ...] = ("lines", "single")

_DECIMALS = 4
"""Confidences are rounded as JSON shows them, so that a limit compares with the number that the user sees."""


@dataclass(frozen=True)
class LogisticRegression:
    """A probability as a function of features.

    Attributes:
        intercept: The logit where all features are 0.
        weights: The weight of each feature by its name.
    """

    intercept: float
    weights: Mapping[str, float]

    def probability(self, features: Features) -> float:
        """Return the probability.

        Args:
            features: A value for each weight.

        Examples:
            >>> LogisticRegression(-1.0, {"length": 0.5}).probability({"length": 2.0})
            0.5
        """
        logit = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-min(max(logit, -50.0), 50.0)))


@dataclass(frozen=True)
class Calibration:
    """What was fitted on composed pages and on pictures without digits.

    Attributes:
        text: Whether a text is right, if the line is writing.
        writing_one: Whether a line of one digit is writing.
        writing_several: Whether a longer line is.
        line: Whether a line is right, by the logit of the product of the other two.
        digit_text: Whether a digit in a line of several is right, if the line is writing.
        digit: Whether it is right, by the logit of the product with the probability that the line is writing.
        single: Whether a picture of one digit is read rightly.
        cell: Whether a cell of a form is.
        comb: Whether a comb is, by the confidence of its cells.
        errors: For lines and for single digits, limits of confidence in rising order, each with the expected share of
            errors among what has at least that confidence.
    """

    text: LogisticRegression
    writing_one: LogisticRegression
    writing_several: LogisticRegression
    line: LogisticRegression
    digit_text: LogisticRegression
    digit: LogisticRegression
    single: LogisticRegression
    cell: LogisticRegression
    comb: LogisticRegression
    errors: Mapping[Kind, Sequence[tuple[float, float]]]

    def line_confidence(self, evidence: LineEvidence) -> float:
        """Return the probability that a line is right: that it is writing, and that each of its digits is right.

        Args:
            evidence: What is known of the line.
        """
        product = self.text.probability(evidence.text_features) * self.writing_probability(evidence)
        return round(self.line.probability(product_features(product)), _DECIMALS)

    def writing_probability(self, evidence: LineEvidence) -> float:
        """Return the probability that a line is writing, and no wall, arrow or stain.

        Args:
            evidence: What is known of the line.
        """
        writing = self.writing_several if evidence.single is None else self.writing_one
        return writing.probability(evidence.writing_features)

    def digit_confidences(self, evidence: LineEvidence, posteriors: Sequence[float]) -> list[float]:
        """Return the probability of each digit of a line that it is right: at least that of the whole line.

        Args:
            evidence: What is known of the line.
            posteriors: The probability of each digit if the others are right, 0 … 1.
        """
        line, writing = self.line_confidence(evidence), self.writing_probability(evidence)
        if len(posteriors) == 1:
            return [line]
        text = self.text.probability(evidence.text_features)
        features = (digit_features(*pair, text) for pair in zip(posteriors, evidence.witness, strict=True))
        products = (product_features(writing * self.digit_text.probability(own)) for own in features)
        return [max(line, round(self.digit.probability(product), _DECIMALS)) for product in products]

    def single_confidence(self, evidence: SingleEvidence) -> float:
        """Return the probability that the digit in a picture of one digit is right, and that there is one.

        Args:
            evidence: What is known of it.
        """
        return round(self.single.probability(evidence.features), _DECIMALS)

    def cell_confidence(self, evidence: CellEvidence) -> float:
        """Return the probability that what was read in a cell of a form is right.

        Args:
            evidence: What is known of it.
        """
        return round(self.cell.probability(evidence.features), _DECIMALS)

    def comb_confidence(self, cells: Sequence[float]) -> float:
        """Return the probability that all digits of a comb are right, and that there are no others.

        Args:
            cells: The confidence of each cell with a digit, 0 … 1.
        """
        return round(self.comb.probability(comb_features(cells)), _DECIMALS)

    def min_confidence(self, max_error: float, kind: Kind) -> float:
        """Return the least confidence with which the expected share of errors stays within a limit.

        Args:
            max_error: The greatest share of errors among what is read, 0 … 1.
            kind: What is read.

        Raises:
            LimitError: The calibration expects more errors even among the most confident readings.
        """
        for limit, error in self.errors[kind]:
            if error <= max_error:
                return limit
        least = min(error for _, error in self.errors[kind])
        raise LimitError(
            f"max_error is {max_error:g}",
            expected=f"at least {least:g}, the share of errors among the most confident readings",
            mend="allow more errors, or have people check what is read",
        )


def product_features(product: float) -> Features:
    """Return the feature of the last regression of a line.

    Args:
        product: The probability that the text is right times the probability that the line is writing, 0 … 1.

    Examples:
        >>> product_features(0.5)
        {'product': 0.0}
    """
    kept = min(max(product, 1e-5), 1 - 1e-5)
    return {"product": math.log(kept / (1 - kept))}


@cache
def load_calibration(path: Path = PATH) -> Calibration:
    """Return the calibration of the package.

    Args:
        path: The file.

    Examples:
        >>> 0 < load_calibration().min_confidence(0.01, "lines") < 1
        True
    """
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    regressions = {
        name: LogisticRegression(float(values["intercept"]), values["weights"])
        for name, values in content["regressions"].items()
    }
    errors: dict[Kind, list[tuple[float, float]]] = {
        kind: [(float(limit), float(error)) for limit, error in content["errors"][kind]] for kind in KINDS
    }
    return Calibration(**regressions, errors=errors)
