"""Commands that read many pictures, the processes that they start, and machines that can be lost. Measures nothing."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


def list_of(folder: Path, count: int, where: Path) -> Path:
    """Write a list of the first pictures of a folder, and return its path.

    Args:
        folder: With the pictures.
        count: How many.
        where: The folder of the list.
    """
    paths = list(itertools.islice(sorted(folder.glob("*.png")), count))
    if len(paths) < count:
        raise SystemExit(f"{folder} has {len(paths)} pictures; make {count} with --compose {count}")
    target = where / f"{count}.txt"
    target.write_text("".join(f"{path.resolve()}\n" for path in paths), "utf-8")
    return target


def start(pictures: Path, out: Path, arguments: list[str]) -> "subprocess.Popen[bytes]":
    """Start to read.

    Args:
        pictures: The list.
        out: The file to make.
        arguments: How.
    """
    command = [sys.executable, "-m", "inkdigits", "read", str(pictures), "--out", str(out), *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def how_of(arguments: list[str]) -> str:
    """Return how pictures are read, in words.

    Args:
        arguments: Of the command.
    """
    return "Ray, two machines" if "--address" in arguments else f"--workers {arguments[-1]}"


def children(parent: int) -> list[int]:
    """Return the processes that a process has started and that are there.

    Args:
        parent: Its number.
    """
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()] or [
            int(one)
            for task in Path(f"/proc/{parent}/task").iterdir()
            for one in (task / "children").read_text().split()
        ]
    return []


def peak_mib(process: int) -> float:
    """Return the most memory that a process has had; 0 if it has ended.

    Args:
        process: Its number.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


class Machines:
    """A Ray cluster of two machines with a core each, all on this one."""

    def __init__(self) -> None:
        # Ray lets its workers wait for all other processes.
        os.environ |= {"RAY_worker_niceness": "0", "RAY_USAGE_STATS_ENABLED": "0"}
        from ray.cluster_utils import Cluster  # noqa: PLC0415  only with --cluster

        head = {"num_cpus": 1, "include_dashboard": False}
        self._cluster = Cluster(initialize_head=True, head_node_args=head, connect=False)
        self._add: Callable[[], Any] = lambda: self._cluster.add_node(num_cpus=1)
        self._machine = self._add()
        self.address: str = self._cluster.address

    def lose_one(self) -> None:
        """Kill a machine, and give the cluster another one."""
        self._cluster.remove_node(self._machine, allow_graceful=False)
        self._machine = self._add()

    def close(self) -> None:
        """End all of them."""
        self._cluster.shutdown()


@contextmanager
def machines() -> Iterator[Machines]:
    """Yield a cluster."""
    cluster = Machines()
    try:
        yield cluster
    finally:
        cluster.close()


@contextmanager
def no_machines() -> Iterator[None]:
    """Yield nothing: processes of this machine read."""
    yield None
