"""A loop in PyTorch as in its official MNIST example: DataLoader, float32, optimiser with its defaults.

It differs from the example where that would only be slower, or another training: pictures are scaled once, not read
through PIL and transforms each time, and batches are shuffled. The time is that of the loop.
"""

import time
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from side_by_side.digits import FIRST_STEPS, as_floats, read_digits
from side_by_side.workload import Workload

LOG_EVERY = 10
"""Steps between two looks at the loss, as in the example."""

EVALUATION_BATCH = 1000
"""Digits evaluated at a time, as in the example."""


class Contender:
    """A hand-written loop.

    Args:
        workload: What to train.
    """

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self._digits = read_digits(workload)

    def set_up(self) -> None:
        """Scale the digits, build network and optimiser, take the first steps, and build both again."""
        torch.manual_seed(self.workload.seed)
        digits, learned = self._digits, self.workload.learned
        images, labels = torch.from_numpy(as_floats(digits.images)).unsqueeze(1), torch.from_numpy(digits.labels).long()
        self._learned = TensorDataset(images[:learned], labels[:learned])
        test_images = torch.from_numpy(as_floats(digits.test_images)).unsqueeze(1)
        self._test = TensorDataset(test_images, torch.from_numpy(digits.test_labels).long())
        self._watched = {
            "validation": TensorDataset(images[learned:], labels[learned:]),
            "test": self._test,
            None: None,
        }[self.workload.watched]
        self._build()
        self._steps(self._batches(), FIRST_STEPS)
        self._build()

    def train(self) -> float:
        """Take the workload's steps, and return the seconds they took."""
        start = time.perf_counter()
        batches = self._batches()
        for _ in range(self.workload.epochs):
            self._steps(batches, self.workload.steps_per_epoch)
            if self._watched:
                self._accuracy(self._watched)
        return time.perf_counter() - start

    def test_accuracy(self) -> float:
        """Return the share of test digits that are classified right."""
        return self._accuracy(self._test)

    def made_with(self) -> dict[str, Any]:
        """Return versions."""
        return {"torch": version("torch"), "numpy": version("numpy"), "precision": "float32"}

    def _build(self) -> None:
        self._network = build(self.workload)
        self._optimizer = _optimizer(self.workload.optimizer, self._network)

    def _batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        loader = DataLoader(self._learned, batch_size=self.workload.batch_size, shuffle=True)
        while True:
            yield from loader

    def _steps(self, batches: Iterator[tuple[Tensor, Tensor]], count: int) -> None:
        self._network.train()
        for step in range(count):
            images, labels = next(batches)
            self._optimizer.zero_grad()
            loss = functional.cross_entropy(self._network(images), labels)
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()
            if step % LOG_EVERY == 0:
                loss.item()

    def _accuracy(self, digits: TensorDataset) -> float:
        self._network.eval()
        with torch.no_grad():
            right = [
                (self._network(images).argmax(dim=1) == labels).sum().item()
                for images, labels in DataLoader(digits, batch_size=EVALUATION_BATCH)
            ]
        return float(sum(right) / len(digits))


def build(workload: Workload) -> nn.Sequential:
    """Return the network of a workload, up to its logits: the softmax is part of the loss.

    Args:
        workload: Its layers.
    """
    network = nn.Sequential(*(module for layer in workload.layers for module in _modules(layer)))
    network(torch.zeros(1, 1, 28, 28))
    for module, layer in zip(
        [module for module in network if isinstance(module, nn.Linear | nn.Conv2d)],
        [layer for layer in workload.layers if "initializer" in layer],
        strict=True,
    ):
        _initialise(module, layer)
    return network


def _modules(layer: dict[str, Any]) -> Iterator[nn.Module]:
    match layer["type"]:
        case "flatten":
            yield nn.Flatten()
        case "dropout":
            yield nn.Dropout(layer["rate"])
        case "max_pool":
            yield nn.MaxPool2d(layer["size"], layer.get("stride"))
        case "dense":
            yield nn.LazyLinear(layer["units"], bias=layer["use_bias"])
        case "conv2d":
            options = {"stride": layer["stride"], "padding": layer["padding"], "bias": layer["use_bias"]}
            yield nn.LazyConv2d(layer["filters"], layer["kernel_size"], **options)
        case unknown:
            raise ValueError(f"no module is known here for {unknown}; expected one of the six networks' layers")
    activations: dict[str, nn.Module] = {"relu": nn.ReLU(), "tanh": nn.Tanh()}
    if layer.get("activation") in activations:
        yield activations[layer["activation"]]


def _initialise(module: nn.Linear | nn.Conv2d, layer: dict[str, Any]) -> None:
    deviation = layer["initializer"].get("stddev")
    if deviation:
        nn.init.trunc_normal_(module.weight, std=deviation, a=-2 * deviation, b=2 * deviation)
    else:
        nn.init.xavier_uniform_(module.weight)
    if module.bias is not None:
        nn.init.constant_(module.bias, layer["bias"])


def _optimizer(settings: dict[str, Any], network: nn.Module) -> torch.optim.Optimizer:
    rate, parameters = settings["learning_rate"], network.parameters()
    match settings["name"]:
        case "sgd":
            return torch.optim.SGD(parameters, rate, settings["momentum"], nesterov=settings["nesterov"])
        case "rmsprop":
            options = {"alpha": settings["rho"], "momentum": settings["momentum"], "eps": settings["epsilon"]}
            return torch.optim.RMSprop(parameters, rate, **options)
        case "adam":
            betas = (settings["beta_1"], settings["beta_2"])
            return torch.optim.Adam(parameters, rate, betas, settings["epsilon"])
    raise ValueError(f"no optimiser is known here for {settings['name']}; expected sgd, rmsprop or adam")
