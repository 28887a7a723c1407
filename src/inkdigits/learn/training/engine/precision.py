"""Chooses float32 or bf16 by the processor and the network's size, and sets how torch computes. Knows no recipe."""

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

_MIN_PARAMETERS_GPU = 500_000
_MIN_PARAMETERS_CONV = 20_000
_MIN_PARAMETERS_DENSE = 150_000
_MIN_PARAMETERS_DENSE_COPIED = 80_000
"""Parameters from which bf16 is faster, if the processor supports it: below, converting costs more than it saves.

Without `onednn_matmul_rounds_to_bf16` dense layers gain earlier, because float32 is slower there. A step on two cores,
ms in float32 and bf16, with AMX and on Zen 4: `fast-99` (29,434) 5.5, 3.9 and 9.8, 9.0; `reader` (121,674) 28, 19 and
43, 35; `mlp-100x2` (89,610) 0.48, 0.58 and 0.78, 0.59; 784-200-10 (159,010) 0.76, 0.71 with AMX; `mlp-tanh` (311,650)
0.97, 0.80 and 2.3, 1.8. Not measured on a GPU.
"""


def choose_precision(asked: str, network: nn.Module, device: torch.device) -> Precision:
    """Return the precision that the user asked for, or the faster one for "auto".

    Args:
        asked: "auto", "fp32" or "bf16". "bf16" is used even where the processor emulates it, which is slow.
        network: The network to train.
        device: Where to compute.

    Raises:
        RunError: `asked` is another word.

    Examples:
        >>> choose_precision("auto", nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), torch.device("cpu"))
        'fp32'
    """
    if asked == "auto":
        return "bf16" if supports_bf16(device) and _is_large_enough(network, device) else "fp32"
    for precision in DTYPES:
        if asked == precision:
            return precision
    raise RunError(f"the precision {asked}", expected="auto, fp32 or bf16", mend="choose another --precision")


def _is_large_enough(network: nn.Module, device: torch.device) -> bool:
    if device.type != "cpu":
        minimum = _MIN_PARAMETERS_GPU
    elif any(isinstance(module, nn.Conv2d) for module in network.modules()):
        minimum = _MIN_PARAMETERS_CONV
    else:
        minimum = _MIN_PARAMETERS_DENSE if onednn_matmul_rounds_to_bf16() else _MIN_PARAMETERS_DENSE_COPIED
    return count_parameters(network) >= minimum


def supports_bf16(device: torch.device) -> bool:
    """Tell whether a device multiplies bf16 in hardware, without emulation.

    Args:
        device: Where to compute.
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and not {"amx_bf16", "avx512_bf16"}.isdisjoint(processor_flags())


@contextmanager
def onednn_matmul() -> Iterator[None]:
    """Return a context in which torch multiplies float32 matrices with oneDNN in place of MKL.

    If `onednn_matmul_rounds_to_bf16`, the factors are rounded to bf16 and the products are summed in float32. That is
    faster than to multiply copies in bf16, which are written to memory and read again.
    """
    setting = torch.backends.mkldnn.matmul  # type: ignore[attr-defined]
    before = setting.fp32_precision
    setting.fp32_precision = "bf16"
    try:
        yield
    finally:
        setting.fp32_precision = before


@cache
def onednn_matmul_rounds_to_bf16() -> bool:
    """Tell whether `onednn_matmul` rounds factors to bf16 on this processor; on others it silently does not."""
    factors = torch.full((64, 64), 1 + 2**-12)
    with onednn_matmul():
        return float((factors @ torch.ones(64, 64))[0, 0]) == 64


@cache
def onednn_matmul_is_faster() -> bool:
    """Tell whether `onednn_matmul` is faster than MKL, and as exact: MKL does not use AVX-512 on AMD."""
    on_amd, has_avx512 = "AuthenticAMD" in _cpuinfo("vendor_id"), "avx512f" in processor_flags()
    return on_amd and has_avx512 and not onednn_matmul_rounds_to_bf16()


@contextmanager
def flush_denormals() -> Iterator[None]:
    """Return a context that treats numbers below 1.2e-38 as zeros, here and in threads that torch starts meanwhile.

    Afterwards this thread is as before; the others keep the setting. Adam's moments of a pixel that is seldom inked
    shrink by a tenth a step and are denormal after some 800 steps: 2.4 % of `mlp-1000` after 3,000 steps, 4 % of `cnn`.
    Intel processors are reported to slow down by that in the course of a training, and TensorFlow flushes denormals,
    too. Zen 3 is not slower. After 2,000 steps the weights of four networks were the same to the bit.
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
    """Return the CPU flags of an x86 processor; none on other systems.

    Args:
        path: The kernel's file on processors.
    """
    return frozenset(_cpuinfo("flags", path).split())


def _cpuinfo(field: str, path: Path = Path("/proc/cpuinfo")) -> str:
    """Return a field of the first processor."""
    if path.exists():
        for line in path.read_text("utf-8", "replace").splitlines():
            if line.startswith(field):
                return line.partition(":")[2]
    return ""
