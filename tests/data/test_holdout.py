import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Provenance, Split
from inkdigits.data.holdout import hold_back, with_test_set


def digits_with(counts):
    labels = np.repeat(np.arange(len(counts)), counts)
    images = np.zeros((len(labels), 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(len(labels))
    return Split(images, labels)


def test_a_sixth_of_each_class_is_held_back_and_nothing_twice():
    digits = digits_with([60, 12, 3, 1])
    train, test, note = hold_back(digits, 4)
    assert test.class_counts(4).tolist() == [10, 2, 1, 0]
    both = np.concatenate([train.images[:, 0, 0], test.images[:, 0, 0]])
    assert sorted(both.tolist()) == list(range(76))
    assert "13 of 76" in note


def test_the_same_digits_are_held_back_each_time():
    first, second = (hold_back(digits_with([40, 40]), 2)[1] for _ in range(2))
    assert np.array_equal(first.images, second.images)


def test_too_few_digits_are_refused():
    with pytest.raises(DataError, match="none of which can be held back"):
        hold_back(digits_with([1, 1]), 2)


def test_a_data_set_tells_in_its_provenance_what_was_held_back():
    came_from = Provenance("digits.csv", {"digits.csv": "abc"}, ("as it was",))
    data = with_test_set("mine", digits_with([12, 12]), ("a", "b"), came_from)
    assert (data.name, data.classes, len(data.train), len(data.test)) == ("mine", ("a", "b"), 20, 4)
    assert (data.provenance.source, data.provenance.sha256) == ("digits.csv", {"digits.csv": "abc"})
    assert data.provenance.notes[0] == "as it was"
    assert "4 of 24" in data.provenance.notes[1]
    assert came_from.notes == ("as it was",)
