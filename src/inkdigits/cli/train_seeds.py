"""`inkdigits train --seeds`: several seeds of a recipe and their mean result. Knows nothing of training."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from inkdigits.cli.console import INTERRUPTED, print_json, print_text
from inkdigits.cli.run_record import run_record
from inkdigits.core.formatting import loss_text, percent, percent_with_spread

if TYPE_CHECKING:
    from inkdigits.data.dataset import Dataset
    from inkdigits.learn.training.options import TrainingArguments
    from inkdigits.recipes import Recipe


def train_seeds(
    recipe: "Recipe",
    dataset: "Dataset",
    out: Path,
    seeds: int,
    arguments: "TrainingArguments",
    *,
    workers: int | None,
    address: str | None,
    as_json: bool,
) -> None:
    """Train several seeds of a recipe and print their results.

    Args:
        recipe: What is trained; its last layer gets a unit for each class.
        dataset: What they learn from.
        out: The folder of their run folders.
        seeds: How many.
        arguments: Fields of `TrainingOptions`; its seed is the first one.
        workers: As for `train_all`.
        address: Likewise.
        as_json: Whether to print one JSON object.
    """
    from inkdigits.learn.evaluation.seed_summary import SeedSummary
    from inkdigits.learn.evaluation.trained_run import TrainedRun
    from inkdigits.learn.evaluation.verdict import find_failure
    from inkdigits.learn.networks.diagram import diagram_file
    from inkdigits.learn.training.options import TrainingOptions
    from inkdigits.learn.training.parallel.jobs import Job
    from inkdigits.learn.training.parallel.train_all import train_all
    from inkdigits.recipes.classes import fit_classes

    recipe = fit_classes(recipe, len(dataset.classes))
    options = TrainingOptions(out, files=diagram_file(recipe, len(dataset.classes)), **arguments)
    jobs = [Job.of_seed(recipe, options, seed) for seed in range(options.seed, options.seed + seeds)]
    # Print after the last one: progress bars would hide lines printed before.
    trained = train_all(jobs, dataset, workers=workers, address=address)
    runs = sorted((run for _, run in trained), key=lambda run: int(run.metadata["seed"]))
    summary = SeedSummary.from_runs(runs) if runs else None
    if as_json:
        figures = summary.to_dict() if summary else {}
        print_json({"recipe": recipe.name, **figures, "runs": [run_record(run) for run in runs]})
    elif summary:
        for run, accuracy, seconds in zip(runs, summary.accuracies, summary.seconds, strict=True):
            stopped = ", stopped: go on with --resume" if run.status == "interrupted" else ""
            print_text(f"seed {run.metadata['seed']}: test accuracy {percent(accuracy)}, {seconds:.1f} s{stopped}")
        print_text(
            f"test accuracy {percent_with_spread(summary.mean, summary.std)} over {len(runs)} seeds, "
            f"loss {loss_text(summary.mean_loss)}",
            style="bold",
        )
        for run in runs:
            failure = find_failure(TrainedRun(run.path, data=dataset))
            if failure:
                print_text(f"seed {run.metadata['seed']}: {failure}")
        print_text(f"Runs: {options.out}")
    if len(runs) < seeds or any(run.status == "interrupted" for run in runs):
        raise typer.Exit(INTERRUPTED)
