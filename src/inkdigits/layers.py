"""The layers of a network as Python objects, with Keras's names and defaults.

    from inkdigits.layers import Dense

    run = inkdigits.train([Dense(392, activation="tanh"), Dense(10, activation="softmax")], "uci", epochs=5)

Does no work of its own.
"""

from inkdigits.recipes.objects.layers import (
    Activation,
    AveragePool2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    MaxPool2D,
)

MaxPooling2D, AveragePooling2D, GlobalAveragePooling2D = MaxPool2D, AveragePool2D, GlobalAveragePool2D
"""Keras has two names for each."""

__all__ = [
    "Activation",
    "AveragePool2D",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAveragePool2D",
    "GlobalAveragePooling2D",
    "MaxPool2D",
    "MaxPooling2D",
]
