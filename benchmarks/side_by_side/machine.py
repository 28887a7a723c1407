"""The machine that figures are measured on. Knows nothing of the figures."""

import datetime
import os
import platform
from pathlib import Path
from typing import Any

from inkdigits.runs.environment import processor_name
from inkdigits.version import __version__

FLAGS = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "asimd", "bf16", "sve")
"""Linux's names of the processor features that decide how fast it multiplies matrices."""


def describe_machine() -> dict[str, Any]:
    """Return date, processor, its relevant flags, cores, memory, system, versions and load."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processor": processor_name(),
        "flags": _flags(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": _memory_gib(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "inkdigits": __version__,
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def in_a_line(machine: dict[str, Any]) -> str:
    """Return the machine as a sentence for the head of a record.

    Args:
        machine: From `describe_machine`.
    """
    flags = ", ".join(machine["flags"]) or "none known"
    return (
        f"{machine['processor']}, {machine['cores']} cores ({flags}), {machine['memory_gib']} GiB, "
        f"{machine['system']}, Python {machine['python']}, inkdigits {machine['inkdigits']}; "
        f"load before {machine['load_before']}."
    )


def _flags() -> list[str]:
    information = Path("/proc/cpuinfo")
    if not information.exists():
        return []
    lines = information.read_text("utf-8", "replace").splitlines()
    found = next((line.split() for line in lines if line.startswith(("flags", "Features"))), [])
    return [flag for flag in FLAGS if flag in found]


def _memory_gib() -> int | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (AttributeError, ValueError, OSError):
        return None
