"""Lines -> numbers: wide gaps, rows that fell apart, numbers strewn over a page."""

from dataclasses import replace

from inkdigits.read.numbers import arrange_numbers, with_numbers
from inkdigits.read.result import Digit, Line, Sign


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


def test_plus_parts_numbers_and_a_point_does_not():
    whole = line("83125", 0, 0)
    boxes = [digit.box for digit in whole.digits]
    signs = tuple(
        Sign(sign, before, (boxes[before][0] - 5, 8, boxes[before][0] - 1, 12)) for sign, before in (("+", 1), (".", 4))
    )
    (found,) = arrange_numbers([replace(whole, signs=signs)])
    assert found.text == "83125"
    assert [(number.text, number.written) for number in found.numbers] == [("8", "8"), ("3125", "312.5")]
    assert found.numbers[1].box == (18, 0, 84, 20)
    assert found.to_dict()["numbers"][1]["written"] == "312.5"


def test_a_number_with_a_sign_is_one_part():
    (found,) = arrange_numbers([replace(line("175", 0, 0), signs=(Sign("-", 0, (-12, 8, -4, 12)),))])
    assert [(number.text, number.written, number.confidence) for number in found.numbers] == [("175", "-175", 0.9)]


def test_without_signs_what_is_written_is_the_text():
    assert [number.written for number in line("175", 0, 0).numbers] == ["175"]


def test_a_dash_fills_a_wide_gap():
    digits = line("12", 0, 0).digits + line("34", 80, 0).digits
    dash = Sign("-", 2, (42, 9, 68, 12))
    whole = Line(digits, 0.8, (0, 0, 110, 20))
    assert numbers([whole]) == [["12", "34"]]
    (found,) = arrange_numbers([replace(whole, signs=(dash,))])
    assert [number.written for number in found.numbers] == ["12-34"]


def test_a_minus_stands_with_its_number_behind_a_wide_gap():
    digits = line("12", 0, 0).digits + line("34", 120, 0).digits
    (found,) = arrange_numbers([Line(digits, 0.8, (0, 0, 150, 20), signs=(Sign("-", 2, (104, 9, 116, 12)),))])
    assert [number.written for number in found.numbers] == ["12", "-34"]
    assert found.signs == (Sign("-", 2, (104, 9, 116, 12)),)


def test_lines_that_are_kept_whole_have_numbers_too():
    whole = Line(line("12", 0, 0).digits + line("34", 120, 14).digits, 0.8, (0, 0, 150, 20))
    found = with_numbers(whole)
    assert (found.text, found.confidence, [number.text for number in found.numbers]) == ("1234", 0.8, ["12", "34"])
