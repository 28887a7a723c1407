"""The bytes of an ONNX model -> its nodes and weights, and the same model with more outputs. Knows no layers.

Protobuf merges a message that is written twice. So more outputs are a few bytes at the end of the model: a second graph
with nothing but them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.inspection.protobuf import Value, read_fields, read_varints, to_signed, write_field

_MODEL_GRAPH = 7
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_OUTPUT = 1, 5, 12
_NODE_INPUT, _NODE_OUTPUT, _NODE_OP, _NODE_ATTRIBUTE = 1, 2, 4, 5
_ATTRIBUTE_NAME, _ATTRIBUTE_FLOAT, _ATTRIBUTE_INT, _ATTRIBUTE_TEXT, _ATTRIBUTE_INTS = 1, 2, 3, 4, 8
_TENSOR_DIMS, _TENSOR_TYPE, _TENSOR_FLOATS, _TENSOR_INTS, _TENSOR_NAME, _TENSOR_RAW = 1, 2, 4, 7, 8, 9
_VALUE_NAME = 1

_DTYPES: dict[int, np.dtype[Any]] = {1: np.dtype("<f4"), 7: np.dtype("<i8"), 10: np.dtype("<f2")}
"""The types of weights by ONNX's numbers; weights of other types are left out."""


@dataclass(frozen=True)
class Node:
    """One operation.

    Attributes:
        operator: Its name, for example "Conv".
        inputs: The names of the tensors that it takes; empty for one that is left out.
        outputs: The names of those that it returns.
        attributes: Numbers, lists of whole numbers, and texts as bytes, by name.
    """

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Graph:
    """A model.

    Attributes:
        nodes: Its operations, in the order in which they are computed.
        weights: Its constant tensors by name, any shape, float32, float16 or int64; read-only.
    """

    nodes: tuple[Node, ...]
    weights: dict[str, NDArray[Any]]


def read_graph(content: bytes) -> Graph:
    """Return nodes and weights of a model.

    Args:
        content: The bytes of its file.

    Raises:
        ValueError: They are no ONNX model.
    """
    nodes: list[Node] = []
    weights: dict[str, NDArray[Any]] = {}
    for number, graph in read_fields(memoryview(content)):
        if number != _MODEL_GRAPH:
            continue
        for kind, value in read_fields(_bytes(graph)):
            if kind == _GRAPH_NODE:
                nodes.append(_node(_bytes(value)))
            elif kind == _GRAPH_INITIALIZER:
                name, tensor = _tensor(_bytes(value))
                if tensor is not None:
                    weights[name] = tensor
    return Graph(tuple(nodes), weights)


def add_outputs(content: bytes, names: Iterable[str]) -> bytes:
    """Return a model that also returns tensors between its layers.

    Args:
        content: The bytes of the model.
        names: Names of tensors in it that are no outputs yet.
    """
    outputs = (write_field(_GRAPH_OUTPUT, write_field(_VALUE_NAME, name.encode())) for name in names)
    return content + write_field(_MODEL_GRAPH, b"".join(outputs))


def _bytes(value: Value) -> memoryview:
    if isinstance(value, int):
        raise ValueError("a number in place of bytes")
    return value


def _text(value: Value) -> str:
    return bytes(_bytes(value)).decode()


def _ints(value: Value) -> list[int]:
    """Return the whole numbers of a repeated field, which may be packed."""
    return [to_signed(each) for each in ([value] if isinstance(value, int) else read_varints(value))]


def _node(message: memoryview) -> Node:
    operator, inputs, outputs, attributes = "", [], [], {}
    for number, value in read_fields(message):
        if number == _NODE_INPUT:
            inputs.append(_text(value))
        elif number == _NODE_OUTPUT:
            outputs.append(_text(value))
        elif number == _NODE_OP:
            operator = _text(value)
        elif number == _NODE_ATTRIBUTE:
            name, content = _attribute(_bytes(value))
            attributes[name] = content
    return Node(operator, tuple(inputs), tuple(outputs), attributes)


def _attribute(message: memoryview) -> tuple[str, Any]:
    name, content, ints = "", None, list[int]()
    for number, value in read_fields(message):
        if number == _ATTRIBUTE_NAME:
            name = _text(value)
        elif number == _ATTRIBUTE_FLOAT:
            (content,) = struct.unpack("<f", _bytes(value))
        elif number == _ATTRIBUTE_INT:
            (content,) = _ints(value)
        elif number == _ATTRIBUTE_TEXT:
            content = bytes(_bytes(value))
        elif number == _ATTRIBUTE_INTS:
            ints += _ints(value)
    return name, ints or content


def _tensor(message: memoryview) -> tuple[str, NDArray[Any] | None]:
    """Return the name of a tensor and its values; None for those that are not kept here or in another type."""
    name, dims = "", list[int]()
    dtype: np.dtype[Any] | None = None
    raw: memoryview | None = None
    ints = list[int]()
    for number, value in read_fields(message):
        if number == _TENSOR_NAME:
            name = _text(value)
        elif number == _TENSOR_DIMS:
            dims += _ints(value)
        elif number == _TENSOR_TYPE:
            dtype = _DTYPES.get(value) if isinstance(value, int) else None
        elif number in (_TENSOR_RAW, _TENSOR_FLOATS):
            raw = _bytes(value)
        elif number == _TENSOR_INTS:
            ints += _ints(value)
    if dtype is None or (raw is None and not ints):
        return name, None
    values = np.array(ints, dtype) if raw is None else np.frombuffer(raw, dtype)
    return name, values.reshape(dims)
