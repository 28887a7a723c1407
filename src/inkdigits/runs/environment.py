"""What a run was made with: versions, processor, device. Knows nothing of the run."""

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
    """Enough to say on what a figure was measured."""

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
    """Return the most memory that this process has held since it began; None where the system doesn't tell."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage tells on Linux counts the memory of whoever started this process.
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
