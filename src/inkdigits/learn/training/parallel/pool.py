"""Where trainings run side by side: processes of this machine, or a Ray cluster. Knows nothing of what is trained."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

from inkdigits.core.cores import available_cores
from inkdigits.core.machine.ray_cluster import connect
from inkdigits.data.dataset import Dataset
from inkdigits.learn.training.interrupt import stop_on_signal
from inkdigits.learn.training.listeners.listener import ListenerFactory
from inkdigits.learn.training.parallel.jobs import Job, RunResult
from inkdigits.learn.training.parallel.worker_process import Worker, WorkerProcess, process_context

_WAIT_S = 0.2


@dataclass(frozen=True)
class Pool:
    """Workers of one kind.

    Attributes:
        size: How many train at once.
        start: Makes a worker, which starts to train a group of jobs.
    """

    size: int
    start: Callable[[Sequence[Job], ListenerFactory], Worker]


@contextmanager
def open_pool(dataset: Dataset, workers: int | None, address: str | None) -> Iterator[Pool]:
    """Open a pool for a block.

    Args:
        dataset: What to learn from and be measured on.
        workers: How many train at once; None for as many as there are cores.
        address: A Ray cluster, as for `connect`; None for processes of this machine.

    Yields:
        The pool.

    Raises:
        InkdigitsError: Ray is not installed, or there is no cluster.
    """
    if address is None:
        context = process_context()
        yield Pool(workers or available_cores(), lambda group, factory: WorkerProcess(context, group, dataset, factory))
        return
    from inkdigits.learn.training.parallel.ray_worker import RayTrainers  # noqa: PLC0415  only clusters need Ray

    with connect(address) as cores:
        trainers = RayTrainers(dataset)
        try:
            yield Pool(workers or cores, trainers.start)
        finally:
            trainers.close()


def train_groups(
    next_group: Callable[[], Sequence[Job] | None], pool: Pool, factory: ListenerFactory
) -> Iterator[tuple[Job, RunResult]]:
    """Train groups side by side, and yield each job with its result as it ends.

    Args:
        next_group: Returns what to train next; None where there is nothing now. It is asked whenever a worker is free.
        pool: What trains them.
        factory: Makes the listener that shows each training.

    Yields:
        Each job with its run, or with the error that ended it. After Ctrl-C only those that had begun.
    """
    running, is_stopping = dict[Connection, Worker](), False
    # The first Ctrl-C is passed on; a second one ends all workers, whose checkpoints are whole.
    with stop_on_signal() as stop_requested:
        try:
            while True:
                while not is_stopping and len(running) < pool.size and (group := next_group()):
                    worker = pool.start(group, factory)
                    running[worker.connection] = worker
                if not running:
                    return
                for connection in wait(list(running), timeout=_WAIT_S):
                    worker = running[connection]  # type: ignore[index]
                    yield from worker.handle(is_stopping=is_stopping)
                    if worker.has_ended:
                        del running[worker.connection]
                if stop_requested() and not is_stopping:
                    is_stopping = True
                    for worker in running.values():
                        worker.stop()
        finally:
            for worker in running.values():
                worker.kill()
