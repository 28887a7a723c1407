"""Lines -> numbers: wide gaps, rows that fell apart, numbers strewn over a page."""

from inkdigits.read.numbers import arrange_numbers
from inkdigits.read.result import Digit, Line


def line(text, left, top, *, step=18, height=20, slope=0.0, confidence=0.9):
    digits = []
    for number, name in enumerate(text):
        x = left + step * number
        y = round(top + slope * (x - left))
        digits.append(Digit(name, 0.98, (x, y, x + 12, y + height)))
    boxes = [digit.box for digit in digits]
    box = (boxes[0][0], min(one[1] for one in boxes), boxes[-1][2], max(one[3] for one in boxes))
    return Line(tuple(digits), confidence, box)


def numbers(lines):
    return [[number.text for number in one.numbers] for one in arrange_numbers(lines)]


def test_rows_that_fell_apart_are_joined():
    lines = [line("12345", 0, 0), line("67891", 200, 2), line("23456", 0, 60), line("19773", 205, 61)]
    assert numbers(lines) == [["12345", "67891"], ["23456", "19773"]]
    assert [one.text for one in arrange_numbers(lines)] == ["1234567891", "2345619773"]


def test_a_wide_gap_parts_two_numbers():
    whole = line("12", 0, 0).digits + line("34", 120, 0).digits
    assert numbers([Line(whole, 0.8, (0, 0, 150, 20))]) == [["12", "34"]]


def test_evenly_spaced_digits_are_one_number():
    assert numbers([line("12345", 0, 0, step=40)]) == [["12345"]]


def test_numbers_at_other_heights_are_lines_of_their_own():
    assert numbers([line("123", 0, 60, slope=-0.4), line("456", 150, 30, slope=0.5)]) == [["123"], ["456"]]
    assert numbers([line("12", 0, 0), line("34", 120, 14)]) == [["12"], ["34"]]
    assert numbers([line("12", 0, 0), line("34", 120, -10, height=40)]) == [["12"], ["34"]]


def test_digits_keep_their_order():
    lines = [line("12", 0, 0), line("34", 120, 0), line("5", 0, 50)]
    digits = [digit for one in arrange_numbers(lines) for digit in one.digits]
    assert digits == [digit for one in lines for digit in one.digits]
