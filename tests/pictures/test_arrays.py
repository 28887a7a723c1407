import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits.core.errors import PictureError
from inkdigits.pictures.arrays import picture_from_array

LIMITS = [0, 1, -1, 0.5, 255, 256, 65535, 65536, 1e38, -1e308, 1.7e308, 5e-324, -5e-324, np.nan, np.inf, -np.inf]


@settings(max_examples=200, deadline=None)
@given(
    arrays.arrays(
        st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.uint64, np.int8, np.bool_]),
        st.sampled_from([(1, 1), (3, 4), (3, 4, 1), (3, 4, 3), (3, 4, 4)]),
    )
)
def test_arrays_of_any_numbers_are_pictures(values):
    picture = picture_from_array(values)
    assert picture.shape == (*values.shape[:2], 3)
    assert picture.dtype == np.uint8
    assert picture.flags.writeable


@pytest.mark.parametrize("one", LIMITS)
@pytest.mark.parametrize("other", LIMITS)
def test_values_at_the_limits_do_not_overflow(one, other):
    picture = picture_from_array(np.array([[one, other]], np.float64))
    known = [value if np.isfinite(value) else 0 for value in (one, other)]
    assert (picture[0, 0, 0] <= picture[0, 1, 0]) if known[0] <= known[1] else (picture[0, 0, 0] >= picture[0, 1, 0])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[0.0, 0.5, 1.0]], [0, 128, 255]),
        ([[0, 128, 255]], [0, 128, 255]),
        ([[0, 32768, 65535]], [0, 128, 255]),
        ([[-10.0, 0.0, 10.0]], [0, 128, 255]),
        ([[False, True, True]], [0, 255, 255]),
        ([[0.0, np.nan, 1.0]], [0, 0, 255]),
        ([[-3.0, -3.0, -3.0]], [0, 0, 0]),
    ],
)
def test_the_range_is_the_smallest_that_holds_all(values, expected):
    assert picture_from_array(np.array(values))[0, :, 0].tolist() == expected


def test_a_large_array_is_converted_in_blocks_to_the_same_values():
    # Larger than what is computed with at a time, so that the range must be that of all parts.
    values = np.zeros((1500, 1000))
    values[1499, 0], values[0, 0] = 400.0, -100.0
    picture = picture_from_array(values)
    assert (picture[1499, 0, 0], picture[0, 0, 0], picture[700, 500, 0]) == (255, 0, 51)
    layers = np.zeros((1500, 1000, 4), np.uint8)
    layers[100:1400, 500:504] = 255  # white ink on nothing: only on black can it be seen
    assert picture_from_array(layers)[[0, 700, 1300], [0, 501, 501], 0].tolist() == [0, 255, 255]


def test_a_picture_is_a_copy():
    values = np.zeros((4, 5, 3), np.uint8)
    picture_from_array(values)[:] = 7
    assert not values.any()


def test_arrays_that_are_no_pictures_are_refused():
    for values in (
        np.zeros(3),
        np.zeros((0, 3)),
        np.zeros((2, 3, 2)),
        np.zeros((2, 3), "complex64"),
        np.array([["a"]]),
    ):
        with pytest.raises(PictureError, match="; expected numbers of shape"):
            picture_from_array(values)
