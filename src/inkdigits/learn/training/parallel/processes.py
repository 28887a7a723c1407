"""Many trainings at once: side by side, a core each, and small ones together. Knows nothing of what a step is.

On two cores two trainings with one thread each are done sooner than one after another with two: their threads never
wait for each other. Each of them is what `train` does with one thread, down to the last bit.
"""

from __future__ import annotations

import _thread
import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, Self

import torch

from inkdigits.core.errors import InkdigitsError, RunError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.training.interrupt import stop_on_signal
from inkdigits.learn.training.listeners import Listener
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.parallel.batched_seeds import can_batch_seeds, checkpoint_step, train_batched_seeds
from inkdigits.learn.training.plan import make_plan
from inkdigits.learn.training.progress_bar import ListenerFactory, ProgressInfo, watch_several
from inkdigits.learn.training.state import TrainingState
from inkdigits.learn.training.train import choose_device, prepared
from inkdigits.recipes import Recipe, infer_shapes
from inkdigits.runs.folder import RunFolder, check_free
from inkdigits.runs.history import Record

_START_S = 3.0
"""What processes cost before the first of them trains: importing torch, and handing over the digits."""

_SEEDS_PER_BATCH = 8
"""Seeds that learn together at most: each holds all digits in an order of its own."""


@dataclass(frozen=True)
class Job:
    """A training that is to be done."""

    recipe: Recipe
    options: TrainingOptions

    @classmethod
    def of_seed(cls, recipe: Recipe, options: TrainingOptions, seed: int) -> Self:
        """Return the training of one seed, into a folder of its own in `options.out`."""
        return cls(recipe, replace(options, out=seed_path(options.out, recipe, seed), seed=seed))


def seed_path(folder: Path, recipe: Recipe, seed: int) -> Path:
    """Return where in `folder` the run of one seed of a recipe is."""
    return folder / f"{recipe.name}-seed{seed}"


RunResult = RunFolder | InkdigitsError
"""What a training came to: its run, or what went wrong."""


def train_all(jobs: Sequence[Job], dataset: Dataset) -> Iterator[tuple[Job, RunFolder]]:
    """Do what `train` does for each job, several at a time where that is faster, and yield each run as it ends.

    As many threads as torch takes are shared out: a process has as many as the options say, or one.

    Args:
        jobs: Trainings into different folders, all with the same device and number of threads.
        dataset: What to learn from and be measured on.

    Yields:
        Each job with its run. After Ctrl-C those that had begun, complete as far as they came, and no others.

    Raises:
        InkdigitsError: What went wrong first. The other trainings are finished before.
    """
    for job in jobs:
        if not job.options.resume:
            check_free(job.options.out, overwrite=job.options.overwrite)
    over = [job for job in jobs if job.options.resume and _is_complete(RunFolder(job.options.out))]
    ahead = [job for job in jobs if job not in over]
    processes = _processes(ahead, dataset)
    groups = _groups(ahead, dataset, processes)
    errors = []
    for part in (_here([[job] for job in over], dataset), _in_processes(groups, dataset, processes)):
        for job, outcome in part:
            if isinstance(outcome, InkdigitsError):
                errors.append(outcome)
            else:
                yield job, outcome
    if errors:
        raise errors[0]


def _is_complete(run: RunFolder) -> bool:
    return run.exists and run.status == "complete"


