import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits.core.errors import PictureError
from inkdigits.pictures.arrays import digits_from_array, picture_from_array


@settings(max_examples=200, deadline=None)
@given(
    arrays.arrays(
        st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.uint64, np.int8, np.bool_, np.uint8]),
        st.sampled_from([(1, 1), (3, 4), (3, 4, 1), (3, 4, 3), (3, 4, 4), (3, 5, 6), (784,)]),
    )
)
def test_arrays_of_any_numbers_are_pictures_or_refused(values):
    try:
        picture = picture_from_array(values)
    except PictureError:
        assert values.dtype not in (np.bool_, np.uint8)
        return
    assert picture.ndim == 3
    assert picture.shape[2] == 3
    assert picture.dtype == np.uint8
    assert picture.flags.writeable


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[0.0, 0.5, 1.0]], [0, 128, 255]),
        ([[0.0, 0.5, 1.0004]], [0, 128, 255]),
        ([[-0.0004, 0.5, 1.0]], [0, 128, 255]),
        ([[0.0, 128.0, 255.0]], [0, 128, 255]),
        ([[0, 128, 255]], [0, 128, 255]),
        ([[0, 32768, 65535]], [0, 128, 255]),
        ([[False, True, True]], [0, 255, 255]),
        ([[0.0, 2.0, 7.0]], [0, 2, 7]),
    ],
)
def test_what_values_mean(values, expected):
    assert picture_from_array(np.array(values))[0, :, 0].tolist() == expected


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([[0.0, np.nan]], "NaN or infinite; expected finite numbers"),
        ([[0.0, np.inf]], "NaN or infinite; expected finite numbers"),
        ([[-1.0, 1.0]], r"float64 values from -1 to 1; expected floats from 0 to 1, .*; give \(values \+ 1\) / 2"),
        ([[-0.4, 2.8]], "float64 values from -0.4 to 2.8; .*; scale or clip them"),
        ([[0.0, 3.25]], "float64 values from 0 to 3.25; .*; scale or clip them"),
        ([[-1, 200]], "int64 values from -1 to 200"),
        ([[0, 65536]], "int64 values from 0 to 65536"),
        ([[0, 1]], r"int64 values from 0 to 1; .*; give a mask as values\.astype\(bool\)"),
    ],
)
def test_a_range_that_is_not_clear_is_refused(values, words):
    for convert in (picture_from_array, lambda some: digits_from_array(np.resize(some, (28, 28)))):
        with pytest.raises(PictureError, match=words):
            convert(np.array(values))


def test_every_level_comes_through_every_dtype():
    levels = np.arange(256).reshape(16, 16)
    expected = levels.astype(np.uint8)
    for values in (
        levels,
        levels.astype(np.uint16) * 257,
        levels / 255,
        (levels / 255).astype(np.float32),
        (levels / 255).astype(np.float16),
        levels.astype(np.float32),
        levels.tolist(),
    ):
        assert np.array_equal(picture_from_array(values)[..., 0], expected)


def test_opacity_is_flattened():
    layers = np.zeros((1500, 1000, 4), np.uint8)
    layers[100:1400, 500:504] = 255  # white ink on nothing: only on black can it be seen
    assert picture_from_array(layers)[[0, 700, 1300], [0, 501, 501], 0].tolist() == [0, 255, 255]


def test_channels_come_last_or_first():
    colour = np.zeros((8, 9, 3), np.uint8)
    colour[..., 0], colour[..., 2] = 200, 50
    assert np.array_equal(picture_from_array(np.moveaxis(colour, 2, 0)), colour)
    assert picture_from_array(np.zeros((1, 8, 9), np.uint8)).shape == (8, 9, 3)
    # A picture of three rows with three channels: the last axis decides.
    assert picture_from_array(np.zeros((3, 9, 3), np.uint8)).shape == (3, 9, 3)


def test_a_picture_is_a_copy_and_digits_are_none():
    values = np.zeros((4, 5, 3), np.uint8)
    picture_from_array(values)[:] = 7
    assert not values.any()
    digits = np.zeros((3, 28, 28), np.uint8)
    assert np.shares_memory(digits_from_array(digits), digits)


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        ((784,), 1),
        ((28, 28), 1),
        ((28, 28, 1), 1),
        ((28, 28, 3), 1),
        ((28, 28, 4), 1),
        ((1, 28, 28), 1),
        ((3, 28, 28), 3),
        ((28, 28, 28), 28),
        ((5, 784), 5),
        ((5, 1, 28, 28), 5),
        ((5, 3, 28, 28), 5),
        ((5, 28, 28, 1), 5),
        ((5, 28, 28, 3), 5),
        ((0, 28, 28), 0),
        ((0, 784), 0),
    ],
)
def test_shapes_of_digits(shape, count):
    digits = digits_from_array(np.full(shape, 255, np.uint8))
    assert digits.shape == (count, 28, 28)
    assert digits.dtype == np.uint8
    assert (digits == 255).all()


@pytest.mark.parametrize("shape", [(), (5,), (28,), (32, 32), (28, 27), (5, 28, 27), (2, 2, 28, 28), (1, 1, 1, 28, 28)])
def test_other_shapes_are_no_digits(shape):
    with pytest.raises(PictureError, match=r"array of shape .*; expected normalized digits: .*load_digit"):
        digits_from_array(np.zeros(shape))


def test_arrays_that_are_no_pictures_are_refused():
    for values in (np.zeros(3), np.zeros((0, 3)), np.zeros((2, 3, 2)), np.zeros((2, 3, 4, 3)), np.zeros(())):
        with pytest.raises(PictureError, match="; expected one picture of shape"):
            picture_from_array(values)
    for values in (np.zeros((2, 3), "complex64"), np.array([["a"]]), [[1, 2], [3]], [[None]], [[10**30, 1]]):
        with pytest.raises(PictureError, match="; expected numbers in rows of one length"):
            picture_from_array(values)
