import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.pictures.normalize import normalize_digit


def extent(digit):
    rows, columns = np.nonzero(digit)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


@pytest.mark.parametrize(
    ("height", "width", "expected"), [(200, 100, (20, 10)), (30, 60, (10, 20)), (20, 20, (20,) * 2)]
)
def test_the_longer_side_is_20_and_proportions_stay(height, width, expected):
    ink = np.zeros((height + 30, width + 7))
    ink[9 : 9 + height, 3 : 3 + width] = 0.5
    digit = normalize_digit(ink)
    assert extent(digit) == expected
    assert digit.max() == 255


def test_the_centre_of_mass_is_in_the_middle():
    ink = np.full((100, 100), 0.2)
    ink[:50, :30] = 1  # heavy at the upper left
    digit = normalize_digit(ink).astype(float)
    centre = [float((digit.sum(axis=1 - axis) * np.arange(28)).sum() / digit.sum()) for axis in (0, 1)]
    assert centre == pytest.approx([14, 14], abs=0.51)


def test_enlarged_ink_fills_the_box_and_fades_out():
    digit = normalize_digit(np.ones((4, 8)))
    assert extent(digit)[1] in (19, 20)
    row = digit[digit.argmax() // 28]
    assert 0 < row[row > 0][0] < 255


def test_without_ink_there_is_no_digit():
    assert normalize_digit(np.zeros((10, 10))) is None
    assert normalize_digit(np.zeros((0, 10))) is None


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 99))
def test_every_normalized_digit_is_inside_the_picture(height, width, seed):
    ink = np.random.default_rng(seed).random((height, width)) ** 4
    digit = normalize_digit(ink)
    assert digit.shape == (28, 28)
    assert digit.dtype == np.uint8
    assert digit.max() == 255
    assert max(extent(digit)) <= 20
