"""Steps of a trainer, and its choice of threads."""

import numpy as np
import torch
from torch import nn

from helpers.recipes import small_recipe
from inkdigits.data.dataset import Split
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.recipes import load_recipe

CPU = torch.device("cpu")
PLAIN = {"schedule": {"name": "constant"}, "early_stopping": False}


class TestTrainer:
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

    def test_each_epoch_has_every_digit_once_in_a_new_order(self):
        trainer = self.trainer()
        first, second = self.epoch(trainer, 0), self.epoch(trainer, 1)
        assert sorted(first) == sorted(second) == list(range(10))
        assert first != second
        assert self.epoch(self.trainer(), 1) == second

    def test_the_last_batch_may_be_smaller(self):
        trainer = self.trainer()
        for step in range(3):
            trainer.step(step, 0.1)
        assert [examples for _, _, examples in trainer.compute_step_metrics()] == [4, 4, 2]

    def test_learning_rates_are_used(self):
        trainer = self.trainer()
        before = trainer.weights()
        trainer.step(0, 0.0)
        assert all(torch.equal(before[name], value) for name, value in trainer.weights().items())
        trainer.step(1, 0.1)
        assert not all(torch.equal(before[name], value) for name, value in trainer.weights().items())


def test_small_dense_networks_are_trained_with_one_thread(train_small, two_threads):
    layers = [{"type": "flatten"}, {"type": "dense", "units": 10, "activation": "softmax"}]
    dense = PLAIN | {"epochs": 1, "layers": layers}
    small = train_small(small_recipe(**dense), "small")
    asked = train_small(small_recipe(**dense), "asked", threads=2)
    assert [run.read_json("environment.json")["threads"] for run in (small, asked)] == [1, 2]
    assert torch.get_num_threads() == 2
