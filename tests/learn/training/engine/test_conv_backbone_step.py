"""Convolutions through autograd with a head that is written out learn what autograd alone would."""

import copy

import pytest
import torch
from torch import nn

from helpers.recipes import small_recipe
from helpers.steps import batch_of, gradients
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.training.engine.backward import AutogradStep
from inkdigits.learn.training.engine.conv_backbone_step import ConvBackboneStep
from inkdigits.learn.training.engine.trainer import make_step
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.recipes import load_recipe

CPU = torch.device("cpu")
HEAD = [{"type": "dense", "units": 120, "activation": "relu"}, {"type": "dense", "units": 10, "activation": "softmax"}]
FEATURES = [
    {"type": "conv2d", "filters": 8, "kernel_size": 5, "padding": "same", "activation": "relu"},
    {"type": "max_pool", "size": 2},
    {"type": "batch_norm"},
]
PLAIN = {"augmentation": False, "schedule": {"name": "constant"}, "early_stopping": False}


def headed_recipe(**changes):
    return small_recipe(**(PLAIN | {"layers": [*FEATURES, {"type": "flatten"}, *HEAD]} | changes))


def two_of(recipe):
    torch.manual_seed(1)
    network = build_network(recipe)
    return network, copy.deepcopy(network)


@pytest.mark.parametrize(
    "changes",
    [{}, {"label_smoothing": 0.2}, {"loss": "mean_squared_error"}],
    ids=["cross_entropy", "smoothed", "mean_squared_error"],
)
class TestAgainstAutograd:
    def test_loss_right_answers_and_gradients(self, digits, changes):
        recipe = headed_recipe(**changes)
        network, plain = two_of(recipe)
        task = make_task(recipe, digits.train, seed=1, device=CPU)
        headed, autograd = make_step(network, task, recipe, torch.float32), AutogradStep(plain, task)
        assert isinstance(headed, ConvBackboneStep)
        for examples in (64, 17, 64):  # the last batch of an epoch is smaller, and the next one is whole again
            outcome, found = gradients(headed, network, batch_of(examples))
            wanted_outcome, wanted = gradients(autograd, plain, batch_of(examples))
            assert outcome.loss.item() == pytest.approx(wanted_outcome.loss.item(), rel=1e-5)
            assert (int(outcome.correct), outcome.examples) == (int(wanted_outcome.correct), examples)
            torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-6)

    def test_in_bf16_gradients_are_as_near_to_the_exact_ones(self, digits, changes):
        recipe = headed_recipe(**changes)
        network, plain = two_of(recipe)
        task = make_task(recipe, digits.train, seed=1, device=CPU)
        headed = make_step(network, task, recipe, torch.bfloat16)
        _, ours = gradients(headed, network, batch_of(64))
        _, autocast = gradients(AutogradStep(network, task, torch.bfloat16), network, batch_of(64))
        _, exact = gradients(AutogradStep(plain, task), plain, batch_of(64))
        for wanted, found, other in zip(exact, ours, autocast, strict=True):
            assert 0 < (found - wanted).norm() <= 1.5 * (other - wanted).norm() + 0.005 * wanted.norm()


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("kind", ["convolutions", "dense"])
def test_a_training_goes_on_as_if_it_had_never_stopped(train_small, kind, precision):
    recipe = headed_recipe if kind == "convolutions" else wide_dense_recipe
    train_small(recipe(epochs=1), "cut", precision=precision)
    longer = train_small(recipe(epochs=3), "cut", resume=True)
    whole = train_small(recipe(epochs=3), "whole", precision=precision)
    for name in ("weights.safetensors", "history.json", "metrics.json"):
        assert (longer.path / name).read_bytes() == (whole.path / name).read_bytes()


def wide_dense_recipe(**changes):
    """A first layer whose products are large enough to be rounded."""
    hidden = {"type": "dense", "units": 160, "activation": "tanh"}
    dropout = {"type": "dropout", "rate": 0.2}
    return small_recipe(**(PLAIN | {"layers": [{"type": "flatten"}, hidden, dropout, HEAD[-1]]} | changes))


def test_the_convolutions_of_the_tutorials_have_a_head():
    assert ConvBackboneStep.fits(build_network(load_recipe("cnn")))


def _network(features, *head):
    return nn.Sequential(features, nn.Flatten(), *head)


def _hooked():
    network = _network(nn.Conv2d(1, 4, 5), nn.Linear(4 * 576, 10))
    network.register_forward_hook(lambda module, inputs, outputs: None)
    return network


def _shared():
    layer = nn.Linear(28, 28)
    return nn.Sequential(layer, nn.Flatten(), nn.Linear(784, 28), nn.ReLU(), layer)


OTHERS = {
    "nothing learns before": lambda: _network(nn.MaxPool2d(2), nn.Linear(196, 10)),
    "nothing behind": lambda: _network(nn.Conv2d(1, 10, 28)),
    "no flatten": lambda: nn.Sequential(nn.Conv2d(1, 10, 28), nn.AdaptiveAvgPool2d(1)),
    "batch norm in the head": lambda: _network(nn.Conv2d(1, 4, 5), nn.BatchNorm1d(4 * 576), nn.Linear(4 * 576, 10)),
    "flattened from the channels of pixels on": lambda: nn.Sequential(
        nn.Conv2d(1, 10, 5), nn.Flatten(2), nn.Linear(576, 10)
    ),
    "a layer in both": _shared,
    "a hook": _hooked,
    "no sequence": lambda: nn.Conv2d(1, 10, 28),
}


@pytest.mark.parametrize("name", OTHERS)
def test_anything_else_is_left_to_autograd(name):
    assert not ConvBackboneStep.fits(OTHERS[name]())
