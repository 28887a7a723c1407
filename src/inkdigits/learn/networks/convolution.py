"""Convolutions by way of the frequencies: wide windows over small maps for a fraction of the multiplications.

In the frequencies a convolution is one product a place, whatever the window. For maps of 14 x 14 and windows of 5 x 5,
as in the recipe `cnn`, that is 529 multiplications a pair of maps in place of 4,900, at the price of three transforms.
These are written as small matrices (a bilinear algorithm, as Winograd's are), so that all of it is products of
matrices, and autograd knows the way back:

    y = Aᵀ [(G g Gᵀ) ⊙ (B x Bᵀ)] A

where ⊙ multiplies place by place and sums over the input channels. B and G take the Fourier transform of a real row,
with three numbers for each complex one: by Gauss's rule three multiplications make the product of two of them. A goes
back.

Mathieu et al., 2013, "Fast training of convolutional networks through FFTs"; Lavin and Gray, 2015, "Fast algorithms for
convolutional neural networks".
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_WORTH_IT = 4.0
"""What the multiplications, those of the transforms counted in, must be divided by.

Over 16 shapes (2 cores of an AMD EPYC, Zen 3; torch 2.13.0; forward and backward) the five that save so much were
1.5 to 2.4 times as fast; from a saving of 3.5 on down it went from 1.3 to 0.4 times.
"""

_AT_ONCE = 64
"""Examples that are worked on together: what they take stays in the processor's caches."""


class FourierConv2d(nn.Conv2d):
    """A convolution that goes by way of the frequencies where that is faster, and is torch's own elsewhere.

    Faster it is on a processor, in float32, for wide windows over small maps with many channels: about twice, forward
    and backward, for 50 examples of 32 maps of 14 x 14 that become 64 by windows of 5 x 5. It is no less exact: results
    and gradients are wrong by 2e-7 to 4e-7 of their size, where those of the usual sums are by 4e-7 to 2e-6. Which way
    is taken depends on the shapes alone.

    Takes what `torch.nn.Conv2d` does, and has the same parameters.

    Examples:
        >>> _ = torch.manual_seed(0)
        >>> convolution = FourierConv2d(32, 64, 5, padding=2)
        >>> maps = torch.randn(50, 32, 14, 14)
        >>> usual = torch.nn.functional.conv2d(maps, convolution.weight, convolution.bias, padding=2)
        >>> torch.allclose(convolution(maps), usual, atol=1e-5)
        True
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  torch's own name for it
        """Return maps (N, out_channels, H', W') of maps (N, in_channels, H, W)."""
        if not self._allows(input):
            return super().forward(input)
        sizes = zip(input.shape[2:], self.kernel_size, self.padding, strict=True)
        down, across = (_axis(*size) for size in sizes)
        if _saving(len(input), self.in_channels, self.out_channels, down, across) < _WORTH_IT:
            return super().forward(input)
        # (places down, places across, in, out)
        kernel = _transform(down.of_kernel, across.of_kernel, self.weight.permute(2, 3, 1, 0))
        parts = [self._convolve(part, kernel, down, across) for part in torch.split(input, _AT_ONCE)]
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    def _allows(self, maps: Tensor) -> bool:
        """Tell whether this is a convolution of the plain kind, on a processor, whose operations nobody records."""
        plain = self.stride == self.dilation == (1, 1) and self.groups == 1 and self.padding_mode == "zeros"
        here = maps.device.type == "cpu" and maps.dtype == self.weight.dtype == torch.float32 and maps.dim() == 4
        recorded = torch.compiler.is_compiling() or torch.jit.is_tracing()  # type: ignore[attr-defined, no-untyped-call]
        other = isinstance(self.padding, str) or torch.is_autocast_enabled("cpu")
        return plain and here and not recorded and not other

    def _convolve(self, maps: Tensor, kernel: Tensor, down: "_Axis", across: "_Axis") -> Tensor:
        places = _transform(down.of_input, across.of_input, maps.permute(2, 3, 0, 1))
        # (places, N, in) x (places, in, out)
        products = torch.bmm(places.flatten(0, 1), kernel.flatten(0, 1))
        sums = _transform(down.back, across.back, products.view(*places.shape[:3], -1))
        if self.bias is not None:
            sums = sums + self.bias
        return sums.permute(2, 3, 0, 1).contiguous(memory_format=torch.channels_last)


def _transform(down: Tensor, across: Tensor, values: Tensor) -> Tensor:
    """Multiply the first two axes of (h, w, M, N) by matrices (p, h) and (q, w); return (p, q, M, N)."""
    height, _, *others = values.shape
    halfway = torch.matmul(across, values.flatten(2))
    return torch.mm(down, halfway.view(height, -1)).view(len(down), len(across), *others)


class _Axis(NamedTuple):
    """The matrices of one axis, float32, with R numbers for its frequencies.

    Attributes:
        of_input: B, (R, side).
        of_kernel: G, (R, window).
        back: Aᵀ, (outputs, R); no output where a window could see nothing but padding.
    """

    of_input: Tensor
    of_kernel: Tensor
    back: Tensor


@cache
def _axis(side: int, window: int, padding: int) -> _Axis:
    """Work out the matrices of an axis that repeats itself, with so much zero between that no window sees both ends."""
    period = side + padding + (side + padding) % 2
    outputs = side + 2 * padding - window + 1 if padding < window else 0
    waves = np.exp(-2j * np.pi * np.outer(np.arange(period // 2 + 1), np.arange(period)) / period)
    pixels = waves[:, :side]
    # Pixel k of a window lies over the pixel k - padding to the right of the output's.
    kernel = waves[:, (np.arange(window) - padding) % period].conj()
    # All frequencies but the first and the last stand for their mirror images too.
    back = waves[:, : max(outputs, 0)].conj() / period * np.where(np.arange(len(waves)) % (period // 2), 2, 1)[:, None]
    # (a + bi)(c + di) = k1 - k3 + (k1 + k2) i, with k1 = (a + b) c, k2 = a (d - c) and k3 = b (c + d)
    return _Axis(
        _rows(pixels, pixels.real + pixels.imag, pixels.real, pixels.imag),
        _rows(kernel, kernel.real, kernel.imag - kernel.real, kernel.real + kernel.imag),
        _rows(back, back.real - back.imag, -back.imag, -back.real).T,
    )


def _rows(waves: NDArray[np.complex128], *three: NDArray[np.float64]) -> Tensor:
    """Return the first and the last frequency, which are real, as they are and the others as three rows each."""
    rows = [waves[[0, -1]].real, *(row[1:-1] for row in three)]
    # They are kept, and one that is made in inference mode would be of no use to whoever learns afterwards.
    with torch.inference_mode(False):
        return torch.from_numpy(np.concatenate(rows).astype(np.float32))


def _saving(number: int, inputs: int, outputs: int, down: _Axis, across: _Axis) -> float:
    """Return what the multiplications of a batch are divided by; 0 where nothing comes out."""
    (places, height), (places_across, width) = down.back.T.shape, across.back.T.shape
    windows = down.of_kernel.shape[1] * across.of_kernel.shape[1]
    products = number * inputs * outputs * places * places_across
    there = number * inputs * _multiplications(down.of_input, across.of_input)
    back = number * outputs * _multiplications(down.back, across.back)
    kernels = inputs * outputs * _multiplications(down.of_kernel, across.of_kernel)
    return number * inputs * outputs * height * width * windows / (products + there + back + kernels)


def _multiplications(down: Tensor, across: Tensor) -> int:
    """Return what `_transform` takes for each of its maps."""
    return len(across) * down.shape[1] * (across.shape[1] + len(down))
