"""What to sweep: a recipe, what may vary, and the data. Trains nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from inkdigits.core.errors import RecipeError
from inkdigits.data.dataset import Dataset, fingerprint
from inkdigits.learn.networks.diagram import diagram_file
from inkdigits.learn.sweep.space import Dimension
from inkdigits.learn.training.options import TrainingOptions
from inkdigits.learn.training.parallel.jobs import Job
from inkdigits.recipes import Recipe, load_recipe
from inkdigits.recipes.classes import fit_classes

VALIDATION = 0.2
"""The share of the training set that decides where the recipe holds none back."""


@dataclass(frozen=True)
class Sweep:
    """What to sweep.

    Attributes:
        source: The recipe's name, or the path of its file.
        changes: Values of the recipe that are always changed, by dotted key.
        space: What may vary.
        dataset: What to learn from. Its test set is read once, at the end.
        options: As for each training; `out` is the folder of the sweep.
        trials: How many.
        seeds: How many of each of the best trials.
    """

    source: str
    changes: Mapping[str, Any]
    space: tuple[Dimension, ...]
    dataset: Dataset
    options: TrainingOptions
    trials: int
    seeds: int = 3

    def recipe(self, values: Mapping[str, Any]) -> Recipe:
        """Return the recipe with the values of a trial.

        Args:
            values: By dotted key.

        Raises:
            RecipeError: They don't fit together.
        """
        return fit_classes(load_recipe(self.source, {**self.changes, **values}), len(self.dataset.classes))

    def job(self, values: Mapping[str, Any], folder: str, seed: int) -> Job:
        """Return a training that is measured on the validation set.

        Args:
            values: By dotted key.
            folder: Of the run, below that of the sweep.
            seed: Its seed.
        """
        recipe = self.recipe(values)
        out = self.options.out / folder
        files = diagram_file(recipe, len(self.dataset.classes))
        return Job(recipe, replace(self.options, out=out, seed=seed, resume=True, files=files))

    def description(self) -> dict[str, Any]:
        """Return what decides the values and results of the trials, JSON-ready."""
        return {
            "recipe": self.recipe({}).to_toml(),
            "space": [each.to_dict() for each in self.space],
            "data": self.dataset.name,
            "sha256": fingerprint(self.dataset),
            "seed": self.options.seed,
        }


def with_validation(source: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes after which a recipe holds digits back to decide by, and doesn't watch the test set.

    Args:
        source: The recipe's name, or the path of its file.
        changes: The changes so far, by dotted key.

    Raises:
        RecipeError: There is no such recipe, it reads lines, or a change is not valid.
    """
    recipe = load_recipe(source, changes)
    if recipe.reads_lines:
        raise RecipeError(
            f"{recipe.name} reads lines of writing", expected="a recipe for single digits", mend="sweep another one"
        )
    return {**changes} if recipe.validation else {**changes, "watch_test": False, "validation": VALIDATION}
