import json

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.learn.evaluation.metrics import compute_metrics

CLASSES = ("a", "b", "c")
ANSWERS = np.array([[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.5, 0.1, 0.4], [0.1, 0.6, 0.3]], np.float32)
LABELS = np.array([0, 0, 0, 1])


def test_counts_what_was_read_right_and_wrong() -> None:
    found = compute_metrics(ANSWERS, LABELS, CLASSES, split="test", loss=0.5)
    assert (found.split, found.examples, found.loss) == ("test", 4, 0.5)
    assert (found.accuracy, found.errors) == (0.75, 1)
    assert found.top_2_accuracy == 1.0


def test_confusion_has_true_classes_in_rows() -> None:
    found = compute_metrics(ANSWERS, LABELS, CLASSES, split="test", loss=0.5)
    assert found.confusion.tolist() == [[2, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_class_figures_are_exact_and_none_where_nothing_can_be_measured() -> None:
    first, second, absent = compute_metrics(ANSWERS, LABELS, CLASSES, split="test", loss=0.5).classes
    assert (first.precision, first.recall, first.f1, first.support) == (
        1,
        pytest.approx(2 / 3),
        pytest.approx(0.8),
        3,
    )
    assert (second.precision, second.recall) == (0.5, 1)
    assert (absent.precision, absent.recall, absent.f1, absent.support) == (None, None, None, 0)


def test_a_class_never_answered_has_recall_but_no_precision() -> None:
    only_first = np.array([[0.9, 0.1], [0.8, 0.2]], np.float32)
    missed = compute_metrics(only_first, np.array([0, 1]), ("a", "b"), split="test", loss=1).classes[1]
    assert (missed.precision, missed.recall, missed.f1) == (None, 0, 0)


def test_dictionary_survives_strict_json_with_the_contract_on_top() -> None:
    found = compute_metrics(ANSWERS, LABELS, CLASSES, split="train", loss=0.5)
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert list(record)[:6] == ["split", "examples", "loss", "accuracy", "errors", "confusion"]
    assert record["classes"][0]["name"] == "a"
    assert sum(each["count"] for each in record["calibration"]["bins"]) == 4


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (ANSWERS[:2], LABELS, "4 labels"),
        (ANSWERS[:, :2], LABELS, r"\(4, 2\)"),
        (ANSWERS[:0], LABELS[:0], "0 labels"),
        (np.full((4, 3), np.nan, np.float32), LABELS, "not a number"),
    ],
)
def test_what_does_not_fit_is_told(probabilities: np.ndarray, labels: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        compute_metrics(probabilities, labels, CLASSES, split="test", loss=0)
