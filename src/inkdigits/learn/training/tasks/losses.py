"""Losses between logits and labels. Knows nothing of networks or data."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

Loss = Callable[[Tensor, Tensor], Tensor]
"""(logits (N, C) float32, labels (N,) int64) -> the batch's mean loss, a scalar."""


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Minus the logarithm of the probability given to the right class.

    Its gradient by the logits is simply probabilities minus one-hot labels.
    """
    return functional.cross_entropy(logits, labels)


def mean_squared_error(logits: Tensor, labels: Tensor) -> Tensor:
    """Squared distance between probabilities and one-hot labels, averaged over classes as in Keras."""
    one_hot = functional.one_hot(labels, logits.shape[1]).to(logits.dtype)
    return functional.mse_loss(torch.softmax(logits, dim=1), one_hot)


def outlier_exposure_loss(logits: Tensor) -> Tensor:
    """How far answers are from even, for pictures that are of no class. Hendrycks et al., 2019.

    Cross-entropy to the even distribution, less its least value, so that a network which doesn't know scores 0.
    """
    logs = functional.log_softmax(logits, dim=1)
    return -logs.mean() - math.log(logits.shape[1])


LOSSES: dict[str, Loss] = {"cross_entropy": cross_entropy, "mean_squared_error": mean_squared_error}
