"""Whether confidence matches accuracy: 90 % sure should be right nine times in ten. Knows only numbers."""

from dataclasses import dataclass

import numpy as np

from inkdigits.core.types import Labels, Probabilities


@dataclass(frozen=True)
class CalibrationBin:
    """The digits whose confidence lies in one interval.

    Attributes:
        lower: Start of the interval, included.
        upper: End of the interval, left out except where it is 1.
        count: Digits in it.
        confidence: Their mean confidence; None where there are none.
        accuracy: The share of them that is right; None where there are none.
    """

    lower: float
    upper: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Calibration:
    """How far confidence and accuracy lie apart.

    Attributes:
        expected_error: The expected calibration error (ECE): the distance of confidence from accuracy in each bin,
            averaged over all digits; 0 is perfect, 1 the worst.
        bins: The reliability curve: equally wide bins from 0 to 1.
    """

    expected_error: float
    bins: tuple[CalibrationBin, ...]


def measure_calibration(probabilities: Probabilities, labels: Labels, *, bins: int = 10) -> Calibration:
    """Measure the reliability curve and its expected calibration error.

    Args:
        probabilities: (N, classes), float32, rows that sum to 1.
        labels: (N,), int64, class numbers.
        bins: How many bins from 0 to 1.

    Returns:
        The curve and its error.

    Source: Guo et al., "On Calibration of Modern Neural Networks", 2017.

    Examples:
        >>> always_sure = np.array([[1, 0], [1, 0]], np.float32)
        >>> measure_calibration(always_sure, np.array([0, 1])).expected_error
        0.5
    """
    confidence = np.clip(probabilities.max(axis=1).astype(np.float64), 0, 1)  # (N,)
    correct = probabilities.argmax(axis=1) == labels  # (N,)
    bin_number = np.minimum((confidence * bins).astype(np.int64), bins - 1)  # (N,)
    curve = []
    for number in range(bins):
        inside = bin_number == number
        count = int(inside.sum())
        curve.append(
            CalibrationBin(
                lower=number / bins,
                upper=(number + 1) / bins,
                count=count,
                confidence=float(confidence[inside].mean()) if count else None,
                accuracy=float(correct[inside].mean()) if count else None,
            )
        )
    error = sum(
        each.count * abs(each.confidence - each.accuracy)
        for each in curve
        if each.confidence is not None and each.accuracy is not None
    )
    return Calibration(expected_error=float(error / len(labels)), bins=tuple(curve))
