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

_AT_ONCE = 500
"""Examples of which a dense layer makes the most: all layers by 50, the `cnn` takes 1.1 times as long."""

_AT_ONCE_AS_MAPS = 100
"""Examples that are maps together: by 50, the `cnn` takes 1.1 times as long in bf16.

They take memory: in float32 the CNN peaks at 630 to 1,030 MiB, with 50 at 630 to 970.
"""


@dataclass(frozen=True)
class Score:
    """How well a network does on a split.

    Attributes:
        loss: Mean over its digits.
        accuracy: Share of right answers, 0 … 1.
        errors: Number of wrong ones.
        examples: Number of digits.
    """

    loss: float
    accuracy: float
    errors: int
    examples: int


def as_input(images: Tensor) -> Tensor:
    """Scale pictures (…, 28, 28) uint8 to what networks take: (…, 1, 28, 28) float32 in 0 … 1."""
    # To divide bytes directly takes five times as long.
    return images.unsqueeze(-3).float().div_(255)


def predict_logits(network: nn.Module, images: Images | Tensor, advance: Callable[[int], None] | None = None) -> Tensor:
    """Run a network over any number of digits.

    Args:
        network: From float32 (N, 1, 28, 28) to logits (N, classes); left in the mode it was in.
        images: (N, 28, 28), uint8.
        advance: Told after each batch how many digits it had.

    Returns:
        Logits (N, classes), float32, on the network's device.
    """
    pictures = torch.from_numpy(np.ascontiguousarray(images)) if isinstance(images, np.ndarray) else images
    device = device_of(network)
    to_features, to_logits = split_backbone_and_head(network)
    at_once = _AT_ONCE_AS_MAPS if any(isinstance(module, nn.Conv2d) for module in to_features.modules()) else _AT_ONCE
    logits = []
    with evaluation_mode(network), torch.inference_mode():
        for batch in torch.split(pictures, _AT_ONCE):
            features = [to_features(as_input(part.to(device))) for part in torch.split(batch, at_once)]
            logits.append(to_logits(torch.cat(features)))
            if advance:
                advance(len(batch))
        return torch.cat(logits).float()


def predict_probabilities(network: nn.Module, images: Images) -> Probabilities:
    """Return the probability of each class, (N, classes) float32, for images (N, 28, 28) uint8."""
    if not len(images):
        raise ValueError("no pictures to look at")
    probabilities: NDArray[np.float32] = predict_logits(network, images).softmax(dim=1).cpu().numpy()
    return probabilities


def score(network: nn.Module, split: Split, loss: Loss) -> Score:
    """Measure a network on a split."""
    logits = predict_logits(network, split.images)
    labels = torch.from_numpy(split.labels).to(logits.device)
    errors = int((logits.argmax(dim=1) != labels).sum())
    return Score(
        loss=float(loss(logits, labels)),
        accuracy=1 - errors / len(split),
        errors=errors,
        examples=len(split),
    )
