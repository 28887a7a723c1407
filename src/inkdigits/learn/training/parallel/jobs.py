"""Trainings to be done, and doing some of them in this process. Knows nothing of other processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from inkdigits.core.errors import InkdigitsError
from inkdigits.data.dataset import Dataset
from inkdigits.learn.training.listeners.listener import ListenerFactory
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.parallel.batched_seeds import train_batched_seeds
from inkdigits.learn.training.setup.open_session import open_session
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import RunFolder


@dataclass(frozen=True)
class Job:
    """A training that is to be done.

    Attributes:
        recipe: What to train.
        options: Run folder, seed, device.
        fold: Which fold of the training set is held back as its test set, and how many folds there are; None to learn
            from all of it.
    """

    recipe: Recipe
    options: TrainingOptions
    fold: tuple[int, int] | None = None

    @classmethod
    def of_seed(cls, recipe: Recipe, options: TrainingOptions, seed: int) -> Self:
        """Return the training of one seed, into a folder of its own in `options.out`.

        Args:
            recipe: What to train.
            options: As for each seed, but for the run folder.
            seed: The seed.
        """
        return cls(recipe, replace(options, out=seed_path(options.out, recipe, seed), seed=seed))


def seed_path(folder: Path, recipe: Recipe, seed: int) -> Path:
    """Return where the run of one seed of a recipe is.

    Args:
        folder: The folder of all seeds.
        recipe: What is trained.
        seed: The seed.
    """
    return folder / f"{recipe.name}-seed{seed}"


RunResult = RunFolder | InkdigitsError
"""The result of a training: its run, or the error that ended it."""


def train_group(group: Sequence[Job], dataset: Dataset, factory: ListenerFactory) -> Iterator[tuple[Job, RunResult]]:
    """Train jobs in this process.

    Args:
        group: One job, or several seeds of a recipe that `can_batch_seeds`, on the same fold.
        dataset: What to learn from and be measured on, unless the job has a fold of it.
        factory: Makes the listener that shows each, where the options ask for one.

    Yields:
        Each job with its result.
    """
    first = group[0]
    dataset = dataset.fold(*first.fold) if first.fold else dataset
    try:
        if len(group) > 1:
            options = [job.options for job in group]
            yield from zip(group, train_batched_seeds(first.recipe, dataset, options, factory), strict=True)
        else:
            with open_session(first.recipe, dataset, first.options, listener_factory=factory) as (folder, session):
                if session:
                    session.run()
            yield first, folder
    except InkdigitsError as error:
        for job in group:
            yield job, error
