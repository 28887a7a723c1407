"""ONNX models -> torch modules that compute the same, and trained weights back into the model.

Knows nothing of training. The graph stays as it is and only its weights change, so the model runs wherever it ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from inkdigits.core.errors import ExportError
from inkdigits.learn.networks.line_layers import JoinRows, SplitColumns
from inkdigits.learn.onnx.float16 import float16_names

Weights = dict[str, NDArray[Any]]
"""The weights of a model by their names there."""


class OnnxBackedModule(nn.Sequential):
    """A torch module that computes what an ONNX model computes.

    It is always in evaluation mode, also while it is trained: the running statistics of its batch norms come from
    sixty thousand digits, and a few others must not move them.

    Args:
        model: A chain of convolutions, pools, batch norms, ReLUs and dense layers, for digits or for lines.

    Attributes:
        tensors: Each of its weights by its name in the model.

    Raises:
        ExportError: There are other layers.
    """

    def __init__(self, model: onnx.ModelProto) -> None:
        weights = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
        for node in model.graph.node:
            if node.op_type == "Cast":  # weights that are stored with 16 bits
                weights[node.output[0]] = weights[node.input[0]].astype(np.float32)
        self.tensors: dict[str, Tensor]
        layers, named = [], {}
        path = list(_path(model))
        for before, node, after in zip([None, *path], path, [*path[1:], None], strict=False):
            if node.op_type in _CHANGES_OF_SHAPE:
                layers += _change_of_shape(before, node, after, model, weights)
                continue
            build = _LAYERS.get(node.op_type)
            if build is None:
                raise ExportError(
                    f"the network has a layer {node.op_type}",
                    expected=f"only {', '.join(sorted(_LAYERS))}",
                    mend="teach the shipped network",
                )
            if margins := _uneven_margins(node):
                layers.append(nn.ZeroPad2d(margins))
            layer = build(node, weights)
            for name, tensor in zip(node.input[1:], _tensors_of(layer), strict=False):
                tensor.data.copy_(torch.from_numpy(weights[name].copy()))
                named[name] = tensor
            layers.append(layer)
        super().__init__(*layers)
        self.tensors = named
        self.eval()

    def train(self, mode: bool = True) -> Self:
        """Return the module, in evaluation mode.

        Args:
            mode: Not used.
        """
        return super().train(mode=False)

    def store_weights(self, model: onnx.ModelProto) -> None:
        """Put the weights into the model that the module was made from.

        Weights that the model stores with 16 bits are rounded here, too, so that both go on computing the same.

        Args:
            model: Changed in place.
        """
        stored, half_names = {one.name: one for one in model.graph.initializer}, float16_names(model)
        for name, tensor in self.tensors.items():
            half_name = half_names.get(name)
            if half_name:
                tensor.data.copy_(tensor.data.half().float())
            values = tensor.detach().numpy()
            target = stored[half_name or name]
            target.CopyFrom(numpy_helper.from_array(values.astype(np.float16) if half_name else values, target.name))


def _tensors_of(layer: nn.Module) -> Iterator[Tensor]:
    """Yield the tensors of a layer in the order in which ONNX names them."""
    for name in ("weight", "bias", "running_mean", "running_var"):
        tensor = getattr(layer, name, None)
        if isinstance(tensor, Tensor):
            yield tensor


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}


def _convolution(node: onnx.NodeProto, weights: Weights) -> nn.Module:
    values, kernel = _attributes(node), weights[node.input[1]]  # (outputs, inputs, height, width)
    outputs, inputs, height, width = kernel.shape
    top, left, _, _ = values.get("pads", [0, 0, 0, 0])
    if values.get("group", 1) != 1 or set(values.get("dilations", [1])) != {1}:
        raise ExportError(
            f"a convolution {values}",
            expected="one group and no dilation",
            mend="teach the shipped network",
        )
    stride = tuple(values.get("strides", [1, 1]))
    padding = (0, 0) if _uneven_margins(node) else (top, left)
    return nn.Conv2d(inputs, outputs, (height, width), stride, padding, bias=len(node.input) > 2)


def _uneven_margins(node: onnx.NodeProto) -> tuple[int, int, int, int] | None:
    """Return the margins of a convolution, left, right, top and bottom, if torch's convolution can't add them."""
    top, left, bottom, right = _attributes(node).get("pads", [0, 0, 0, 0]) if node.op_type == "Conv" else [0] * 4
    return None if (top, left) == (bottom, right) else (left, right, top, bottom)


_CHANGES_OF_SHAPE = ("Reshape", "Unsqueeze", "Transpose")


def _path(model: onnx.ModelProto) -> Iterator[onnx.NodeProto]:
    """Yield the nodes that the picture goes through: the others compute sizes, which torch knows."""
    tensor = model.graph.input[0].name
    for node in model.graph.node:
        if node.input[0] == tensor and node.op_type != "Shape":
            tensor = node.output[0]
            yield node


def _change_of_shape(
    before: onnx.NodeProto | None,
    node: onnx.NodeProto,
    after: onnx.NodeProto | None,
    model: onnx.ModelProto,
    weights: Weights,
) -> list[nn.Module]:
    """Return the layer that begins with a node that changes the shape; none if it belongs to the layer before."""
    if node.op_type != "Reshape" or (before and before.op_type == "Transpose"):
        return []
    if after and after.op_type == "Unsqueeze":
        return [JoinRows()]
    if after and after.op_type == "Transpose":
        (sizes,) = (one for one in model.graph.node if one.output[0] == node.input[1])
        return [SplitColumns(int(weights[sizes.input[1]].item()))]
    return [nn.Flatten()]


def _batch_norm(node: onnx.NodeProto, weights: Weights) -> nn.Module:
    return nn.BatchNorm2d(len(weights[node.input[1]]), eps=_attributes(node).get("epsilon", 1e-5))


def _max_pool(node: onnx.NodeProto, weights: Weights) -> nn.Module:
    values = _attributes(node)
    return nn.MaxPool2d(tuple(values["kernel_shape"]), tuple(values["strides"]))


def _dense(node: onnx.NodeProto, weights: Weights) -> nn.Module:
    outputs, inputs = weights[node.input[1]].shape
    return nn.Linear(inputs, outputs, bias=len(node.input) > 2)


_LAYERS: dict[str, Callable[[onnx.NodeProto, Weights], nn.Module]] = {
    "Conv": _convolution,
    "BatchNormalization": _batch_norm,
    "MaxPool": _max_pool,
    "Relu": lambda node, weights: nn.ReLU(),
    "Tanh": lambda node, weights: nn.Tanh(),
    "Sigmoid": lambda node, weights: nn.Sigmoid(),
    "Flatten": lambda node, weights: nn.Flatten(),
    "Gemm": _dense,
}
"""The torch layer of each operator. Whether it computes the same is for `check_parity` to say."""
