"""What numbers a training computes with, by what the processor has and what the network gains. Knows no recipe."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal

import torch
from torch import nn

from inkdigits.core.errors import RunError
from inkdigits.learn.networks.modules import count_parameters

Precision = Literal["fp32", "bf16"]

DTYPES: dict[Precision, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16}

_GPUS_GAIN = 500_000
_CONVOLUTIONS_GAIN = 20_000
_DENSE_LAYERS_GAIN = 150_000
_DENSE_LAYERS_GAIN_BY_COPIES = 80_000
"""Parameters from which bf16 is faster where the processor multiplies it: below, converting costs more than it saves.

Dense layers gain earlier without `multiplies_float32_as_bf16`, because float32 is slower there. A step on two cores, ms
in float32 and bf16, with AMX and on Zen 4: `fast-99` (29,434) 5.5, 3.9 and 9.8, 9.0; `reader` (121,674) 28, 19 and 43,
35; `mlp-100x2` (89,610) 0.48, 0.58 and 0.78, 0.59; 784-200-10 (159,010) 0.76, 0.71 with AMX; `mlp-tanh` (311,650)
0.97, 0.80 and 2.3, 1.8. Not measured on a GPU.
"""


def choose_precision(asked: str, network: nn.Module, device: torch.device) -> Precision:
    """Return the precision that a user's word means.

    Args:
        asked: "auto", "fp32" or "bf16". The last also where it has to be emulated, which is slow.
        network: What is to learn.
        device: Where to compute.

    Raises:
        RunError: It is no such word.

    Examples:
        >>> choose_precision("auto", nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), torch.device("cpu"))
        'fp32'
    """
    if asked == "auto":
        return "bf16" if multiplies_bf16(device) and _gains(network, device) else "fp32"
    for precision in DTYPES:
        if asked == precision:
            return precision
    raise RunError(f"the precision {asked}", expected="auto, fp32 or bf16", mend="choose another --precision")


def _gains(network: nn.Module, device: torch.device) -> bool:
    if device.type != "cpu":
        least = _GPUS_GAIN
    elif any(isinstance(module, nn.Conv2d) for module in network.modules()):
        least = _CONVOLUTIONS_GAIN
    else:
        least = _DENSE_LAYERS_GAIN if multiplies_float32_as_bf16() else _DENSE_LAYERS_GAIN_BY_COPIES
    return count_parameters(network) >= least


def multiplies_bf16(device: torch.device) -> bool:
    """Tell whether a device multiplies bf16 in hardware rather than by way of float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and not {"amx_bf16", "avx512_bf16"}.isdisjoint(processor_flags())


@contextmanager
def products_by_onednn() -> Iterator[None]:
    """Let oneDNN make products of float32, in place of MKL.

    Where `multiplies_float32_as_bf16` it rounds the factors to bf16, and sums them in float32. That is faster than to
    multiply copies in bf16: rounded in passing, factors are not written to memory and read again.
    """
    setting = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]
    before = setting.fp32_precision
    setting.fp32_precision = "bf16"
    try:
        yield
    finally:
        setting.fp32_precision = before


@cache
def multiplies_float32_as_bf16() -> bool:
    """Tell whether `products_by_onednn` rounds factors here: otherwise it is as exact as ever without a word."""
    factors = torch.full((64, 64), 1 + 2**-12)
    with products_by_onednn():
        return float((factors @ torch.ones(64, 64))[0, 0]) == 64


@cache
def onednn_multiplies_faster() -> bool:
    """Tell whether `products_by_onednn` are faster than MKL's, and as exact: it has no AVX-512 for AMD."""
    return (
        "AuthenticAMD" in _cpuinfo("vendor_id") and "avx512f" in processor_flags() and not multiplies_float32_as_bf16()
    )


@contextmanager
def flushing_denormals() -> Iterator[None]:
    """Take numbers below 1.2e-38 for zeros, here and in the threads that torch begins meanwhile; here it ends after.

    What Adam remembers of a pixel that is seldom inked shrinks by a tenth a step and is such a number after some 800:
    2.4 % of `mlp-1000` after 3,000 steps, 4 % of `cnn`. Others report that Intel's processors slow down by it as a
    training goes on; TensorFlow flushes them, too. Zen 3 takes no longer for them. After 2,000 steps the weights of
    four networks were the same to the bit.
    """
    before = _flushes_denormals()
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


def _flushes_denormals() -> bool:
    return not torch.full((), torch.finfo(torch.float32).tiny).div(2)


def processor_flags(path: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the names of what an x86 processor can do; none where the system doesn't tell."""
    return frozenset(_cpuinfo("flags", path).split())


def _cpuinfo(field: str, path: Path = Path("/proc/cpuinfo")) -> str:
    """Return what is told of the first processor."""
    if path.exists():
        for line in path.read_text("utf-8", "replace").splitlines():
            if line.startswith(field):
                return line.partition(":")[2]
    return ""
