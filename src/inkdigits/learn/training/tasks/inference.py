"""A network's answers for whole sets of digits. Knows nothing of how it was trained."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from inkdigits.core.types import Images, Probabilities
from inkdigits.data.dataset import Split
from inkdigits.learn.networks.modules import device_of, evaluation_mode, split_backbone_and_head
from inkdigits.learn.training.tasks.losses import Loss

_BATCH_SIZE = 500
"""Digits in a batch of the dense layers: with 50 in a batch of all layers, `cnn` takes 1.1 times as long."""

_CONVOLUTION_BATCH_SIZE = 100
"""Digits in a batch of the convolutions: with 50, `cnn` takes 1.1 times as long in bf16.

Feature maps take memory: in float32 `cnn` peaks at 630 to 1,030 MiB, and with 50 at 630 to 970.
"""


@dataclass(frozen=True)
class Score:
    """How well a network does on a split.

    Attributes:
        loss: Mean over its examples.
        accuracy: Share of right answers, 0 … 1.
        errors: Number of wrong ones.
        examples: Number of examples.
    """

    loss: float
    accuracy: float
    errors: int
    examples: int


def as_input(images: Tensor) -> Tensor:
    """Scale pictures to what networks take.

    Args:
        images: (…, H, W), uint8, 0 is empty and 255 is ink.

    Returns:
        (…, 1, H, W), float32 in 0 … 1.
    """
    # To divide bytes directly takes five times as long.
    return images.unsqueeze(-3).float().div_(255)  # (…, 1, H, W)


def predict_logits(network: nn.Module, images: Images | Tensor, advance: Callable[[int], None] | None = None) -> Tensor:
    """Run a network over any number of digits.

    Args:
        network: From float32 (N, 1, 28, 28) to logits (N, classes); left in the mode it was in.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        advance: Called after each batch with the number of its digits.

    Returns:
        Logits (N, classes), float32, on the network's device.
    """
    if isinstance(images, np.ndarray):
        images = torch.from_numpy(np.require(images, requirements=["C", "W"]))  # torch warns of read-only arrays
    device = device_of(network)
    to_features, to_logits = split_backbone_and_head(network)
    has_convolutions = any(isinstance(module, nn.Conv2d) for module in to_features.modules())
    features_size = _CONVOLUTION_BATCH_SIZE if has_convolutions else _BATCH_SIZE
    logits = []
    with evaluation_mode(network), torch.inference_mode():
        for batch in torch.split(images, _BATCH_SIZE):
            features = [to_features(as_input(part.to(device))) for part in torch.split(batch, features_size)]
            logits.append(to_logits(torch.cat(features)))
            if advance:
                advance(len(batch))
        return torch.cat(logits).float()  # (N, classes)


def predict_probabilities(network: nn.Module, images: Images) -> Probabilities:
    """Run a network over any number of digits.

    Args:
        network: As for `predict_logits`.
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.

    Returns:
        The probability of each class, (N, classes), float32.
    """
    if not len(images):
        raise ValueError("no pictures to look at")
    probabilities: NDArray[np.float32] = predict_logits(network, images).softmax(dim=1).cpu().numpy()
    return probabilities


def score_digits(network: nn.Module, split: Split, loss: Loss) -> Score:
    """Return how well a network does on the digits of a split.

    Args:
        network: As for `predict_logits`.
        split: What to measure it on.
        loss: The loss to report.
    """
    logits = predict_logits(network, split.images)
    labels = torch.from_numpy(split.labels).to(logits.device)
    errors = int((logits.argmax(dim=1) != labels).sum())
    return Score(
        loss=float(loss(logits, labels)),
        accuracy=1 - errors / len(split),
        errors=errors,
        examples=len(split),
    )
