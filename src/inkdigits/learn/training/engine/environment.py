"""The process that trains: threads, memory, and its description in the run's record. Knows nothing of the run."""

import ctypes
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import torch

from inkdigits.runs.environment import Environment, processor_name
from inkdigits.version import __version__

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
"""Parameters of glibc's mallopt(3)."""

_MAX_MMAP_THRESHOLD = 32 * 2**20
"""The most that glibc allows."""


def describe_environment(
    device: torch.device, precision: torch.dtype = torch.float32, step_mode: str = "one by one"
) -> Environment:
    """Return versions, machine and settings of this process, for `environment.json`.

    Args:
        device: Where the training computes.
        precision: What matrix products are computed in.
        step_mode: `Trainer.step_mode`.
    """
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
        step=step_mode,
    )


@contextmanager
def use_threads(threads: int | None) -> Iterator[None]:
    """Return a context in which torch uses this number of threads; afterwards it is as before.

    Args:
        threads: None changes nothing.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def keep_freed_memory() -> bool:
    """Tell glibc to keep up to 1 GiB of freed memory for this process, from now on; return whether it agreed.

    A training allocates and frees the same tensors at every step. By default their pages go back to the system each
    time, and come back filled with zeros: 13 to 27 % of a step of `reader` (2 cores, AMD EPYC of the third
    generation). With other C libraries nothing changes.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    settings = ((_M_MMAP_THRESHOLD, _MAX_MMAP_THRESHOLD), (_M_TRIM_THRESHOLD, 2**30), (_M_TOP_PAD, 16 * 2**20))
    accepted = [mallopt(name, value) == 1 for name, value in settings]
    return all(accepted)
