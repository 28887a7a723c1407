"""Runs a network so that every layer's values come out. Knows no pictures beyond one normalized digit, and no HTTP.

The session that reads is left alone: with more outputs ONNX Runtime could no longer fuse layers, and reading would take
longer. A second one is made from the same bytes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Image
from inkdigits.pictures.levels import to_unit_range
from inkdigits.read.inspection.cell import Cell, activate, retrace
from inkdigits.read.inspection.graph import add_outputs, read_graph
from inkdigits.read.inspection.layers import UnknownLayerError, find_layers
from inkdigits.read.onnx_model import INPUT, OUTPUT, OnnxModel, open_session

_TOLERANCE = 1e-3
"""The largest difference between a retraced value and the network's, absolute or as a share of it."""

_CHECKED = 3
"""Values that are retraced of each layer before a network is looked into."""


class Inspector:
    """Looks into a network for single digits. Several threads may use it at once.

    Args:
        model: The network.

    Attributes:
        model: The network.
        layers: Its layers, first to last.
        shapes: The shape of each layer's values for one digit: (channels, H, W) or (units,).

    Raises:
        UnknownLayerError: The network is no chain of known layers.
    """

    def __init__(self, model: OnnxModel) -> None:
        self.model = model
        try:
            self.layers = find_layers(read_graph(model.content), INPUT)
            self._names = list(dict.fromkeys(layer.tensor for layer in self.layers))
            content = add_outputs(model.content, [name for name in self._names if name != OUTPUT])
            self._session = open_session(content)
            if self.layers[-1].tensor != OUTPUT:
                raise UnknownLayerError("the last layer is not the output")
            noise = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
            values = self.activations(noise)
            self.shapes = tuple(each.shape for each in values)
            self._check(noise, values)
        except UnknownLayerError:
            raise
        except Exception as error:  # a file may hold anything, and ONNX Runtime raises a dozen types of errors
            raise UnknownLayerError(str(error)[:200]) from error

    def activations(self, digit: Image) -> list[NDArray[np.float32]]:
        """Return the values of all layers for one digit, each after its activation.

        Args:
            digit: (28, 28), uint8, 0 is empty and 255 is ink.

        Returns:
            For each layer (channels, H, W) or (units,), float32, any value. The last are the logits.
        """
        values = self._session.run(self._names, {INPUT: to_unit_range(digit[None, None])})
        by_name = dict(zip(self._names, values, strict=True))
        return [activate(layer, np.asarray(by_name[layer.tensor][0], np.float32)) for layer in self.layers]

    def cell(
        self, digit: Image, values: list[NDArray[np.float32]], layer: int, unit: int, row: int = 0, column: int = 0
    ) -> Cell:
        """Return how a layer came to one of its values.

        Args:
            digit: (28, 28), uint8, 0 is empty and 255 is ink.
            values: What `activations` returned for it, each (channels, H, W) or (units,), float32, any value.
            layer: The number of the layer.
            unit: The number of a unit, a feature map or a channel.
            row: In the feature map; 0 for a unit.
            column: In the feature map; 0 for a unit.

        Raises:
            IndexError: There is no such value.
        """
        place = (unit, row, column)[: values[layer].ndim]
        if not all(0 <= at < size for at, size in zip(place, values[layer].shape, strict=True)):
            raise IndexError(f"layer {layer} has no value at {place}")
        source = values[layer - 1] if layer else to_unit_range(digit[None])  # (1, 28, 28)
        return retrace(self.layers[layer], source, unit, row, column)

    def _check(self, digit: Image, values: list[NDArray[np.float32]]) -> None:
        """Retrace a few values of every layer: what is shown must be what the network computes."""
        random = np.random.default_rng(1)
        for number, found in enumerate(values):
            for place in (random.integers(0, found.shape) for _ in range(_CHECKED)):
                expected = float(found[tuple(place)])
                cell = self.cell(digit, values, number, *map(int, place))
                if not abs(cell.value - expected) <= _TOLERANCE * max(1.0, abs(expected)):
                    raise UnknownLayerError(f"layer {number} computes {expected:g}, retraced {cell.value:g}")
