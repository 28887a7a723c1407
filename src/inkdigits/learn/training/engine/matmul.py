"""The matrix products of a dense layer, the way that is fastest on this processor. Knows no network.

For a layer y = W x + b, of N examples: forward x Wᵀ, backward δᵀ x for its weights and δ W for its inputs, each with as
many multiplications. MKL makes them unless they are large. Then, on two cores, (200, 784) by (784, 1000):

    AMX, bf16           oneDNN rounds the factors in passing                              280 to 1372 GFLOP/s
    AMD Zen 4, float32  oneDNN, as exactly: with AVX-512, which MKL leaves alone there    131 to 192
    AMD Zen 4, bf16     copies of the factors in bf16                                     131 to 369, without copying
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import torch
from torch import Tensor

from inkdigits.learn.training.engine.precision import (
    multiplies_float32_as_bf16,
    onednn_multiplies_faster,
    products_by_onednn,
)

_LARGE = 6_000_000
"""Multiplications from which a product gains by bf16.

Two threads, AMX: (100, 784) by (784, 100) takes 69 us in float32 and 45 in bf16, (784, 50) 46 and 52. Zen 4, forward
and backward: (100, 784) by (784, 100) 274 and 213 us, (100, 100) by (100, 50) 46 and 121.
"""

_LARGE_FOR_ONEDNN = 12_000_000
"""The same for float32 by oneDNN. Zen 4, forward and backward: (784, 100) 274 and 271 us, (784, 392) 874 and 752."""


class Products(Protocol):
    """Multiplies for one layer; each `backward` belongs to the `forward` before it."""

    def forward(self, inputs: Tensor, weights: Tensor, biases: Tensor | None, scale: float, out: Tensor) -> None:
        """Put scale · inputs · weightsᵀ + biases into `out`.

        Args:
            inputs: (…, N, inputs), float32 as all others.
            weights: (…, units, inputs).
            biases: (…, units).
            scale: Of the product.
            out: (…, N, units).
        """

    def backward(
        self, delta: Tensor, inputs: Tensor, weights: Tensor, scale: float, by_weights: Tensor, by_inputs: Tensor | None
    ) -> None:
        """Put scale · deltaᵀ · inputs into `by_weights`, and scale · delta · weights into `by_inputs` if it is wanted.

        Args:
            delta: (…, N, units).
            inputs: As before.
            weights: As before.
            scale: As before.
            by_weights: (…, units, inputs).
            by_inputs: (…, N, inputs).
        """


def fastest_products(multiplications: int, precision: torch.dtype, device: torch.device) -> Products:
    """Return how to multiply for a layer.

    Args:
        multiplications: In one product, those of one network.
        precision: What to round the factors of large products to.
        device: Where they are.
    """
    here = device.type == "cpu"
    if here and precision == torch.bfloat16 and multiplications >= _LARGE:
        return _Plain(products_by_onednn) if multiplies_float32_as_bf16() else _OfCopies()
    if here and precision == torch.float32 and multiplications >= _LARGE_FOR_ONEDNN and onednn_multiplies_faster():
        return _Plain(products_by_onednn)
    return _Plain(nullcontext)


class _Plain:
    """Products of float32 as they lie, by whichever library `way` lets make them."""

    def __init__(self, way: Callable[[], AbstractContextManager[None]]) -> None:
        self._way = way

    def forward(self, inputs: Tensor, weights: Tensor, biases: Tensor | None, scale: float, out: Tensor) -> None:
        added, share = (out, 0) if biases is None else (biases.unsqueeze(-2), 1)
        with self._way():
            _multiply(added, inputs, weights.transpose(-1, -2), beta=share, alpha=scale, out=out)

    def backward(
        self, delta: Tensor, inputs: Tensor, weights: Tensor, scale: float, by_weights: Tensor, by_inputs: Tensor | None
    ) -> None:
        with self._way():
            _multiply(by_weights, delta.transpose(-1, -2), inputs, beta=0, alpha=scale, out=by_weights)
            if by_inputs is not None:
                _multiply(by_inputs, delta, weights, beta=0, alpha=scale, out=by_inputs)


class _OfCopies:
    """Products of copies in bf16, each of which serves two of them; what comes out is rounded to bf16 too."""

    def __init__(self) -> None:
        self._memory: dict[str, Tensor] = {}

    def forward(self, inputs: Tensor, weights: Tensor, biases: Tensor | None, scale: float, out: Tensor) -> None:
        narrow_inputs = self._narrow("inputs", inputs).copy_(inputs)
        narrow_weights = self._narrow("weights", weights).copy_(weights)
        product = self._narrow("product", out)
        torch.matmul(narrow_inputs, narrow_weights.transpose(-1, -2), out=product)
        _scale(out.copy_(product), scale)
        if biases is not None:
            out.add_(biases.unsqueeze(-2))

    def backward(
        self, delta: Tensor, inputs: Tensor, weights: Tensor, scale: float, by_weights: Tensor, by_inputs: Tensor | None
    ) -> None:
        narrow_delta = _scale(self._narrow("delta", delta).copy_(delta), scale)
        product = self._narrow("by_weights", weights)
        by_weights.copy_(torch.matmul(narrow_delta.transpose(-1, -2), self._memory["inputs"], out=product))
        if by_inputs is not None:
            product = self._narrow("by_inputs", inputs)
            by_inputs.copy_(torch.matmul(narrow_delta, self._memory["weights"], out=product))

    def _narrow(self, name: str, like: Tensor) -> Tensor:
        if name not in self._memory:
            self._memory[name] = torch.empty(like.shape, dtype=torch.bfloat16)
        return self._memory[name]


def _scale(values: Tensor, scale: float) -> Tensor:
    """Multiply in place: in the same pass as a change of the type it would take three times as long."""
    return values if scale == 1 else values.mul_(scale)


def _multiply(added: Tensor, left: Tensor, right: Tensor, *, beta: float, alpha: float, out: Tensor) -> None:
    function = torch.baddbmm if left.dim() > 2 else torch.addmm
    function(added, left, right, beta=beta, alpha=alpha, out=out)
