"""Helpers for any torch module: its device, parameters, backbone and head, evaluation mode. Knows no recipe."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from inkdigits.core.types import SIDE


def device_of(network: nn.Module) -> torch.device:
    """Return the device of a network's weights, the CPU for a network without any.

    Args:
        network: Any module, with all weights on one device.
    """
    return next((parameter.device for parameter in network.parameters()), torch.device("cpu"))


def trainable_parameters(network: nn.Module) -> list[nn.Parameter]:
    """Return the parameters that training changes, in the order of the module.

    Args:
        network: Any module.
    """
    return [parameter for parameter in network.parameters() if parameter.requires_grad]


def count_parameters(network: nn.Module) -> int:
    """Return the number of values in the trainable parameters.

    Args:
        network: Any module.
    """
    return sum(parameter.numel() for parameter in trainable_parameters(network))


def split_backbone_and_head(network: nn.Module) -> tuple[nn.Module, nn.Module]:
    """Return the backbone, up to and including the first `Flatten` of a sequence, and the head, which is the rest.

    Args:
        network: Any module. One without a `Flatten` is all backbone, and its head is the identity.

    Examples:
        >>> backbone, head = split_backbone_and_head(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)))
        >>> len(backbone), len(head)
        (1, 1)
    """
    layers = list(network) if isinstance(network, nn.Sequential) else []
    for number, layer in enumerate(layers):
        if isinstance(layer, nn.Flatten):
            return nn.Sequential(*layers[: number + 1]), nn.Sequential(*layers[number + 1 :])
    return network, nn.Identity()


def first_layer_weights(network: nn.Module) -> NDArray[np.float32] | None:
    """Return the weights of a network's first layer as one picture for each of its units.

    Args:
        network: From (N, 1, 28, 28) to logits.

    Returns:
        (units, h, w), float32, any value: the kernels of a convolution, or the 28x28 weights of each unit of a dense
        layer. None where the first layer with weights is another one.

    Examples:
        >>> first_layer_weights(nn.Sequential(nn.Conv2d(1, 6, 5), nn.Flatten())).shape
        (6, 5, 5)
    """
    layer = next((each for each in network.modules() if list(each.parameters(recurse=False))), None)
    if isinstance(layer, nn.Linear) and layer.in_features == SIDE * SIDE:
        pictures = layer.weight.reshape(-1, SIDE, SIDE)
    elif isinstance(layer, nn.Conv2d) and layer.in_channels == 1:
        pictures = layer.weight.squeeze(1)
    else:
        return None
    return np.asarray(pictures.detach().float().cpu().numpy(), np.float32)


@contextmanager
def evaluation_mode(network: nn.Module) -> Iterator[None]:
    """Return a context in which a network is in evaluation mode; afterwards each layer is in its mode of before.

    Args:
        network: Any module.

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
