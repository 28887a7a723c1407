"""Losses between logits and labels. Knows nothing of networks or data."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

Loss = Callable[[Tensor, Tensor], Tensor]
"""(logits (N, C) float32, labels (N,) int64) -> the batch's mean loss, a scalar."""


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Return minus the logarithm of the probability of the right class, the batch's mean.

    Its gradient with respect to the logits is probabilities minus one-hot labels.

    Args:
        logits: (N, C), float32, any finite value.
        labels: (N,), int64, class numbers.

    Returns:
        A float32 scalar, at least 0.
    """
    return functional.cross_entropy(logits, labels)


def mean_squared_error(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the squared distance between probabilities and one-hot labels, averaged over classes as in Keras.

    Args:
        logits: (N, C), float32, any finite value.
        labels: (N,), int64, class numbers.

    Returns:
        A float32 scalar, at least 0.
    """
    one_hot = functional.one_hot(labels, logits.shape[1]).to(logits.dtype)  # (N, C)
    return functional.mse_loss(torch.softmax(logits, dim=1), one_hot)


def outlier_exposure_loss(logits: Tensor) -> Tensor:
    """Return how far answers are from uniform, for pictures that are of no class. Hendrycks et al., 2019.

    Args:
        logits: (N, C), float32, any finite value.

    Returns:
        The cross-entropy to the uniform distribution less its least value: a float32 scalar, at least 0.
    """
    log_probabilities = functional.log_softmax(logits, dim=1)
    return -log_probabilities.mean() - math.log(logits.shape[1])


LOSSES: dict[str, Loss] = {"cross_entropy": cross_entropy, "mean_squared_error": mean_squared_error}
