"""Probabilities for digits from networks that have not learned from them. Knows nothing of what is done with them."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.types import Probabilities
from inkdigits.data.dataset import Dataset, assign_folds
from inkdigits.data.review import SplitName
from inkdigits.learn.evaluation.label_review.odd_digits import oddness
from inkdigits.learn.evaluation.trained_run import TrainedRun
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.parallel.jobs import Job, seed_path
from inkdigits.learn.training.parallel.train_all import train_all
from inkdigits.recipes import Recipe, load_recipe
from inkdigits.recipes.classes import fit_classes
from inkdigits.recipes.load import change_recipe

RECIPE = "fast-99.5"
TEST_NETWORKS = 4
"""Networks that judge the test set, each trained on the whole training set: their mean judges better than one."""

FOLDS = 4
"""Parts of the training set, each judged by a network trained on the others."""

_MOST_EPOCHS = 25
"""The recipe is made for 60,000 digits: of fewer, this many passes are enough."""


@dataclass(frozen=True)
class OutOfFold:
    """What networks say of digits that they have not learned from.

    Attributes:
        probabilities: (N, classes), float32, rows that sum to 1.
        oddness: (N,), float32: how far each digit is from those that a network learned from, as the network sees them.
    """

    probabilities: Probabilities
    oddness: NDArray[np.float32]


def choose_recipe(source: str, dataset: Dataset) -> Recipe:
    """Return the recipe to judge with, for the classes of the data, and shorter where there are few digits.

    Args:
        source: The name of a recipe, or a TOML file.
        dataset: What it is trained on.
    """
    recipe = fit_classes(load_recipe(source), len(dataset.classes))
    most = max(1, _MOST_EPOCHS * len(dataset.train) // recipe.batch_size)
    if recipe.steps is None or recipe.steps <= most:
        return recipe
    return change_recipe(recipe, {"steps": most, "record_every": most, "checkpoint_every": most})


def judge_out_of_fold(
    dataset: Dataset, split: SplitName, *, recipe: Recipe, networks: int, device: str = "auto", progress: bool = True
) -> OutOfFold:
    """Return what networks, trained side by side, say of digits that they have not learned from.

    Args:
        dataset: The digits.
        split: "test": each network learns from the whole training set and judges the test set, and their probabilities
            are averaged. "train": each learns from all folds of the training set but one, and judges that one.
        recipe: What to train.
        networks: How many; for "train" at least 2.
        device: As for a training.
        progress: Whether to show how far the trainings are.

    Raises:
        InkdigitsError: A training failed.
        KeyboardInterrupt: The trainings were stopped by Ctrl-C.
    """
    with tempfile.TemporaryDirectory(prefix="inkdigits-review-") as folder:
        jobs = [_job(Path(folder), recipe, number, networks, split, device, progress) for number in range(networks)]
        runs = _train(jobs, dataset)
        if split == "test":
            opened = [TrainedRun(path, data=dataset) for path in runs]
            mean = np.mean([run.probabilities("test") for run in opened], axis=0)
            return OutOfFold(mean, oddness(opened[0].network, dataset.test.images, dataset.train.images))
        probabilities = np.empty((len(dataset.train), len(dataset.classes)), np.float32)
        distances = np.empty(len(dataset.train), np.float32)
        folds = assign_folds(dataset.train.labels, networks)
        for number, path in enumerate(runs):
            part = dataset.fold(number, networks)
            run = TrainedRun(path, data=part)
            probabilities[folds == number] = run.probabilities("test")
            distances[folds == number] = oddness(run.network, part.test.images, part.train.images)
        return OutOfFold(probabilities, distances)


def _job(
    folder: Path, recipe: Recipe, number: int, networks: int, split: SplitName, device: str, progress: bool
) -> Job:
    seed = number + 1
    out = seed_path(folder, recipe, seed)
    options = TrainingOptions(out, seed=seed, device=device, progress=progress, threads=1, tensorboard=False)
    return Job(recipe, options, fold=(number, networks) if split == "train" else None)


def _train(jobs: Sequence[Job], dataset: Dataset) -> list[Path]:
    runs = [run for _, run in train_all(jobs, dataset)]
    if len(runs) < len(jobs) or any(run.status == "interrupted" for run in runs):
        raise KeyboardInterrupt
    return [job.options.out for job in jobs]
