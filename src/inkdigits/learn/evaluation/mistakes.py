"""Which digits were read wrong, the surest wrong answer first. Knows probabilities and labels only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Labels, Probabilities


@dataclass(frozen=True)
class Mistake:
    """One digit read wrong.

    Attributes:
        index: Its place in the split.
        label: The class number that is right.
        prediction: The class number that was answered.
        confidence: The probability given to the answer.
        probabilities: (classes,), float32.
    """

    index: int
    label: int
    prediction: int
    confidence: float
    probabilities: NDArray[np.float32]


def find_mistakes(probabilities: Probabilities, labels: Labels) -> list[Mistake]:
    """List the digits read wrong.

    Args:
        probabilities: (N, classes), float32, rows that sum to 1.
        labels: (N,), class numbers.

    Returns:
        The mistakes, the surest first; equally sure ones by their place in the split.

    Examples:
        >>> answers = np.array([[0.6, 0.4], [0.9, 0.1], [0.2, 0.8]], np.float32)
        >>> [(each.index, each.prediction) for each in find_mistakes(answers, np.array([1, 1, 1]))]
        [(1, 0), (0, 0)]
    """
    predictions = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predictions != labels)
    confidence = probabilities[wrong, predictions[wrong]]
    surest_first = wrong[np.argsort(-confidence, kind="stable")]
    return [
        Mistake(
            index=int(index),
            label=int(labels[index]),
            prediction=int(predictions[index]),
            confidence=float(probabilities[index, predictions[index]]),
            probabilities=probabilities[index],
        )
        for index in surest_first
    ]
