"""The tutorials' results beside ours, over several seeds. Knows nothing of charts or commands."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

from inkdigits.core.atomic import write_text
from inkdigits.data.dataset import Dataset
from inkdigits.learn.evaluation.seed_summary import SeedSummary
from inkdigits.learn.networks.diagram import diagram_file
from inkdigits.learn.training.options import TrainingArguments, TrainingOptions
from inkdigits.learn.training.parallel.jobs import Job, seed_path
from inkdigits.learn.training.parallel.train_all import train_all
from inkdigits.recipes import Recipe
from inkdigits.recipes.classes import fit_classes
from inkdigits.runs.folder import RunFolder

_LEGEND = (
    "Accuracy on the test set with the weights that training ended with: those of the last step or, with early "
    "stopping, the best on validation. Spread: sample deviation over the seeds."
)


@dataclass(frozen=True)
class Reproduction:
    """The results of one recipe over several seeds, beside the tutorial's.

    Attributes:
        recipe: The recipe; it holds the result that the tutorial prints.
        summary: Our results.
    """

    recipe: Recipe
    summary: SeedSummary

    @property
    def tutorial_accuracy(self) -> float | None:
        """The test accuracy that the tutorial prints; None if it prints none."""
        return self.recipe.tutorial.accuracy if self.recipe.tutorial else None

    def to_dict(self) -> dict[str, Any]:
        """Return the results as a JSON-ready object."""
        return {
            "recipe": self.recipe.name,
            "tutorial": {
                "accuracy": self.tutorial_accuracy,
                "loss": self.recipe.tutorial and self.recipe.tutorial.loss,
            },
        } | self.summary.to_dict()


def train_recipes(
    recipes: Sequence[Recipe],
    dataset: Dataset,
    *,
    seeds: int,
    out: Path,
    **arguments: Unpack[TrainingArguments],
) -> Iterator[tuple[Recipe, int, RunFolder]]:
    """Train every recipe with every seed, each in its own run folder, and yield each run when it ends.

    Several are trained at once where that is faster. Finished runs in `out` are not trained again, and interrupted ones
    are resumed. After each run the table of all finished ones is written to `out` as `reproduce.md` and
    `reproduce.json`.

    Args:
        recipes: The networks to train.
        dataset: The data to train on.
        seeds: How many seeds, from 1.
        out: The folder for run folders and tables.
        **arguments: Fields of `TrainingOptions`; `seed` and `resume` are set here.

    Yields:
        (recipe, seed, run); after Ctrl-C only those that had begun.

    Raises:
        RunError: A run folder in `out` is of other data or another recipe.
    """
    arguments["resume"] = True
    jobs = []
    for recipe in (fit_classes(each, len(dataset.classes)) for each in recipes):
        options = TrainingOptions(out, files=diagram_file(recipe, len(dataset.classes)), **arguments)
        jobs += [Job.of_seed(recipe, options, seed) for seed in range(1, seeds + 1)]
    for job, run in train_all(jobs, dataset):
        write_tables(collect_results(recipes, seeds, out), seeds, out)
        yield job.recipe, job.options.seed, run


def collect_results(recipes: Sequence[Recipe], seeds: int, out: Path) -> list[Reproduction]:
    """Return the results of each recipe from the finished runs in `out`; recipes without any are left out.

    Args:
        recipes: The recipes, in the order to list them.
        seeds: How many seeds, from 1.
        out: The folder of run folders.
    """
    results = []
    for recipe in recipes:
        runs = [RunFolder(seed_path(out, recipe, seed)) for seed in range(1, seeds + 1)]
        runs = [run for run in runs if run.exists and run.status == "complete"]
        if runs:
            results.append(Reproduction(recipe, SeedSummary.from_runs(runs)))
    return results


def write_tables(results: Sequence[Reproduction], seeds: int, out: Path) -> None:
    """Write `reproduce.json` and `reproduce.md`, with hardware and versions.

    Args:
        results: What to list; nothing is written if there are none.
        seeds: How many seeds, from 1.
        out: The folder of run folders, into which the tables go.
    """
    if not results:
        return
    paths = [seed_path(out, results[0].recipe, seed) for seed in range(1, seeds + 1)]
    first = next(run for run in map(RunFolder, paths) if run.exists and run.status == "complete")
    environment = first.read_json("environment.json")
    record = {"environment": environment, "results": [result.to_dict() for result in results]}
    write_text(out / "reproduce.json", json.dumps(record, indent=2) + "\n")
    write_text(out / "reproduce.md", to_markdown(results, environment))


def to_markdown(results: Sequence[Reproduction], environment: dict[str, Any]) -> str:
    """Return the results as a table in Markdown.

    Args:
        results: One row each.
        environment: The content of a run's `environment.json`.
    """
    lines = [
        "| recipe | tutorial % | ours, mean % ± spread | best % | mean loss (tutorial) | seeds | seconds, median |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in results:
        tutorial_loss, ours = result.recipe.tutorial.loss if result.recipe.tutorial else None, result.summary
        mean = f"{_percent(ours.mean)} ± {100 * ours.std:.2f}"
        cells = (
            result.recipe.name,
            _percent(result.tutorial_accuracy),
            mean,
            _percent(ours.best),
            f"{ours.mean_loss:.4f} ({'–' if tutorial_loss is None else tutorial_loss})",
            str(len(ours.accuracies)),
            f"{statistics.median(ours.seconds):,.1f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    where = (
        f"{environment['processor']}, {environment['threads']} threads, {environment['device']}, "
        f"{environment['precision']}; torch {environment['torch']}, Python {environment['python']}, "
        f"inkdigits {environment['inkdigits']}."
    )
    return "\n".join([*lines, "", _LEGEND, where, ""])


def _percent(value: float | None) -> str:
    return "not printed" if value is None else f"{100 * value:.2f}"
