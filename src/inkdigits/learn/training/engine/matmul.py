"""The matrix products of a dense layer, in the way that is fastest on this processor. Knows no network.

For a layer y = W x + b and N examples there are three products of equal size: x Wᵀ in the forward pass, and in the
backward pass δᵀ x for the gradients of the weights and δ W for those of the inputs. MKL computes them unless they are
large. Large ones, on two cores, (200, 784) by (784, 1000):

    AMX, bf16           oneDNN on float32, which rounds the factors as it reads them      280 to 1372 GFLOP/s
    AMD Zen 4, float32  oneDNN, without rounding: it uses AVX-512, which MKL does not     131 to 192
    AMD Zen 4, bf16     copies of the factors in bf16                                     131 to 369, without copying
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import torch
from torch import Tensor

from inkdigits.learn.training.engine.environment import use_threads
from inkdigits.learn.training.engine.precision import (
    onednn_matmul,
    onednn_matmul_is_faster,
    onednn_matmul_rounds_to_bf16,
)

_MIN_FOR_BF16 = 6_000_000
"""Multiplications from which a product is faster in bf16.

Two threads, AMX: (100, 784) by (784, 100) takes 69 us in float32 and 45 in bf16, (784, 50) 46 and 52. Zen 4, forward
and backward: (100, 784) by (784, 100) 274 and 213 us, (100, 100) by (100, 50) 46 and 121.
"""

_MIN_FOR_ONEDNN = 12_000_000
"""The same for float32 by oneDNN. Zen 4, forward and backward: (784, 100) 274 and 271 us, (784, 392) 874 and 752."""


_MAX_UNITS_ONE_THREAD = 16
"""Units of a layer up to which one thread multiplies.

MKL would cut the sums of such narrow products into a part for each thread: their last bits would depend on how many
there are.
"""


class Matmul(Protocol):
    """Multiplies for one layer; each `backward` belongs to the last `forward`."""

    def forward(self, inputs: Tensor, weights: Tensor, biases: Tensor | None, scale: float, out: Tensor) -> None:
        """Write scale · inputs · weightsᵀ + biases to `out`.

        Args:
            inputs: (…, N, inputs), float32, any value.
            weights: (…, units, inputs), float32, any value.
            biases: (…, units), float32, any value.
            scale: Factor of the product.
            out: (…, N, units), float32, any value.
        """

    def backward(
        self,
        delta: Tensor,
        inputs: Tensor,
        weights: Tensor,
        scale: float,
        weight_gradients: Tensor,
        input_gradients: Tensor | None,
    ) -> None:
        """Write scale · deltaᵀ · inputs to `weight_gradients`, and scale · delta · weights to `input_gradients`.

        Args:
            delta: Gradients with respect to the layer's sums, (…, N, units), float32, any value.
            inputs: As in `forward`: (…, N, inputs), float32, any value.
            weights: As in `forward`: (…, units, inputs), float32, any value.
            scale: As in `forward`.
            weight_gradients: (…, units, inputs), float32, any value.
            input_gradients: (…, N, inputs), float32, any value. None leaves them out.
        """


def choose_matmul(multiplications: int, precision: torch.dtype, device: torch.device) -> Matmul:
    """Return the fastest way to multiply for a layer.

    Args:
        multiplications: In one product of one network.
        precision: What to round the factors of large products to.
        device: Where they are.
    """
    on_cpu = device.type == "cpu"
    if on_cpu and precision == torch.bfloat16 and multiplications >= _MIN_FOR_BF16:
        return _DirectMatmul(onednn_matmul) if onednn_matmul_rounds_to_bf16() else _Bf16CopyMatmul()
    if on_cpu and precision == torch.float32 and multiplications >= _MIN_FOR_ONEDNN and onednn_matmul_is_faster():
        return _DirectMatmul(onednn_matmul)
    return _DirectMatmul(nullcontext)


class _DirectMatmul:
    """Multiplies float32 tensors without copies, in the context of a backend."""

    def __init__(self, backend: Callable[[], AbstractContextManager[None]]) -> None:
        self._backend = backend

    def forward(self, inputs: Tensor, weights: Tensor, biases: Tensor | None, scale: float, out: Tensor) -> None:
        added, beta = (out, 0) if biases is None else (biases.unsqueeze(-2), 1)  # (…, 1, units)
        with self._backend(), _threads(out):
            _addmm(added, inputs, weights.transpose(-1, -2), beta=beta, alpha=scale, out=out)

    def backward(
        self,
        delta: Tensor,
        inputs: Tensor,
        weights: Tensor,
        scale: float,
        weight_gradients: Tensor,
        input_gradients: Tensor | None,
    ) -> None:
        with self._backend(), _threads(delta):
            _addmm(weight_gradients, delta.transpose(-1, -2), inputs, beta=0, alpha=scale, out=weight_gradients)
            if input_gradients is not None:
                _addmm(input_gradients, delta, weights, beta=0, alpha=scale, out=input_gradients)


class _Bf16CopyMatmul:
    """Multiplies copies in bf16, each of which is used in two products; results are rounded to bf16 too."""

    def __init__(self) -> None:
        self._copies: dict[str, Tensor] = {}

    def forward(self, inputs: Tensor, weights: Tensor, biases: Tensor | None, scale: float, out: Tensor) -> None:
        bf16_inputs = self._bf16("inputs", inputs).copy_(inputs)
        bf16_weights = self._bf16("weights", weights).copy_(weights)
        product = self._bf16("product", out)
        torch.matmul(bf16_inputs, bf16_weights.transpose(-1, -2), out=product)  # (…, N, units)
        _scale(out.copy_(product), scale)
        if biases is not None:
            out.add_(biases.unsqueeze(-2))

    def backward(
        self,
        delta: Tensor,
        inputs: Tensor,
        weights: Tensor,
        scale: float,
        weight_gradients: Tensor,
        input_gradients: Tensor | None,
    ) -> None:
        bf16_delta = _scale(self._bf16("delta", delta).copy_(delta), scale)
        product = self._bf16("weight_gradients", weights)
        weight_gradients.copy_(torch.matmul(bf16_delta.transpose(-1, -2), self._copies["inputs"], out=product))
        if input_gradients is not None:
            product = self._bf16("input_gradients", inputs)
            input_gradients.copy_(torch.matmul(bf16_delta, self._copies["weights"], out=product))

    def _bf16(self, name: str, like: Tensor) -> Tensor:
        if name not in self._copies:
            self._copies[name] = torch.empty(like.shape, dtype=torch.bfloat16)
        return self._copies[name]


def _threads(units: Tensor) -> AbstractContextManager[None]:
    """Return the context for the products of a layer with these outputs or gradients, (…, N, units)."""
    return use_threads(1) if units.shape[-1] <= _MAX_UNITS_ONE_THREAD else nullcontext()


def _scale(values: Tensor, scale: float) -> Tensor:
    """Multiply in place. To multiply and convert in one pass takes three times as long."""
    return values if scale == 1 else values.mul_(scale)


def _addmm(added: Tensor, left: Tensor, right: Tensor, *, beta: float, alpha: float, out: Tensor) -> None:
    function = torch.baddbmm if left.dim() > 2 else torch.addmm
    function(added, left, right, beta=beta, alpha=alpha, out=out)
