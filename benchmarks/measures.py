"""Metrics of strings that were read. Knows nothing of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Answer:
    """What was read in one picture.

    Attributes:
        name: Which picture.
        transcript: The right answer.
        read: What was read; empty if it was refused.
        confidence: The least confidence of all lines, read or refused; 0 if none was found.
    """

    name: str
    transcript: str
    read: str
    confidence: float = 0.0

    @property
    def right(self) -> bool:
        """Whether every character is right."""
        return self.transcript == self.read


def exact_accuracy(answers: Sequence[Answer]) -> float:
    """Return the share of pictures read without an error, 0 … 1.

    Args:
        answers: At least one.
    """
    return float(np.mean([answer.right for answer in answers]))


def edit_accuracy(answers: Sequence[Answer]) -> float:
    """Return 1 minus the character error rate, at least 0.

    Args:
        answers: Of one or more pictures.
    """
    errors = sum(edit_distance(answer.transcript, answer.read) for answer in answers)
    return max(0.0, 1 - errors / max(1, sum(len(answer.transcript) for answer in answers)))


def rejected_share(answers: Sequence[Answer]) -> float:
    """Return the share of pictures in which nothing was read, 0 … 1.

    Args:
        answers: At least one.
    """
    return float(np.mean([not answer.read for answer in answers]))


def edit_distance(one: str, other: str) -> int:
    """Return the Levenshtein distance: how many characters must be inserted, deleted or replaced.

    Args:
        one: A string.
        other: Another.

    Examples:
        >>> edit_distance("1500", "15001"), edit_distance("73", "13")
        (1, 1)
    """
    row = list(range(len(other) + 1))
    for number, character in enumerate(one, 1):
        before, row[0] = row[0], number
        for column, other_character in enumerate(other, 1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (character != other_character)),
            )
    return row[-1]


def risk_coverage(
    answers: Sequence[Answer], coverages: Sequence[float] = (0.5, 0.7, 0.8, 0.9, 1.0)
) -> dict[str, float]:
    """Return the error rate of the most confident answers, by their share of all answers.

    Args:
        answers: At least one.
        coverages: Shares of all answers, 0 … 1.
    """
    order = sorted(answers, key=lambda answer: -answer.confidence)
    wrong = np.cumsum([not answer.right for answer in order])
    return {
        f"{coverage:.0%}": float(wrong[max(1, round(coverage * len(order))) - 1] / max(1, round(coverage * len(order))))
        for coverage in coverages
    }


def calibration_error(answers: Sequence[Answer], bins: int = 10) -> float:
    """Return the expected calibration error: the mean gap between confidence and accuracy.

    Args:
        answers: At least one.
        bins: Bins of confidence of equal width.
    """
    confidences = np.array([answer.confidence for answer in answers])
    right = np.array([answer.right for answer in answers])
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [abs(confidences[places == bin_].sum() - right[places == bin_].sum()) for bin_ in np.unique(places)]
    return float(sum(gaps) / len(answers))
