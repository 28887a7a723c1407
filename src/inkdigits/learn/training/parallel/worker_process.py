"""A process that trains, as its parent sees it: it is started, heard, stopped and reaped. Knows nothing of training."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext

from inkdigits.core.errors import RunError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.training.listeners.listener import Listener, ListenerFactory
from inkdigits.learn.training.parallel import worker
from inkdigits.learn.training.parallel.jobs import Job, RunResult


def process_context() -> BaseContext:
    """Return how processes are started: where possible, forked from one that has imported torch and done no more."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([worker.__name__])
    return context


class WorkerProcess:
    """A process that trains a group of jobs, started when this is made.

    Args:
        context: How to start it.
        group: As for `train_group`.
        dataset: What to learn from and be measured on.
        factory: Makes the listener that shows each training in this process.

    Attributes:
        connection: The pipe that its messages come through.
        has_ended: Whether it has ended.
    """

    def __init__(self, context: BaseContext, group: Sequence[Job], dataset: Dataset, factory: ListenerFactory) -> None:
        self._unfinished, self._factory, self._listeners = list(group), factory, dict[int, Listener]()
        self.connection, other = context.Pipe()
        arguments = (other, group, dataset, group[0].options.threads or 1)
        self._process = context.Process(target=worker.run_worker, args=arguments)  # type: ignore[attr-defined]
        self._process.start()
        other.close()
        self.has_ended = False

    def handle(self, *, is_stopping: bool) -> Iterator[tuple[Job, RunResult]]:
        """Receive one message: pass it to its listener, or yield the result of a training.

        Args:
            is_stopping: Whether the process was asked to stop, so that jobs without a result are no error.

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
            case "close":
                self._listeners[seed].close()
            case "result":
                job = next(job for job in self._unfinished if job.options.seed == seed)
                self._unfinished.remove(job)
                yield job, content

    def stop(self) -> None:
        """Ask the process to stop soon."""
        with suppress(OSError):
            self.connection.send("stop")

    def kill(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.join()

    def reap(self, *, is_stopping: bool) -> Iterator[tuple[Job, RunResult]]:
        """Wait for the process to end, and yield an error for each job that it has left without a result.

        Args:
            is_stopping: Whether it was asked to stop, so that such jobs are no error.

        Yields:
            A job with its error.
        """
        self._process.join()
        self.has_ended = True
        for job in self._unfinished if not is_stopping else ():
            yield (
                job,
                RunError(
                    f"the process that trained {job.options.out} is gone (exit status {self._process.exitcode})",
                    expected="it to end by itself",
                    mend="look whether memory ran out, and go on with --resume",
                ),
            )
