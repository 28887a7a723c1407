"""How well strings were read. Knows nothing of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Answer:
    """One picture's answer.

    Attributes:
        name: Which picture.
        said: What stands there.
        read: What was read; empty where it was refused.
        confidence: Of the least sure line or digit read or refused; 0 where nothing was found.
    """

    name: str
    said: str
    read: str
    confidence: float = 0.0

    @property
    def right(self) -> bool:
        """Whether every digit is right."""
        return self.said == self.read


def exact_accuracy(answers: Sequence[Answer]) -> float:
    """Return the share of pictures read without a fault."""
    return float(np.mean([answer.right for answer in answers]))


def edit_accuracy(answers: Sequence[Answer]) -> float:
    """Return 1 minus the edit distance over the number of digits that stand there, at least 0."""
    faults = sum(edit_distance(answer.said, answer.read) for answer in answers)
    return max(0.0, 1 - faults / max(1, sum(len(answer.said) for answer in answers)))


def rejected_share(answers: Sequence[Answer]) -> float:
    """Return the share of pictures in which nothing was read."""
    return float(np.mean([not answer.read for answer in answers]))


def edit_distance(one: str, other: str) -> int:
    """Return how many digits must be put in, left out or changed to make one string of the other.

    Examples:
        >>> edit_distance("1500", "15001"), edit_distance("73", "13")
        (1, 1)
    """
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, sign_of_other in enumerate(other, 1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (sign != sign_of_other)),
            )
    return row[-1]


def risk_coverage(
    answers: Sequence[Answer], coverages: Sequence[float] = (0.5, 0.7, 0.8, 0.9, 1.0)
) -> dict[str, float]:
    """Return the share of wrong answers among the surest, for several shares of all answers."""
    order = sorted(answers, key=lambda answer: -answer.confidence)
    wrong = np.cumsum([not answer.right for answer in order])
    return {
        f"{coverage:.0%}": float(wrong[max(1, round(coverage * len(order))) - 1] / max(1, round(coverage * len(order))))
        for coverage in coverages
    }


def calibration_error(answers: Sequence[Answer], bins: int = 10) -> float:
    """Return the expected calibration error: how far confidence and the share of right answers lie apart."""
    confidences = np.array([answer.confidence for answer in answers])
    right = np.array([answer.right for answer in answers])
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [abs(confidences[places == bin_].sum() - right[places == bin_].sum()) for bin_ in np.unique(places)]
    return float(sum(gaps) / len(answers))
