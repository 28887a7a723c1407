import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.dataset import Split
from inkdigits.data.holdout import hold_back


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


def test_nothing_to_spare_is_refused():
    with pytest.raises(DataError, match="none of which can be held back"):
        hold_back(digits_with([1, 1]), 2)
