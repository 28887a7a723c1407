"""An exported chain of layers -> a torch module that computes the same, and its weights back into the file.

Knows nothing of what is learned. The graph stays as it is and only its numbers change, so what comes out runs
wherever the old file ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from inkdigits.core.errors import ExportError

Weights = dict[str, NDArray[Any]]
"""The numbers of a file by their names there."""


class OnnxBackedModule(nn.Sequential):
    """A torch module that computes what an ONNX file computes.

    Batch norms stay as they were trained: their statistics are those of sixty thousand digits, and a few
    corrections should not move them.

    Args:
        model: A chain of convolutions, pools, batch norms, ReLUs and dense layers.

    Attributes:
        tensors: Each of its weights by its name in the file.

    Raises:
        ExportError: There are other layers.
    """

    def __init__(self, model: onnx.ModelProto) -> None:
        weights = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
        self.tensors: dict[str, Tensor]
        layers, named = [], {}
        for node in model.graph.node:
            if node.op_type == "Cast":  # weights that are stored with 16 bits
                weights[node.output[0]] = weights[node.input[0]].astype(np.float32)
                continue
            make = _LAYERS.get(node.op_type)
            if make is None:
                raise ExportError(
                    f"the network has a layer {node.op_type}",
                    expected=f"only {', '.join(sorted(_LAYERS))}",
                    mend="teach the shipped network",
                )
            layer = make(node, weights)
            for name, tensor in zip(node.input[1:], _tensors_of(layer), strict=False):
                tensor.data.copy_(torch.from_numpy(weights[name].copy()))
                named[name] = tensor
            layers.append(layer)
        super().__init__(*layers)
        self.tensors = named
        self.eval()

    def round_as(self, model: onnx.ModelProto) -> None:
        """Round the weights that `model` stores with 16 bits, so that nothing is lost when they go back there."""
        for name, tensor in self.tensors.items():
            if _stored_half(model, name):
                tensor.data.copy_(tensor.data.half().float())

    def write_into(self, model: onnx.ModelProto) -> None:
        """Put the weights where they came from; call `round_as` before."""
        stored = {one.name: one for one in model.graph.initializer}
        for name, tensor in self.tensors.items():
            half = _stored_half(model, name)
            values = tensor.detach().numpy()
            target = stored[half or name]
            target.CopyFrom(numpy_helper.from_array(values.astype(np.float16) if half else values.copy(), target.name))


def _stored_half(model: onnx.ModelProto, name: str) -> str | None:
    """Return the name under which the weights `name` are stored with 16 bits; None where they are not."""
    return next((node.input[0] for node in model.graph.node if node.op_type == "Cast" and node.output[0] == name), None)


def _tensors_of(layer: nn.Module) -> Iterator[Tensor]:
    """Yield the tensors of a layer in the order in which ONNX names them."""
    for name in ("weight", "bias", "running_mean", "running_var"):
        tensor = getattr(layer, name, None)
        if isinstance(tensor, Tensor):
            yield tensor


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}


def _convolution(node: onnx.NodeProto, weights: Weights) -> nn.Module:
    values, kernel = _attributes(node), weights[node.input[1]]
    outputs, inputs, height, width = kernel.shape
    top, left, bottom, right = values.get("pads", [0, 0, 0, 0])
    if (top, left) != (bottom, right) or values.get("group", 1) != 1 or set(values.get("dilations", [1])) != {1}:
        raise ExportError(
            f"a convolution {values}",
            expected="even margins, one group and no dilation",
            mend="teach the shipped network",
        )
    stride = tuple(values.get("strides", [1, 1]))
    return nn.Conv2d(inputs, outputs, (height, width), stride, (top, left), bias=len(node.input) > 2)


def _batch_norm(node: onnx.NodeProto, weights: Weights) -> nn.Module:
    return nn.BatchNorm2d(len(weights[node.input[1]]), eps=_attributes(node).get("epsilon", 1e-5))


def _max_pool(node: onnx.NodeProto, weights: Weights) -> nn.Module:
    values = _attributes(node)
    return nn.MaxPool2d(tuple(values["kernel_shape"]), tuple(values["strides"]))


def _dense(node: onnx.NodeProto, weights: Weights) -> nn.Module:
    outputs, inputs = weights[node.input[1]].shape
    return nn.Linear(inputs, outputs, bias=len(node.input) > 2)


def _flatten(node: onnx.NodeProto, weights: Weights) -> nn.Module:
    return nn.Flatten()


_LAYERS: dict[str, Callable[[onnx.NodeProto, Weights], nn.Module]] = {
    "Conv": _convolution,
    "BatchNormalization": _batch_norm,
    "MaxPool": _max_pool,
    "Relu": lambda node, weights: nn.ReLU(),
    "Reshape": _flatten,
    "Flatten": _flatten,
    "Gemm": _dense,
}
"""What each operator is in torch; whether it really computes the same is measured before and after teaching."""
