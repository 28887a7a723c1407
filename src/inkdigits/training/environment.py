"""What a run was made with: versions, processor, device. Knows nothing of the run."""

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from inkdigits.version import __version__

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


def describe_environment(
    device: torch.device, precision: torch.dtype = torch.float32, step: str = "one by one"
) -> Environment:
    """Look at this process and machine; `step` says how steps are taken."""
    on_gpu = device.type == "cuda"
    return Environment(
        inkdigits=__version__,
        python=platform.python_version(),
        torch=str(torch.__version__),
        numpy=version("numpy"),
        system=f"{platform.system()} {platform.machine()}",
        processor=processor_name(),
        cores=os.cpu_count() or 1,
        threads=torch.get_num_threads(),
        device=torch.cuda.get_device_name(device) if on_gpu else device.type,
        precision=str(precision).removeprefix("torch."),
        step=step,
    )


@contextmanager
def computing_with(threads: int | None) -> Iterator[None]:
    """Let torch compute with so many threads, or as many as it does anyway; afterwards it is as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


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
