"""The nodes of an exported network -> its layers, in the words of Keras. Knows no pictures and runs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.inspection.graph import Graph, Node

Floats = NDArray[np.floating[Any]]

ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "relu": lambda values: np.maximum(values, 0),
    "tanh": np.tanh,
    "sigmoid": lambda values: 1 / (1 + np.exp(-values)),
}
"""Functions that never decrease, by name. GELU is no such function; ONNX Runtime alone computes it."""

GELU = "gelu"
_GELU_OPERATORS = ("Div", "Erf", "Add", "Mul", "Mul")
"""What GELU is in the file: x · (1 + erf(x / √2)) / 2."""

_ACTIVATION_OPERATORS = {"Relu": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid"}
_RESHAPING = ("Reshape", "Flatten", "Identity", "Squeeze")
_POOLS = {"MaxPool": "max_pool", "AveragePool": "average_pool"}


class UnknownLayerError(ValueError):
    """A network that is no chain of known layers."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer with the activation that follows it.

    Attributes:
        kind: "conv2d", "dense", "max_pool", "average_pool", "global_average_pool" or "batch_norm".
        tensor: The tensor with its values. If `computed_after` is set, `activation` must still be applied.
        activation: "relu", "tanh", "sigmoid", "gelu", or None.
        weights: (filters, channels, h, w) of a convolution, (units, inputs) of a dense layer, (channels,) the factors
            of a batch norm, float32; None for pools.
        bias: (filters,), (units,) or (channels,), float32; None for pools.
        parameters: How many numbers it has learned.
        kernel: Height and width of its window; (1, 1) where it has none.
        strides: Rows and columns from one window to the next.
        padding: Rows of zeros above and columns of zeros to the left of the picture before.
        computed_after: Whether the file applies the activation only after the pools that follow. That gives the same
            and costs less.
    """

    kind: str
    tensor: str
    activation: str | None = None
    weights: NDArray[np.float32] | None = None
    bias: NDArray[np.float32] | None = None
    parameters: int = 0
    kernel: tuple[int, int] = (1, 1)
    strides: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    computed_after: bool = False


def find_layers(graph: Graph, source: str) -> tuple[Layer, ...]:
    """Return the layers of a network, first to last.

    Args:
        graph: The network.
        source: The name of the tensor that it takes.

    Raises:
        UnknownLayerError: It is no chain of known layers.
    """
    weights = dict(graph.weights)
    layers: list[Layer] = []
    nodes, place, current = graph.nodes, 0, source
    while place < len(nodes):
        node, size = nodes[place], 1
        if node.operator == "Cast" and node.inputs[0] in weights:  # weights that are stored with 16 bits
            weights[node.outputs[0]] = weights[node.inputs[0]].astype(np.float32)
            place += 1
            continue
        if current not in node.inputs:
            raise UnknownLayerError(f"{node.operator} does not take what the node before it returns")
        if tuple(each.operator for each in nodes[place : place + 5]) == _GELU_OPERATORS:
            size = 5
            layers = _with_activation(layers, GELU, nodes[place + 4].outputs[0])
        elif node.operator in _ACTIVATION_OPERATORS:
            layers = _with_activation(layers, _ACTIVATION_OPERATORS[node.operator], node.outputs[0])
        elif node.operator == "Add":
            layers = _with_bias(layers, node, weights)
        elif node.operator not in _RESHAPING:
            layers.append(_layer(node, weights))
        elif layers and layers[-1].tensor == current and layers[-1].kind == "global_average_pool":
            layers[-1] = replace(layers[-1], tensor=node.outputs[0])
        current = nodes[place + size - 1].outputs[0]
        place += size
    if not layers:
        raise UnknownLayerError("no layers")
    return tuple(layers)


def _with_activation(layers: list[Layer], function: str, output: str) -> list[Layer]:
    """Return layers of which the last one that computes sums has an activation."""
    last = len(layers) - 1
    while last > 0 and layers[last].kind == "max_pool" and function in ACTIVATIONS:
        last -= 1
    if last < 0 or layers[last].activation:
        raise UnknownLayerError(f"{function} without a layer before it")
    *before, owner = layers[: last + 1]
    pools = layers[last + 1 :]
    if not pools:
        return [*before, replace(owner, activation=function, tensor=output)]
    # Each pool is shown after the activation, as the recipe has it: max f(x) = f(max x).
    *inner, final = pools
    shown = [replace(pool, computed_after=True, activation=function) for pool in inner]
    return [*before, replace(owner, activation=function, computed_after=True), *shown, replace(final, tensor=output)]


def _with_bias(layers: list[Layer], node: Node, weights: dict[str, NDArray[Any]]) -> list[Layer]:
    bias = next((weights[name] for name in node.inputs if name in weights), None)
    if not layers or layers[-1].kind != "dense" or bias is None or layers[-1].activation:
        raise UnknownLayerError("an addition that is no bias")
    last = layers[-1]
    assert last.bias is not None
    values = last.bias + bias.reshape(-1)
    parameters = last.parameters + bias.size
    return [*layers[:-1], replace(last, bias=values, parameters=parameters, tensor=node.outputs[0])]


def _layer(node: Node, weights: dict[str, NDArray[Any]]) -> Layer:
    values = [weights.get(name) for name in node.inputs[1:]]
    tensor = node.outputs[0]
    match node.operator, values:
        case "Conv", [np.ndarray() as kernels, *bias] if kernels.ndim == 4:
            return _convolution(node, np.asarray(kernels, np.float32), bias)
        case (("Gemm" | "MatMul"), [np.ndarray() as matrix, *bias]) if matrix.ndim == 2:
            rows = np.asarray(matrix if node.attributes.get("transB", 0) else matrix.T, np.float32)
            scale = float(node.attributes.get("alpha", 1.0))
            return Layer("dense", tensor, None, rows * np.float32(scale), *_bias(len(rows), bias, rows))
        case (
            "BatchNormalization",
            [np.ndarray() as gamma, np.ndarray() as beta, np.ndarray() as mean, np.ndarray() as variance],
        ):
            factors = gamma / np.sqrt(variance + np.float32(node.attributes.get("epsilon", 1e-5)))
            shift = beta - mean * factors
            return Layer(
                "batch_norm",
                tensor,
                None,
                np.asarray(factors, np.float32),
                np.asarray(shift, np.float32),
                2 * factors.size,
            )
        case (("MaxPool" | "AveragePool"), []):
            return _pool(node)
        case "GlobalAveragePool", []:
            return Layer("global_average_pool", tensor)
        case "ReduceMean", [np.ndarray() as axes] if sorted(axes.tolist()) in ([2, 3], [-2, -1]):
            return Layer("global_average_pool", tensor)
    raise UnknownLayerError(f"an operator {node.operator} of this form")


def _bias(units: int, values: list[Any], weights: NDArray[np.float32]) -> tuple[NDArray[np.float32], int]:
    """Return the bias of a layer, zeros where it has none, and how many parameters the layer has."""
    bias = next((each for each in values if each is not None), None)
    if bias is None:
        return np.zeros(units, np.float32), weights.size
    return np.asarray(bias, np.float32).reshape(-1), weights.size + bias.size


def _convolution(node: Node, kernels: NDArray[np.float32], bias: list[Any]) -> Layer:
    values = node.attributes
    if values.get("group", 1) != 1 or set(values.get("dilations", [1])) != {1} or _is_auto_padded(node):
        raise UnknownLayerError("a convolution with groups or dilation")
    top, left = values.get("pads", [0, 0, 0, 0])[:2]
    shift, parameters = _bias(len(kernels), bias, kernels)
    (tensor,), (height, width) = node.outputs, kernels.shape[2:]
    return Layer("conv2d", tensor, None, kernels, shift, parameters, (height, width), _strides(node), (top, left))


def _pool(node: Node) -> Layer:
    values, tensor = node.attributes, node.outputs[0]
    if any(values.get("pads", [0])) or set(values.get("dilations", [1])) != {1} or _is_auto_padded(node):
        raise UnknownLayerError("a pool with margins")
    height, width = values["kernel_shape"]
    return Layer(_POOLS[node.operator], tensor, kernel=(height, width), strides=_strides(node))


def _strides(node: Node) -> tuple[int, int]:
    rows, columns = node.attributes.get("strides", [1, 1])
    return rows, columns


def _is_auto_padded(node: Node) -> bool:
    return node.attributes.get("auto_pad", b"NOTSET") not in (b"NOTSET", b"VALID")
