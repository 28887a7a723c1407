"""The summary table of a recipe: layers, output shapes and parameter counts. Knows no torch."""

from dataclasses import dataclass

from inkdigits.recipes import LayerShape, Recipe, infer_shapes
from inkdigits.recipes.fields import height_and_width
from inkdigits.recipes.layers import (
    ActivationLayer,
    AveragePool,
    Conv2d,
    Dense,
    Dropout,
    Layer,
    MaxPool,
)
from inkdigits.recipes.shapes import Shape


@dataclass(frozen=True)
class SummaryRow:
    """One row of the table.

    Attributes:
        name: What the layer is, in words.
        output_shape: (features,) or (channels, height, width), without the batch.
        parameters: Number of trainable parameters.
    """

    name: str
    output_shape: Shape
    parameters: int


def summarise(recipe: Recipe, classes: int = 10) -> list[SummaryRow]:
    """Return one row a layer; the parameter counts add up to the network's.

    Args:
        recipe: Whose layers to list.
        classes: Number of classes of the data.

    Raises:
        RecipeError: The layers don't fit each other, or the number of classes.

    Examples:
        >>> from inkdigits.recipes import load_recipe
        >>> rows = summarise(load_recipe("mlp-tanh"))
        >>> sum(row.parameters for row in rows)
        311650
        >>> rows[1]
        SummaryRow(name='dense 392, tanh', output_shape=(392,), parameters=307720)
    """
    return [_row(row) for row in infer_shapes(recipe.layers, classes, recipe=recipe.name, lines=recipe.reads_lines)]


def _row(row: LayerShape) -> SummaryRow:
    return SummaryRow(describe(row.layer), row.output_shape, row.parameters)


def describe(layer: Layer) -> str:
    """Return a layer in a few words.

    Args:
        layer: A layer of a recipe.
    """
    match layer:
        case Dense():
            return f"dense {layer.units}{_activation(layer.activation)}"
        case Conv2d():
            stride = f", stride {_size(layer.stride)}" if layer.stride != 1 else ""
            window = _size(layer.kernel_size, square=True)
            return f"conv {window}, {layer.filters} filters, {layer.padding}{stride}{_activation(layer.activation)}"
        case MaxPool() | AveragePool():
            return f"{layer.type.replace('_', ' ')} {_size(layer.size, square=True)}"
        case Dropout():
            return f"dropout {layer.rate:g}"
        case ActivationLayer():
            return layer.function
        case _:
            return layer.type.replace("_", " ")


def _size(sides: int | tuple[int, int], *, square: bool = False) -> str:
    height, width = height_and_width(sides)
    return f"{height}" if height == width and not square else f"{height}x{width}"


def _activation(activation: str) -> str:
    return "" if activation == "linear" else f", {activation}"
