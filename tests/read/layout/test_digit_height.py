import numpy as np

from inkdigits.read.layout.components import Component
from inkdigits.read.layout.digit_height import line_digit_height, page_digit_height, without_tails


def components(*boxes):
    """Return components side by side, each given as its top and bottom."""
    return [
        Component(30 * number, top, 30 * number + 20, bottom, 100, number + 1)
        for number, (top, bottom) in enumerate(boxes)
    ]


def test_marks_don_t_make_digits_lower():
    assert line_digit_height(components((10, 50), (11, 51), (45, 50), (10, 50), (46, 51))) == 40


def test_tails_don_t_make_digits_higher():
    digits = components((10, 50), (10, 90), (11, 51), (10, 95), (10, 50))
    assert line_digit_height(digits) == 40
    assert [digit.bottom for digit in without_tails(digits)] == [50, 51, 50]


def test_small_zeros_are_no_reason_to_drop_the_others():
    digits = components((10, 50), (25, 50), (26, 51), (25, 50))
    assert without_tails(digits) == digits


def test_specks_don_t_change_the_digit_height_of_a_page():
    digits = np.array([38.0, 40.0, 42.0])
    assert page_digit_height(digits) == page_digit_height(np.array([*digits, 6.0, 7.0, 9.0])) == 40
