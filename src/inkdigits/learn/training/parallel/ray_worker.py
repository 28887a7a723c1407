"""Trains groups of jobs on the machines of a Ray cluster. Knows nothing of how a step is computed.

An actor with one core trains as a worker process does here, and into a folder of its machine, so machines need no files
in common. A run comes back as the content of its folder. An actor that is lost with its machine is started on another,
and its trainings begin again.
"""

import io
import tarfile
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from multiprocessing import Pipe
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import torch

from inkdigits.core.errors import InkdigitsError, RunError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.training.listeners.listener import ListenerFactory
from inkdigits.learn.training.parallel import worker
from inkdigits.learn.training.parallel.jobs import Job, train_group
from inkdigits.learn.training.parallel.worker import PipeListener
from inkdigits.learn.training.parallel.worker_process import Worker, without_callbacks
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.lock import lock_run

_MAX_LOSSES = 5
"""Actors that may be lost one after the other before a group is trained."""

_POLL_S = 0.2


class RayTrainers:
    """Actors of a cluster that train, each one group after another: to import torch takes seconds.

    Args:
        dataset: What to learn from and be measured on; each machine gets it once.
    """

    def __init__(self, dataset: Dataset) -> None:
        import ray  # noqa: PLC0415  only clusters need it

        self._dataset, self._idle = ray.put(dataset), list[Any]()

    def start(self, group: Sequence[Job], factory: ListenerFactory) -> Worker:
        """Start to train a group.

        Args:
            group: As for `Worker`.
            factory: Likewise.

        Returns:
            The worker.
        """
        return RayWorker(self, group, factory)

    def take(self) -> Any:
        """Return an actor that has nothing to do."""
        import ray  # noqa: PLC0415  only clusters need it

        with suppress(IndexError):
            return self._idle.pop()
        return ray.remote(num_cpus=1)(_RemoteTrainer).remote(self._dataset)

    @property
    def has_idle(self) -> bool:
        """Whether an actor has nothing to do."""
        return bool(self._idle)

    def give_back(self, actor: Any) -> None:
        """Keep an actor for the next group.

        Args:
            actor: One that has ended its group.
        """
        self._idle.append(actor)

    def close(self) -> None:
        """End the actors that have nothing to do, so that their cores are free."""
        import ray  # noqa: PLC0415  only clusters need it

        for actor in self._idle:
            ray.kill(actor)


class RayWorker(Worker):
    """An actor that trains a group of jobs, started when this is made.

    Args:
        trainers: Where actors come from.
        group: As for `Worker`.
        factory: Likewise.
    """

    def __init__(self, trainers: RayTrainers, group: Sequence[Job], factory: ListenerFactory) -> None:
        connection, self._far = Pipe()
        super().__init__(group, factory, connection)
        self._trainers, self._group = trainers, without_callbacks(group)
        self._actor: Any = None
        self._is_killed = False
        self._thread = threading.Thread(target=self._relay, daemon=True)
        self._thread.start()

    def kill(self) -> None:
        """End the actor now."""
        import ray  # noqa: PLC0415  only clusters need it

        self._is_killed = True
        if self._actor is not None:
            ray.kill(self._actor)
        with suppress(OSError):
            self.connection.close()

    def _join(self) -> str:
        self._thread.join()
        return "its messages ended"

    def _relay(self) -> None:
        """Pass messages on until all jobs have a result."""
        try:
            with ExitStack() as locks:
                for job in self._group:
                    locks.enter_context(lock_run(job.options.out))
                self._train()
        except InkdigitsError as error:
            self._fail(error)
        except OSError:
            pass  # nobody listens any more
        finally:
            self._far.close()

    def _train(self) -> None:
        import ray  # noqa: PLC0415  only clusters need it

        for _ in range(_MAX_LOSSES):
            try:
                self._start_actor()
                while (messages := ray.get(self._actor.messages.remote())) is not None:
                    for message in messages:
                        self._pass_on(message)
                    if self._far.poll():
                        self._far.recv()
                        self._actor.stop.remote()
            except ray.exceptions.RayError:
                if self._is_killed or not self._group:
                    return
                continue
            self._trainers.give_back(self._actor)
            return
        raise RunError(
            f"{_MAX_LOSSES} processes of the cluster were lost one after the other",
            expected="machines that stay",
            mend="look at `ray status`, and go on with --resume",
        )

    def _start_actor(self) -> None:
        """Let an actor begin; where no core is free for a new one, the first that has nothing more to do."""
        import ray  # noqa: PLC0415  only clusters need it

        saved = [_pack(job.options.out) if job.options.resume else None for job in self._group]
        while True:
            self._actor = self._trainers.take()
            started = self._actor.start.remote(self._group, saved)
            while not ray.wait([started], timeout=_POLL_S)[0]:
                if self._trainers.has_idle:
                    ray.kill(self._actor)
                    break
            else:
                ray.get(started)
                return

    def _pass_on(self, message: worker.Message) -> None:
        kind, seed, content = message
        if kind == "result":
            job = next(job for job in self._group if job.options.seed == seed)
            self._group = [each for each in self._group if each is not job]
            if isinstance(content, bytes):
                content = _unpack(content, job.options.out)
        self._far.send((kind, seed, content))

    def _fail(self, error: InkdigitsError) -> None:
        with suppress(OSError):
            for job in self._group:
                self._far.send(("result", job.options.seed, error))


class _Messages(SimpleQueue[worker.Message]):
    """A queue that stands for the pipe of a worker process."""

    def send(self, message: worker.Message) -> None:
        self.put(message)


class _RemoteTrainer:
    """What an actor does: it trains in a thread, into a folder of its machine."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset, self._messages, self._stop = dataset, _Messages(), threading.Event()
        self._thread: threading.Thread

    def start(self, group: Sequence[Job], saved: Sequence[bytes | None]) -> None:
        """Start to train a group, from where runs that were saved stand."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._train, args=(group, saved))
        self._thread.start()

    def _train(self, group: Sequence[Job], saved: Sequence[bytes | None]) -> None:
        torch.set_num_threads(group[0].options.threads or 1)
        with tempfile.TemporaryDirectory(prefix="inkdigits-train-") as folder:
            jobs = []
            for number, (job, content) in enumerate(zip(group, saved, strict=True)):
                out = Path(folder) / str(number)
                if content is not None:
                    _unpack(content, out)
                options = replace(job.options, out=out, callbacks=[lambda *_: self._stop.is_set()])
                jobs.append(replace(job, options=options))
            for job, result in train_group(jobs, self._dataset, lambda info: PipeListener(self._messages, info)):
                packed = _pack(result.path) if isinstance(result, RunFolder) else result
                self._messages.send(("result", job.options.seed, packed))

    def messages(self) -> list[worker.Message] | None:
        """Return what there is to say since the last call; None after the group has ended."""
        has_ended = not self._thread.is_alive()
        found = []
        with suppress(Empty):
            found.append(self._messages.get(timeout=_POLL_S))
            while True:
                found.append(self._messages.get_nowait())
        return None if has_ended and not found else found

    def stop(self) -> None:
        """End the training after its next record."""
        self._stop.set()


def _pack(path: Path) -> bytes | None:
    """Return a run folder as a tar archive; None where there is none."""
    if not RunFolder(path).exists:
        return None
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(path, arcname=".")
    return packed.getvalue()


def _unpack(content: bytes, path: Path) -> RunFolder:
    """Put a run folder in place of the one that is there, whole or not at all."""
    with RunFolder.replacing(path) as temporary, tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(temporary, filter="data")
    return RunFolder(path)
