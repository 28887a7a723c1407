import numpy as np
import pytest

from inkdigits.read.decoding.rescoring import choose


def view(*rows):
    """Steps of the digits 0 to 9, "other" and the blank, each given as what is likely there."""
    steps = np.full((len(rows), 12), 0.001)
    for step, likely in zip(steps, rows, strict=True):
        for sign, share in likely.items():
            step[sign] = share
    return steps / steps.sum(axis=1, keepdims=True)


BLANK = {11: 1.0}


def test_two_views_outvote_one():
    seven = view(BLANK, {7: 0.6, 1: 0.4}, BLANK)
    one = view(BLANK, {1: 0.9, 7: 0.1}, BLANK)
    assert choose([seven]).signs == (7,)
    assert choose([seven, one]).signs == (1,)


def test_the_sum_over_paths_beats_the_best_path():
    # The best path says nothing at all; but that a 3 stands on one of the two steps is more likely.
    unsure = view({3: 0.45, 11: 0.55}, {3: 0.45, 11: 0.55})
    from_best_path = view(BLANK, {3: 0.9, 11: 0.1})
    assert choose([unsure, from_best_path]).signs == (3,)


def test_a_string_that_no_view_reads_right_is_still_found():
    left_wrong = view(BLANK, {4: 0.55, 9: 0.45}, BLANK, {2: 1.0}, BLANK)
    right_wrong = view(BLANK, {9: 1.0}, BLANK, {7: 0.55, 2: 0.45}, BLANK)
    assert choose([left_wrong, right_wrong]).signs == (9, 2)


def test_posteriors_name_the_rival_and_sum_to_one():
    choice = choose([view(BLANK, {4: 0.7, 9: 0.3}, BLANK, {2: 1.0}, BLANK)])
    assert choice.signs == (4, 2)
    assert choice.spans == ((1, 2), (3, 4))
    assert choice.posteriors.sum(axis=1) == pytest.approx([1, 1])
    assert choice.posteriors[0, [4, 9]] == pytest.approx([0.7, 0.3], abs=0.01)
    assert choice.posteriors[1, 2] > 0.95
    assert choice.probability == pytest.approx(0.7, abs=0.06)


def test_nothing_is_nothing():
    choice = choose([view(BLANK, BLANK, BLANK)])
    assert choice.signs == ()
    assert choice.posteriors.shape == (0, 11)
    assert choice.probability > 0.9
