"""Reads parts on the machines of a Ray cluster. Knows nothing of how a part is read: `WorkerProcess` does that there.

Each reader is an actor with one core. It starts a process of its own, so a picture that kills a process does the same
there as here. An actor that is lost with its machine is started on another, and its part is read again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from inkdigits.core.errors import InkdigitsError, RunError
from inkdigits.core.machine.ray_cluster import connect
from inkdigits.read.bulk.row import ReadSettings
from inkdigits.read.bulk.worker_process import Part, PartReader, Row, WorkerProcess

_MAX_LOSSES = 20
"""Actors that may be lost one after the other before a part is done."""


@contextmanager
def ray_workers(
    address: str, workers: int | None, settings: ReadSettings
) -> Iterator[tuple[int, Callable[[], PartReader]]]:
    """Connect to a cluster during a block.

    Args:
        address: "auto", "ray://HOST:PORT", or "local" for a new one on this machine.
        workers: How many parts are read at once; None for as many as the cluster has cores.
        settings: How to read.

    Yields:
        How many parts are read at once, and what makes a reader for each.

    Raises:
        InkdigitsError: Ray is not installed, or there is no cluster.
    """
    with connect(address) as cores:
        yield workers or cores, lambda: RayReader(settings)


class _RemoteReader:
    """What an actor does: it reads parts in a process of its machine."""

    def __init__(self, settings: ReadSettings) -> None:
        self._process = WorkerProcess(settings)

    def read(self, part: Part) -> list[Row] | InkdigitsError:
        try:
            return list(self._process.read(part))
        except InkdigitsError as error:
            return error


class RayReader:
    """An actor of a cluster that reads parts.

    Args:
        settings: How to read.

    Attributes:
        deaths: How often it was lost so far.
    """

    def __init__(self, settings: ReadSettings) -> None:
        self._settings, self._is_stopped = settings, False
        self._actor: Any = None
        self.deaths = 0

    def read(self, part: Part) -> Iterator[Row]:
        """Yield a row for each picture of a part, in their order, once all are read.

        Args:
            part: The pictures.

        Yields:
            The rows; none if it is stopped.

        Raises:
            InkdigitsError: The settings are wrong, or actors are lost again and again.
        """
        import ray  # noqa: PLC0415  only clusters need it

        for _ in range(_MAX_LOSSES):
            if self._is_stopped:
                return
            if self._actor is None:
                self._actor = ray.remote(num_cpus=1)(_RemoteReader).remote(self._settings)
            try:
                rows = ray.get(self._actor.read.remote(part))
            except ray.exceptions.RayError:
                self._actor = None
                self.deaths += not self._is_stopped
                continue
            if isinstance(rows, InkdigitsError):
                raise rows
            yield from rows
            return
        raise RunError(
            f"{_MAX_LOSSES} processes of the cluster were lost one after the other",
            expected="a cluster whose machines keep running",
            mend="check `ray status`, then continue with --resume",
        )

    def stop(self) -> None:
        """Let the part that another thread reads end early."""
        self._is_stopped = True
        self._kill()

    def close(self) -> None:
        """End the actor after its last part, so that its core is free."""
        self._kill()

    def _kill(self) -> None:
        import ray  # noqa: PLC0415  only clusters need it

        actor = self._actor
        if actor is not None:
            ray.kill(actor)
