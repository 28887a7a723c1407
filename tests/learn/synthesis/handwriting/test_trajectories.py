import numpy as np
import pytest

from inkdigits.learn.synthesis.handwriting.trajectories import Habits, rewrite, sample_habits, slanted, with_tail

ANGLE = np.concatenate(
    [np.stack([np.linspace(0, 1, 30), np.full(30, -1.0)], 1), np.stack([np.full(30, 1.0), np.linspace(-1, 0, 30)], 1)]
).astype(np.float32)
"""Along the top and down."""


def written(seed=0, **habits):
    (stroke,) = rewrite([ANGLE], Habits(**habits), np.random.default_rng(seed))
    return stroke


def test_bent_strokes_stay_smooth_and_near():
    bent = written(bend=0.06)
    assert 0.02 < np.abs(bent - ANGLE).max() < 0.5
    assert np.abs(np.diff(bent, axis=0)).max() < 0.1
    assert not np.array_equal(bent, written(seed=1, bend=0.06))


def test_hurry_rounds_corners_and_keeps_the_ends():
    round_ = written(hurry=0.3)
    assert len(round_) == len(ANGLE)
    assert np.hypot(*(round_ - (1, -1)).T).min() > 0.08
    assert np.abs(round_[[0, -1]] - ANGLE[[0, -1]]).max() < 0.15


def test_shortened_strokes_are_left_open():
    lengths = [len(written(seed, shorten=0.3)) for seed in range(20)]
    assert min(lengths) >= 0.4 * len(ANGLE)
    assert np.mean(lengths) < 0.9 * len(ANGLE)


def test_slant_leans_to_the_right_and_tails_hang_below():
    (leaning,) = slanted([ANGLE], 0.3, 0.0)
    assert leaning[0] == pytest.approx((0.3, -1))
    assert leaning[-1] == pytest.approx((1, 0))
    (tailed,) = with_tail([ANGLE], 0.8)
    assert tailed[-1] == pytest.approx((1, 0.8))
    assert np.array_equal(tailed[:30], ANGLE[:30])


def test_people_differ():
    habits = [sample_habits(np.random.default_rng(seed)) for seed in range(40)]
    assert 5 < sum(each.hurry > 0 for each in habits) < 30
    assert 5 < sum(each.shorten > 0 for each in habits) < 30
    assert np.std([each.aspect for each in habits]) > 0.05
