"""Exponential moving average of a network's weights. Knows nothing of optimisers, losses or data."""

import copy

import torch
from torch import Tensor, nn


class ExponentialMovingAverage:
    """A copy of a network whose weights follow it slowly: w ← decay · w + (1 − decay) · v.

    In the first steps, while the network changes fast, the decay is smaller, so that little is left of the random
    initial weights. Running statistics of batch_norm are averaged as well.

    Args:
        network: The network to follow.
        decay: Share of the average that is kept at each step, 0 … 1.

    Attributes:
        network: The averaged copy, in evaluation mode.

    Examples:
        >>> layer = nn.Linear(1, 1)
        >>> ema = ExponentialMovingAverage(layer, decay=0.9)
        >>> _ = nn.init.constant_(layer.weight, 5.0)
        >>> for step in range(200):
        ...     ema.update(layer, step)
        >>> round(ema.network.weight.item(), 3)
        5.0
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
        self._decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Add the weights of `network` to the average.

        Args:
            network: The network to follow, after its step.
            step: Number of that step, counted from 0.
        """
        decay = min(self._decay, (1 + step) / (10 + step))
        averages, values = self._floats(self.network), self._floats(network)
        torch._foreach_lerp_(averages, values, 1 - decay)

    @staticmethod
    def _floats(network: nn.Module) -> list[Tensor]:
        return [value for value in network.state_dict().values() if value.is_floating_point()]
