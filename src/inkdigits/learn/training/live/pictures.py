"""What a network looks like while it learns: first weights, answers to ten digits, confusion. Knows no files."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from inkdigits.core.types import SIDE, Images, Probabilities
from inkdigits.data.dataset import Split
from inkdigits.learn.training.engine.autograd_step import autocast
from inkdigits.learn.training.engine.trainer import Trainer
from inkdigits.learn.training.tasks.inference import predict_probabilities

_EXAMPLES = 10
"""Test digits whose answers are shown."""

_MAX_TEST_DIGITS = 500
"""Test digits that the confusion is counted on: of all 10,000 of MNIST it would take longer than an epoch of `uci`."""

_MAX_WEIGHTS = 32
"""Units or filters of the first layer that are shown."""


class NetworkPictures:
    """Looks into the network of a trainer.

    Args:
        trainer: Has the network.
        test: The test digits; the first ones are used, and one of each class is shown.
        classes: How many classes there are.
    """

    def __init__(self, trainer: Trainer, test: Split, classes: int) -> None:
        self._trainer, self._classes = trainer, classes
        self._test = test[:_MAX_TEST_DIGITS]
        self._shown = _one_of_each(self._test.labels, classes)

    def examples(self) -> list[dict[str, Any]]:
        """Return the test digits that are shown, with their labels."""
        return [
            {"label": int(self._test.labels[index]), "image": _encode(self._test.images[index])}
            for index in self._shown
        ]

    def look(self) -> dict[str, Any]:
        """Return answers to the shown digits, the confusion of classes, and the first weights, JSON-ready."""
        probabilities = self.predict(self._test.images)  # (N, classes)
        predicted = probabilities.argmax(axis=1)
        pairs = self._test.labels * self._classes + predicted
        confusion = np.bincount(pairs, minlength=self._classes**2).reshape(self._classes, self._classes)
        return {
            "answers": [[round(float(share), 4) for share in probabilities[index]] for index in self._shown],
            "confusion": confusion.tolist(),
            "digits": len(self._test),
            "weights": first_weights(self._trainer.final_network),
        }

    def predict(self, images: Images) -> Probabilities:
        """Return the probability of each class as the network is now, (N, classes), float32.

        Args:
            images: Normalized digits, (N, 28, 28), uint8, 0 is empty and 255 is ink.
        """
        with autocast(self._trainer.precision, self._trainer.device):
            return predict_probabilities(self._trainer.final_network, images)


def first_weights(network: nn.Module) -> dict[str, Any] | None:
    """Return the weights of the layer that sees the picture, a picture a unit or filter.

    Args:
        network: Any module.

    Returns:
        `height`, `width`, `count` (of all units), and `images`: base64 of signed bytes a unit, scaled so that the
        largest weight of all is 127. None if no layer sees the picture itself.

    Examples:
        >>> shown = first_weights(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)))
        >>> shown["height"], shown["width"], shown["count"], len(shown["images"])
        (28, 28, 10, 10)
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d) and module.in_channels == 1:
            return _scaled(module.weight[:, 0])
        if isinstance(module, nn.Linear):
            return _scaled(module.weight.reshape(-1, SIDE, SIDE)) if module.in_features == SIDE * SIDE else None
    return None


def _scaled(weights: Tensor) -> dict[str, Any]:
    """Return what `first_weights` does of weights (units, height, width)."""
    shown: NDArray[np.float32] = weights[:_MAX_WEIGHTS].detach().float().cpu().numpy()
    largest = max(float(np.abs(shown).max()), 1e-12)
    levels = np.rint(shown * (127 / largest)).astype(np.int8)
    return {
        "height": shown.shape[1],
        "width": shown.shape[2],
        "count": len(weights),
        "images": [base64.b64encode(unit.tobytes()).decode() for unit in levels],
    }


def _one_of_each(labels: NDArray[np.int64], classes: int) -> list[int]:
    """Return the place of the first digit of each of the first classes; of several where there are few classes."""
    order = sorted(range(len(labels)), key=lambda place: ((labels[:place] == labels[place]).sum(), labels[place]))
    return sorted(order[:_EXAMPLES], key=lambda place: (labels[place], place)) if classes else []


def _encode(image: NDArray[np.uint8]) -> str:
    return base64.b64encode(image.tobytes()).decode()
