from dataclasses import replace

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.changes import change_dataset
from inkdigits.data.dataset import Dataset, Split
from inkdigits.recipes import load_recipe


def split(number=10):
    images = np.repeat(np.arange(number, dtype=np.uint8), 784).reshape(-1, 28, 28)
    return Split(images, np.arange(number) % 10)


def test_one_digit_and_chosen_digits_are_splits_too():
    digits = split()
    assert digits[3].labels.tolist() == [3]
    assert digits[-1].images.shape == (1, 28, 28)
    assert digits[np.int64(2)].labels.tolist() == [2]
    assert digits[[7, 2]].labels.tolist() == [7, 2]
    assert [int(each.labels[0]) for each in digits] == list(range(10))
    assert digits[3].size == "1 digit of 28x28"
    with pytest.raises(IndexError):
        digits[10]


def test_the_last_part_is_held_back():
    parts = Dataset("ten", split(), split(4)).splits(validation=0.2)
    assert parts.train.labels.tolist() == list(range(8))
    assert parts.validation.labels.tolist() == [8, 9]
    assert len(parts.test) == 4


def test_sixty_thousand_digits_split_as_in_keras():
    labels = np.zeros(60_000, np.int64)
    data = Dataset("big", Split(np.zeros((60_000, 28, 28), np.uint8), labels), split())
    assert len(data.splits(validation=0.1).train) == 54_000
    assert len(data.splits(validation=0.2).validation) == 12_000


def test_a_shuffled_part_depends_on_the_seed_and_loses_nothing():
    data = Dataset("hundred", split(100), split())
    first, again, other = (data.splits(validation=0.3, shuffle=True, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.validation.images, again.validation.images)
    assert not np.array_equal(first.validation.images, other.validation.images)
    seen = [int(image[0, 0]) for image in np.concatenate([first.train.images, first.validation.images])]
    assert sorted(seen) == list(range(100))
    assert len(first.validation) == 30


def test_without_validation_there_is_none():
    parts = Dataset("ten", split(), split()).splits()
    assert parts.validation is None
    assert len(parts.train) == 10


def test_the_first_digits_are_in_no_split_where_they_are_skipped():
    parts = Dataset("ten", split(), split(4)).splits(validation=0.25, skip_first=0.2)
    assert parts.train.labels.tolist() == [2, 3, 4, 5, 6, 7]
    assert parts.validation.labels.tolist() == [8, 9]
    assert len(parts.test) == 4


def test_the_share_that_the_cnn_skips_is_5000_of_mnist():
    blank = Split(np.zeros((60_000, 28, 28), np.uint8), np.zeros(60_000, np.int64))
    assert len(Dataset("blank", blank, split()).splits(skip_first=load_recipe("cnn").skip_first).train) == 55_000


@pytest.mark.parametrize("share", [-0.1, 1.0, 0.999])
def test_a_skipped_share_that_leaves_nothing_is_refused(share):
    with pytest.raises(DataError, match="skip_first = "):
        Dataset("ten", split(), split()).splits(skip_first=share)


@pytest.mark.parametrize("share", [-0.1, 1.0, 1.5, 0.999])
def test_shares_that_leave_a_side_empty_are_refused(share):
    with pytest.raises(DataError, match="validation = "):
        Dataset("ten", split(), split()).splits(validation=share)


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.zeros((2, 28, 28), np.float32), np.zeros(2, np.int64), "dtype float32"),
        (np.zeros((2, 27, 28), np.uint8), np.zeros(2, np.int64), r"shape \(2, 27, 28\)"),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.int64), "one label for each picture"),
    ],
)
def test_a_split_has_digits_and_as_many_labels(images, labels, words):
    with pytest.raises(DataError, match=words):
        Split(images, labels)


def test_labels_without_a_class_and_empty_sets_are_refused():
    with pytest.raises(DataError, match="the label 9 in its training set"):
        Dataset("nine", split(), split(3), classes=tuple("012345678"))
    negative = Split(split(3).images, np.array([0, -1, 2]))
    with pytest.raises(DataError, match="the label -1 in its test set"):
        Dataset("minus", split(), negative)
    with pytest.raises(DataError, match="empty test set"):
        Dataset("none", split(), split()[:0])


def test_counts_and_limits():
    data = Dataset("twelve", split(12), split())
    assert data.train.class_counts(10).tolist() == [2, 2, 1, 1, 1, 1, 1, 1, 1, 1]
    few = data.limited(5, 3)
    assert (len(few.train), len(few.test)) == (5, 3)


def test_writers_stay_with_their_digits():
    written = replace(split(6), writers=np.array([3, 3, 5, 5, 5, 9], np.int16))
    data = Dataset("six", written, split(4))
    parts = data.splits(validation=0.5, skip_first=0.4)
    assert (parts.train.writers.tolist(), parts.validation.writers.tolist()) == ([5, 5], [5, 9])
    assert parts.test.writers is None
    assert written[written.writers == 5].labels.tolist() == [2, 3, 4]
    changed = change_dataset(data, invert=True, shift_labels=1)
    assert changed.train.writers.tolist() == written.writers.tolist()


def test_a_writer_for_each_digit_is_needed():
    with pytest.raises(
        DataError, match=r"10 pictures and writers of shape \(9,\); expected one writer for each picture"
    ):
        replace(split(10), writers=np.zeros(9, np.int16))
