"""Shapes and parameter counts through a stack of layers, in plain arithmetic. Knows no torch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from inkdigits.core.errors import RecipeError
from inkdigits.core.types import CTC_CLASSES, LINE_HEIGHT, SIDE, SIGNS
from inkdigits.recipes.fields import height_and_width
from inkdigits.recipes.layers import (
    ActivationLayer,
    AveragePool,
    BatchNorm,
    Columns,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    Steps,
)

Shape = tuple[int, ...]
"""(features,), (channels, height, width) or, for a line, (steps, classes), without the batch."""

DIGIT_SHAPE: Shape = (1, SIDE, SIDE)

LINE_SHAPE: Shape = (1, LINE_HEIGHT, 240)
"""A line image of a usual width: a line network takes every width that is a multiple of 8."""


def input_shape(*, lines: bool) -> Shape:
    """Return the shape of a network's input, without the batch.

    Args:
        lines: Whether the network reads lines.
    """
    return LINE_SHAPE if lines else DIGIT_SHAPE


@dataclass(frozen=True)
class LayerShape:
    """The shapes of one layer's input and output, and its number of parameters."""

    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: int
    """Learned numbers, without the running statistics of batch_norm."""


def infer_shapes(
    layers: Sequence[Layer], classes: int, *, recipe: str = "recipe", lines: bool = False
) -> list[LayerShape]:
    """Return the shapes through a network, from a digit or a line image to its classes.

    Args:
        layers: The layers of a recipe, first to last.
        classes: How many classes the network tells apart, without those of CTC.
        recipe: What to call the recipe in an error.
        lines: Whether the network reads lines.

    Returns:
        One `LayerShape` a layer.

    Raises:
        RecipeError: A layer doesn't fit the one before it, or the last has the wrong number of outputs.

    Examples:
        >>> from inkdigits.recipes.layers import Dense, Flatten
        >>> rows = infer_shapes([Flatten(type="flatten"), Dense(type="dense", units=10)], classes=10)
        >>> [(row.output_shape, row.parameters) for row in rows]
        [((784,), 0), ((10,), 7850)]
    """
    if not layers:
        raise RecipeError(
            f"{recipe} has no layers", expected="at least one", mend="add layers, or give a module of your own"
        )
    rows: list[LayerShape] = []
    shape = input_shape(lines=lines)
    for number, layer in enumerate(layers):
        try:
            output, parameters = _apply(layer, shape)
            _softmax_only_at_the_end(layer, last=number == len(layers) - 1)
        except _MisfitError as misfit:
            raise RecipeError(
                f"{recipe}: layers.{number} ({layer.type}) gets {_describe(shape)}",
                expected=misfit.expected,
                mend=misfit.mend,
            ) from None
        rows.append(LayerShape(layer, shape, output, parameters))
        shape = output
    line_outputs = (classes + CTC_CLASSES, classes + len(SIGNS) + CTC_CLASSES)
    if lines and (len(shape) != 2 or shape[1] not in line_outputs):
        raise RecipeError(
            f"{recipe}: the last layer gives {_describe(shape)}",
            expected=f"steps of {line_outputs[0]} values: one a class, one for other signs, one for the blank; or of "
            f"{line_outputs[1]}, with the {len(SIGNS)} signs of numbers",
            mend=f'end with {{ type = "conv2d", filters = {line_outputs[0]}, kernel_size = 1 }} and '
            '{ type = "steps" }',
        )
    if not lines and shape != (classes,):
        raise RecipeError(
            f"{recipe}: the last layer gives {_describe(shape)}",
            expected=f"{classes} values, one a class",
            mend=f'end with {{ type = "dense", units = {classes}, activation = "softmax" }}',
        )
    return rows


def has_signs(layers: Sequence[Layer], classes: int = 10) -> bool:
    """Tell whether the network of a line recipe has classes for `SIGNS` behind those of digits.

    Args:
        layers: The layers of a recipe that fits.
        classes: How many classes the digits have.
    """
    return infer_shapes(layers, classes, lines=True)[-1].output_shape[1] == classes + len(SIGNS) + CTC_CLASSES


class _MisfitError(Exception):
    """A layer that doesn't fit: `RecipeError` without the recipe and the layer's number."""

    def __init__(self, expected: str, mend: str) -> None:
        self.expected, self.mend = expected, mend


def _apply(layer: Layer, shape: Shape) -> tuple[Shape, int]:
    """Return the output shape of a layer and its number of parameters."""
    match layer:
        case Dense():
            _need_flat(shape)
            return (layer.units,), layer.units * (shape[0] + layer.use_bias)
        case Conv2d():
            channels, height, width = _need_maps(shape)
            window, stride = height_and_width(layer.kernel_size), height_and_width(layer.stride)
            rows, columns = (
                _reduced(side, window[axis], stride[axis], layer.padding) for axis, side in enumerate((height, width))
            )
            weights = layer.filters * (channels * math.prod(window) + layer.use_bias)
            return (layer.filters, rows, columns), weights
        case MaxPool() | AveragePool():
            channels, height, width = _need_maps(shape)
            window, step = height_and_width(layer.size), height_and_width(layer.step)
            rows, columns = (
                _reduced(side, window[axis], step[axis], "valid") for axis, side in enumerate((height, width))
            )
            return (channels, rows, columns), 0
        case GlobalAveragePool():
            return (_need_maps(shape)[0],), 0
        case Flatten():
            return (math.prod(shape),), 0
        case Columns():
            channels, height, width = _need_maps(shape)
            return (channels * height, 1, width), 0
        case Steps(per_column=per_column):
            features, height, width = _need_maps(shape)
            if height != 1 or features % per_column:
                raise _MisfitError(
                    f"one row of maps whose number {per_column} divides", 'put { type = "columns" } further up'
                )
            return (width * per_column, features // per_column), 0
        case BatchNorm():
            return shape, 2 * shape[0]
        case _:
            return shape, 0


def _reduced(side: int, window: int, stride: int, padding: str) -> int:
    """Return how many places a window has along a side."""
    if padding == "same":
        return math.ceil(side / stride)
    _need_room(window, side)
    return (side - window) // stride + 1


def _need_flat(shape: Shape) -> None:
    if len(shape) != 1:
        raise _MisfitError("a row of values", 'put { type = "flatten" } before it')


def _need_maps(shape: Shape) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise _MisfitError("maps (channels, height, width)", "put it before flatten and dense layers")
    return shape[0], shape[1], shape[2]


def _need_room(window: int, side: int) -> None:
    if window > side:
        raise _MisfitError(f"maps of at least {window}x{window}", "pool less before it or make its window smaller")


def _softmax_only_at_the_end(layer: Layer, *, last: bool) -> None:
    name = layer.function if isinstance(layer, ActivationLayer) else getattr(layer, "activation", "linear")
    if name == "softmax" and not last:
        raise _MisfitError("softmax in the last layer only", "choose relu, tanh, sigmoid or gelu here")
    if last and name not in ("softmax", "linear"):
        raise _MisfitError("a last layer with softmax (or linear) activation", 'set activation = "softmax"')


def _describe(shape: Shape) -> str:
    if len(shape) == 1:
        return f"{shape[0]} values"
    if len(shape) == 2:
        return f"{shape[0]} steps of {shape[1]} values"
    return f"{shape[0]} maps of {shape[1]}x{shape[2]}"
