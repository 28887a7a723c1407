"""A process that trains, as its parent sees it: it is started, heard, stopped and reaped. Knows nothing of training."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext

from inkdigits.core.errors import RunError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.training.listeners.listener import Listener, ListenerFactory
from inkdigits.learn.training.parallel import worker
from inkdigits.learn.training.parallel.jobs import Job, RunResult
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.history import Record


def process_context() -> BaseContext:
    """Return how processes are started: where possible, forked from one that has imported torch and done no more."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([worker.__name__])
    return context


class Worker:
    """What trains a group of jobs elsewhere, and says through a pipe how far it is.

    Args:
        group: As for `train_group`. The callbacks of its options are called here, not there.
        factory: Makes the listener that shows each training in this process.
        connection: The pipe that its messages come through.

    Attributes:
        connection: Likewise.
        has_ended: Whether it has ended.
    """

    def __init__(self, group: Sequence[Job], factory: ListenerFactory, connection: Connection) -> None:
        self._unfinished, self._factory, self._listeners = list(group), factory, dict[int, Listener]()
        self.connection, self.has_ended, self._was_stopped = connection, False, False

    def handle(self, *, is_stopping: bool) -> Iterator[tuple[Job, RunResult]]:
        """Receive one message: pass it to its listener, or yield the result of a training.

        Args:
            is_stopping: Whether it was asked to stop, so that jobs without a result are no error.

        Yields:
            A job with its result.
        """
        message: worker.Message
        try:
            message = self.connection.recv()
        except (EOFError, ConnectionError):
            yield from self.reap(is_stopping=is_stopping)
            return
        kind, seed, content = message
        match kind:
            case "info":
                self._listeners[seed] = self._factory(content)
            case "step":
                self._listeners[seed].on_step(content)
            case "record":
                self._listeners[seed].on_record(content)
                self._call_back(self._job(seed), content)
            case "close":
                self._listeners[seed].close()
            case "result":
                job = self._job(seed)
                self._unfinished.remove(job)
                yield job, content

    def _job(self, seed: int) -> Job:
        return next(job for job in self._unfinished if job.options.seed == seed)

    def _call_back(self, job: Job, record: Record) -> None:
        """Call the user's functions; where one returns True, the training ends soon."""
        if [callback for callback in job.options.callbacks if callback(record.step, record) is True]:
            self.stop()

    def stop(self) -> None:
        """Ask it to stop soon."""
        self._was_stopped = True
        with suppress(OSError):
            self.connection.send("stop")

    def kill(self) -> None:
        """End it now."""
        raise NotImplementedError

    def _join(self) -> str:
        """Wait for it to end; return how it did."""
        raise NotImplementedError

    def reap(self, *, is_stopping: bool) -> Iterator[tuple[Job, RunResult]]:
        """Wait for it to end, and yield an error for each job that it has left without a result.

        Args:
            is_stopping: Whether it was asked to stop, so that such jobs are no error.

        Yields:
            A job with its error; with its run where that was complete when it was asked to stop.
        """
        how = self._join()
        self.has_ended = True
        for job in self._unfinished if not is_stopping else ():
            run = RunFolder(job.options.out)
            if self._was_stopped and run.exists and run.status in ("complete", "interrupted"):
                yield job, run
                continue
            yield (
                job,
                RunError(
                    f"the process that trained {job.options.out} is gone ({how})",
                    expected="it to end by itself",
                    mend="look whether memory ran out, and go on with --resume",
                ),
            )


class WorkerProcess(Worker):
    """A process of this machine that trains a group of jobs, started when this is made.

    Args:
        context: How to start it.
        group: As for `Worker`.
        dataset: What to learn from and be measured on.
        factory: As for `Worker`.
    """

    def __init__(self, context: BaseContext, group: Sequence[Job], dataset: Dataset, factory: ListenerFactory) -> None:
        connection, other = context.Pipe()
        super().__init__(group, factory, connection)
        arguments = (other, without_callbacks(group), dataset, group[0].options.threads or 1)
        self._process = context.Process(target=worker.run_worker, args=arguments)  # type: ignore[attr-defined]
        self._process.start()
        other.close()

    def kill(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.join()

    def _join(self) -> str:
        self._process.join()
        return f"exit status {self._process.exitcode}"


def without_callbacks(group: Sequence[Job]) -> list[Job]:
    """Return jobs for another process, which can't call functions of this one.

    Args:
        group: The jobs.
    """
    return [replace(job, options=replace(job.options, callbacks=())) for job in group]
