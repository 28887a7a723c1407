import numpy as np
import pytest
import torch
from torch import nn

from helpers.recipes import small_recipe
from inkdigits.learn.training.engine.ema import ExponentialMovingAverage


def network():
    return nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))


def test_a_step_late_in_training_moves_the_average_by_one_minus_decay():
    first = network()
    average = ExponentialMovingAverage(first, decay=0.9)
    start = {name: value.clone() for name, value in average.network.state_dict().items()}
    with torch.no_grad():
        for value in (*first.parameters(), first[1].running_mean, first[1].running_var):
            value.add_(1)
    average.update(first, 10_000)
    for name, value in average.network.state_dict().items():
        moved = 0.1 if value.is_floating_point() else 0
        torch.testing.assert_close(value, start[name] + moved)


def test_at_the_start_little_is_remembered():
    learning = network()
    average = ExponentialMovingAverage(learning, decay=0.999)
    with torch.no_grad():
        learning[0].bias.fill_(7.0)
    for step in range(20):
        average.update(learning, step)
    torch.testing.assert_close(average.network[0].bias, torch.full((2,), 7.0), atol=0.05, rtol=0)


def test_the_average_is_a_copy_that_never_learns_by_itself():
    learning = network()
    average = ExponentialMovingAverage(learning, decay=0.5)
    assert not average.network.training
    assert not any(parameter.requires_grad for parameter in average.network.parameters())
    kept = average.network[0].bias.clone()
    with torch.no_grad():
        learning[0].bias += 1
    assert learning.training
    torch.testing.assert_close(average.network[0].bias, kept)


class TestInTraining:
    @pytest.fixture
    def averaging(self):
        return small_recipe(weight_averaging=0.9, epochs=3, early_stopping=False)

    def test_the_run_keeps_the_averaged_weights(self, train_small, averaging):
        run = train_small(averaging)
        tensors, _ = run.load_checkpoint()
        for name, value in run.weights().items():
            np.testing.assert_array_equal(value, tensors[f"average.{name}"])
        assert any(not np.array_equal(run.weights()[name], tensors[f"network.{name}"]) for name in run.weights())

    def test_what_is_watched_is_the_average(self, train_small, averaging):
        watched = train_small(averaging.model_copy(update={"validation": 0.0, "watch_test": True}))
        test = watched.read_json("metrics.json")["test"]
        assert watched.history.records[-1].val_loss == pytest.approx(test["loss"], rel=1e-6)
