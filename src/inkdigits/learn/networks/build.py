"""Builds the torch module of a recipe. Knows nothing of losses, optimisers or data."""

import math
from collections import OrderedDict
from collections.abc import Iterator

import torch
from torch import nn

from inkdigits.core.display import Displayed
from inkdigits.learn.networks.fft_convolution import FFTConv2d
from inkdigits.learn.networks.line_layers import JoinRows, SplitColumns
from inkdigits.learn.networks.modules import count_parameters, device_of, evaluation_mode
from inkdigits.learn.networks.summary import SummaryRow
from inkdigits.recipes import LayerShape, Recipe, infer_shapes
from inkdigits.recipes.fields import height_and_width
from inkdigits.recipes.layers import (
    ActivationLayer,
    AveragePool,
    BatchNorm,
    Columns,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool,
    HeNormal,
    MaxPool,
    Steps,
    TruncatedNormal,
    Weighted,
)

_ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
}

_MONOTONIC = (nn.ReLU, nn.Tanh, nn.Sigmoid)
"""Activations that never decrease."""


def build_network(recipe: Recipe, classes: int = 10) -> nn.Sequential:
    """Return the network of a recipe, with new random weights from torch's random state.

    The softmax that ends a recipe is left out, because losses are more exact on logits.

    Args:
        recipe: Whose layers to build.
        classes: Number of classes of the data.

    Returns:
        A module from float32 (N, 1, 28, 28) in 0 … 1 to logits (N, classes). The network of a line recipe goes from
        (N, 1, 40, W), with W a multiple of 8, to logits (N, steps, classes + 2).

    Raises:
        RecipeError: The layers don't fit each other, or the number of classes.

    Examples:
        >>> from inkdigits.recipes import load_recipe
        >>> network = build_network(load_recipe("softmax"))
        >>> network(torch.zeros(2, 1, 28, 28)).shape
        torch.Size([2, 10])
    """
    modules: list[tuple[str, nn.Module]] = []
    for number, row in enumerate(infer_shapes(recipe.layers, classes, recipe=recipe.name, lines=recipe.reads_lines)):
        for kind, module in _modules(row):
            if isinstance(module, nn.MaxPool2d) and modules and isinstance(modules[-1][1], _MONOTONIC):
                # max f(x) = f(max x): pooling first gives the same values and gradients, with fewer activations.
                modules.insert(-1, (f"{number}_{kind}", module))
            else:
                modules.append((f"{number}_{kind}", module))
    network = nn.Sequential(OrderedDict(modules))
    # Convolutions are faster where the channels of a pixel are adjacent in memory.
    return network.to(memory_format=torch.channels_last)  # type: ignore[no-any-return, call-overload]


class TrainedNetwork(Displayed, nn.Sequential):
    """A network that is shown by its layers.

    Args:
        network: Whose layers, under the same names.
    """

    def __init__(self, network: nn.Sequential) -> None:
        super().__init__(OrderedDict(network.named_children()))

    def __repr__(self) -> str:
        kinds = " - ".join(type(module).__name__ for module in self)
        shown = kinds if len(kinds) < 400 else f"{kinds[:400]} …"
        return f"<network: {shown}; {count_parameters(self):,} parameters>"


def _modules(row: LayerShape) -> Iterator[tuple[str, nn.Module]]:
    layer, shape = row.layer, row.input_shape
    match layer:
        case Dense():
            yield "dense", _initialised(nn.Linear(shape[0], layer.units, bias=layer.use_bias), layer)
            yield from _activation(layer.activation)
        case Conv2d():
            extra, padding = _padding(layer, shape)
            if any(extra):
                yield "pad", nn.ZeroPad2d(extra)
            convolution = FFTConv2d(
                shape[0], layer.filters, layer.kernel_size, layer.stride, padding, bias=layer.use_bias
            )
            yield "conv2d", _initialised(convolution, layer)
            yield from _activation(layer.activation)
        case MaxPool():
            yield "max_pool", nn.MaxPool2d(layer.size, layer.step)
        case AveragePool():
            yield "average_pool", nn.AvgPool2d(layer.size, layer.step)
        case Dropout():
            yield "dropout", nn.Dropout(layer.rate)
        case BatchNorm():
            kind = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
            yield "batch_norm", kind(shape[0], eps=layer.epsilon, momentum=1 - layer.momentum)
        case Flatten():
            yield "flatten", nn.Flatten()
        case GlobalAveragePool():
            yield "global_average_pool", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case Columns():
            yield "columns", JoinRows()
        case Steps(per_column=per_column):
            yield "steps", SplitColumns(per_column)
        case ActivationLayer():
            yield from _activation(layer.function)


def _activation(name: str) -> Iterator[tuple[str, nn.Module]]:
    if name in _ACTIVATIONS:
        yield name, _ACTIVATIONS[name]()


def _padding(layer: Conv2d, shape: tuple[int, ...]) -> tuple[tuple[int, int, int, int], int | tuple[int, int]]:
    """Return the padding to add first (left, right, top, bottom), and the symmetric padding of the convolution.

    "same" is that of TensorFlow: an odd total puts the extra zero on the right and at the bottom, which torch's
    convolution can't do.
    """
    if layer.padding == "valid":
        return (0, 0, 0, 0), 0
    sides = zip(shape[1:], height_and_width(layer.kernel_size), height_and_width(layer.stride), strict=True)
    height, width = (max((math.ceil(side / step) - 1) * step + window - side, 0) for side, window, step in sides)
    if height % 2 == 0 and width % 2 == 0:
        return (0, 0, 0, 0), (height // 2, width // 2)
    return (width // 2, width - width // 2, height // 2, height - height // 2), 0


def _initialised(module: nn.Linear | nn.Conv2d, layer: Weighted) -> nn.Module:
    match layer.initializer:
        case TruncatedNormal(stddev=deviation):
            nn.init.trunc_normal_(module.weight, std=deviation, a=-2 * deviation, b=2 * deviation)
        case HeNormal():
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        case _:
            nn.init.xavier_uniform_(module.weight)
    if module.bias is not None:
        nn.init.constant_(module.bias, layer.bias)
    return module


def module_rows(network: nn.Module) -> list[SummaryRow]:
    """Return the summary table of any module, one row a leaf module, for networks without a recipe.

    Args:
        network: Takes float32 (N, 1, 28, 28); left in the mode it was in.

    Examples:
        >>> rows = module_rows(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)))
        >>> rows[1]
        SummaryRow(name='Linear', output_shape=(10,), parameters=7850)
    """
    rows: list[SummaryRow] = []

    def append_row(module: nn.Module, _: object, output: object) -> None:
        shape = tuple(output.shape[1:]) if isinstance(output, torch.Tensor) else ()
        rows.append(SummaryRow(type(module).__name__, shape, count_parameters(module)))

    leaves = [module for module in network.modules() if not list(module.children())]
    hooks = [leaf.register_forward_hook(append_row) for leaf in leaves]
    try:
        with evaluation_mode(network), torch.inference_mode():
            network(torch.zeros(1, 1, 28, 28, device=device_of(network)))
    finally:
        for hook in hooks:
            hook.remove()
    return rows
