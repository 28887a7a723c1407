"""Normalized digits, printed or not -> the small network of `read/printed/classifier.py`. Knows nothing of lines."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from inkdigits.core.types import SIDE, Images
from inkdigits.learn.onnx.float16 import round_to_float16, store_as_float16
from inkdigits.learn.onnx.from_torch import to_onnx

FILTERS, SHAPES = 16, 32
"""Channels of both convolutions."""

EPOCHS, BATCH, RATE = 10, 128, 4e-3

_SURE = 0.98
"""Labels are softened so far: no digit is printed for certain."""


def make_network() -> nn.Sequential:
    """Return a network that takes digits (N, 1, 28, 28), 0 … 1, to a logit of print for each digit, (N, 10)."""
    return nn.Sequential(
        nn.Conv2d(1, FILTERS, 5, 2),
        nn.ReLU(),
        nn.Conv2d(FILTERS, SHAPES, 3, 2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.1),
        nn.Linear(25 * SHAPES, 10),
    )


def fit_network(forms: Images, labels: NDArray[np.int64], printed: NDArray[np.bool_], *, seed: int = 0) -> bytes:
    """Train the network.

    Args:
        forms: (N, 28, 28), uint8, normalized.
        labels: (N,), int64, 0 … 9.
        printed: (N,), bool.
        seed: Of the weights and batches.

    Returns:
        It as an ONNX file with weights in 16 bits.
    """
    torch.manual_seed(seed)
    network = make_network()
    steps = EPOCHS * (len(forms) // BATCH)
    optimizer = torch.optim.Adam(network.parameters(), weight_decay=1e-5)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps)
    images, truth = torch.from_numpy(forms)[:, None], torch.from_numpy(printed).float()
    digits = torch.from_numpy(labels)[:, None]
    share = float(truth.mean())
    weights = torch.where(truth > 0, 0.5 / share, 0.5 / (1 - share))
    for _ in range(EPOCHS):
        order = torch.randperm(len(forms))
        for first in range(0, len(forms) - BATCH + 1, BATCH):
            own = order[first : first + BATCH]
            down, right = torch.randint(-1, 2, (2,)).tolist()
            batch = torch.roll(images[own].float() / 255, (down, right), (2, 3))
            target = truth[own] * _SURE + (1 - _SURE) / 2
            logits: Tensor = network(batch).gather(1, digits[own])[:, 0]
            loss = functional.binary_cross_entropy_with_logits(logits, target, weight=weights[own])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return as_onnx(network)


def as_onnx(network: nn.Module) -> bytes:
    """Return a network as an ONNX file with weights in 16 bits.

    Args:
        network: As `make_network` returns it.
    """
    rounded = round_to_float16(network).eval()
    model = to_onnx(rounded, torch.zeros(2, 1, SIDE, SIDE), dynamic_dims=(0,))
    store_as_float16(model)
    return bytes(model.SerializeToString())
