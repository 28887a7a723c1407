"""Normalized digits, printed or not -> the small network of `read/printed/classifier.py`. Knows nothing of lines."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from inkdigits.core.types import Images
from inkdigits.read.printed.classifier import Weights

FILTERS, SHAPES = 8, 16
"""Channels of both convolutions."""

EPOCHS, BATCH, RATE = 12, 128, 4e-3

_SURE = 0.98
"""Labels are softened so far: no digit is printed for certain."""


class PrintNetwork(nn.Module):
    """Two convolutions, and for each digit a sum of what they found."""

    def __init__(self) -> None:
        super().__init__()
        self.filters = nn.Conv2d(1, FILTERS, 5, 2)
        self.shapes = nn.Conv2d(FILTERS, SHAPES, 3, 2)
        self.digits = nn.Linear(25 * SHAPES, 10)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        """Return the logits of print, (N,), of digits (N, 1, 28, 28), 0 … 1, with labels (N,)."""
        hidden = functional.relu(self.shapes(functional.relu(self.filters(images))))
        hidden = hidden.permute(0, 2, 3, 1).flatten(1)  # (N, 25 S): the order of the classifier
        hidden = functional.dropout(hidden, 0.1, self.training)
        logits: Tensor = self.digits(hidden).gather(1, labels[:, None])[:, 0]
        return logits


def fit_network(forms: Images, labels: NDArray[np.int64], printed: NDArray[np.bool_], *, seed: int = 0) -> Weights:
    """Train the network.

    Args:
        forms: (N, 28, 28), uint8, normalized.
        labels: (N,), int64, 0 … 9.
        printed: (N,), bool.
        seed: Of the weights and batches.

    Returns:
        Its weights, as `PrintClassifier` takes them.
    """
    generator = torch.manual_seed(seed)
    network = PrintNetwork()
    steps = EPOCHS * (len(forms) // BATCH)
    optimizer = torch.optim.Adam(network.parameters(), weight_decay=1e-5)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps)
    images, truth = torch.from_numpy(forms)[:, None], torch.from_numpy(printed).float()
    digits = torch.from_numpy(labels)
    share = float(truth.mean())
    weights = torch.where(truth > 0, 0.5 / share, 0.5 / (1 - share))
    for _ in range(EPOCHS):
        order = torch.randperm(len(forms), generator=generator)
        for first in range(0, len(forms) - BATCH + 1, BATCH):
            own = order[first : first + BATCH]
            down, right = torch.randint(-1, 2, (2,), generator=generator).tolist()
            batch = torch.roll(images[own].float() / 255, (down, right), (2, 3))
            target = truth[own] * _SURE + (1 - _SURE) / 2
            logits = network(batch, digits[own])
            loss = functional.binary_cross_entropy_with_logits(logits, target, weight=weights[own])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return _as_arrays(network)


def _as_arrays(network: PrintNetwork) -> Weights:
    weights: dict[str, NDArray[np.float32]] = {}
    for name, value in network.state_dict().items():
        layer, kind = name.split(".")
        array = value.numpy().astype(np.float32)
        is_filter = array.ndim == 4  # (F, C, side, side) -> (C side side, F)
        weights[layer if kind == "weight" else f"{layer}_bias"] = (
            array.reshape(len(array), -1).T if is_filter else array
        )
    return weights
