from dataclasses import replace

import numpy as np
import pytest

from inkdigits.learn.synthesis.forms.canvas import Canvas
from inkdigits.learn.synthesis.forms.digits import DigitPool
from inkdigits.learn.synthesis.forms.hand import Habits, Hand

HABITS = Habits(
    height=0.7, width_scale=1, slant=0, gap=0.1, foot=0, careless=0, tails=0, pen=0, pressure=1, allograph_share=0
)


@pytest.fixture(scope="module")
def pool():
    """Rings: the middle of each digit is empty."""
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 4:24, 6:22] = 255
    images[:, 8:20, 10:18] = 0
    return DigitPool(images, np.arange(10))


def write(pool, text, cell, align=0.5, **habits):
    canvas = Canvas(120, 240, (255, 255, 255))
    hand = Hand(pool, replace(HABITS, **habits), (0, 0, 0), np.random.default_rng(0))
    box = hand.write(canvas, text, cell, align)
    return 1 - canvas.pixels[:, :, 0], box


@pytest.mark.parametrize("pen", [-1, 0, 1])
@pytest.mark.parametrize("size", [20, 30, 40, 60, 100])
def test_paper_within_and_around_a_digit_stays_clean(pool, size, pen):
    ink, box = write(pool, "0", (10, 10, 10 + size, 10 + size), pen=pen)
    left, top, right, bottom = box.astype(int)
    assert ink[(top + bottom) // 2, (left + right) // 2] == 0
    assert ink[top:bottom, left:right].max() > 0.9
    ink[top:bottom, left:right] = 0
    assert not ink.any()


def test_a_thick_pen_leaves_more_ink(pool):
    fine, usual, thick = (write(pool, "0", (10, 10, 80, 80), pen=pen)[0].sum() for pen in (-1, 0, 1))
    assert fine < usual < thick


@pytest.mark.parametrize("text", ["7", "42", "1234", "12345678"])
def test_a_number_is_never_wider_than_its_cell(pool, text):
    for align in (0, 0.5, 1):
        _, box = write(pool, text, (20, 20, 90, 60), align)
        assert 19 <= box[0] < box[2] <= 92


def test_numbers_stand_where_they_should(pool):
    left, middle, right = (write(pool, "5", (20, 20, 200, 60), align)[1][0] for align in (0, 0.5, 1))
    assert left < middle - 40 < right - 80
    high, low = (write(pool, "5", (20, 20, 200, 60), foot=foot)[1][3] for foot in (0, 1.1))
    assert high < 60 < low


@pytest.mark.parametrize("seed", range(6))
def test_marks_lie_within_the_box_that_is_said(pool, seed):
    canvas = Canvas(60, 120, (255, 255, 255))
    box = Hand(pool, HABITS, (0, 0, 0), np.random.default_rng(seed)).mark(canvas, (20, 10, 100, 50))
    rows, columns = np.nonzero(canvas.pixels[:, :, 0] < 1)
    assert box.tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
