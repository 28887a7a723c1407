"""Many trainings at once: processes of a core each, and small networks batched. Knows nothing of what a step is.

On two cores, two trainings with one thread each end sooner than two in turn with two threads: their threads never wait
for each other. Each run in a process is bit for bit the one that `train` makes with one thread.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import groupby

import torch

from inkdigits.core.errors import InkdigitsError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.networks.build import build_network
from inkdigits.learn.training.listeners.progress_bar import parallel_progress
from inkdigits.learn.training.parallel.batched_seeds import can_batch_seeds, checkpoint_step
from inkdigits.learn.training.parallel.jobs import Job, RunResult, train_group
from inkdigits.learn.training.parallel.pool import open_pool, train_groups
from inkdigits.learn.training.plan import make_plan
from inkdigits.learn.training.setup.device import choose_device
from inkdigits.recipes import Recipe, infer_shapes
from inkdigits.runs.folder import RunFolder
from inkdigits.runs.paths import check_free

START_S = 3.0
"""What processes cost before the first of them trains: to import torch, and to send the digits."""

_SEEDS_PER_BATCH = 8
"""Seeds that are batched at most: each holds all digits in an order of its own."""


def train_all(
    jobs: Sequence[Job], dataset: Dataset, *, workers: int | None = None, address: str | None = None
) -> Iterator[tuple[Job, RunFolder]]:
    """Do what `train` does for each job, several at a time where that is faster, and yield each run as it ends.

    The processes share the threads that torch uses: each computes with as many as the options say, or one.

    Args:
        jobs: Trainings into different folders, all with the same device and number of threads.
        dataset: What to learn from and be measured on.
        workers: How many processes train; by default as many as are faster, on a cluster one for each of its cores.
        address: A Ray cluster that trains: "auto", "ray://HOST:PORT", or "local" for a new one on this machine.

    Yields:
        Each job with its run. After Ctrl-C only those that had begun, complete as far as they came.

    Raises:
        InkdigitsError: The first error of a training. The other trainings are finished before. Or there is no cluster.
    """
    for job in jobs:
        if not job.options.resume:
            check_free(job.options.out, overwrite=job.options.overwrite)
    complete = [job for job in jobs if job.options.resume and RunFolder(job.options.out).is_complete]
    remaining = [job for job in jobs if job not in complete]
    errors = []
    for results in (
        _train_here([[job] for job in complete], dataset),
        _train_remaining(remaining, dataset, workers, address),
    ):
        for job, result in results:
            if isinstance(result, InkdigitsError):
                errors.append(result)
            else:
                yield job, result
    if errors:
        raise errors[0]


def _train_remaining(
    jobs: Sequence[Job], dataset: Dataset, workers: int | None, address: str | None
) -> Iterator[tuple[Job, RunResult]]:
    """Train on a cluster, in processes, or one after the other in this process."""
    processes = workers or _count_processes(jobs, dataset)
    if not jobs or (address is None and processes < 2):
        yield from _train_here(_group_jobs(jobs, dataset, 1), dataset)
        return
    with (
        parallel_progress() as factory,
        open_pool(dataset, workers if address else processes, address) as pool,
    ):
        waiting = deque(_group_jobs(jobs, dataset, pool.size))
        yield from train_groups(lambda: waiting.popleft() if waiting else None, pool, factory)


def _count_processes(jobs: Sequence[Job], dataset: Dataset) -> int:
    """Return how many processes to train in; 1 where more would take longer to start than they save."""
    if not jobs or choose_device(jobs[0].options.device).type != "cpu":
        return 1
    processes = min(len(jobs), torch.get_num_threads() // (jobs[0].options.threads or 1))
    saved_s = sum(_least_seconds(job.recipe, dataset) for job in jobs) * (1 - 1 / max(processes, 1))
    return processes if saved_s > START_S else 1


def _least_seconds(recipe: Recipe, dataset: Dataset) -> float:
    """Estimate how long a core trains: 0.2 ms a step, and 50 GFLOP/s as if every weight were used once a digit."""
    shapes = infer_shapes(recipe.layers, len(dataset.classes), recipe=recipe.name, lines=recipe.reads_lines)
    used = len(dataset.train) * (1 - recipe.skip_first) * (1 - recipe.validation)
    steps = make_plan(recipe, round(used)).steps
    return steps * (2e-4 + 6 * recipe.batch_size * sum(row.parameters for row in shapes) / 50e9)


def _group_jobs(jobs: Sequence[Job], dataset: Dataset, processes: int) -> list[list[Job]]:
    """Put seeds that can be batched into groups, small enough that every process gets one."""
    groups = []
    for (recipe, _), same_recipe in groupby(jobs, key=lambda job: (job.recipe, job.fold)):
        seeds = list(same_recipe)
        if len(seeds) < 2 or not can_batch_seeds(recipe, build_network(recipe, len(dataset.classes))):
            groups += [[job] for job in seeds]
            continue
        size = min(_SEEDS_PER_BATCH, -(-len(seeds) // processes))
        for _, same_step in groupby(sorted(seeds, key=_checkpoint_step), key=_checkpoint_step):
            batch = list(same_step)
            groups += [batch[start : start + size] for start in range(0, len(batch), size)]
    return groups


def _checkpoint_step(job: Job) -> int:
    return checkpoint_step(RunFolder(job.options.out)) if job.options.resume else 0


def _train_here(groups: Sequence[Sequence[Job]], dataset: Dataset) -> Iterator[tuple[Job, RunResult]]:
    """Train one group after another in this process."""
    with parallel_progress() as factory:
        for group in groups:
            was_interrupted = False
            for job, result in train_group(group, dataset, factory):
                was_interrupted |= isinstance(result, RunFolder) and result.status == "interrupted"
                yield job, result
            if was_interrupted:
                return
