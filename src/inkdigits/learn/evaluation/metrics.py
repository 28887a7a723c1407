"""The metrics of a network on one split. Knows probabilities and labels; nothing of networks."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.display import Displayed
from inkdigits.core.errors import DataError
from inkdigits.core.formatting import percent
from inkdigits.core.types import Labels, Probabilities
from inkdigits.learn.evaluation.calibration import Calibration, measure_calibration


@dataclass(frozen=True)
class ClassMetrics:
    """The metrics of one class.

    A metric that would be a division by zero is None, never 0 or NaN.

    Attributes:
        name: The class.
        precision: The share of right ones among the digits predicted as this class; None where there are none.
        recall: The share of right ones among the digits of this class; None where the split has none.
        f1: The harmonic mean of precision and recall; None where the class is neither in the split nor predicted.
        support: Digits of this class in the split.
    """

    name: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int


@dataclass(frozen=True, repr=False)
class Evaluation(Displayed):
    """Everything measured on one split.

    Attributes:
        split: "train", "validation" or "test".
        examples: Digits in it.
        loss: The mean loss, as the recipe defines it.
        accuracy: The share of digits predicted right.
        errors: Digits predicted wrong.
        confusion: (classes, classes), int64: a row for each true class, a column for each predicted one.
        classes: Precision, recall, F1 and support of each class.
        top_2_accuracy: The share of digits whose label is among the two likeliest classes.
        calibration: The reliability curve and its error.
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

    def __repr__(self) -> str:
        right = f"{percent(self.accuracy)} of {self.examples:,} {self.split} digits right"
        return f"<Evaluation: {right}, {self.errors:,} wrong, loss {self.loss:.4f}>"

    def to_dict(self) -> dict[str, Any]:
        """Return the metrics as a JSON-ready object."""
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


def compute_metrics(
    probabilities: Probabilities, labels: Labels, classes: tuple[str, ...], *, split: str, loss: float
) -> Evaluation:
    """Compare the probabilities that a network gave with the labels of a split.

    Args:
        probabilities: (N, classes), float32, rows that sum to 1.
        labels: (N,), int64, class numbers.
        classes: The name of each class number.
        split: The name of the split: "train", "validation" or "test".
        loss: The mean loss on it, which the recipe defines.

    Returns:
        All metrics; those of a class that the split lacks are None.

    Raises:
        DataError: The shapes don't fit together, or a probability is NaN or infinite.

    Examples:
        >>> answers = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]], np.float32)
        >>> found = compute_metrics(answers, np.array([0, 1, 1]), ("circle", "line"), split="test", loss=0.6)
        >>> found.errors, found.confusion.tolist(), found.classes[1].recall
        (1, [[1, 0], [1, 1]], 0.5)
    """
    _check(probabilities, labels, classes)
    likeliest = np.argsort(-probabilities, axis=1, kind="stable")  # (N, classes)
    predictions = likeliest[:, 0]  # (N,)
    errors = int((predictions != labels).sum())
    confusion = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(confusion, (labels, predictions), 1)
    return Evaluation(
        split=split,
        examples=len(labels),
        loss=float(loss),
        accuracy=(len(labels) - errors) / len(labels),
        errors=errors,
        confusion=confusion,
        classes=_class_metrics(labels, predictions, classes),
        top_2_accuracy=float((likeliest[:, :2] == labels[:, None]).any(axis=1).mean()),
        calibration=measure_calibration(probabilities, labels),
    )


def _class_metrics(
    labels: Labels, predictions: NDArray[np.int64], classes: tuple[str, ...]
) -> tuple[ClassMetrics, ...]:
    # scikit-learn takes 60 MB and half a second to import, which training does not need.
    from sklearn.metrics import precision_recall_fscore_support  # noqa: PLC0415

    columns = precision_recall_fscore_support(labels, predictions, labels=np.arange(len(classes)), zero_division=np.nan)
    return tuple(
        ClassMetrics(name, _or_none(precision), _or_none(recall), _or_none(f1), int(support))
        for name, precision, recall, f1, support in zip(classes, *columns, strict=True)
    )


def _or_none(value: float) -> float | None:
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
