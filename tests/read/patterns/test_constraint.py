"""What a user may ask for."""

import pytest

from inkdigits.core.errors import PatternError
from inkdigits.read.patterns.constraint import make_constraint

NAMES = tuple("0123456789")


def test_nothing_asked_for_is_no_constraint():
    assert make_constraint(None, None, None) is None


@pytest.mark.parametrize("best", [0, 101, -1])
def test_the_number_of_candidates_has_limits(best):
    with pytest.raises(ValueError, match=r"expected 1 … 100"):
        make_constraint(None, best, None)


def test_a_wrong_pattern_is_an_error_at_once():
    with pytest.raises(PatternError):
        make_constraint(r"(\d{99}){99}", None, None)


def test_single_digits_that_may_be_right():
    even = make_constraint("[1-4]|55", None, lambda text: int(text) % 2 == 0)
    assert [name for name, is_allowed in zip(NAMES, even.allowed(NAMES), strict=True) if is_allowed] == ["2", "4"]
    assert all(make_constraint(None, 3, None).allowed(NAMES))
