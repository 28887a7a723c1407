"""The dense layers that `FusedMLP` computes: weights, activations, dropout rates. Knows no batch and no loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

DROPOUT_LEVELS = 2**16
"""Dropout draws 16 random bits a unit, so the rate is exact to 0.00001."""


@dataclass(frozen=True)
class DenseLayer:
    """A dense layer with its activation and dropout.

    Attributes:
        linear: Its weights (units, inputs) and bias (units,).
        activation: The module that follows, the identity where none does.
        dropped: How many of the `DROPOUT_LEVELS` drop a unit; 0 without dropout.
    """

    linear: nn.Linear
    activation: type[nn.Module]
    dropped: int

    @property
    def scale(self) -> float:
        """Factor for the units that dropout keeps, so that the expected sum is as without dropout."""
        return DROPOUT_LEVELS / (DROPOUT_LEVELS - self.dropped)


def find_dense_layers(network: nn.Module) -> list[DenseLayer]:
    """Return the layers of a `Flatten` followed by `Linear` layers with activations and dropout between them.

    Args:
        network: Any module.

    Returns:
        First layer first; an empty list for any other network.
    """
    modules = list(network) if type(network) is nn.Sequential else []
    if not modules or not _flattens_pictures(modules[0]):
        return []
    layers: list[DenseLayer] = []
    for module in modules[1:]:
        last = layers[-1] if layers else None
        if type(module) is nn.Linear:
            layers.append(DenseLayer(module, nn.Identity, 0))
        elif last and type(module) in ACTIVATIONS and last.activation is nn.Identity and not last.dropped:
            layers[-1] = replace(last, activation=type(module))
        elif last and type(module) is nn.Dropout and not last.dropped:
            layers[-1] = replace(last, dropped=min(round(module.p * DROPOUT_LEVELS), DROPOUT_LEVELS - 1))
        else:
            return []
    ends_with_logits = bool(layers) and layers[-1].activation is nn.Identity and not layers[-1].dropped
    return layers if ends_with_logits else []


def _flattens_pictures(module: nn.Module) -> bool:
    return type(module) is nn.Flatten and (module.start_dim, module.end_dim) == (1, -1)


@dataclass(frozen=True)
class LayerParameters:
    """Parameters of one layer in K networks, (K, …) or without that axis for a single network, and their gradients.

    Attributes:
        weights: (…, units, inputs).
        weight_gradients: (…, units, inputs).
        biases: (…, units).
        bias_gradients: (…, units).
    """

    weights: Tensor
    weight_gradients: Tensor
    biases: Tensor | None = None
    bias_gradients: Tensor | None = None


def stack_parameters(networks: Sequence[nn.Module], layers: Sequence[DenseLayer]) -> list[LayerParameters]:
    """Return the parameters of each layer, stacked over networks.

    The parameters of several networks, and their `grad`, become views of the stacked tensors. Those of a single network
    stay as they are.

    Args:
        networks: Of the same layers.
        layers: Those layers.
    """
    pairs = (_stack(same) for same in zip(*(network.parameters() for network in networks), strict=True))
    return [LayerParameters(*next(pairs), *(next(pairs) if layer.linear.bias is not None else ())) for layer in layers]


def _stack(parameters: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Return parameters of one shape, and their gradients, as tensors (K, …)."""
    if len(parameters) == 1:
        (parameter,) = parameters
        parameter.grad = torch.zeros_like(parameter)
        return parameter, parameter.grad
    stacked = torch.stack([parameter.detach() for parameter in parameters])  # (K, …)
    gradients = torch.zeros_like(stacked)
    for parameter, view, gradient in zip(parameters, stacked, gradients, strict=True):
        parameter.data, parameter.grad = view, gradient
    return stacked, gradients


def _tanh_backward(delta: Tensor, outputs: Tensor) -> None:
    torch.ops.aten.tanh_backward.grad_input(delta, outputs, grad_input=delta)


def _sigmoid_backward(delta: Tensor, outputs: Tensor) -> None:
    torch.ops.aten.sigmoid_backward.grad_input(delta, outputs, grad_input=delta)


def _relu_backward(delta: Tensor, outputs: Tensor) -> None:
    torch.ops.aten.threshold_backward.grad_input(delta, outputs, 0, grad_input=delta)


def _identity(*_: Tensor) -> None:
    """Do nothing: the layer is linear."""


ACTIVATIONS: dict[type[nn.Module], Callable[[Tensor], object]] = {
    nn.Identity: _identity,
    nn.ReLU: torch.relu_,
    nn.Tanh: torch.tanh_,
    nn.Sigmoid: torch.sigmoid_,
}
"""Forward passes, in place on a layer's outputs."""

ACTIVATION_BACKWARDS: dict[type[nn.Module], Callable[[Tensor, Tensor], None]] = {
    nn.Identity: _identity,
    nn.ReLU: _relu_backward,
    nn.Tanh: _tanh_backward,
    nn.Sigmoid: _sigmoid_backward,
}
"""Backward passes, in place on the gradient with respect to a layer's outputs; the outputs are the second argument."""
