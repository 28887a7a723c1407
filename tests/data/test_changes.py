from itertools import product

import numpy as np
import pytest

from inkdigits.core.errors import DataError
from inkdigits.data.changes import change_dataset, change_images
from inkdigits.data.dataset import Dataset
from inkdigits.data.load import load


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"transpose": True}, lambda x: x.swapaxes(1, 2)),
        ({"mirror": True}, lambda x: x[:, :, ::-1]),
        ({"flip": True}, lambda x: x[:, ::-1]),
        ({"invert": True}, lambda x: 255 - x),
        ({"transpose": True, "mirror": True}, lambda x: np.rot90(x, -1, axes=(1, 2))),
        ({"transpose": True, "flip": True}, lambda x: np.rot90(x, axes=(1, 2))),
        ({}, lambda x: x),
    ],
)
def test_pictures_are_turned(some_digits, changes, expected):
    turned = change_images(some_digits.images, **changes)
    assert np.array_equal(turned, expected(some_digits.images))
    assert turned.flags.c_contiguous


def test_all_eight_ways_round_differ(some_digits):
    ways = [dict(zip(("transpose", "mirror", "flip"), way, strict=True)) for way in product((False, True), repeat=3)]
    assert len({change_images(some_digits.images, **way).tobytes() for way in ways}) == 8


def test_digits_are_brought_to_the_middle():
    uci = load("uci").test.images[:20]
    moved = np.roll(uci, (-3, 3), axis=(1, 2))
    assert not np.array_equal(moved, uci)
    assert np.abs(change_images(moved, centre=True).astype(int) - change_images(uci, centre=True)).max() == 0


def test_what_was_changed_is_noted_and_can_be_asked_for_again():
    data = load("uci", transpose=True, invert=True)
    assert data.provenance.changes == {"transpose": True, "invert": True}
    notes = data.provenance.notes[-2:]
    assert notes == ("as asked: ink and paper swapped", "as asked: rows and columns swapped")
    plain = load("uci")
    assert np.array_equal(data.test.images, 255 - plain.test.images.swapaxes(1, 2))
    assert plain.provenance.changes == {}


def test_labels_from_1_become_digits(some_digits):
    from_one = Dataset("m", some_digits, some_digits, classes=tuple(map(str, range(1, 11))))
    shifted = change_dataset(from_one, shift_labels=-1)
    assert shifted.classes == tuple("0123456789")
    assert np.array_equal(shifted.train.labels, some_digits.labels)


def test_labels_that_can_not_be_shifted_are_named(some_digits):
    with pytest.raises(DataError, match="expected classes that are numbers, because the shift is added to them"):
        change_dataset(Dataset("m", some_digits, some_digits, classes=tuple("abcdefghij")), shift_labels=1)
    from_one = Dataset("m", some_digits, some_digits, classes=tuple(map(str, range(1, 11))))
    with pytest.raises(DataError, match="has the label 1; expected labels of at least 2, because -2 is added to them"):
        change_dataset(from_one, shift_labels=-2)


def test_an_unknown_change_is_an_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'rotate'"):
        load("uci", rotate=90)
