"""What is asked of any torch module: where it is, its parts, and that it answers as it would after training."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


def device_of(network: nn.Module) -> torch.device:
    """Return where a network's weights are."""
    return next((parameter.device for parameter in network.parameters()), torch.device("cpu"))


def count_parameters(network: nn.Module) -> int:
    """Return how many numbers a network learns."""
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)


def split_at_flatten(network: nn.Module) -> tuple[nn.Module, nn.Module]:
    """Return what makes features (N, F) of pictures, up to the first `Flatten` of a sequence, and the rest.

    Examples:
        >>> features, head = split_at_flatten(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)))
        >>> len(features), len(head)
        (1, 1)
    """
    layers = list(network) if isinstance(network, nn.Sequential) else []
    for number, layer in enumerate(layers):
        if isinstance(layer, nn.Flatten):
            return nn.Sequential(*layers[: number + 1]), nn.Sequential(*layers[number + 1 :])
    return network, nn.Identity()


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
