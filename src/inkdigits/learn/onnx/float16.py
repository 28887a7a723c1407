"""Weights stored with 16 bits and computed with 32. Knows no files.

A model holds such weights as float16 and has a `Cast` to float32 in front of the layer that uses them.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper
from torch import Tensor, nn

_MIN_SIZE = 256
"""Smaller tensors stay float32: they take little space, and running statistics need all their digits."""


def round_to_float16(network: nn.Module) -> nn.Module:
    """Round the larger weights of a network in place, so that storing them with 16 bits loses nothing.

    Args:
        network: Its weights are changed; they stay float32.

    Returns:
        The same network.
    """
    network.load_state_dict({name: _rounded(value) for name, value in network.state_dict().items()})
    return network


def _rounded(value: Tensor) -> Tensor:
    return value.half().float() if value.is_floating_point() and value.numel() >= _MIN_SIZE else value


def store_as_float16(model: onnx.ModelProto) -> None:
    """Store the larger weights of a model with 16 bits where that loses nothing.

    Args:
        model: Changed in place: each such weight gets a `Cast` back to float32.
    """
    casts = []
    for weights in model.graph.initializer:
        values = numpy_helper.to_array(weights)
        if values.dtype != np.float32 or values.size < _MIN_SIZE:
            continue
        small = values.astype(np.float16)
        if not np.array_equal(small.astype(np.float32), values):
            continue
        name = weights.name
        weights.CopyFrom(numpy_helper.from_array(small, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def float16_names(model: onnx.ModelProto) -> dict[str, str]:
    """Return the name under which each weight with 16 bits is stored, by the name under which layers use it.

    Args:
        model: As `store_as_float16` leaves it.
    """
    return {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Cast"}
