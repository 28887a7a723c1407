import pytest

from inkdigits.learn.training.schedules import learning_rate_at
from inkdigits.recipes.optimizers import Constant, Cosine, OneCycle


def learning_rates(schedule, steps=100):
    return [learning_rate_at(schedule, 2.0, step, steps) for step in range(steps)]


def test_constant():
    assert set(learning_rates(Constant())) == {2.0}


def test_cosine_falls_from_the_base_to_the_final_share():
    rates = learning_rates(Cosine(name="cosine", final=0.1))
    assert rates[0] == 2.0
    assert rates[50] == pytest.approx(1.1)
    assert rates[-1] == pytest.approx(0.2, abs=0.001)
    assert rates == sorted(rates, reverse=True)


def test_cosine_warms_up():
    rates = learning_rates(Cosine(name="cosine", warmup=0.1))
    assert rates[:10] == sorted(rates[:10])
    assert 0 < rates[0] < 0.3
    assert rates[10] == 2.0


def test_one_cycle_rises_and_falls():
    rates = learning_rates(OneCycle(name="one_cycle", rise=0.3))
    assert rates[0] == pytest.approx(0.08)
    assert max(rates) == rates[30] == 2.0
    assert rates[:31] == sorted(rates[:31])
    assert rates[30:] == sorted(rates[30:], reverse=True)
    assert rates[-1] < 0.01
