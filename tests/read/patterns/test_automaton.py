"""Automata: signs, other characters, and patterns that are too large."""

import pytest

from inkdigits.core.errors import PatternError
from inkdigits.core.types import SIGNS
from inkdigits.read.patterns.automaton import make_automaton
from inkdigits.read.patterns.syntax import parse_pattern

DIGITS = tuple("0123456789")
NAMES = DIGITS + SIGNS


def accepts(pattern, text, names=NAMES):
    """Tell whether a text fits; # is a character that is neither digit nor sign."""
    automaton = make_automaton(parse_pattern(pattern), names)
    return automaton.accepts([len(names) if one == "#" else names.index(one) for one in text])


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("12.5", True),
        ("125", False),
        ("1.25", False),
        ("12,5", False),
        ("12#5", True),  # a sign that was not recognised
        ("1#2.5", True),
        ("12.5=", True),  # the pattern says nothing of this sign
        ("12..5", False),
    ],
)
def test_a_sign_stands_where_the_pattern_has_it(text, fits):
    assert accepts(r"\d\d\.\d", text) is fits


def test_without_signs_in_the_pattern_they_may_stand_anywhere():
    assert accepts(r"\d{4}", "-1/2.3#4=")
    assert not accepts(r"\d{4}", "1/2.3")


def test_networks_without_signs_see_nothing_or_another_character():
    pattern = r"\d{2}[-./]\d\(?"
    assert all(accepts(pattern, text, DIGITS) for text in ("123", "12#3", "1#23"))
    assert not accepts(pattern, "12", DIGITS)


def test_a_space_is_nothing():
    assert accepts(r"\d{2} ?\d\s\d[ -]\d", "12345")
    assert accepts(r"\d{2} ?\d\s\d[ -]\d", "1234-5")
    assert accepts(r"1 ?2", "12")
    assert not accepts(r"1 ?2", "2")


def test_digits_that_a_network_does_not_know_never_fit():
    assert not make_automaton(parse_pattern(r"3|\d\d"), ("0", "1")).accepts([0])


def test_a_pattern_without_digits_is_an_error():
    for pattern in ("", "-", "(1{0}|x)"):
        with pytest.raises(PatternError, match="no digits"):
            make_automaton(parse_pattern(pattern), NAMES)


@pytest.mark.parametrize("pattern", [r"(\d{100}){100}", r"\d{100}1\d{100}", r"(\d?1\d{9}){9}|\d*1\d{12}"])
def test_a_pattern_that_is_too_large_is_an_error(pattern):
    with pytest.raises(PatternError, match="too many parts"):
        make_automaton(parse_pattern(pattern), NAMES)
