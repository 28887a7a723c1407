"""`FusedMLP` computes the gradients of autograd."""

import copy

import pytest
import torch
from torch import nn

from helpers.recipes import small_recipe
from helpers.steps import batch_of, gradients
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.training.engine.autograd_step import AutogradStep
from inkdigits.learn.training.engine.fused_mlp import FusedMLP
from inkdigits.learn.training.engine.trainer import Trainer, make_step
from inkdigits.learn.training.tasks.make import make_task
from inkdigits.recipes import load_recipe

CPU = torch.device("cpu")
SUM = {"loss_reduction": "sum"}


def dense_recipe(*activations, dropout=0.0, **changes):
    hidden = [{"type": "dense", "units": 24 + 8 * n, "activation": name} for n, name in enumerate(activations)]
    dropped = [{"type": "dropout", "rate": dropout}] if dropout else []
    layers = [{"type": "flatten"}, *(row for layer in hidden for row in (layer, *dropped))]
    base = {"epochs": 2, "augmentation": False, "schedule": {"name": "constant"}, "early_stopping": False}
    layers.append({"type": "dense", "units": 10, "activation": "softmax"})
    return small_recipe(**(base | {"layers": layers} | changes))


class TestAgainstAutograd:
    @pytest.mark.parametrize(
        "changes",
        [{}, {"label_smoothing": 0.2}, {"loss": "mean_squared_error"}, SUM, SUM | {"label_smoothing": 0.2}],
        ids=["cross_entropy", "smoothed", "mean_squared_error", "sum", "smoothed sum"],
    )
    @pytest.mark.parametrize("activations", [(), ("relu",), ("tanh", "relu"), ("sigmoid", "linear", "tanh")])
    def test_metrics_and_gradients_are_those_of_autograd(self, digits, activations, changes):
        recipe = dense_recipe(*activations, **changes)
        torch.manual_seed(1)
        network = build_network(recipe)
        plain = copy.deepcopy(network)
        task = make_task(recipe, digits.train, seed=1, device=CPU)
        step, autograd = (
            make_step(network, task, recipe, torch.float32),
            AutogradStep(plain, task, reduction=recipe.loss_reduction),
        )
        assert isinstance(step, FusedMLP)
        for examples in (64, 17, 64):  # the last batch of an epoch is smaller, and the next one is whole again
            metrics, found = gradients(step, network, batch_of(examples))
            expected_metrics, expected = gradients(autograd, plain, batch_of(examples))
            assert metrics.loss.item() == pytest.approx(expected_metrics.loss.item(), rel=1e-5)
            assert (int(metrics.correct), metrics.examples) == (int(expected_metrics.correct), examples)
            scale = 2 * examples if recipe.loss_reduction == "sum" else 1
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-7 * scale)

    def test_without_biases(self, digits):
        recipe = dense_recipe("relu")
        network = nn.Sequential(nn.Flatten(), nn.Linear(784, 20, bias=False), nn.ReLU(), nn.Linear(20, 10, bias=False))
        task = make_task(recipe, digits.train, seed=1, device=CPU)
        _, found = gradients(make_step(network, task, recipe, torch.float32), network, batch_of(8))
        _, expected = gradients(AutogradStep(network, task), network, batch_of(8))
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-7)

    @pytest.mark.parametrize("name", ["sgd", "rmsprop", "adam"])
    def test_whole_trainings(self, digits, name):
        """Compare the losses of three epochs with those of a plain torch loop."""
        recipe = dense_recipe("relu", "tanh", optimizer={"name": name, "learning_rate": 0.003})
        torch.manual_seed(1)
        network, plain = build_network(recipe), build_network(recipe)
        plain.load_state_dict(network.state_dict())
        trainer = Trainer(network, recipe, make_task(recipe, digits.train, seed=1, device=CPU), device=CPU)
        task = make_task(recipe, digits.train, seed=1, device=CPU)
        kind = {"sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam}[name]
        more = {"sgd": {}, "rmsprop": {"alpha": 0.9, "eps": 1e-7}, "adam": {"eps": 1e-7}}[name]
        optimizer, losses = kind(plain.parameters(), lr=0.003, **more), []
        for number in range(3 * task.steps_per_epoch):
            trainer.step(number, 0.003)
            optimizer.zero_grad()
            batch = task.batch(number)
            loss = nn.functional.cross_entropy(plain(batch.pictures), batch.targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        assert [loss for loss, _, _ in trainer.compute_step_metrics()] == pytest.approx(losses, rel=1e-3)


class TestDropout:
    @pytest.mark.parametrize("activation", ["relu", "tanh", "linear"])
    def test_gradients_are_those_of_the_loss_with_the_same_units_dropped(self, digits, activation):
        """Along the gradient the loss rises by its squared length; the same seed drops the same units."""
        recipe = dense_recipe(activation, activation, dropout=0.4)
        torch.manual_seed(1)
        network = build_network(recipe).double()
        step = make_step(network, make_task(recipe, digits.train, seed=1, device=CPU), recipe, torch.float32)
        assert isinstance(step, AutogradStep)  # the buffers are float32
        network.float()
        step = make_step(network, make_task(recipe, digits.train, seed=1, device=CPU), recipe, torch.float32)
        assert isinstance(step, FusedMLP)

        def loss():
            torch.manual_seed(7)
            return gradients(step, network, batch_of(32))[0].loss.item()

        loss()
        slope = [parameter.grad.clone() for parameter in network.parameters()]
        before = [parameter.detach().clone() for parameter in network.parameters()]

        def loss_along(length):
            with torch.no_grad():
                for parameter, start, direction in zip(network.parameters(), before, slope, strict=True):
                    parameter.copy_(start + length * direction)
            return loss()

        squared = sum(float((values**2).sum()) for values in slope)
        length = 0.01 / squared**0.5
        assert (loss_along(length) - loss_along(-length)) / (2 * length) == pytest.approx(squared, rel=0.02)

    @pytest.mark.parametrize("rate", [0.2, 0.5, 0.001])
    def test_the_rate_of_units_is_dropped_and_the_others_are_scaled_up(self, digits, rate):
        """All units are 1, so the gradients of the weights behind them are the dropout factors."""
        recipe = dense_recipe()
        network = nn.Sequential(nn.Flatten(), nn.Linear(784, 20_000), nn.Dropout(rate), nn.Linear(20_000, 10))
        with torch.no_grad():
            network[1].weight.zero_()
            network[1].bias.fill_(1)
            network[3].weight.zero_()
        step = make_step(network, make_task(recipe, digits.train, seed=1, device=CPU), recipe, torch.float32)
        assert isinstance(step, FusedMLP)
        torch.manual_seed(2)
        drawn = []
        for _ in range(2):
            step(batch_of(1))
            drawn.append(network[3].weight.grad[0] / network[3].bias.grad[0])
        kept = drawn[0] != 0
        assert 1 - kept.float().mean().item() == pytest.approx(rate, abs=0.015, rel=0.5)
        torch.testing.assert_close(drawn[0][kept], torch.full((int(kept.sum()),), 1 / (1 - rate)), rtol=1e-4, atol=0)
        assert not torch.equal(drawn[0], drawn[1])


@pytest.mark.parametrize("dropout", [0.0, 0.2])
@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam"])
def test_a_resumed_training_equals_an_uninterrupted_one(train_small, optimizer, dropout):
    changes = {"optimizer": {"name": optimizer}, "dropout": dropout}
    train_small(dense_recipe("relu", epochs=1, **changes), "cut")
    longer = train_small(dense_recipe("relu", epochs=3, **changes), "cut", resume=True)
    whole = train_small(dense_recipe("relu", epochs=3, **changes), "whole")
    for name in ("weights.safetensors", "history.json", "metrics.json"):
        assert (longer.path / name).read_bytes() == (whole.path / name).read_bytes()


@pytest.mark.parametrize("name", ["softmax", "mlp-tanh", "mlp-100x2", "mlp-1000", "mlp-dropout"])
def test_the_dense_networks_of_the_tutorials_fit(name):
    assert FusedMLP.fits(build_network(load_recipe(name)))


def _hooked():
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    network[1].register_forward_hook(lambda module, inputs, outputs: None)
    return network


def _shared():
    layer = nn.Linear(784, 784)
    return nn.Sequential(nn.Flatten(), layer, nn.ReLU(), layer)


OTHERS = {
    "convolutions": lambda: build_network(load_recipe("cnn")),
    "no flatten": lambda: nn.Sequential(nn.Linear(28, 10)),
    "an activation at the end": lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.ReLU()),
    "an unknown activation": lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 9), nn.GELU(), nn.Linear(9, 10)),
    "dropout before the activation": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(784, 9), nn.Dropout(), nn.ReLU(), nn.Linear(9, 10)
    ),
    "dropout of pixels": lambda: nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(784, 10)),
    "frozen": lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 10).requires_grad_(False)),
    "a shared layer": _shared,
    "a hook": _hooked,
    "no layer at all": nn.Sequential,
}


@pytest.mark.parametrize("name", OTHERS)
def test_anything_else_is_left_to_autograd(name):
    assert not FusedMLP.fits(OTHERS[name]())
