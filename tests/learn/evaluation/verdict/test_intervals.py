from inkdigits.learn.evaluation.verdict.curves import recent_fall
from inkdigits.learn.evaluation.verdict.intervals import surely_better, wilson_interval

from .conftest import measured


def test_intervals_hold_at_the_ends():
    assert wilson_interval(0, 10)[0] == 0.0
    assert wilson_interval(10, 10)[1] == 1.0
    assert wilson_interval(10, 10)[0] > 0.7


def test_the_same_difference_is_sure_on_many_digits_only():
    assert surely_better(measured("train", 5000, 100), measured("test", 5000, 250))
    assert not surely_better(measured("train", 5000, 100), measured("test", 40, 2))


def test_a_fall_within_the_noise_of_a_curve_is_none():
    noisy = [0.9, 0.4, 0.30, 0.33, 0.28, 0.34, 0.27, 0.33, 0.29, 0.32, 0.28]
    assert recent_fall(noisy) is None
    assert recent_fall([2.0, 1.0, 0.6, 0.42, 0.35]) is not None
    assert recent_fall([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]) == (4, 0.2)
    assert recent_fall([0.0, 0.0]) is None
    assert recent_fall([0.4]) is None
