"""Layers as Python objects with Keras's names and defaults -> the tables of a recipe. Knows no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from inkdigits.recipes import layers
from inkdigits.recipes.fields import Sides
from inkdigits.recipes.objects.recipe_object import RecipeObject

Initializer = str | Mapping[str, Any]
"""The name of an initializer, or its table: `{"name": "truncated_normal", "stddev": 0.1}`."""


class LayerObject(RecipeObject):
    """A layer that is written as a Python object."""


class Dense(LayerObject):
    """Every input joined to each of `units` outputs. Pictures are flattened before it.

    Args:
        units: Number of outputs.
        activation: What the outputs go through: linear, relu, tanh, sigmoid, softmax or gelu.
        use_bias: Whether a learned number is added to each output.
        kernel_initializer: What the weights start from: glorot_uniform, he_normal or truncated_normal.
        bias_initializer: What the biases start from: "zeros", "ones" or a number.

    Examples:
        >>> Dense(392, activation="tanh")
        Dense(392, activation='tanh')
    """

    _table_class = layers.Dense
    _key_of: ClassVar = {"kernel_initializer": "initializer", "bias_initializer": "bias"}

    def __init__(
        self,
        units: int,
        activation: str = "linear",
        *,
        use_bias: bool = True,
        kernel_initializer: Initializer = "glorot_uniform",
        bias_initializer: str | float = "zeros",
    ) -> None:
        super().__init__(
            units=units,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
        )


class Conv2D(LayerObject):
    """`filters` small windows slid over the maps.

    Args:
        filters: Number of maps that come out.
        kernel_size: Side of the window in pixels, or its height and width.
        strides: Pixels from one place of the window to the next.
        padding: "valid", or "same": zeros around the maps, so that with stride 1 they keep their size.
        activation: What the outputs go through, as for `Dense`.
        use_bias: Whether a learned number is added to each output.
        kernel_initializer: What the weights start from, as for `Dense`.
        bias_initializer: What the biases start from, as for `Dense`.

    Examples:
        >>> Conv2D(32, 5, padding="same", activation="relu")
        Conv2D(32, 5, padding='same', activation='relu')
    """

    _table_class = layers.Conv2d
    _key_of: ClassVar = {"strides": "stride", "kernel_initializer": "initializer", "bias_initializer": "bias"}

    def __init__(
        self,
        filters: int,
        kernel_size: Sides,
        strides: Sides = 1,
        padding: str = "valid",
        activation: str = "linear",
        *,
        use_bias: bool = True,
        kernel_initializer: Initializer = "glorot_uniform",
        bias_initializer: str | float = "zeros",
    ) -> None:
        super().__init__(
            filters=filters,
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
        )


class MaxPool2D(LayerObject):
    """The largest value of each window.

    Args:
        pool_size: Side of the window in pixels, or its height and width.
        strides: Pixels from one place of the window to the next; by default the windows touch.
    """

    _table_class = layers.MaxPool
    _key_of: ClassVar = {"pool_size": "size", "strides": "stride"}

    def __init__(self, pool_size: Sides = 2, strides: Sides | None = None) -> None:
        super().__init__(pool_size=pool_size, strides=strides)


class AveragePool2D(LayerObject):
    """The mean of each window.

    Args:
        pool_size: Side of the window in pixels, or its height and width.
        strides: Pixels from one place of the window to the next; by default the windows touch.
    """

    _table_class = layers.AveragePool
    _key_of: ClassVar = {"pool_size": "size", "strides": "stride"}

    def __init__(self, pool_size: Sides = 2, strides: Sides | None = None) -> None:
        super().__init__(pool_size=pool_size, strides=strides)


class GlobalAveragePool2D(LayerObject):
    """Each map replaced by its mean."""

    _table_class = layers.GlobalAveragePool

    def __init__(self) -> None:
        super().__init__()


class Flatten(LayerObject):
    """Maps laid out as one row of numbers."""

    _table_class = layers.Flatten

    def __init__(self) -> None:
        super().__init__()


class Dropout(LayerObject):
    """While training, each value is zeroed with probability `rate` and the others scaled up.

    Args:
        rate: Share of the values that are zeroed.
    """

    _table_class = layers.Dropout

    def __init__(self, rate: float) -> None:
        super().__init__(rate=rate)


class BatchNormalization(LayerObject):
    """Each feature brought to mean 0 and deviation 1 over the batch, then scaled and shifted as learned.

    Args:
        momentum: How slowly the running mean and variance, which are used after training, follow the batches.
        epsilon: Added to the variance.
    """

    _table_class = layers.BatchNorm

    def __init__(self, momentum: float = 0.99, epsilon: float = 1e-3) -> None:
        super().__init__(momentum=momentum, epsilon=epsilon)


class Activation(LayerObject):
    """An activation that stands alone, for example behind `BatchNormalization`.

    Args:
        activation: Which one, as for `Dense`.
    """

    _table_class = layers.ActivationLayer
    _key_of: ClassVar = {"activation": "function"}

    def __init__(self, activation: str) -> None:
        super().__init__(activation=activation)


def layer_tables(stack: Sequence[LayerObject]) -> list[dict[str, Any]]:
    """Return the tables of a recipe's layers. A `flatten` is put between maps and the first dense layer.

    Args:
        stack: Layers, first to last.

    Examples:
        >>> [table["type"] for table in layer_tables([Dense(10)])]
        ['flatten', 'dense']
    """
    tables: list[dict[str, Any]] = []
    is_flat = False
    for layer in stack:
        if isinstance(layer, Dense) and not is_flat:
            tables.append(Flatten().table)
        is_flat = is_flat or isinstance(layer, (Dense, Flatten, GlobalAveragePool2D))
        tables.append(layer.table)
    return tables
