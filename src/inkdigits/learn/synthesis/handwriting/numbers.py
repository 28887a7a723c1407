"""Numbers as people write them: amounts, dates, times, sums, with their signs. Knows nothing of ink.

A text has the characters of a line from left to right: digits, `SIGNS`, `OTHER` for letters and other marks, and
spaces, which leave no ink.
"""

import numpy as np

from inkdigits.core.types import SIGNS

OTHER = "?"
"""A character that is neither a digit nor a sign."""

_UNNAMED = ".,'-:"
"""Signs that a network without classes for signs passes over; the rest are other characters to it."""


def to_label_ids(text: str, *, signs: bool) -> list[int]:
    """Return the label ids of a text.

    Args:
        text: Digits, signs, `OTHER` and spaces.
        signs: Whether signs have classes, behind the digits. The label behind all classes is that of `OTHER`.

    Examples:
        >>> to_label_ids("-3.5 ?", signs=True), to_label_ids("-3.5 ?", signs=False)
        ([13, 3, 10, 5, 21], [3, 5, 10])
    """
    other = 10 + (len(SIGNS) if signs else 0)
    ids = []
    for character in text:
        if character.isdigit():
            ids.append(int(character))
        elif character in SIGNS and signs:
            ids.append(10 + SIGNS.index(character))
        elif character != " " and (signs or character not in _UNNAMED):
            ids.append(other)
    return ids


def sample_number(count: int, generator: np.random.Generator) -> str:
    """Return digits with what stands between them: half of them plain, the others as amounts, dates, times or sums.

    Args:
        count: How many digits.
        generator: Draws everything.

    Examples:
        >>> [sample_number(6, np.random.default_rng(seed)) for seed in (2, 8, 14, 26)]
        ['321248', "732'913", '18/63/07', '8.452,30']
    """
    digits = _sample_digits(count, generator)
    kind = generator.random()
    if kind < 0.42:
        text = digits if generator.random() < 0.9 else _grouped(digits, " ", generator)
    elif kind < 0.66:
        text = _amount(digits, generator)
    elif kind < 0.72:
        text = "-" + digits
    elif kind < 0.79:
        text = _grouped(digits, generator.choice(list("/.-")), generator)
    elif kind < 0.84:
        text = _grouped(digits, ":", generator)
    elif kind < 0.94:
        text = _sum(digits, generator)
    else:
        gaps = generator.random(count) < generator.uniform(0.1, 0.5)
        between = [str(generator.choice(list(".,'"))) if gap else "" for gap in gaps]
        text = "".join(digit + sign for digit, sign in zip(digits, between, strict=True))
    if generator.random() < 0.12:
        text += generator.choice(["-", "=", ".-", ",-", ".", ",", "--", ".="])
    return str(text)


def _sample_digits(count: int, generator: np.random.Generator) -> str:
    """Draw digits as in amounts: more ones in front and more zeros behind than at random."""
    digits = generator.integers(0, 10, count)  # (count,)
    if generator.random() < 0.5:
        digits[0] = int(10 ** generator.random())  # Benford, 1938: amounts begin with low digits
    if generator.random() < 0.3:
        digits[generator.integers(count) :] = 0
    if generator.random() < 0.1:
        digits[:] = np.where(generator.random(count) < 0.6, digits[0], digits)
    return "".join(map(str, digits.tolist()))


def _amount(digits: str, generator: np.random.Generator) -> str:
    """Return a decimal, with thousands set apart in half of the cases."""
    point = generator.choice([".", ","])
    decimals = int(generator.choice([0, 1, 2, 3], p=[0.2, 0.25, 0.45, 0.1]))
    decimals = min(decimals, len(digits) - 1)
    whole, rest = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    if generator.random() < 0.5:
        thousands = generator.choice(["'", ".", ",", " "], p=[0.4, 0.2, 0.25, 0.15])
        first = len(whole) % 3 or 3
        whole = str(thousands).join(
            [whole[:first], *(whole[place : place + 3] for place in range(first, len(whole), 3))]
        )
    sign = "-" if generator.random() < 0.15 else ""
    return f"{sign}{whole}{point}{rest}" if rest else sign + whole


def _grouped(digits: str, separator: str, generator: np.random.Generator) -> str:
    """Return groups of one to four digits, as in dates, times and telephone numbers."""
    size = int(generator.choice([1, 2, 3, 4], p=[0.1, 0.6, 0.2, 0.1]))
    return str(separator).join(digits[place : place + size] for place in range(0, len(digits), size))


def _sum(digits: str, generator: np.random.Generator) -> str:
    """Return numbers of one to three digits with signs of arithmetic between them, some in brackets."""
    text, place, depth = "", 0, 0
    while place < len(digits):
        size = int(generator.integers(1, 4))
        term, place = digits[place : place + size], place + size
        if generator.random() < 0.2:
            text, depth = text + "(", depth + 1
        text += term
        if depth and generator.random() < 0.6:
            text, depth = text + ")", depth - 1
        if place < len(digits):
            text += str(generator.choice(list("+-x/:="), p=[0.32, 0.22, 0.18, 0.06, 0.06, 0.16]))
    return text + ")" * depth
