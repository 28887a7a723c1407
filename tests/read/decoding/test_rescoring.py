import numpy as np
import pytest

from inkdigits.read.decoding.rescoring import rescore


def view(*rows):
    """Return frames of the digits 0 to 9, "other" and the blank, each given as what is likely there."""
    frames = np.full((len(rows), 12), 0.001)
    for frame, likely in zip(frames, rows, strict=True):
        for label, probability in likely.items():
            frame[label] = probability
    return frames / frames.sum(axis=1, keepdims=True)


BLANK = {11: 1.0}


def test_two_views_outvote_one():
    seven = view(BLANK, {7: 0.6, 1: 0.4}, BLANK)
    one = view(BLANK, {1: 0.9, 7: 0.1}, BLANK)
    assert rescore([seven]).label_ids == (7,)
    assert rescore([seven, one]).label_ids == (1,)


def test_the_sum_over_paths_beats_the_best_path():
    # The best path is empty; but a 3 on one of the two frames is more likely.
    unsure = view({3: 0.45, 11: 0.55}, {3: 0.45, 11: 0.55})
    from_best_path = view(BLANK, {3: 0.9, 11: 0.1})
    assert rescore([unsure, from_best_path]).label_ids == (3,)


def test_a_string_that_no_view_reads_right_is_still_found():
    left_wrong = view(BLANK, {4: 0.55, 9: 0.45}, BLANK, {2: 1.0}, BLANK)
    right_wrong = view(BLANK, {9: 1.0}, BLANK, {7: 0.55, 2: 0.45}, BLANK)
    assert rescore([left_wrong, right_wrong]).label_ids == (9, 2)


def test_posteriors_name_the_alternative_and_sum_to_one():
    decoded = rescore([view(BLANK, {4: 0.7, 9: 0.3}, BLANK, {2: 1.0}, BLANK)])
    assert decoded.label_ids == (4, 2)
    assert decoded.spans == ((1, 2), (3, 4))
    assert decoded.posteriors.sum(axis=1) == pytest.approx([1, 1])
    assert decoded.posteriors[0, [4, 9]] == pytest.approx([0.7, 0.3], abs=0.01)
    assert decoded.posteriors[1, 2] > 0.95
    assert decoded.probability == pytest.approx(0.7, abs=0.06)


def test_an_empty_line_is_an_empty_string():
    decoded = rescore([view(BLANK, BLANK, BLANK)])
    assert decoded.label_ids == ()
    assert decoded.posteriors.shape == (0, 11)
    assert decoded.probability > 0.9


def test_views_that_read_otherwise_lower_agreement_and_margin():
    seven = view(BLANK, {7: 0.8, 1: 0.2}, BLANK)
    one = view(BLANK, {1: 0.7, 7: 0.3}, BLANK)
    alone, together = rescore([seven]), rescore([seven, one])
    assert (alone.label_ids, together.label_ids) == ((7,), (7,))
    assert (alone.agreement, together.agreement) == (1.0, 0.5)
    assert alone.margin > together.margin > 0
    assert alone.least_view_log_probability == pytest.approx(alone.log_probability)
    assert together.least_view_log_probability < together.log_probability < 0


def test_a_string_without_another_candidate_has_an_infinite_margin():
    assert rescore([0.0001 + 0.9988 * np.eye(12)[[11, 4, 11]]]).margin == np.inf
