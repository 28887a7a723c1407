"""What the page shows of a network's inside, as JSON. Knows nothing of HTTP.

Arrays travel as base64: the bytes of all values in rows, and what they mean.
"""

from __future__ import annotations

import base64
import hashlib
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import SIDE, Image
from inkdigits.read.inspection.cell import Cell
from inkdigits.read.inspection.evidence import occlusion_evidence
from inkdigits.read.inspection.inspector import Inspector
from inkdigits.read.inspection.layers import Layer, UnknownLayerError
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.serve.digit_images import to_data_url
from inkdigits.serve.http.problems import ProblemError

_MAX_FILTERS = 128
"""First-layer weights of more units are left out: nobody looks at a thousand pictures."""

_LEVELS = 255

Json = dict[str, Any]


class InspectorCache:
    """The inspector of the network in use, made when it is first asked for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: tuple[OnnxModel, Inspector | UnknownLayerError] | None = None

    def get(self, model: OnnxModel) -> Inspector:
        """Return the inspector of a network.

        Args:
            model: The network in use.

        Raises:
            ProblemError: It can't be looked into.
        """
        with self._lock:
            if self._made is None or self._made[0] is not model:
                self._made = model, _inspect(model)
            found = self._made[1]
        if isinstance(found, UnknownLayerError):
            raise ProblemError(
                "opaque",
                f"{model.path.name} is not a chain of layers that can be shown ({found}); "
                "it reads all the same; export a run of a recipe to look into its network",
            )
        return found


def _inspect(model: OnnxModel) -> Inspector | UnknownLayerError:
    try:
        return Inspector(model)
    except UnknownLayerError as error:
        return error


def describe_layers(inspector: Inspector) -> Json:
    """Return the layers of a network, and the weights of its first one as pictures.

    Args:
        inspector: Of the network.
    """
    layers = [
        {
            "name": layer.tensor,
            "kind": layer.kind,
            "activation": layer.activation,
            "shape": list(shape),
            "parameters": layer.parameters,
            "kernel": list(layer.kernel),
            "strides": list(layer.strides),
        }
        for layer, shape in zip(inspector.layers, inspector.shapes, strict=True)
    ]
    return {
        "network": hashlib.sha256(inspector.model.content).hexdigest()[:16],
        "classes": list(inspector.model.metadata.classes),
        "parameters": sum(layer.parameters for layer in inspector.layers),
        "layers": layers,
        "filters": _filters(inspector.layers[0]),
    }


def _filters(layer: Layer) -> Json | None:
    """Return the weights of each unit of a first layer as a picture; None if that layer has none."""
    if layer.weights is None or layer.kind not in ("conv2d", "dense"):
        return None
    height, width = layer.kernel if layer.kind == "conv2d" else (SIDE, SIDE)
    pictures = layer.weights.reshape(-1, height, width)
    largest = float(np.abs(pictures).max(initial=0))
    return pack_levels(pictures[:_MAX_FILTERS], -largest, largest) | {"units": len(pictures)}


def describe_activations(inspector: Inspector, digit: Image, *, exact: bool) -> Json:
    """Return what every layer computes for a digit.

    Args:
        inspector: Of the network.
        digit: (28, 28), uint8, 0 is empty and 255 is ink.
        exact: Whether values are sent as float32, or rounded to 256 levels.
    """
    values = inspector.activations(digit)
    pack = pack_floats if exact else pack_levels
    return {"form": to_data_url(digit), "layers": [pack(each) for each in values]}


def describe_cell(inspector: Inspector, digit: Image, layer: int, unit: int, row: int, column: int) -> Json:
    """Return how a layer came to one of its values.

    Args:
        inspector: Of the network.
        digit: (28, 28), uint8, 0 is empty and 255 is ink.
        layer: The number of the layer.
        unit: The number of a unit, a feature map or a channel.
        row: In the feature map; 0 for a unit.
        column: In the feature map; 0 for a unit.

    Raises:
        ProblemError: There is no such value.
    """
    if layer >= len(inspector.layers):
        raise ProblemError("bad-request", f"layer {layer}; expected 0 … {len(inspector.layers) - 1}")
    try:
        cell: Cell = inspector.cell(digit, inspector.activations(digit), layer, unit, row, column)
    except IndexError as error:
        shape = " x ".join(map(str, inspector.shapes[layer]))
        raise ProblemError("bad-request", f"{error}; expected a place in {shape}, each counted from 0") from error
    return {
        "window": list(cell.window) if cell.window else None,
        "inputs": pack_floats(cell.inputs),
        "weights": pack_floats(cell.weights) if cell.weights is not None else None,
        "bias": cell.bias,
        "sum": cell.sum,
        "value": cell.value,
    }


def describe_evidence(inspector: Inspector, digit: Image, name: str) -> Json:
    """Return what each stroke of a digit spoke for or against an answer.

    Args:
        inspector: Of the network.
        digit: (28, 28), uint8, 0 is empty and 255 is ink.
        name: The name of the answer's class.

    Raises:
        ProblemError: There is no such class.
    """
    classes = inspector.model.metadata.classes
    if name not in classes:
        raise ProblemError("bad-request", f"the answer {name[:40]!r}; expected one of {', '.join(classes)[:200]}")
    return {"answer": name, "evidence": pack_floats(occlusion_evidence(inspector.model, digit, classes.index(name)))}


def pack_levels(values: NDArray[np.float32], low: float | None = None, high: float | None = None) -> Json:
    r"""Return an array rounded to 256 levels: value = low + level / 255 * (high - low).

    Args:
        values: (…), any shape, float32, any finite value.
        low: The value of level 0; by default the least one, or 0 if none is less.
        high: The value of level 255; by default the largest one, or 0 if none is more.

    Examples:
        >>> packed = pack_levels(np.array([0.0, 1.0, 2.0], np.float32))
        >>> base64.b64decode(packed["values"]), packed["high"]
        (b'\x00\x80\xff', 2.0)
    """
    lowest = float(values.min(initial=0)) if low is None else low
    highest = float(values.max(initial=0)) if high is None else high
    levels = np.rint((values - lowest) * (_LEVELS / ((highest - lowest) or 1))).astype(np.uint8)
    return _packed(levels) | {"low": lowest, "high": highest}


def pack_floats(values: NDArray[np.float32]) -> Json:
    """Return an array as it is, in little-endian float32.

    Args:
        values: (…), any shape, float32, any finite value.
    """
    return _packed(values.astype("<f4")) | {
        "low": float(values.min(initial=0)),
        "high": float(values.max(initial=0)),
    }


def _packed(values: NDArray[Any]) -> Json:
    return {
        "shape": list(values.shape),
        "dtype": values.dtype.name,
        "values": base64.b64encode(np.ascontiguousarray(values).tobytes()).decode(),
    }
