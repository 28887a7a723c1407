"""What a step is computed with: threads, and versions and device for the run's record. Knows nothing of the run."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import torch

from inkdigits.runs.environment import Environment, processor_name
from inkdigits.version import __version__


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
