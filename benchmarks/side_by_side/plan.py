"""Recipes -> the workloads of all contenders. Knows nothing of processes and clocks."""

from pathlib import Path
from typing import Any

import numpy as np

from inkdigits import load_recipe
from inkdigits.data.dataset import Dataset
from inkdigits.learn.training.plan import make_plan
from inkdigits.recipes import Recipe
from side_by_side.workload import Watched, Workload

STEPS = {
    "softmax": 12_000,
    "mlp-tanh": 4_000,
    "mlp-100x2": 6_000,
    "mlp-1000": 1_500,
    "mlp-dropout": 1_800,
    "cnn": 300,
}
"""The six networks, and how many steps of each are timed: some seconds of the fastest contender."""

QUICK_SHARE = 0.1
"""The share of them that the quick version times."""


def timed_workload(network: str, data: Path, digits: int, *, seed: int = 1, share: float = 1.0) -> Workload:
    """Return steps only, without validation and in whole batches, so that frameworks compile for one shape.

    Args:
        network: The recipe's name.
        data: The .npz with the digits.
        digits: How many there are to learn from.
        seed: Seed of the random numbers.
        share: The share of the usual steps to take.
    """
    recipe = load_recipe(network)
    size = recipe.batch_size
    steps = max(1, round(STEPS.get(network, 1000) * share))
    per_pass = min(steps, digits // size)
    return Workload(
        **_common(recipe, data, seed),
        digits=per_pass * size,
        validation=0.0,
        epochs=round(steps / per_pass),
        steps_per_epoch=per_pass,
        watched=None,
    )


def whole_workload(network: str, data: Path, digits: int, *, seed: int = 1) -> Workload:
    """Return the recipe's full length with its validation or test set watched, without early stopping.

    Args:
        network: The recipe's name.
        data: The .npz with the digits.
        digits: How many there are to learn from.
        seed: Seed of the random numbers.
    """
    recipe = load_recipe(network)
    plan = make_plan(recipe, int(digits * (1 - recipe.validation)) if recipe.validation else digits)
    watched: Watched | None = "test" if recipe.watch_test else "validation" if recipe.validation else None
    return Workload(
        **_common(recipe, data, seed),
        digits=digits,
        validation=recipe.validation,
        epochs=plan.steps // plan.record_every,
        steps_per_epoch=plan.record_every,
        watched=watched,
    )


def bare_changes(steps: int) -> dict[str, Any]:
    """Return the changes that reduce a recipe to its steps, with one record and one checkpoint at the end.

    Args:
        steps: How many.
    """
    return {
        "steps": steps,
        "record_every": steps,
        "checkpoint_every": steps,
        "skip_first": 0.0,
        "validation": 0.0,
        "watch_test": False,
        "early_stopping": False,
    }


def _common(recipe: Recipe, data: Path, seed: int) -> dict[str, Any]:
    values = recipe.model_dump(mode="json", exclude_none=True)
    return {
        "network": recipe.name,
        "layers": tuple(values["layers"]),
        "optimizer": values["optimizer"],
        "batch_size": recipe.batch_size,
        "seed": seed,
        "data": str(data),
    }


def write_digits(dataset: Dataset, path: Path) -> None:
    """Write a data set as Keras does, which every contender can read.

    Args:
        dataset: The digits.
        path: An .npz file.
    """
    np.savez(
        path,
        x_train=dataset.train.images,
        y_train=dataset.train.labels,
        x_test=dataset.test.images,
        y_test=dataset.test.labels,
    )
