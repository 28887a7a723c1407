"""Numbers as they are written: which signs belong to a number, and which part two."""

import pytest

from inkdigits.read.written import written_numbers


@pytest.mark.parametrize(
    ("line", "numbers"),
    [
        ("17.5", ["17.5"]),
        ("-3", ["-3"]),
        ("3,975.00", ["3,975.00"]),
        ("1'234'567", ["1'234'567"]),
        ("12/05", ["12/05"]),
        ("7:30", ["7:30"]),
        ("2024-11-29", ["2024-11-29"]),
        ("8+3", ["8", "3"]),
        ("4x-2.5=-10", ["4", "-2.5", "-10"]),
        ("3=", ["3"]),
        ("+41", ["41"]),
        ("12.-", ["12"]),
        (".5", [".5"]),
        ("-.5", ["-.5"]),
        ("5,-3", ["5", "-3"]),
        ("(12.5)", ["(12.5)"]),
        ("(-3)", ["(-3)"]),
        ("(8+3)x2", ["8", "3", "2"]),
        ("3(4)", ["3", "(4)"]),
        ("=/7", ["7"]),
        ("175", ["175"]),
    ],
)
def test_signs_between_digits(line, numbers):
    digits, signs = "", [""]
    for character in line:
        if character.isdigit():
            digits += character
            signs.append("")
        else:
            signs[-1] += character
    assert [number.written for number in written_numbers(digits, signs)] == numbers
