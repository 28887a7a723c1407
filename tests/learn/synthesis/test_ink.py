import numpy as np
import pytest

from inkdigits.learn.synthesis.ink import DigitTransform, composite_ink, transform_digit


def one():
    digit = np.zeros((28, 28), np.uint8)
    digit[4:24, 12:16] = 255
    return digit


@pytest.mark.parametrize("height", [10, 20, 33])
def test_a_digit_gets_its_height_and_no_margins(height):
    ink = transform_digit(one(), DigitTransform(height=height))
    assert ink.shape[0] == pytest.approx(height, abs=2.1)
    assert ink.shape[1] == pytest.approx(height / 5, abs=2.1)
    assert ink.max() == pytest.approx(1, abs=0.05)
    assert ink[0].any()
    assert ink[:, -1].any()


def test_slant_leans_the_top_to_the_right():
    ink = transform_digit(one(), DigitTransform(height=30, slant=0.5))
    columns = np.arange(ink.shape[1])
    top, bottom = ((row * columns).sum() / row.sum() for row in (ink[3], ink[-4]))
    assert top - bottom == pytest.approx(0.5 * (ink.shape[0] - 7), abs=2)


def test_rotation_is_clockwise():
    ink = transform_digit(one(), DigitTransform(height=30, rotation=0.3))
    columns = np.arange(ink.shape[1])
    assert (ink[2] * columns).sum() / ink[2].sum() > (ink[-3] * columns).sum() / ink[-3].sum() + 3


def test_a_digit_without_ink_is_one_empty_pixel():
    assert transform_digit(np.zeros((28, 28), np.uint8), DigitTransform(height=20)).tolist() == [[0.0]]


@pytest.mark.parametrize(("left", "top"), [(-3, -3), (8, 8), (50, 2), (2, -50)])
def test_ink_beyond_the_canvas_is_lost(left, top):
    canvas = np.zeros((10, 12), np.float32)
    composite_ink(canvas, np.ones((5, 5), np.float32), left, top)
    expected = np.zeros((30 * 5, 30 * 5))
    expected[60 + top : 65 + top, 60 + left : 65 + left] = 1
    assert (canvas == expected[60:70, 60:72]).all()


def test_crossing_strokes_are_no_darker_than_ink():
    canvas = np.full((4, 4), 0.8, np.float32)
    composite_ink(canvas, np.full((2, 2), 0.6, np.float32), 1, 1)
    assert canvas.max() == np.float32(0.8)
