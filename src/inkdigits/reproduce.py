"""The tutorials' printed figures beside ours, over several seeds. Knows nothing of charts or commands."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.atomic import write_text
from inkdigits.data.dataset import Dataset
from inkdigits.recipes import Recipe
from inkdigits.training.run_folder import RunFolder
from inkdigits.training.train import TrainingOptions, train

_LEGEND = (
    "Accuracy on the test set with the weights that training ended with: those of the last step or, with early "
    "stopping, the best on validation. Spread: sample deviation over the seeds."
)


@dataclass(frozen=True)
class Reproduction:
    """One recipe's results over its seeds.

    Attributes:
        recipe: The recipe, with the tutorial's printed figures.
        accuracies: On the test set at the end of training, one a seed, 0 … 1.
        losses: Likewise.
        seconds: Time to train, one a seed.
    """

    recipe: Recipe
    accuracies: tuple[float, ...]
    losses: tuple[float, ...]
    seconds: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean test accuracy."""
        return statistics.fmean(self.accuracies)

    @property
    def spread(self) -> float:
        """Sample standard deviation of the test accuracy; 0 for a single seed."""
        return statistics.stdev(self.accuracies) if len(self.accuracies) > 1 else 0.0

    @property
    def best(self) -> float:
        """Highest test accuracy. It is shown, never chosen by."""
        return max(self.accuracies)

    @property
    def printed(self) -> float | None:
        """The tutorial's test accuracy."""
        return self.recipe.tutorial.accuracy if self.recipe.tutorial else None

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON-ready object."""
        return {
            "recipe": self.recipe.name,
            "tutorial": {"accuracy": self.printed, "loss": self.recipe.tutorial and self.recipe.tutorial.loss},
            "seeds": len(self.accuracies),
            "accuracy": {"mean": self.mean, "spread": self.spread, "best": self.best, "all": list(self.accuracies)},
            "loss": {"mean": statistics.fmean(self.losses), "all": list(self.losses)},
            "seconds": {"median": statistics.median(self.seconds), "all": list(self.seconds)},
        }


def reproduce(
    recipes: Sequence[Recipe],
    dataset: Dataset,
    *,
    seeds: int,
    out: Path,
    device: str = "auto",
    data_dir: Path | None = None,
    progress: bool = True,
    precision: str = "auto",
    threads: int | None = None,
) -> Iterator[tuple[Recipe, int, RunFolder]]:
    """Train every recipe once a seed, each in a run folder of its own, and yield each as it ends.

    What `out` already holds is not trained again, and what was interrupted goes on where it stopped. After each
    run the table of all finished ones is written to `out` as `reproduce.md` and `reproduce.json`.

    Args:
        recipes: What to train.
        dataset: What to train on.
        seeds: How many seeds, from 1.
        out: Folder for run folders and tables.
        device: As for `train`.
        data_dir: Where the data set was looked for.
        progress: Whether to show how it goes.
        precision: As for `train`.
        threads: As for `train`.

    Yields:
        (recipe, seed, run); stops after a run that Ctrl-C interrupted.

    Raises:
        RunError: A folder in `out` holds a run of other data or another recipe.
    """
    for recipe in recipes:
        for seed in range(1, seeds + 1):
            options = TrainingOptions(
                run_path(out, recipe, seed),
                seed,
                device,
                resume=True,
                data_dir=data_dir,
                progress=progress,
                precision=precision,
                threads=threads,
            )
            run = train(recipe, dataset, options)
            write_tables(collect(recipes, seeds, out), out)
            yield recipe, seed, run
            if run.status == "interrupted":
                return


def run_path(out: Path, recipe: Recipe, seed: int) -> Path:
    """Return the run folder of one recipe and seed."""
    return out / f"{recipe.name}-seed{seed}"


def collect(recipes: Sequence[Recipe], seeds: int, out: Path) -> list[Reproduction]:
    """Gather the finished runs in `out`; recipes without any are left out."""
    found = []
    for recipe in recipes:
        runs = [RunFolder(run_path(out, recipe, seed)) for seed in range(1, seeds + 1)]
        runs = [run for run in runs if run.exists and run.status == "complete"]
        tests = [run.read_json("metrics.json")["test"] for run in runs]
        if runs:
            found.append(
                Reproduction(
                    recipe,
                    tuple(test["accuracy"] for test in tests),
                    tuple(test["loss"] for test in tests),
                    tuple(run.note["seconds"] for run in runs),
                )
            )
    return found


def write_tables(results: Sequence[Reproduction], out: Path) -> None:
    """Write `reproduce.json` and `reproduce.md` into `out`, with hardware and versions."""
    if not results:
        return
    first = RunFolder(run_path(out, results[0].recipe, 1))
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
        loss = result.recipe.tutorial.loss if result.recipe.tutorial else None
        mean = f"{_percent(result.mean)} ± {100 * result.spread:.2f}"
        cells = (
            result.recipe.name,
            _percent(result.printed),
            mean,
            _percent(result.best),
            f"{statistics.fmean(result.losses):.4f} ({'–' if loss is None else loss})",
            str(len(result.accuracies)),
            f"{statistics.median(result.seconds):,.1f}",
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
