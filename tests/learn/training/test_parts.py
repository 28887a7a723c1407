"""Optimisers and the trainer."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from inkdigits.data.dataset import Split
from inkdigits.learn.training.engine.optimizers import build_optimizer
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.recipes import load_recipe


def test_optimisers_take_the_step_that_their_papers_give():
    """One step from weight 1 with gradient 2, worked out by hand."""
    steps = {
        "sgd": ({"learning_rate": 0.1}, 1 - 0.2),
        "rmsprop": ({"learning_rate": 0.1, "rho": 0.9}, 1 - 0.1 * 2 / math.sqrt(0.1 * 4)),
        "adam": ({"learning_rate": 0.1}, 1 - 0.1),
        "adamw": ({"learning_rate": 0.1, "weight_decay": 0.5}, 1 - 0.05 - 0.1),
    }
    for name, (settings, wanted) in steps.items():
        weight = torch.ones(1)
        recipe = load_recipe("softmax", {"optimizer": {"name": name} | settings})
        optimizer = build_optimizer(recipe.optimizer, [weight])
        optimizer.step([torch.full((1,), 2.0)], recipe.optimizer.learning_rate)
        assert weight.item() == pytest.approx(wanted, abs=1e-5), name


class TestEngine:
    def trainer(self, examples=10, batch_size=4):
        images = np.repeat(np.arange(examples, dtype=np.uint8), 784).reshape(-1, 28, 28)
        split = Split(images, np.arange(examples) % 10)
        recipe = load_recipe("softmax", {"batch_size": batch_size})
        network = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
        cpu = torch.device("cpu")
        return Trainer(network, recipe, make_task(recipe, split, seed=1, device=cpu), device=cpu)

    def epoch(self, trainer, number):
        each = trainer.task.steps_per_epoch
        batches = [trainer.task.batch(step) for step in range(number * each, (number + 1) * each)]
        return [round(float(picture[0, 0, 0]) * 255) for batch in batches for picture in batch.pictures]

    def test_an_epoch_shows_every_digit_once_in_an_order_of_its_own(self):
        trainer = self.trainer()
        first, second = self.epoch(trainer, 0), self.epoch(trainer, 1)
        assert sorted(first) == sorted(second) == list(range(10))
        assert first != second
        assert self.epoch(self.trainer(), 1) == second

    def test_the_last_batch_may_be_smaller(self):
        trainer = self.trainer()
        for step in range(3):
            trainer.step(step, 0.1)
        assert [examples for _, _, examples in trainer.collect()] == [4, 4, 2]

    def test_learning_rates_are_used(self):
        trainer = self.trainer()
        before = trainer.weights()
        trainer.step(0, 0.0)
        assert all(torch.equal(before[name], value) for name, value in trainer.weights().items())
        trainer.step(1, 0.1)
        assert not all(torch.equal(before[name], value) for name, value in trainer.weights().items())
