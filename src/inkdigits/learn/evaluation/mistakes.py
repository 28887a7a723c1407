"""The digits that were predicted wrong, the most confident first. Knows only probabilities and labels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Labels, Probabilities


@dataclass(frozen=True)
class Mistake:
    """One digit predicted wrong.

    Attributes:
        index: Its place in the split.
        label: The true class number.
        prediction: The predicted class number.
        confidence: The probability of the prediction.
        probabilities: (classes,), float32, summing to 1.
    """

    index: int
    label: int
    prediction: int
    confidence: float
    probabilities: NDArray[np.float32]


def find_mistakes(probabilities: Probabilities, labels: Labels) -> list[Mistake]:
    """Return the digits predicted wrong, the most confident first; equal ones by their place in the split.

    Args:
        probabilities: (N, classes), float32, rows that sum to 1.
        labels: (N,), int64, class numbers.

    Examples:
        >>> answers = np.array([[0.6, 0.4], [0.9, 0.1], [0.2, 0.8]], np.float32)
        >>> [(each.index, each.prediction) for each in find_mistakes(answers, np.array([1, 1, 1]))]
        [(1, 0), (0, 0)]
    """
    predictions = probabilities.argmax(axis=1)  # (N,)
    wrong = np.flatnonzero(predictions != labels)  # (mistakes,)
    confidence = probabilities[wrong, predictions[wrong]]  # (mistakes,)
    by_confidence = wrong[np.argsort(-confidence, kind="stable")]
    return [
        Mistake(
            index=int(index),
            label=int(labels[index]),
            prediction=int(predictions[index]),
            confidence=float(probabilities[index, predictions[index]]),
            probabilities=probabilities[index],
        )
        for index in by_confidence
    ]