def _processes(jobs: Sequence[Job], dataset: Dataset) -> int:
    """Return how many processes to train in; 1 where more would take longer to start than they save."""
    if not jobs or choose_device(jobs[0].options.device).type != "cpu":
        return 1
    processes = min(len(jobs), torch.get_num_threads() // (jobs[0].options.threads or 1))
    saved_s = sum(_least_seconds(job.recipe, dataset) for job in jobs) * (1 - 1 / max(processes, 1))
    return processes if saved_s > _START_S else 1


def _least_seconds(recipe: Recipe, dataset: Dataset) -> float:
    """Estimate how long a core trains: 0.2 ms a step, and 50 GFLOP/s as if every weight were used once a digit."""
    shapes = infer_shapes(recipe.layers, len(dataset.classes), recipe=recipe.name, lines=recipe.reads_lines)
    steps = make_plan(recipe, round(len(dataset.train) * (1 - (recipe.validation or 0)))).steps
    return steps * (2e-4 + 6 * recipe.batch_size * sum(row.parameters for row in shapes) / 50e9)


def _groups(jobs: Sequence[Job], dataset: Dataset, processes: int) -> list[list[Job]]:
    """Put together what learns together, so that every process has its share."""
    groups = []
    for recipe, same in groupby(jobs, key=lambda job: job.recipe):
        alike = list(same)
        if len(alike) < 2 or not can_batch_seeds(recipe, build_network(recipe, len(dataset.classes))):
            groups += [[job] for job in alike]
            continue
        size = min(_SEEDS_PER_BATCH, -(-len(alike) // processes))
        for _, level in groupby(sorted(alike, key=_checkpoint_step), key=_checkpoint_step):
            abreast = list(level)
            groups += [abreast[start : start + size] for start in range(0, len(abreast), size)]
    return groups


def _checkpoint_step(job: Job) -> int:
    return checkpoint_step(RunFolder(job.options.out)) if job.options.resume else 0


def _train(group: Sequence[Job], dataset: Dataset, watch: ListenerFactory) -> Iterator[tuple[Job, RunResult]]:
    """Train a group in this process."""
    first = group[0]
    try:
        if len(group) > 1:
            yield from zip(
                group, train_batched_seeds(first.recipe, dataset, [job.options for job in group], watch), strict=True
            )
        else:
            with prepared(first.recipe, dataset, first.options, watch=watch) as (folder, session):
                if session:
                    session.run()
            yield first, folder
    except InkdigitsError as error:
        for job in group:
            yield job, error


def _here(groups: Sequence[Sequence[Job]], dataset: Dataset) -> Iterator[tuple[Job, RunResult]]:
    """Train one group after another in this process."""
    with watch_several() as watch:
        for group in groups:
            interrupted = False
            for job, outcome in _train(group, dataset, watch):
                interrupted = interrupted or (isinstance(outcome, RunFolder) and outcome.status == "interrupted")
                yield job, outcome
            if interrupted:
                return


def _in_processes(groups: Sequence[Sequence[Job]], dataset: Dataset, processes: int) -> Iterator[tuple[Job, RunResult]]:
    """Train groups in so many processes at a time."""
    if processes < 2:
        yield from _here(groups, dataset)
        return
    waiting, running, stopping = deque(groups), dict[Connection, _Process](), False
    context = _context()
    # The first Ctrl-C is passed on; a second one ends all processes, whose checkpoints are whole.
    with watch_several() as watch, stop_on_signal() as should_stop:
        try:
            while waiting or running:
                while waiting and len(running) < processes:
                    process = _Process(context, waiting.popleft(), dataset, watch)
                    running[process.connection] = process
                for connection in wait(list(running), timeout=0.2):
                    process = running[connection]  # type: ignore[index]
                    yield from process.hear(stopping=stopping)
                    if process.over:
                        del running[process.connection]
                if should_stop() and not stopping:
                    stopping = True
                    waiting.clear()
                    for process in running.values():
                        process.stop()
        finally:
            for process in running.values():
                process.kill()


def _context() -> BaseContext:
    """Return how processes are begun: where that can be, by one that has imported torch and nothing else done."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


class _Process:
    """A process that trains a group, as seen from the one that began it.

    Attributes:
        connection: Where it tells how it goes.
        over: Whether it has ended.
    """

    def __init__(self, context: BaseContext, group: Sequence[Job], dataset: Dataset, watch: ListenerFactory) -> None:
        self._left, self._watch, self._shown = list(group), watch, dict[int, Listener]()
        self.connection, other = context.Pipe()
        threads = group[0].options.threads or 1
        self._process = context.Process(target=_work, args=(other, group, dataset, threads))  # type: ignore[attr-defined]
        self._process.start()
        other.close()
        self.over = False

    def hear(self, *, stopping: bool) -> Iterator[tuple[Job, RunResult]]:
        """Take one message: show it, or yield what a training came to."""
        try:
            what, seed, value = self.connection.recv()
        except (EOFError, ConnectionError):
            yield from self.reap(stopping=stopping)
            return
        match what:
            case "course":
                self._shown[seed] = self._watch(value)
            case "step":
                self._shown[seed].on_step(value)
            case "record":
                self._shown[seed].on_record(value)
            case "close":
                self._shown[seed].close()
            case "outcome":
                job = next(job for job in self._left if job.options.seed == seed)
                self._left.remove(job)
                yield job, value

    def stop(self) -> None:
        """Ask it to stop soon."""
        with suppress(OSError):
            self.connection.send("stop")

    def kill(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.join()

    def reap(self, *, stopping: bool) -> Iterator[tuple[Job, RunResult]]:
        self._process.join()
        self.over = True
        for job in self._left if not stopping else ():
            yield (
                job,
                RunError(
                    f"the process that trained {job.options.out} is gone (exit status {self._process.exitcode})",
                    expected="it to end by itself",
                    mend="look whether memory ran out, and go on with --resume",
                ),
            )


def _work(connection: Connection, group: Sequence[Job], dataset: Dataset, threads: int) -> None:
    """Train a group in a process of its own and tell how it goes."""
    with suppress(AttributeError, OSError):
        os.setsid()  # Ctrl-C at a terminal goes to the process that began this one, which passes it on once
    threading.Thread(target=await_stop, args=(connection,), daemon=True).start()
    torch.set_num_threads(threads)
    try:
        for job, outcome in _train(group, dataset, lambda course: PipeListener(connection, course)):
            connection.send(("outcome", job.options.seed, outcome))
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # it had not begun, or nobody listens any more


def await_stop(connection: Connection) -> None:
    """Stop as after Ctrl-C when told so, and at once when nobody is there any more to tell."""
    try:
        connection.recv()
    except (EOFError, OSError):
        os._exit(1)
    _thread.interrupt_main()


class PipeListener:
    """Passes on what a training tells."""

    def __init__(self, connection: Connection, course: ProgressInfo) -> None:
        self._connection, self._seed = connection, course.seed
        self._tell("course", course)

    def on_step(self, state: TrainingState) -> None:
        """Tell where it stands."""
        self._tell("step", replace(state, records=()))

    def on_record(self, record: Record) -> None:
        """Tell the record."""
        self._tell("record", record)

    def close(self) -> None:
        """Tell that it is over."""
        self._tell("close", None)

    def _tell(self, what: str, value: Any) -> None:
        self._connection.send((what, self._seed, value))
