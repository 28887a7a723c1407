"""Weights averaged over the last steps of a training. Knows nothing of optimisers, losses or data."""

import copy

import torch
from torch import Tensor, nn


class ExponentialMovingAverage:
    """A copy of a network whose weights follow it slowly: w ← decay · w + (1 − decay) · v.

    At the start, where the network moves fast, less is remembered, so that the average never holds much of the
    first random weights. Running statistics of batch_norm are averaged alike.

    Args:
        network: What to follow; its averaged copy is `network` of the result, in evaluation mode.
        decay: Share that is kept at each step.

    Examples:
        >>> layer = nn.Linear(1, 1)
        >>> average = ExponentialMovingAverage(layer, decay=0.9)
        >>> _ = nn.init.constant_(layer.weight, 5.0)
        >>> for step in range(200):
        ...     average.update(layer, step)
        >>> round(average.network.weight.item(), 3)
        5.0
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self._decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Follow `network` after its step of this number, counted from 0."""
        kept = min(self._decay, (1 + step) / (10 + step))
        averages, values = self._floats(self.network), self._floats(network)
        torch._foreach_lerp_(averages, values, 1 - kept)

    @staticmethod
    def _floats(network: nn.Module) -> list[Tensor]:
        return [value for value in network.state_dict().values() if value.is_floating_point()]
