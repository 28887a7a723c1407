import itertools

import numpy as np
import pytest
from scipy import stats

from inkdigits.learn.evaluation.comparison.paired import (
    adjust_p_values,
    mcnemar_p_value,
    paired_mean_difference,
    paired_share_difference,
)


@pytest.mark.parametrize(
    ("only_first", "only_second"), [(0, 0), (0, 1), (5, 0), (1, 7), (40, 63), (163, 40), (3, 2000)]
)
def test_the_test_is_the_binomial_one_of_scipy(only_first, only_second):
    both = only_first + only_second
    expected = stats.binomtest(only_second, both).pvalue if both else 1.0
    assert mcnemar_p_value(only_first, only_second) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_published_values():
    # Bentur et al., 2009, as in Fagerland, Lydersen and Laake, 2014: one discordant pair against seven.
    assert mcnemar_p_value(1, 7) == pytest.approx(0.0703, abs=5e-5)


def test_the_interval_leaves_out_zero_exactly_where_the_test_is_below_five_percent():
    for only_first, only_second in itertools.product(range(0, 40, 3), range(0, 40, 4)):
        found = paired_share_difference(only_first, only_second, 500)
        assert (found.p_value < 0.05) == (not found.low <= 0 <= found.high)
        assert found.low <= found.value <= found.high


def test_the_interval_is_turned_with_the_pair():
    one, other = paired_share_difference(12, 30, 1000), paired_share_difference(30, 12, 1000)
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


def test_the_interval_covers_the_truth_as_often_as_it_says():
    generator = np.random.default_rng(1)
    drawn = generator.multinomial(400, [0.02, 0.05, 0.93], size=150)
    found = {(first, second): paired_share_difference(first, second, 400) for first, second, _ in drawn.tolist()}
    covered = [found[first, second].low <= 0.03 <= found[first, second].high for first, second, _ in drawn.tolist()]
    assert 0.92 <= np.mean(covered) < 1


def test_without_any_difference_the_interval_is_that_of_no_event():
    found = paired_share_difference(0, 0, 100)
    # Clopper and Pearson's upper limit for none of a hundred.
    assert found.high == pytest.approx(stats.binomtest(0, 100).proportion_ci().high)
    assert (found.value, found.low, found.p_value) == (0, pytest.approx(-found.high), 1)


def test_means_are_those_of_scipys_paired_t_test():
    first, second = [0.971, 0.975, 0.969, 0.974, 0.972], [0.981, 0.979, 0.983, 0.980, 0.977]
    found = paired_mean_difference(first, second)
    expected = stats.ttest_rel(second, first)
    interval = expected.confidence_interval()
    assert (found.low, found.high, found.p_value) == pytest.approx((interval.low, interval.high, expected.pvalue))


def test_seeds_that_happen_to_agree_keep_an_interval():
    alike = paired_mean_difference([0.90, 0.91], [0.91, 0.92], resolution=0.01)
    assert alike.low < 0 < alike.high
    assert alike.p_value > 0.05
    assert paired_mean_difference([0.5, 0.6], [0.5, 0.6]).p_value == 1


def test_holms_method():
    assert adjust_p_values([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert adjust_p_values([0.9, 0.001]) == pytest.approx([0.9, 0.002])
