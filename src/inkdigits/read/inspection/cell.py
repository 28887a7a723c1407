"""One value of a layer -> the window that it saw, the weights, and the sum that made it. Knows no files, no session."""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from inkdigits.read.inspection.layers import ACTIVATIONS, Floats, Layer


@dataclass(frozen=True, eq=False)
class Cell:
    """One value of a layer, retraced.

    Attributes:
        window: Left, top, right and bottom of what it saw in the layer before, in cells there; beyond the edges it saw
            zeros. None where the layer before has no rows and columns.
        inputs: (channels, h, w) or (inputs,), float32, what it saw.
        weights: The shape of `inputs`, float32, what each input is multiplied by; None where the largest one counts.
        bias: What is added.
        sum: Before the activation.
        value: After it.
    """

    window: tuple[int, int, int, int] | None
    inputs: NDArray[np.float32]
    weights: NDArray[np.float32] | None
    bias: float
    sum: float
    value: float


def retrace(layer: Layer, source: NDArray[np.float32], unit: int, row: int = 0, column: int = 0) -> Cell:
    """Return how a layer came to one of its values.

    Args:
        layer: The layer.
        source: (channels, H, W) or (inputs,), float32, the values of the layer before, or the digit in 0 … 1.
        unit: The number of a unit, a feature map or a channel.
        row: In the feature map; 0 for a unit.
        column: In the feature map; 0 for a unit.

    Raises:
        ValueError: The layer does not fit its source.

    Examples:
        >>> kernel = np.ones((1, 1, 2, 2), np.float32)
        >>> layer = Layer("conv2d", "a", "relu", kernel, np.array([-1.0], np.float32), kernel=(2, 2))
        >>> cell = retrace(layer, np.arange(9, dtype=np.float32).reshape(1, 3, 3), unit=0, row=1, column=1)
        >>> cell.window, cell.inputs.ravel().tolist(), cell.sum
        ((1, 1, 3, 3), [4.0, 5.0, 7.0, 8.0], 23.0)
    """
    bias = float(layer.bias[unit]) if layer.bias is not None else 0.0
    window: tuple[int, int, int, int] | None
    match layer.kind:
        case "dense":
            assert layer.weights is not None
            height, width = source.shape[-2:] if source.ndim == 3 else (0, 0)
            window = (0, 0, width, height) if source.ndim == 3 else None
            inputs, weights = source, layer.weights[unit].reshape(source.shape)
        case "conv2d":
            assert layer.weights is not None
            window = _window(layer, row, column)
            inputs, weights = _cut(source, window), layer.weights[unit]
        case "batch_norm":
            assert layer.weights is not None
            cell = source[unit : unit + 1] if source.ndim == 1 else _cut(source[[unit]], _window(layer, row, column))
            window = _window(layer, row, column) if source.ndim == 3 else None
            inputs, weights = cell, np.full(cell.shape, layer.weights[unit], np.float32)
        case "global_average_pool":
            window, inputs = (0, 0, source.shape[2], source.shape[1]), source[[unit]]
            weights = np.full(inputs.shape, 1 / inputs.size, np.float32)
        case _:
            window = _window(layer, row, column)
            inputs = _cut(source[[unit]], window)
            weights = np.full(inputs.shape, 1 / inputs.size, np.float32)
    if layer.kind == "max_pool":
        largest = float(inputs.max())
        return Cell(window, inputs, None, 0.0, largest, largest)
    total = float((inputs.astype(np.float64) * weights).sum()) + bias
    return Cell(window, inputs, weights, bias, total, float(_activate(layer.activation, total)))


def activate(layer: Layer, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the values of a layer after the activation that the file applies later.

    Args:
        layer: The layer.
        values: Its tensor, (channels, H, W) or (units,), float32, any value.

    Returns:
        The shape of `values`, (channels, H, W) or (units,), float32, any value.
    """
    if not layer.computed_after or layer.activation is None:
        return values
    return np.asarray(ACTIVATIONS[layer.activation](values), np.float32)


def _window(layer: Layer, row: int, column: int) -> tuple[int, int, int, int]:
    top, left = (
        place * step - margin for place, step, margin in zip((row, column), layer.strides, layer.padding, strict=True)
    )
    return left, top, left + layer.kernel[1], top + layer.kernel[0]


def _cut(source: Floats, window: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """Return a window of feature maps, with zeros beyond their edges."""
    left, top, right, bottom = window
    channels, height, width = source.shape
    cut = np.zeros((channels, bottom - top, right - left), np.float32)
    inside = source[:, max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
    first, begin = max(0, -top), max(0, -left)
    cut[:, first : first + inside.shape[1], begin : begin + inside.shape[2]] = inside
    return cut


def _activate(name: str | None, total: float) -> float:
    if name is None:
        return total
    if name in ACTIVATIONS:
        return float(ACTIVATIONS[name](np.array(total)))
    return total * (1 + erf(total / sqrt(2))) / 2
