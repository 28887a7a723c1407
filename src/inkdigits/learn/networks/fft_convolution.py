"""FFT convolution: large kernels over small maps with a fraction of the multiplications. Knows no recipe.

In the frequency domain a convolution takes one multiplication a frequency, whatever the kernel's size. The recipe `cnn`
has feature maps of 14 x 14 and kernels of 5 x 5: 529 multiplications a pair of channels in place of 4,900, and three
transforms. The transforms are written as small matrices (a bilinear algorithm, like Winograd's), so that everything is
a matrix product, and autograd works out the backward pass:

    y = Aᵀ [(G g Gᵀ) ⊙ (B x Bᵀ)] A

⊙ multiplies frequency by frequency and sums over the input channels. B and G are the Fourier transform of a real row,
with three numbers for each complex one: by Gauss's rule, a complex product takes three real multiplications. A is the
inverse transform.

Mathieu et al., 2013, "Fast training of convolutional networks through FFTs"; Lavin and Gray, 2015, "Fast algorithms for
convolutional neural networks".
"""

from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_MIN_SAVING = 4.0
"""FFT convolution is used where it divides the multiplications, those of the transforms included, by this or more.

Over 16 shapes (2 cores of an AMD EPYC, Zen 3; torch 2.13.0; forward and backward) the five that save so much were
1.5 to 2.4 times as fast; from a saving of 3.5 on down it went from 1.3 to 0.4 times.
"""

_CHUNK = 64
"""Examples that are convolved together: their intermediate results stay in the processor's caches."""


