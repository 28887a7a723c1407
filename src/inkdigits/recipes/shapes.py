"""Shapes and parameter counts through a stack of layers, in plain arithmetic. Knows no torch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from inkdigits.errors import RecipeError
from inkdigits.recipes.layers import (
    ActivationLayer,
    AveragePool,
    BatchNorm,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
)
from inkdigits.types import SIDE

Shape = tuple[int, ...]
"""(features,) or (channels, height, width), without the batch."""

INPUT_SHAPE: Shape = (1, SIDE, SIDE)


@dataclass(frozen=True)
class LayerShape:
    """What goes in and out of one layer, and how much it learns."""

    layer: Layer
    input_shape: Shape
    output_shape: Shape
    parameters: int
    """Learned numbers; the running statistics of batch_norm are not among them."""


def infer_shapes(layers: Sequence[Layer], classes: int, *, recipe: str = "recipe") -> list[LayerShape]:
    """Follow a 28x28 picture through `layers`.

    Args:
        layers: The layers of a recipe, first to last.
        classes: How many outputs the last layer must have.
        recipe: What to call the recipe in an error.

    Returns:
        One `LayerShape` a layer.

    Raises:
        RecipeError: A layer doesn't fit what comes before it, or the last has other than `classes` outputs.

    Examples:
        >>> from inkdigits.recipes.layers import Dense, Flatten
        >>> rows = infer_shapes([Flatten(type="flatten"), Dense(type="dense", units=10)], classes=10)
        >>> [(row.output_shape, row.parameters) for row in rows]
        [((784,), 0), ((10,), 7850)]
    """
    rows: list[LayerShape] = []
    shape = INPUT_SHAPE
    for number, layer in enumerate(layers):
        try:
            output, parameters = _through(layer, shape)
            _softmax_only_at_the_end(layer, last=number == len(layers) - 1)
        except _MisfitError as misfit:
            raise RecipeError(
                f"{recipe}: layers.{number} ({layer.type}) gets {_words(shape)}",
                expected=misfit.expected,
                mend=misfit.mend,
            ) from None
        rows.append(LayerShape(layer, shape, output, parameters))
        shape = output
    if shape != (classes,):
        raise RecipeError(
            f"{recipe}: the last layer gives {_words(shape)}",
            expected=f"{classes} values, one a class",
            mend=f'end with {{ type = "dense", units = {classes}, activation = "softmax" }}',
        )
    return rows


class _MisfitError(Exception):
    def __init__(self, expected: str, mend: str) -> None:
        self.expected, self.mend = expected, mend


def _through(layer: Layer, shape: Shape) -> tuple[Shape, int]:
    match layer:
        case Dense():
            _need_flat(shape)
            return (layer.units,), layer.units * (shape[0] + layer.use_bias)
        case Conv2d():
            channels, height, width = _need_maps(shape)
            rows, columns = (_convolved(side, layer) for side in (height, width))
            weights = layer.filters * (channels * layer.kernel_size**2 + layer.use_bias)
            return (layer.filters, rows, columns), weights
        case MaxPool() | AveragePool():
            channels, height, width = _need_maps(shape)
            _need_room(layer.size, height)
            return (channels, *((side - layer.size) // layer.step + 1 for side in (height, width))), 0
        case GlobalAveragePool():
            return (_need_maps(shape)[0],), 0
        case Flatten():
            return (math.prod(shape),), 0
        case BatchNorm():
            return shape, 2 * shape[0]
        case _:
            return shape, 0


def _convolved(side: int, layer: Conv2d) -> int:
    if layer.padding == "same":
        return math.ceil(side / layer.stride)
    _need_room(layer.kernel_size, side)
    return (side - layer.kernel_size) // layer.stride + 1


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


def _words(shape: Shape) -> str:
    if len(shape) == 1:
        return f"{shape[0]} values"
    return f"{shape[0]} maps of {shape[1]}x{shape[2]}"
