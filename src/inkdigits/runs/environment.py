"""Versions, processor and device of a run. Knows nothing of how it is trained."""

import platform
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows has no such module
    resource = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Environment:
    """What a run was trained with: all that a measured figure depends on.

    Attributes:
        inkdigits: Version.
        python: Version.
        torch: Version.
        numpy: Version.
        system: Operating system and architecture.
        processor: Its name.
        cores: How many it has.
        threads: How many torch computes with.
        device: The GPU's name, or the kind of device.
        precision: The dtype of convolutions and matrix products.
        step: How steps are taken, such as "one by one".
    """

    inkdigits: str
    python: str
    torch: str
    numpy: str
    system: str
    processor: str
    cores: int
    threads: int
    device: str
    precision: str
    step: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON-ready object."""
        return asdict(self)


def peak_memory_mib() -> float | None:
    """Return the most memory that this process has held so far; None where the system doesn't tell."""
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux, getrusage would count the memory of the parent process, too.
        for line in status.read_text("utf-8", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 2**10, 1)
    if resource is None:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)


def processor_name() -> str:
    """Return the processor's name as the system gives it."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