class FFTConv2d(nn.Conv2d):
    """A convolution that is computed by FFT where that is faster, and by torch elsewhere.

    FFT convolution is faster on a CPU, in float32, for large kernels over small feature maps with many channels: about
    twice as fast, forward and backward, for a batch of 50 with 32 to 64 channels of 14 x 14 and kernels of 5 x 5. It is
    as exact: relative errors of results and gradients are 2e-7 to 4e-7, those of direct sums 4e-7 to 2e-6. The choice
    depends on shapes alone.

    Takes the arguments of `torch.nn.Conv2d`, and has the same parameters.

    Examples:
        >>> _ = torch.manual_seed(0)
        >>> convolution = FFTConv2d(32, 64, 5, padding=2)
        >>> maps = torch.randn(50, 32, 14, 14)
        >>> direct = torch.nn.functional.conv2d(maps, convolution.weight, convolution.bias, padding=2)
        >>> torch.allclose(convolution(maps), direct, atol=1e-5)
        True
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  torch's own name for it
        """Return the convolved feature maps.

        Args:
            input: (N, in, H, W), of the weights' dtype, any value.

        Returns:
            (N, out, height, width), of the same dtype, any value.
        """
        if not self._supports(input):
            return super().forward(input)
        sizes = zip(input.shape[2:], self.kernel_size, self.padding, strict=True)
        rows, columns = (_axis(*size) for size in sizes)
        if _saving(len(input), self.in_channels, self.out_channels, rows, columns) < _MIN_SAVING:
            return super().forward(input)
        kernel = _transform(rows.of_kernel, columns.of_kernel, self.weight.permute(2, 3, 1, 0))  # (R, R', in, out)
        chunks = [self._convolve(chunk, kernel, rows, columns) for chunk in torch.split(input, _CHUNK)]
        return chunks[0] if len(chunks) == 1 else torch.cat(chunks)

    def _supports(self, maps: Tensor) -> bool:
        """Tell whether this is a plain convolution in float32 on a CPU that is neither traced nor compiled."""
        plain = self.stride == self.dilation == (1, 1) and self.groups == 1 and self.padding_mode == "zeros"
        on_cpu = maps.device.type == "cpu" and maps.dtype == self.weight.dtype == torch.float32 and maps.dim() == 4
        traced = torch.compiler.is_compiling() or torch.jit.is_tracing()  # type: ignore[attr-defined, no-untyped-call]
        other = isinstance(self.padding, str) or torch.is_autocast_enabled("cpu")
        return plain and on_cpu and not traced and not other

    def _convolve(self, maps: Tensor, kernel: Tensor, rows: "_Axis", columns: "_Axis") -> Tensor:
        spectrum = _transform(rows.of_input, columns.of_input, maps.permute(2, 3, 0, 1))  # (R, R', N, in)
        products = torch.bmm(spectrum.flatten(0, 1), kernel.flatten(0, 1))  # (R * R', N, out)
        sums = _transform(rows.inverse, columns.inverse, products.view(*spectrum.shape[:3], -1))  # (H', W', N, out)
        if self.bias is not None:
            sums = sums + self.bias
        return sums.permute(2, 3, 0, 1).contiguous(memory_format=torch.channels_last)  # (N, out, H', W')


def _transform(rows: Tensor, columns: Tensor, values: Tensor) -> Tensor:
    """Multiply the first two axes of (h, w, M, N) by matrices (p, h) and (q, w); return (p, q, M, N)."""
    height, _, *others = values.shape
    halfway = torch.matmul(columns, values.flatten(2))  # (h, q, M * N)
    return torch.mm(rows, halfway.view(height, -1)).view(len(rows), len(columns), *others)  # (p, q, M, N)


class _Axis(NamedTuple):
    """The transform matrices of one axis, float32, with R numbers for its frequencies.

    Attributes:
        of_input: B, (R, side).
        of_kernel: G, (R, kernel size).
        inverse: Aᵀ, (outputs, R); no outputs where a window would lie in the padding alone.
    """

    of_input: Tensor
    of_kernel: Tensor
    inverse: Tensor


@cache
def _axis(side: int, window: int, padding: int) -> _Axis:
    """Return the matrices of a periodic axis, padded with zeros so that no window wraps around."""
    period = side + padding + (side + padding) % 2
    outputs = side + 2 * padding - window + 1 if padding < window else 0
    waves = np.exp(-2j * np.pi * np.outer(np.arange(period // 2 + 1), np.arange(period)) / period)
    pixels = waves[:, :side]
    # Pixel k of a window lies over the pixel k - padding to the right of the output's.
    kernel = waves[:, (np.arange(window) - padding) % period].conj()
    # Each frequency but the first and the last also stands for its mirror image.
    inverse = waves[:, : max(outputs, 0)].conj() / period
    inverse = inverse * np.where(np.arange(len(waves)) % (period // 2), 2, 1)[:, None]
    # (a + bi)(c + di) = k1 - k3 + (k1 + k2) i, with k1 = (a + b) c, k2 = a (d - c) and k3 = b (c + d)
    return _Axis(
        _real_rows(pixels, pixels.real + pixels.imag, pixels.real, pixels.imag),
        _real_rows(kernel, kernel.real, kernel.imag - kernel.real, kernel.real + kernel.imag),
        _real_rows(inverse, inverse.real - inverse.imag, -inverse.imag, -inverse.real).T,
    )


def _real_rows(waves: NDArray[np.complex128], *three: NDArray[np.float64]) -> Tensor:
    """Return the first and the last frequency, which are real, as one row each, and the others as three rows each."""
    rows = [waves[[0, -1]].real, *(row[1:-1] for row in three)]  # (R, side)
    # The result is cached. Made in inference mode, it could not be used for training later.
    with torch.inference_mode(False):
        return torch.from_numpy(np.concatenate(rows).astype(np.float32))


def _saving(number: int, inputs: int, outputs: int, rows: _Axis, columns: _Axis) -> float:
    """Return by what FFT convolution divides the multiplications of a batch; 0 where the output is empty."""
    (frequencies, height), (frequencies_across, width) = rows.inverse.T.shape, columns.inverse.T.shape
    window = rows.of_kernel.shape[1] * columns.of_kernel.shape[1]
    products = number * inputs * outputs * frequencies * frequencies_across
    forward = number * inputs * _multiplications(rows.of_input, columns.of_input)
    inverse = number * outputs * _multiplications(rows.inverse, columns.inverse)
    kernels = inputs * outputs * _multiplications(rows.of_kernel, columns.of_kernel)
    return number * inputs * outputs * height * width * window / (products + forward + inverse + kernels)


def _multiplications(rows: Tensor, columns: Tensor) -> int:
    """Return how many multiplications `_transform` takes for each of its maps."""
    return len(columns) * rows.shape[1] * (columns.shape[1] + len(rows))
