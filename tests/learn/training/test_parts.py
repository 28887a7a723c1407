"""The small parts of the loop: schedules, early stopping, losses, plan, state."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from inkdigits.data.dataset import Split
from inkdigits.learn.training.early_stopping import EarlyStoppingState
from inkdigits.learn.training.plan import make_plan
from inkdigits.learn.training.schedules import learning_rate_at
from inkdigits.learn.training.state import TrainingState
from inkdigits.learn.training.tasks.inference import as_input, predict_logits, predict_probabilities, score
from inkdigits.learn.training.tasks.losses import cross_entropy, mean_squared_error
from inkdigits.recipes import load_recipe
from inkdigits.recipes.optimizers import Constant, Cosine, OneCycle
from inkdigits.recipes.schema import EarlyStopping
from inkdigits.runs.history import History, Record


def record(step, val_loss=0.5, val_accuracy=0.9):
    return Record(step, float(step), 0.4, 0.95, val_loss, val_accuracy, 0.1)


class TestSchedules:
    def rates(self, schedule, steps=100):
        return [learning_rate_at(schedule, 2.0, step, steps) for step in range(steps)]

    def test_constant(self):
        assert set(self.rates(Constant())) == {2.0}

    def test_cosine_falls_from_the_base_to_the_final_share(self):
        rates = self.rates(Cosine(name="cosine", final=0.1))
        assert rates[0] == 2.0
        assert rates[50] == pytest.approx(1.1)
        assert rates[-1] == pytest.approx(0.2, abs=0.001)
        assert rates == sorted(rates, reverse=True)

    def test_cosine_warms_up(self):
        rates = self.rates(Cosine(name="cosine", warmup=0.1))
        assert rates[:10] == sorted(rates[:10])
        assert 0 < rates[0] < 0.3
        assert rates[10] == 2.0

    def test_one_cycle_rises_and_falls(self):
        rates = self.rates(OneCycle(name="one_cycle", rise=0.3))
        assert rates[0] == pytest.approx(0.08)
        assert max(rates) == rates[30] == 2.0
        assert rates[:31] == sorted(rates[:31])
        assert rates[30:] == sorted(rates[30:], reverse=True)
        assert rates[-1] < 0.01


class TestEarlyStopping:
    def steps_until_over(self, values, **settings):
        stopping, patience = EarlyStopping(**settings), EarlyStoppingState()
        for step, value in enumerate(values, 1):
            name = settings.get("monitor", "val_loss")
            patience = patience.after(record(step, **{name: value}), stopping)
            if patience.is_over(stopping):
                return step, patience
        return None, patience

    def test_it_waits_as_keras_does(self):
        step, patience = self.steps_until_over([0.5, 0.4, 0.45, 0.41, 0.3], patience=2)
        assert (step, patience.best, patience.best_step) == (4, 0.4, 2)

    def test_accuracy_is_better_when_higher(self):
        assert self.steps_until_over([0.8, 0.9, 0.95], monitor="val_accuracy", patience=1)[0] is None
        assert self.steps_until_over([0.8, 0.7], monitor="val_accuracy", patience=1)[0] == 2

    def test_gains_below_the_least_are_none(self):
        assert self.steps_until_over([0.5, 0.495, 0.49], min_delta=0.02, patience=2)[0] == 3

    def test_no_patience_stops_at_the_first_record_without_gain(self):
        assert self.steps_until_over([0.5, 0.4, 0.4], patience=0)[0] == 3


class TestLosses:
    logits = torch.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 3.0]])
    labels = torch.tensor([0, 1])

    def test_cross_entropy(self):
        first = math.log(math.exp(2) + 2) - 2
        second = math.log(2 + math.exp(3))
        assert cross_entropy(self.logits, self.labels).item() == pytest.approx((first + second) / 2)

    def test_mean_squared_error_is_that_of_probabilities_over_classes(self):
        probabilities = self.logits.softmax(dim=1)
        wanted = ((probabilities - torch.tensor([[1.0, 0, 0], [0, 1.0, 0]])) ** 2).mean()
        assert mean_squared_error(self.logits, self.labels).item() == pytest.approx(wanted.item())


def test_a_plan_counts_partial_batches():
    assert make_plan(load_recipe("mlp-100x2"), 450).steps == 15 * 5
    plan = make_plan(load_recipe("cnn"), 60_000)
    assert (plan.steps, plan.record_every, plan.checkpoint_every) == (10_000, 100, 1000)
    assert plan.epoch_at(10_000) == 8.3333


def test_a_state_survives_json():
    import json

    state = (
        TrainingState(seconds=1.5)
        .after_steps([(0.25, 3, 4)])
        .after_record(record(1, None, None), EarlyStoppingState(0.1, 1, 2))
    )
    state = state.after_steps([(1 / 3, 1, 4)])
    assert TrainingState.from_dict(json.loads(json.dumps(state.to_dict()))) == state
    assert state.totals.mean_loss == pytest.approx(1 / 3)
    assert state.totals.accuracy == 0.25


def test_a_history_is_series_and_table():
    history = History([record(1), record(2, 0.4)])
    assert dict(history)["val_loss"] == [0.5, 0.4]
    assert history["learning_rate"] == [0.1, 0.1]
    assert History.from_list(history.to_list()).records == history.records
    with pytest.raises(KeyError):
        history["val_acc"]


class TestInference:
    def test_scores_are_means_over_any_number_of_batches(self):
        torch.manual_seed(0)
        network = nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.Dropout(0.5)).train()
        images = np.random.default_rng(0).integers(0, 256, (601, 28, 28), dtype=np.uint8)
        split = Split(images, np.arange(601) % 10)
        logits = predict_logits(network, images)
        network.eval()
        whole = network(torch.from_numpy(images).unsqueeze(1).float() / 255)
        torch.testing.assert_close(logits, whole, rtol=1e-4, atol=1e-5)
        result = score(network, split, cross_entropy)
        assert result.loss == pytest.approx(cross_entropy(whole, torch.from_numpy(split.labels)).item(), rel=1e-4)
        assert result.errors == int((whole.argmax(dim=1).numpy() != split.labels).sum())
        assert result.accuracy == pytest.approx(1 - result.errors / 601)

    @pytest.mark.parametrize("flat", [True, False])
    def test_maps_are_made_of_few_digits_at_a_time(self, flat):
        torch.manual_seed(0)
        end = [nn.Flatten(), nn.Linear(64, 3)] if flat else [nn.Sequential(nn.Flatten(), nn.Linear(64, 3))]
        network = nn.Sequential(nn.Conv2d(1, 1, 7, stride=3), *end)
        images = np.random.default_rng(0).integers(0, 256, (601, 28, 28), dtype=np.uint8)
        seen = {}
        for number, layer in enumerate(network):
            layer.register_forward_hook(
                lambda _, came, went, number=number: seen.setdefault(number, []).append(len(went))
            )
        told = []
        logits = predict_logits(network, images, told.append)
        assert max(seen[0]) <= 100
        assert len(seen[1 + flat]) == (2 if flat else len(seen[0]))
        assert sum(told) == 601
        torch.testing.assert_close(logits, network(as_input(torch.from_numpy(images))), rtol=1e-4, atol=1e-5)

    def test_the_mode_of_the_network_is_left_as_it_was(self):
        network = nn.Sequential(nn.Flatten(), nn.Linear(784, 3)).train()
        probabilities = predict_probabilities(network, np.zeros((2, 28, 28), np.uint8))
        assert network.training
        assert probabilities.sum(axis=1) == pytest.approx([1, 1])

    def test_nothing_to_look_at(self):
        with pytest.raises(ValueError, match="no pictures"):
            predict_probabilities(nn.Flatten(), np.zeros((0, 28, 28), np.uint8))
