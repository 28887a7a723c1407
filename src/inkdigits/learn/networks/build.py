"""Layer table -> torch module. Knows nothing of losses, optimisers or data."""

import math
from collections import OrderedDict
from collections.abc import Iterator

import torch
from torch import nn

from inkdigits.learn.networks.convolution import FourierConv2d
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

_RISING = (nn.ReLU, nn.Tanh, nn.Sigmoid)
"""Activations that never fall."""


def build_network(recipe: Recipe, classes: int = 10) -> nn.Sequential:
    """Make the network of a recipe with fresh weights from torch's random state.

    The softmax that ends a recipe is left to the loss and to whoever wants probabilities: what comes out are
    logits, which is exact where a softmax would round.

    Args:
        recipe: What to build.
        classes: How many outputs the data asks for.

    Returns:
        A module from float32 (N, 1, 28, 28) in 0 … 1 to logits (N, classes); of a recipe that reads lines, from
        (N, 1, 40, W), with W a multiple of 8, to logits (N, steps, classes + 2).

    Raises:
        RecipeError: The layers don't fit one another, or the number of classes.

    Examples:
        >>> from inkdigits.recipes import load_recipe
        >>> network = build_network(load_recipe("softmax"))
        >>> network(torch.zeros(2, 1, 28, 28)).shape
        torch.Size([2, 10])
    """
    modules: list[tuple[str, nn.Module]] = []
    for number, row in enumerate(infer_shapes(recipe.layers, classes, recipe=recipe.name, lines=recipe.reads_lines)):
        for kind, module in _modules(row):
            if isinstance(module, nn.MaxPool2d) and modules and isinstance(modules[-1][1], _RISING):
                # The largest of f(x) is f of the largest x: the same values and gradients from fewer of them.
                modules.insert(-1, (f"{number}_{kind}", module))
            else:
                modules.append((f"{number}_{kind}", module))
    network = nn.Sequential(OrderedDict(modules))
    # Convolutions are faster where the channels of a pixel lie together.
    return network.to(memory_format=torch.channels_last)  # type: ignore[no-any-return, call-overload]


def _modules(row: LayerShape) -> Iterator[tuple[str, nn.Module]]:
    layer, shape = row.layer, row.input_shape
    match layer:
        case Dense():
            yield "dense", _initialised(nn.Linear(shape[0], layer.units, bias=layer.use_bias), layer)
            yield from _activation(layer.activation)
        case Conv2d():
            before, padding = _padding(layer, shape)
            if any(before):
                yield "pad", nn.ZeroPad2d(before)
            convolution = FourierConv2d(
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
            yield "columns", _Columns()
        case Steps(per_column=per_column):
            yield "steps", _Steps(per_column)
        case ActivationLayer():
            yield from _activation(layer.function)


class _Columns(nn.Module):
    """(N, C, H, W) -> (N, C * H, 1, W)."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return maps.flatten(1, 2).unsqueeze(2)


class _Steps(nn.Module):
    """(N, P * F, 1, W) -> (N, W * P, F), with P steps a column."""

    def __init__(self, per_column: int) -> None:
        super().__init__()
        self.per_column = per_column

    def forward(self, columns: torch.Tensor) -> torch.Tensor:
        # (N, P * F, 1, W) -> (N, P, F, W) -> (N, W, P, F) -> (N, W * P, F)
        number, features, _, width = columns.shape
        apart = columns.reshape(number, self.per_column, features // self.per_column, width)
        return apart.permute(0, 3, 1, 2).flatten(1, 2)


def _activation(name: str) -> Iterator[tuple[str, nn.Module]]:
    if name in _ACTIVATIONS:
        yield name, _ACTIVATIONS[name]()


def _padding(layer: Conv2d, shape: tuple[int, ...]) -> tuple[tuple[int, int, int, int], int | tuple[int, int]]:
    """Return zeros to add (left, right, top, bottom) and torch's own symmetric padding.

    "same" follows TensorFlow: with strides the odd zero goes right and below, which torch can't say.
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
    """Return the table of any module, a row a leaf, for networks that no recipe describes.

    Examples:
        >>> rows = module_rows(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)))
        >>> rows[1]
        SummaryRow(name='Linear', output_shape=(10,), parameters=7850)
    """
    rows: list[SummaryRow] = []

    def note(module: nn.Module, _: object, result: object) -> None:
        shape = tuple(result.shape[1:]) if isinstance(result, torch.Tensor) else ()
        rows.append(SummaryRow(type(module).__name__, shape, count_parameters(module)))

    leaves = [module for module in network.modules() if not list(module.children())]
    hooks = [leaf.register_forward_hook(note) for leaf in leaves]
    try:
        with evaluation_mode(network), torch.inference_mode():
            network(torch.zeros(1, 1, 28, 28, device=device_of(network)))
    finally:
        for hook in hooks:
            hook.remove()
    return rows
