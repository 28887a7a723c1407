"""How well a network did on one split, in numbers. Knows probabilities and labels, no network."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import Labels, Probabilities
from inkdigits.learn.evaluation.calibration import Calibration, calibrate


@dataclass(frozen=True)
class ClassMetrics:
    """How well one class was read.

    A figure that would be a division by nothing is None, never 0 and never NaN.

    Attributes:
        name: The class.
        precision: Of the digits read as it, the share that are; None where nothing was read as it.
        recall: Of the digits that are it, the share read as it; None where the split has none.
        f1: The harmonic mean of both; None where the class is neither there nor ever read.
        support: How many digits of the split are it.
    """

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


@dataclass(frozen=True)
class Evaluation:
    """Everything measured on one split.

    Attributes:
        split: "train", "validation" or "test".
        examples: Digits in it.
        loss: The mean loss, as the recipe defines it.
        accuracy: The share read right.
        errors: Digits read wrong.
        confusion: (classes, classes), int64: a row for each true class, a column for each predicted one.
        classes: Precision, recall, F1 and support of each class.
        top_2_accuracy: The share whose label is among the two likeliest classes.
        calibration: Whether the stated confidence can be believed.
    """

    split: str
    examples: int
    loss: float
    accuracy: float
    errors: int
    confusion: NDArray[np.int64]
    classes: tuple[ClassMetrics, ...]
    top_2_accuracy: float
    calibration: Calibration

    def to_dict(self) -> dict[str, Any]:
        """Return the same as values that JSON can hold."""
        return {
            "split": self.split,
            "examples": self.examples,
            "loss": self.loss,
            "accuracy": self.accuracy,
            "errors": self.errors,
            "confusion": self.confusion.tolist(),
            "classes": [asdict(each) for each in self.classes],
            "top_2_accuracy": self.top_2_accuracy,
            "calibration": {
                "expected_error": self.calibration.expected_error,
                "bins": [asdict(each) for each in self.calibration.bins],
            },
        }


def evaluate(
    probabilities: Probabilities, labels: Labels, classes: tuple[str, ...], *, split: str, loss: float
) -> Evaluation:
    """Measure what a network answered on one split.

    Args:
        probabilities: (N, classes), float32, rows that sum to 1.
        labels: (N,), class numbers.
        classes: The name of each class number.
        split: What was measured: "train", "validation" or "test".
        loss: The mean loss on it, which only the training side can know.

    Returns:
        Every figure; a class that the split lacks has None where there is nothing to measure.

    Raises:
        DataError: The shapes don't fit together, or a probability is not a number.

    Examples:
        >>> answers = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]], np.float32)
        >>> found = evaluate(answers, np.array([0, 1, 1]), ("circle", "line"), split="test", loss=0.6)
        >>> found.errors, found.confusion.tolist(), found.classes[1].recall
        (1, [[1, 0], [1, 1]], 0.5)
    """
    # scikit-learn takes 60 MB and half a second to import, which training need not pay for.
    from sklearn.metrics import confusion_matrix  # noqa: PLC0415

    _check(probabilities, labels, classes)
    numbers = np.arange(len(classes))
    likeliest = np.argsort(-probabilities, axis=1, kind="stable")
    predictions = likeliest[:, 0]
    errors = int((predictions != labels).sum())
    return Evaluation(
        split=split,
        examples=len(labels),
        loss=float(loss),
        accuracy=(len(labels) - errors) / len(labels),
        errors=errors,
        confusion=confusion_matrix(labels, predictions, labels=numbers).astype(np.int64),
        classes=_class_metrics(labels, predictions, classes),
        top_2_accuracy=float((likeliest[:, :2] == labels[:, None]).any(axis=1).mean()),
        calibration=calibrate(probabilities, labels),
    )


def _class_metrics(
    labels: Labels, predictions: NDArray[np.int64], classes: tuple[str, ...]
) -> tuple[ClassMetrics, ...]:
    from sklearn.metrics import precision_recall_fscore_support  # noqa: PLC0415  # as above

    columns = precision_recall_fscore_support(labels, predictions, labels=np.arange(len(classes)), zero_division=np.nan)
    return tuple(
        ClassMetrics(name, _number(precision), _number(recall), _number(f1), int(support))
        for name, precision, recall, f1, support in zip(classes, *columns, strict=True)
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _check(probabilities: Probabilities, labels: Labels, classes: tuple[str, ...]) -> None:
    if not len(labels) or probabilities.shape != (len(labels), len(classes)):
        raise DataError(
            f"probabilities of shape {probabilities.shape}, {len(labels):,} labels and {len(classes)} classes",
            expected=f"shape ({len(labels) or 'N'}, {len(classes)}) and at least one digit",
            mend="measure the split that the probabilities were made from",
        )
    if not np.isfinite(probabilities).all():
        raise DataError(
            "a probability that is not a number",
            expected="finite probabilities",
            mend="train again with a lower learning rate: the network's weights have overflowed",
        )
