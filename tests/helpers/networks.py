"""Small networks as ONNX files, valid and invalid, without training."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from inkdigits.read.onnx_model import INPUT, METADATA_KEY, OUTPUT, Metadata

DIGITS = tuple("0123456789")


def _model(
    nodes: list[onnx.NodeProto],
    weights: Mapping[str, NDArray[Any]],
    takes: Sequence[int | str],
    gives: Sequence[int | str],
    names: tuple[str, str] = (INPUT, OUTPUT),
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info(names[0], TensorProto.FLOAT, takes)],
        [helper.make_tensor_value_info(names[1], TensorProto.FLOAT, gives)],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def digit_model(
    classes: int = 10, side: int = 28, number: int | str = "number", names: tuple[str, str] = (INPUT, OUTPUT)
) -> onnx.ModelProto:
    """Return a network for single digits: softmax regression with random weights."""
    weights = np.random.default_rng(0).normal(0, 0.1, (side * side, classes)).astype(np.float32)
    nodes = [
        helper.make_node("Flatten", [names[0]], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], [names[1]]),
    ]
    return _model(nodes, {"weights": weights}, [number, 1, side, side], [number, classes], names)


def bars_model(step: int = 2, scale: float = -3.0, signs: int = 0) -> onnx.ModelProto:
    """Return a network for lines that reads bars: ink 2 d + 2 pixels high is the digit d, an empty column a blank.

    Steps are `step` columns wide; a digit's logit is the distance from its height, times `scale`. Bars of 22 pixels and
    more are as many signs.
    """
    bars = [2.0 * digit + 2 for digit in range(10)] + [22.0 + sign for sign in range(signs)]
    heights = np.array([*bars, 39.0, 0.0], np.float32)
    nodes = [
        helper.make_node("Conv", [INPUT, "window"], ["ink"], strides=[40, step]),  # (N, 1, 1, W / 2)
        helper.make_node("Squeeze", ["ink", "rows"], ["row"]),  # (N, 1, W / 2)
        helper.make_node("Transpose", ["row"], ["column"], perm=[0, 2, 1]),
        helper.make_node("Sub", ["column", "heights"], ["away"]),
        helper.make_node("Abs", ["away"], ["distance"]),
        helper.make_node("Mul", ["distance", "scale"], [OUTPUT]),
    ]
    weights: dict[str, NDArray[Any]] = {
        "window": np.full((1, 1, 40, step), 1 / step, np.float32),
        "rows": np.array([2], np.int64),
        "heights": heights.reshape(1, 1, -1),
        "scale": np.array(scale, np.float32),
    }
    return _model(nodes, weights, ["number", 1, 40, "width"], ["number", "steps", len(heights)])


def metadata_of(kind: str = "digit", **changes: Any) -> dict[str, Any]:
    """Return valid metadata with changes; `None` removes a key."""
    values = json.loads(Metadata(kind, DIGITS).to_json()) | changes
    return {key: value for key, value in values.items() if value is not None}


def save(model: onnx.ModelProto, path: Path, metadata: Any = None) -> Path:
    """Write a model with metadata: a string as it is, None not at all, anything else as JSON."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    if metadata is not None:
        text = metadata if isinstance(metadata, str) else json.dumps(metadata)
        helper.set_model_props(model, {METADATA_KEY: text})
    path.write_bytes(model.SerializeToString())
    return path
