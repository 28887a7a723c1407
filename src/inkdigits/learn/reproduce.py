"""The tutorials' printed figures beside ours, over several seeds. Knows nothing of charts or commands."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

from inkdigits.core.atomic import write_text
from inkdigits.data.dataset import Dataset
from inkdigits.learn.evaluation.seeds import SeedSummary
from inkdigits.learn.networks.diagram import diagram_file
from inkdigits.learn.training.options import TrainingArguments, TrainingOptions
from inkdigits.learn.training.parallel.jobs import Job, seed_path
from inkdigits.learn.training.parallel.train_all import train_all
from inkdigits.recipes import Recipe
from inkdigits.runs.folder import RunFolder

_LEGEND = (
    "Accuracy on the test set with the weights that training ended with: those of the last step or, with early "
    "stopping, the best on validation. Spread: sample deviation over the seeds."
)


@dataclass(frozen=True)
class Reproduction:
    """One recipe's results over its seeds.

    Attributes:
        recipe: The recipe, with the tutorial's printed figures.
        summary: What the seeds came to.
    """

    recipe: Recipe
    summary: SeedSummary

    @property
    def printed(self) -> float | None:
        """The tutorial's test accuracy."""
        return self.recipe.tutorial.accuracy if self.recipe.tutorial else None

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON-ready object."""
        return {
            "recipe": self.recipe.name,
            "tutorial": {"accuracy": self.printed, "loss": self.recipe.tutorial and self.recipe.tutorial.loss},
        } | self.summary.to_dict()


def reproduce(
    recipes: Sequence[Recipe],
    dataset: Dataset,
    *,
    seeds: int,
    out: Path,
    **arguments: Unpack[TrainingArguments],
) -> Iterator[tuple[Recipe, int, RunFolder]]:
    """Train every recipe once a seed, each in a run folder of its own, and yield each as it ends.

    Several are trained at once where that is faster. What `out` already holds is not trained again, and what was
    interrupted goes on where it stopped. After each run the table of all finished ones is written to `out` as
    `reproduce.md` and `reproduce.json`.

    Args:
        recipes: What to train.
        dataset: What to train on.
        seeds: How many seeds, from 1.
        out: Folder for run folders and tables.
        **arguments: Fields of `TrainingOptions`; seeds count from 1, and what is there is always resumed.

    Yields:
        (recipe, seed, run); after Ctrl-C only those that had begun.

    Raises:
        RunError: A folder in `out` holds a run of other data or another recipe.
    """
    arguments["resume"] = True
    jobs = []
    for recipe in recipes:
        options = TrainingOptions(out, files=diagram_file(recipe, len(dataset.classes)), **arguments)
        jobs += [Job.of_seed(recipe, options, seed) for seed in range(1, seeds + 1)]
    for job, run in train_all(jobs, dataset):
        write_tables(collect(recipes, seeds, out), seeds, out)
        yield job.recipe, job.options.seed, run


def collect(recipes: Sequence[Recipe], seeds: int, out: Path) -> list[Reproduction]:
    """Gather the finished runs in `out`; recipes without any are left out."""
    found = []
    for recipe in recipes:
        runs = [RunFolder(seed_path(out, recipe, seed)) for seed in range(1, seeds + 1)]
        runs = [run for run in runs if run.exists and run.status == "complete"]
        if runs:
            found.append(Reproduction(recipe, SeedSummary.of(runs)))
    return found


def write_tables(results: Sequence[Reproduction], seeds: int, out: Path) -> None:
    """Write `reproduce.json` and `reproduce.md` into `out`, with hardware and versions."""
    if not results:
        return
    paths = [seed_path(out, results[0].recipe, seed) for seed in range(1, seeds + 1)]
    first = next(run for run in map(RunFolder, paths) if run.exists and run.status == "complete")
    environment = first.read_json("environment.json")
    record = {"environment": environment, "results": [result.to_dict() for result in results]}
    write_text(out / "reproduce.json", json.dumps(record, indent=2) + "\n")
    write_text(out / "reproduce.md", to_markdown(results, environment))


def to_markdown(results: Sequence[Reproduction], environment: dict[str, Any]) -> str:
    """Return the table as Markdown."""
    lines = [
        "| recipe | tutorial % | ours, mean % ± spread | best % | mean loss (tutorial) | seeds | seconds, median |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in results:
        loss, ours = result.recipe.tutorial.loss if result.recipe.tutorial else None, result.summary
        mean = f"{_percent(ours.mean)} ± {100 * ours.spread:.2f}"
        cells = (
            result.recipe.name,
            _percent(result.printed),
            mean,
            _percent(ours.best),
            f"{ours.mean_loss:.4f} ({'–' if loss is None else loss})",
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
