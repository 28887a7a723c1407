import numpy as np
import pytest
import torch
from torch import nn

from helpers.recipes import small_recipe
from inkdigits.learn.training.engine.ema import ExponentialMovingAverage


def network():
    return nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))


def test_a_late_step_moves_the_average_by_one_minus_decay():
    trained = network()
    ema = ExponentialMovingAverage(trained, decay=0.9)
    start = {name: value.clone() for name, value in ema.network.state_dict().items()}
    with torch.no_grad():
        for value in (*trained.parameters(), trained[1].running_mean, trained[1].running_var):
            value.add_(1)
    ema.update(trained, 10_000)
    for name, value in ema.network.state_dict().items():
        moved = 0.1 if value.is_floating_point() else 0
        torch.testing.assert_close(value, start[name] + moved)


def test_the_initial_weights_are_soon_forgotten():
    trained = network()
    ema = ExponentialMovingAverage(trained, decay=0.999)
    with torch.no_grad():
        trained[0].bias.fill_(7.0)
    for step in range(20):
        ema.update(trained, step)
    torch.testing.assert_close(ema.network[0].bias, torch.full((2,), 7.0), atol=0.05, rtol=0)


def test_the_average_is_a_copy_without_gradients():
    trained = network()
    ema = ExponentialMovingAverage(trained, decay=0.5)
    assert not ema.network.training
    assert not any(parameter.requires_grad for parameter in ema.network.parameters())
    before = ema.network[0].bias.clone()
    with torch.no_grad():
        trained[0].bias += 1
    assert trained.training
    torch.testing.assert_close(ema.network[0].bias, before)


class TestInTraining:
    @pytest.fixture
    def ema_recipe(self):
        return small_recipe(weight_averaging=0.9, epochs=3, early_stopping=False)

    def test_the_run_keeps_the_averaged_weights(self, train_small, ema_recipe):
        run = train_small(ema_recipe)
        tensors, _ = run.load_checkpoint()
        for name, value in run.weights().items():
            np.testing.assert_array_equal(value, tensors[f"average.{name}"])
        assert any(not np.array_equal(run.weights()[name], tensors[f"network.{name}"]) for name in run.weights())

    def test_the_average_is_what_is_evaluated(self, train_small, ema_recipe):
        run = train_small(ema_recipe.model_copy(update={"validation": 0.0, "watch_test": True}))
        test = run.read_json("metrics.json")["test"]
        assert run.history.records[-1].val_loss == pytest.approx(test["loss"], rel=1e-6)
