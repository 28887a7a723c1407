"""The memory that `FusedMLP` writes to at each step of one batch size. Knows no network and no loss."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from inkdigits.learn.training.engine.dense_layers import DROPOUT_LEVELS, DenseLayer
from inkdigits.learn.training.engine.matmul import choose_matmul

_MAX_UNITS_TRANSPOSED = 32
"""Layers with up to so many units keep the values of one unit adjacent in memory."""


class Buffers:
    """Tensors of one batch size, used again at each step.

    Args:
        layers: First layer first.
        examples: Shape before the axis of units: (N,), or (K, N) for K networks.
        device: Where to compute.
        precision: What large matrix products are computed in.

    Attributes:
        outputs: Outputs of each layer, (…, N, units), float32.
        deltas: Gradients of the loss with respect to the inputs of each layer's activation, (…, N, units), float32.
        dropout_masks: 0 for dropped units and 1 for others, (…, N, units), by number of the layer. They are float32:
            a product with bool takes three times as long, and `masked_fill_` fourteen times.
        matmuls: How each layer multiplies.
        minus_one: (…, N, 1), float32, all -1.
    """

    def __init__(
        self, layers: Sequence[DenseLayer], examples: Sequence[int], device: torch.device, precision: torch.dtype
    ) -> None:
        shapes = [(*examples, layer.linear.out_features) for layer in layers]
        self.outputs = [_empty(shape, device) for shape in shapes]
        self.deltas = [_empty(shape, device) for shape in shapes]
        self.matmuls = [
            choose_matmul(examples[-1] * layer.linear.weight.numel(), precision, device) for layer in layers
        ]
        self.minus_one = torch.full((*examples, 1), -1.0, device=device)
        self.dropout_masks: dict[int, Tensor] = {}
        self._random_bits: dict[int, Tensor] = {}
        for number, (layer, shape) in enumerate(zip(layers, shapes, strict=True)):
            if layer.dropped:
                self.dropout_masks[number] = torch.empty(shape, device=device)
                # A random number of 64 bits gives four of 16.
                words = -(-math.prod(shape) // 4)
                self._random_bits[number] = torch.empty(words, dtype=torch.int64, device=device)

    def draw_dropout_mask(self, number: int, dropped: int) -> Tensor:
        """Draw a new dropout mask for a layer, from torch's random state.

        Args:
            number: The layer's, from 0.
            dropped: `DenseLayer.dropped`.

        Returns:
            (…, N, units), float32, 0 for dropped units and 1 for others.
        """
        mask = self.dropout_masks[number]
        draws = self._random_bits[number].random_(-(2**63), None).view(torch.int16)[: mask.numel()].view_as(mask)
        return torch.ge(draws, dropped - DROPOUT_LEVELS // 2, out=mask)


def _empty(shape: tuple[int, ...], device: torch.device) -> Tensor:
    """Return memory for values of a layer, (…, N, units); in memory (…, units, N) where units are few.

    MKL then multiplies 10 units by 784 inputs of 100 digits in 50 µs in place of 70 to 140, and the backward pass is a
    tenth to a third faster. With 100 units and more the product is no faster, and what follows is slower.
    """
    *others, examples, units = shape
    if units > _MAX_UNITS_TRANSPOSED:
        return torch.empty(shape, device=device)
    return torch.empty((*others, units, examples), device=device).transpose(-1, -2)  # (…, N, units)
