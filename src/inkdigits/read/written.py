"""Digits and signs of a line -> its numbers as they are written. Knows no places.

Point, comma, apostrophe, slash, colon and minus between two digits are part of a number: 17.5, 3,975.00, 12/05,
2024-11-29. Plus, times and equals part numbers: 8+3 is two. A minus or a point before the first digit belongs to a
number, and so do brackets around it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_JOINING = frozenset(".,'-/:")
"""Signs that part no number where one of them stands between two digits."""

_BEFORE = re.compile(r"\(?-?\.?$")
"""Signs before the first digit of a number that belong to it."""


@dataclass(frozen=True)
class WrittenNumber:
    """A number of a line.

    Attributes:
        first: Its first digit.
        end: The digit behind its last.
        written: It with its signs.
    """

    first: int
    end: int
    written: str


def written_numbers(digits: str, signs: Sequence[str]) -> list[WrittenNumber]:
    """Return the numbers of a line.

    Args:
        digits: Its digits.
        signs: The signs before each digit, and those behind the last: one more than there are digits.

    Examples:
        >>> [number.written for number in written_numbers("83125", ["", "+", "=-", "", ".", ")"])]
        ['8', '3', '-12.5']
    """
    starts = [number for number in range(len(digits)) if number == 0 or _parts(signs[number])]
    return [
        WrittenNumber(first, end, _written(digits[first:end], signs[first : end + 1]))
        for first, end in zip(starts, [*starts[1:], len(digits)], strict=True)
    ]


def _parts(signs: str) -> bool:
    """Tell whether signs between two digits part two numbers."""
    return len(signs) > 1 or (bool(signs) and signs not in _JOINING)


def _written(digits: str, signs: Sequence[str]) -> str:
    """Return a number with its signs.

    Args:
        digits: Its digits.
        signs: The signs before each, and behind the last.
    """
    found = _BEFORE.search(signs[0])
    before, behind = found.group() if found else "", signs[-1]
    inner = "".join(sign + digit for sign, digit in zip(["", *signs[1:-1]], digits, strict=True))
    if before.startswith("("):
        return f"{before}{inner})" if behind.startswith(")") else f"{before[1:]}{inner}"
    return before + inner
