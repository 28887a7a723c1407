import numpy as np
import pytest

from inkdigits.core.types import SIGNS
from inkdigits.read.decoding.rescoring import rescore
from inkdigits.read.decoding.signs import rescore_digits, share_signs, signs_as_blanks

POINT, COMMA, OTHER, BLANK = 3, 4, 5, 6
"""Labels behind three digits."""


def view_of(*likely):
    """Return a view of 0, 1, 2, a point, a comma, another character and the blank."""
    view = np.full((len(likely), 7), 1e-6)
    for frame, probabilities in zip(view, likely, strict=True):
        frame[list(probabilities)] = list(probabilities.values())
    return view / view.sum(axis=1, keepdims=True)


GAP = {BLANK: 1.0}


def test_an_unsure_sign_costs_the_digits_no_confidence():
    clear = view_of({1: 1.0}, GAP, {2: 1.0})
    speck = view_of({1: 1.0}, {POINT: 0.4, COMMA: 0.3, BLANK: 0.3}, {2: 1.0})
    found = rescore_digits([speck], 3)
    assert found.label_ids == (1, POINT, 2)
    assert found.log_probability == pytest.approx(rescore_digits([clear], 3).log_probability, abs=1e-3)
    assert rescore([speck]).log_probability < -0.8


def test_the_sign_is_the_likeliest_in_all_views():
    comma = view_of({1: 1.0}, {POINT: 0.45, COMMA: 0.55}, {2: 1.0})
    point = view_of({1: 1.0}, {POINT: 0.9, COMMA: 0.1}, {2: 1.0})
    assert rescore_digits([comma, point], 3).label_ids == (1, POINT, 2)
    nothing = view_of({1: 1.0}, {BLANK: 0.6, COMMA: 0.4}, {2: 1.0})
    assert rescore_digits([nothing, point, point], 3).label_ids == (1, POINT, 2)


def test_equal_digits_with_a_sign_between_them_stay_two():
    found = rescore_digits([view_of({1: 1.0}, {POINT: 1.0}, {1: 1.0})], 3)
    assert found.label_ids == (1, POINT, 1)
    assert found.spans == ((0, 1), (1, 2), (2, 3))


def test_a_view_that_reads_another_digit_shows_its_signs_all_the_same():
    right, plain = view_of({1: 1.0}, GAP, {2: 1.0}, GAP), view_of({1: 1.0}, GAP, {2: 1.0}, GAP)
    wrong = view_of({1: 0.45, 0: 0.55}, {COMMA: 1.0}, {2: 1.0}, GAP)
    assert rescore_digits([wrong, np.delete(plain, [POINT, COMMA], axis=1)], 3).label_ids == (1, COMMA, 2)
    assert rescore_digits([right, right, wrong], 3).label_ids == (1, 2)


def test_posteriors_of_digits_and_signs():
    found = rescore_digits([view_of({1: 0.9, 2: 0.1}, {POINT: 0.7, COMMA: 0.3}, {OTHER: 1.0})], 3)
    assert found.label_ids == (1, POINT, OTHER)
    assert found.posteriors.shape == (3, 6)
    assert found.posteriors.sum(axis=1) == pytest.approx(1, abs=1e-3)
    assert found.posteriors[0, [1, 2]] == pytest.approx([0.9, 0.1], abs=0.01)
    assert found.posteriors[1, [POINT, COMMA]] == pytest.approx([0.7, 0.3], abs=0.01)
    assert found.posteriors[2, OTHER] == pytest.approx(1, abs=0.01)


def test_networks_without_signs_read_as_before():
    view = np.delete(view_of({1: 0.6, 2: 0.4}, GAP, {2: 1.0}), [POINT, COMMA], axis=1)
    ours, before = rescore_digits([view], 3), rescore([view])
    assert ours.label_ids == before.label_ids == (1, 2)
    assert np.array_equal(ours.posteriors, before.posteriors)


def test_what_may_be_a_sign_may_be_paper():
    merged = signs_as_blanks(view_of({POINT: 0.5, COMMA: 0.2, BLANK: 0.2, OTHER: 0.1}), 3)
    assert merged[0] == pytest.approx([0, 0, 0, 0.1, 0.9], abs=1e-4)


def test_a_network_without_signs_is_told_of_large_ones():
    """It takes a slash for a 1, two frames from where the other network sees the slash."""
    slash, blank = 10 + SIGNS.index("/"), 22

    def told(sure):
        knowing = np.full((8, 23), 1e-9)
        knowing[:, blank] = 1
        knowing[4, [slash, blank]] = sure, 1 - sure
        other = np.full((8, 12), 1e-9)
        other[:, 11] = 1
        other[[0, 6], 11], other[[0, 6], 1] = 0, 1
        same, changed = share_signs([knowing, other], 10)
        assert same is knowing
        return changed[:, 1].round(3).tolist()

    assert told(0.99) == [1, 0, 0, 0, 0, 0, 0.01, 0]
    assert told(0.7) == [1, 0, 0, 0, 0, 0, 1, 0]


def test_networks_of_one_kind_have_nothing_to_tell_each_other():
    frames = [np.full((3, 12), 1 / 12)] * 2
    assert all(one is other for one, other in zip(share_signs(frames, 10), frames, strict=True))
