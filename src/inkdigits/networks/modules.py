"""What is asked of any torch module: where it is, and that it answers as it would after training."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


def device_of(network: nn.Module) -> torch.device:
    """Return where a network's weights are."""
    return next((parameter.device for parameter in network.parameters()), torch.device("cpu"))


@contextmanager
def evaluation_mode(network: nn.Module) -> Iterator[None]:
    """Switch dropout and batch statistics off; afterwards each layer is in the mode it was in.

    Examples:
        >>> network = nn.Sequential(nn.Dropout()).train()
        >>> with evaluation_mode(network):
        ...     network.training
        False
        >>> network.training
        True
    """
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
