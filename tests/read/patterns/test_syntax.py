"""Patterns: what is in the subset of regular expressions, and errors that name the position."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.core.errors import PatternError
from inkdigits.read.patterns.automaton import make_automaton
from inkdigits.read.patterns.syntax import MAX_LENGTH, parse_pattern

NAMES = "0123456789"


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"\d{10", "a count without numbers or its `}` at position 3"),
        (r"\d.\d", "`.` at position 3"),
        ("12a", "`a` at position 3"),
        ("[^0]", "`[^` at position 1"),
        ("1(23", "a group without its `)` at position 2"),
        ("12)3", "`)` at position 3"),
        ("|+", "`+` at position 2"),
        ("1+?", "`?` after `+` at position 3"),
        ("[3-1]", "`3-1` at position 2"),
        ("[5-a]", "`a` in a set at position 4"),
        ("[]", "`[]` at position 1"),
        ("1[23", "a set without its `]` at position 2"),
        ("1{5,2}", "`{5,2}` at position 2"),
        ("1{,}", "a count without numbers or its `}` at position 2"),
        ("1{101}", "the count 101 at position 3"),
        ("(?=1)", "`(?` at position 1"),
        (r"\w", r"`\w` at position 1"),
        ("1$2", "`$` at position 2"),
        ("(" * 31, "a group at position 31"),
    ],
)
def test_what_is_not_in_the_subset_is_named_with_its_position(pattern, found):
    with pytest.raises(
        PatternError, match=re.escape(found.replace("\\n", "\n") if "\n" in pattern else found)
    ) as error:
        parse_pattern(pattern)
    assert "expected" in str(error.value)


def test_a_pattern_has_a_greatest_length():
    parse_pattern("1" * MAX_LENGTH)
    with pytest.raises(PatternError, match="301 characters"):
        parse_pattern("1" * (MAX_LENGTH + 1))


PARTS = st.recursive(
    st.sampled_from([r"\d", "7", "[0-4]", "[158]", ""]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{2,}"])).map(lambda p: f"(?:{p[0]}){p[1]}"),
    ),
    max_leaves=6,
)


@given(PARTS, st.lists(st.text("0123456789", max_size=7), min_size=5))
def test_digits_fit_as_pythons_regular_expressions_say(part, texts):
    pattern = f"{part}7?"
    automaton = make_automaton(parse_pattern(f"^{pattern}$"), NAMES)
    for text in (*texts, "7", "77", "1515"):
        assert automaton.accepts([int(digit) for digit in text]) is bool(re.fullmatch(pattern, text))
