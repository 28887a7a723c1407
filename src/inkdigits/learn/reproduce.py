"""The tutorials' results beside ours, over several seeds. Knows nothing of charts or commands."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Iterator, Sequence
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
from inkdigits.recipes.schema import Tutorial
from inkdigits.runs.folder import RunFolder

_LEGEND = (
    "Accuracy and loss on the test set with the weights that training ended with: those of the last step or, with\n"
    "early stopping, the best on validation. Spread: sample deviation over the seeds."
)
_TUTORIAL_LEGEND = "In deviations: how far the printed figure lies above (+) or below (-) our mean, in spreads."

_TITLES = (
    "recipe",
    "tutorial %",
    "ours, mean % ± spread",
    "in deviations",
    "tutorial's loss",
    "ours, mean loss ± spread",
    "its deviations",
    "best %",
    "seeds",
    "seconds, median",
)
_TUTORIAL_TITLES = ("tutorial %", "in deviations", "tutorial's loss", "its deviations")


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
    def printed(self) -> Tutorial:
        """What the tutorial prints; empty where there is none."""
        return self.recipe.tutorial or Tutorial()

    @property
    def accuracy_deviations(self) -> float | None:
        """How far the printed accuracy lies above our mean, in deviations of the seeds; None where it can't be told."""
        return self.summary.accuracy_deviations(self.printed.accuracy)

    @property
    def loss_deviations(self) -> float | None:
        """How far the printed loss lies above our mean, likewise."""
        return self.summary.loss_deviations(self.printed.loss)

    def to_dict(self) -> dict[str, Any]:
        """Return the results as a JSON-ready object."""
        return {
            "recipe": self.recipe.name,
            "tutorial": {
                "accuracy": self.printed.accuracy,
                "loss": self.printed.loss,
                "accuracy_deviations": self.accuracy_deviations,
                "loss_deviations": self.loss_deviations,
            },
        } | self.summary.to_dict()


def train_recipes(
    recipes: Sequence[Recipe],
    dataset: Dataset,
    *,
    seeds: int,
    out: Path,
    table: str = "reproduce",
    workers: int | None = None,
    address: str | None = None,
    **arguments: Unpack[TrainingArguments],
) -> Iterator[tuple[Recipe, int, RunFolder]]:
    """Train every recipe with every seed, each in its own run folder, and yield each run when it ends.

    Several are trained at once where that is faster. Finished runs in `out` are not trained again, and interrupted ones
    are resumed. After each run the table of all finished ones is written to `out` as Markdown and JSON.

    Args:
        recipes: The networks to train.
        dataset: The data to train on.
        seeds: How many seeds, from 1.
        out: The folder for run folders and tables.
        table: What the table's two files are called.
        workers: As for `train_all`.
        address: Likewise.
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
    for job, run in train_all(jobs, dataset, workers=workers, address=address):
        write_tables(collect_results(recipes, seeds, out), seeds, out, name=table)
        yield job.recipe, job.options.seed, run


def collect_results(recipes: Sequence[Recipe], seeds: int, out: Path) -> list[Reproduction]:
    """Return the results of each recipe from the finished runs in `out`; recipes without any are left out.

    Args:
        recipes: The recipes, in the order to list them.
        seeds: How many seeds, from 1.
        out: The folder of run folders.
    """
    finished = [(recipe, _finished(recipe, seeds, out)) for recipe in recipes]
    return [Reproduction(recipe, SeedSummary.from_runs(runs)) for recipe, runs in finished if runs]


def write_tables(results: Sequence[Reproduction], seeds: int, out: Path, *, name: str = "reproduce") -> None:
    """Write a table as JSON and as Markdown, with hardware and versions.

    Args:
        results: What to list; nothing is written if there are none.
        seeds: How many seeds, from 1.
        out: The folder of run folders, into which the tables go.
        name: What the two files are called.
    """
    if not results:
        return
    environment = _environment([result.recipe for result in results], seeds, out)
    record = {"environment": environment, "results": [result.to_dict() for result in results]}
    write_text(out / f"{name}.json", json.dumps(record, indent=2) + "\n")
    write_text(out / f"{name}.md", to_markdown(results, environment))


def _environment(recipes: Sequence[Recipe], seeds: int, out: Path) -> dict[str, Any]:
    """Return where the first run was trained, and every precision and number of threads that there was."""
    environments = [run.read_json("environment.json") for recipe in recipes for run in _finished(recipe, seeds, out)]
    shared = {key: _distinct(found[key] for found in environments) for key in ("threads", "precision")}
    return environments[0] | shared


def _distinct(values: Iterable[Any]) -> Any:
    """Return the one value that there is, or all in a text."""
    found = list(dict.fromkeys(values))
    return found[0] if len(found) == 1 else " or ".join(map(str, found))


def _finished(recipe: Recipe, seeds: int, out: Path) -> list[RunFolder]:
    runs = [RunFolder(seed_path(out, recipe, seed)) for seed in range(1, seeds + 1)]
    return [run for run in runs if run.is_complete]


def to_markdown(results: Sequence[Reproduction], environment: dict[str, Any]) -> str:
    """Return the results as a table in Markdown; the columns of tutorials only where a recipe follows one.

    Args:
        results: One row each.
        environment: The content of a run's `environment.json`.
    """
    has_tutorials = any(result.recipe.tutorial for result in results)
    titles = _TITLES if has_tutorials else [title for title in _TITLES if title not in _TUTORIAL_TITLES]
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for result in results:
        cells = dict(zip(_TITLES, _cells(result), strict=True))
        lines.append(f"| {' | '.join(cells[title] for title in titles)} |")
    threads = f"{environment['threads']} thread{'' if environment['threads'] == 1 else 's'}"
    where = (
        f"{environment['processor']}, {threads}, {environment['device']}, "
        f"{environment['precision']}; torch {environment['torch']}, Python {environment['python']}, "
        f"inkdigits {environment['inkdigits']}."
    )
    legend = f"{_LEGEND}\n{_TUTORIAL_LEGEND}" if has_tutorials else _LEGEND
    return "\n".join([*lines, "", legend, where, ""])


def _cells(result: Reproduction) -> tuple[str, ...]:
    ours, printed = result.summary, result.printed
    return (
        result.recipe.name,
        "not printed" if printed.accuracy is None else f"{100 * printed.accuracy:.2f}",
        f"{100 * ours.mean:.2f} ± {100 * ours.std:.2f}",
        _signed(result.accuracy_deviations),
        "–" if printed.loss is None else f"{printed.loss:.4f}",
        f"{ours.mean_loss:.4f} ± {ours.loss_std:.4f}",
        _signed(result.loss_deviations),
        f"{100 * ours.best:.2f}",
        str(len(ours.accuracies)),
        f"{statistics.median(ours.seconds):,.1f}",
    )


def _signed(deviations: float | None) -> str:
    return "–" if deviations is None else f"{deviations:+.1f}"
