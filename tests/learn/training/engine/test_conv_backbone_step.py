"""`ConvBackboneStep` computes the gradients of autograd."""

import copy

import pytest
import torch
from torch import nn

from helpers.recipes import small_recipe
from helpers.steps import batch_of, gradients
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.training.engine.autograd_step import AutogradStep
from inkdigits.learn.training.engine.conv_backbone_step import ConvBackboneStep
from inkdigits.learn.training.engine.trainer import make_step
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.recipes import load_recipe

CPU = torch.device("cpu")
SUM = {"loss_reduction": "sum"}
HEAD = [{"type": "dense", "units": 120, "activation": "relu"}, {"type": "dense", "units": 10, "activation": "softmax"}]
BACKBONE = [
    {"type": "conv2d", "filters": 8, "kernel_size": 5, "padding": "same", "activation": "relu"},
    {"type": "max_pool", "size": 2},
    {"type": "batch_norm"},
]
PLAIN = {"augmentation": False, "schedule": {"name": "constant"}, "early_stopping": False}


def conv_recipe(**changes):
    return small_recipe(**(PLAIN | {"layers": [*BACKBONE, {"type": "flatten"}, *HEAD]} | changes))


def two_of(recipe):
    torch.manual_seed(1)
    network = build_network(recipe)
    return network, copy.deepcopy(network)


@pytest.mark.parametrize(
    "changes",
    [{}, {"label_smoothing": 0.2}, {"loss": "mean_squared_error"}, SUM, SUM | {"label_smoothing": 0.2}],
    ids=["cross_entropy", "smoothed", "mean_squared_error", "sum", "smoothed sum"],
)
class TestAgainstAutograd:
    def test_metrics_and_gradients_are_those_of_autograd(self, digits, changes):
        recipe = conv_recipe(**changes)
        network, plain = two_of(recipe)
        task = make_task(recipe, digits.train, seed=1, device=CPU)
        step, autograd = (
            make_step(network, task, recipe, torch.float32),
            AutogradStep(plain, task, reduction=recipe.loss_reduction),
        )
        assert isinstance(step, ConvBackboneStep)
        for examples in (64, 17, 64):  # the last batch of an epoch is smaller, and the next one is whole again
            metrics, found = gradients(step, network, batch_of(examples))
            expected_metrics, expected = gradients(autograd, plain, batch_of(examples))
            assert metrics.loss.item() == pytest.approx(expected_metrics.loss.item(), rel=1e-5)
            assert (int(metrics.correct), metrics.examples) == (int(expected_metrics.correct), examples)
            scale = 2 * examples if recipe.loss_reduction == "sum" else 1
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6 * scale)

    def test_bf16_gradients_are_as_exact_as_with_autocast(self, digits, changes):
        recipe = conv_recipe(**changes)
        network, plain = two_of(recipe)
        task = make_task(recipe, digits.train, seed=1, device=CPU)
        step = make_step(network, task, recipe, torch.bfloat16)
        _, bf16 = gradients(step, network, batch_of(64))
        _, autocast = gradients(
            AutogradStep(network, task, torch.bfloat16, recipe.loss_reduction), network, batch_of(64)
        )
        _, exact = gradients(AutogradStep(plain, task, reduction=recipe.loss_reduction), plain, batch_of(64))
        for expected, found, other in zip(exact, bf16, autocast, strict=True):
            assert 0 < (found - expected).norm() <= 1.5 * (other - expected).norm() + 0.005 * expected.norm()


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("kind", ["convolutions", "dense"])
def test_a_resumed_training_equals_an_uninterrupted_one(train_small, kind, precision):
    recipe = conv_recipe if kind == "convolutions" else wide_dense_recipe
    train_small(recipe(epochs=1), "cut", precision=precision)
    longer = train_small(recipe(epochs=3), "cut", resume=True)
    whole = train_small(recipe(epochs=3), "whole", precision=precision)
    for name in ("weights.safetensors", "history.json", "metrics.json"):
        assert (longer.path / name).read_bytes() == (whole.path / name).read_bytes()


def wide_dense_recipe(**changes):
    """Return a recipe whose first layer is large enough for bf16."""
    hidden = {"type": "dense", "units": 160, "activation": "tanh"}
    dropout = {"type": "dropout", "rate": 0.2}
    return small_recipe(**(PLAIN | {"layers": [{"type": "flatten"}, hidden, dropout, HEAD[-1]]} | changes))


def test_the_cnn_of_the_tutorials_fits():
    assert ConvBackboneStep.fits(build_network(load_recipe("cnn")))


def _network(backbone, *head):
    return nn.Sequential(backbone, nn.Flatten(), *head)


def _hooked():
    network = _network(nn.Conv2d(1, 4, 5), nn.Linear(4 * 576, 10))
    network.register_forward_hook(lambda module, inputs, outputs: None)
    return network


def _shared():
    layer = nn.Linear(28, 28)
    return nn.Sequential(layer, nn.Flatten(), nn.Linear(784, 28), nn.ReLU(), layer)


OTHERS = {
    "a backbone without weights": lambda: _network(nn.MaxPool2d(2), nn.Linear(196, 10)),
    "no head": lambda: _network(nn.Conv2d(1, 10, 28)),
    "no flatten": lambda: nn.Sequential(nn.Conv2d(1, 10, 28), nn.AdaptiveAvgPool2d(1)),
    "batch norm in the head": lambda: _network(nn.Conv2d(1, 4, 5), nn.BatchNorm1d(4 * 576), nn.Linear(4 * 576, 10)),
    "channels are not flattened": lambda: nn.Sequential(nn.Conv2d(1, 10, 5), nn.Flatten(2), nn.Linear(576, 10)),
    "a layer shared by backbone and head": _shared,
    "a hook": _hooked,
    "no sequence": lambda: nn.Conv2d(1, 10, 28),
}


@pytest.mark.parametrize("name", OTHERS)
def test_anything_else_is_left_to_autograd(name):
    assert not ConvBackboneStep.fits(OTHERS[name]())
