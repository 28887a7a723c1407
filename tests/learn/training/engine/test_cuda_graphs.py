"""Captured steps on a CPU: a tape replays operations as a CUDA graph replays kernels."""

import pytest
import torch
from torch import nn

from helpers.recipes import small_recipe
from helpers.tape import Tape
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.training.engine.cuda_graphs import GraphedStep
from inkdigits.learn.training.engine.step_metrics import StepMetrics
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.learn.training.tasks.task import Batch
from inkdigits.recipes import load_recipe

CPU = torch.device("cpu")


def make_trainer(network, recipe, digits, *, captured):
    """Return a trainer; a captured one records on a tape, which unlike a graph runs the step while it records."""
    trainer = None

    def capture(step, batch):
        before, tape = trainer.state_dict(), Tape()
        with tape:
            result = step(batch)
        trainer.load_state_dict(before)
        return tape.replay, result

    task = make_task(recipe, digits.train, seed=1, device=CPU)
    trainer = Trainer(network, recipe, task, device=CPU, capture=capture if captured else None)
    return trainer


def trained(recipe, digits, *, captured, network=None, epochs=5):
    torch.manual_seed(1)
    trainer = make_trainer(network or build_network(recipe), recipe, digits, captured=captured)
    trainer.network.train()
    torch.manual_seed(2)
    for number in range(epochs * trainer.task.steps_per_epoch):
        trainer.step(number, 2.0 ** -(6 + number % 3))  # the same in 32 and in 64 bits
    return trainer, trainer.compute_step_metrics()


RECIPES = {
    "dense, adam, dropout": load_recipe("mlp-dropout", {"layers.1.units": 16, "layers.3.units": 16, "batch_size": 64}),
    "dense, sgd": load_recipe("softmax", {"batch_size": 64, "optimizer.momentum": 0.9}),
    "dense, rmsprop": load_recipe("mlp-tanh", {"layers.1.units": 16, "batch_size": 64, "optimizer.momentum": 0.5}),
    "convolutions, batch norm, dropout": small_recipe(
        augmentation=False, gradient_norm=1.0, weight_averaging=0.9, label_smoothing=0.1
    ),
    "adamw": small_recipe(augmentation=False, optimizer={"name": "adamw"}),
}


@pytest.mark.parametrize("name", RECIPES)
def test_replayed_steps_equal_steps_run_by_python(digits, name):
    """The same bits, with two batch sizes (the last batch of an epoch is smaller) and changing learning rates."""
    replayed, metrics = trained(RECIPES[name], digits, captured=True)
    plain, expected_metrics = trained(RECIPES[name], digits, captured=False)
    assert metrics == expected_metrics
    assert (replayed.step_mode, plain.step_mode) == ("captured and replayed", "one by one")
    found, expected = replayed.state_dict(), plain.state_dict()
    assert [key for key in expected if not torch.equal(found[key], expected[key])] == []
    assert all(torch.equal(*pair) for pair in zip(*map(_weights, (replayed, plain)), strict=True))


def _weights(trainer):
    return trainer.weights().values()


class Synchronizing(nn.Module):
    """A network that waits for the device in every step."""

    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(784, 10)

    def forward(self, pictures):
        return self.dense(pictures.flatten(1)) * (1.0 if pictures.sum().item() > 0 else 2.0)


def test_a_step_that_waits_for_the_device_falls_back_and_says_why(digits):
    torch.manual_seed(3)
    network, copy = Synchronizing(), Synchronizing()
    copy.load_state_dict(network.state_dict())
    recipe = small_recipe(augmentation=False)
    trainer, metrics = trained(recipe, digits, captured=True, network=network, epochs=2)
    assert trainer.step_mode.startswith("one by one: the step can't be captured (")
    assert "waits for the device" in trainer.step_mode
    assert metrics == trained(recipe, digits, captured=False, network=copy, epochs=2)[1]


def test_targets_that_are_no_tensor_are_not_captured():
    def never(step, batch):
        raise AssertionError("captured")

    step = GraphedStep(lambda batch: StepMetrics(batch.pictures.mean(), 1, 1), never)
    for _ in range(5):
        assert step(Batch(torch.ones(1, 1, 40, 60), [[1, 2]], 1)).loss == 1
    assert step.fallback_reason == "what is learned has no fixed shape"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_steps_are_taken_one_by_one(train_small):
    assert train_small(load_recipe("softmax", {"epochs": 1})).read_json("environment.json")["step"] == "one by one"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_on_a_gpu_steps_are_captured(train_small):
    recipe = load_recipe("mlp-100x2", {"epochs": 10, "batch_size": 50})
    run = train_small(recipe, device="cuda")
    assert run.read_json("environment.json")["step"] == "captured and replayed"
    on_cpu = train_small(recipe, "cpu")
    assert run.history["loss"] == pytest.approx(on_cpu.history["loss"], rel=0.05)
