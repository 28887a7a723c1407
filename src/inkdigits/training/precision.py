"""What numbers a training computes with, by what the processor has and what the network gains. Knows no recipe."""

from pathlib import Path
from typing import Literal

import torch

from inkdigits.errors import RunError

Precision = Literal["fp32", "bf16"]

DTYPES: dict[Precision, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16}

WORTH_IT = 500_000
"""Parameters from which bf16 is faster where the processor multiplies it: below, converting costs more than it saves.

Measured on two cores with AMX: a step of `cnn` 20.3 ms in fp32 and 11.5 ms in bf16, both channels_last.
"""


def choose_precision(asked: str, parameters: int, device: torch.device) -> Precision:
    """Return the precision that a user's word means.

    Args:
        asked: "auto", "fp32" or "bf16". The last also where it has to be emulated, which is slow.
        parameters: How many numbers the network learns.
        device: Where to compute.

    Raises:
        RunError: It is no such word.

    Examples:
        >>> choose_precision("auto", 20_000, torch.device("cpu"))
        'fp32'
    """
    if asked == "auto":
        return "bf16" if parameters >= WORTH_IT and multiplies_bf16(device) else "fp32"
    for precision in DTYPES:
        if asked == precision:
            return precision
    raise RunError(f"the precision {asked}", expected="auto, fp32 or bf16", mend="choose another --precision")


def multiplies_bf16(device: torch.device) -> bool:
    """Tell whether a device multiplies bf16 in hardware rather than by way of float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and not {"amx_bf16", "avx512_bf16"}.isdisjoint(processor_flags())


def processor_flags(path: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the names of what an x86 processor can do; none where the system doesn't tell."""
    if not path.exists():
        return frozenset()
    for line in path.read_text("utf-8", "replace").splitlines():
        if line.startswith("flags"):
            return frozenset(line.partition(":")[2].split())
    return frozenset()
