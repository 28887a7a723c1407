"""`inkdigits train --seeds`: several seeds of a recipe and what they came to together."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from inkdigits.cli.console import output
from inkdigits.cli.messages import INTERRUPTED, print_json
from inkdigits.cli.run_record import record

if TYPE_CHECKING:
    from inkdigits.learn.training.options import TrainingArguments


def train_seeds(
    name: str,
    changes: Mapping[str, Any],
    data: str,
    out: Path,
    seeds: int,
    arguments: "TrainingArguments",
    *,
    as_json: bool,
) -> None:
    """Train several seeds, counted up from that of the arguments, in run folders below `out`, and print the figures."""
    from inkdigits.data.load import load
    from inkdigits.learn.evaluation.seeds import SeedSummary
    from inkdigits.learn.networks.diagram import diagram_file
    from inkdigits.learn.training.options import TrainingOptions
    from inkdigits.learn.training.parallel.jobs import Job
    from inkdigits.learn.training.parallel.train_all import train_all
    from inkdigits.recipes.load import load_recipe

    recipe = load_recipe(name, changes)
    data_dir = arguments.get("data_dir")
    dataset = load(data, data_dir=Path(data_dir) if data_dir else None, skip_bad=arguments.get("skip_bad", False))
    options = TrainingOptions(out, files=diagram_file(recipe, len(dataset.classes)), **arguments)
    jobs = [Job.of_seed(recipe, options, seed) for seed in range(options.seed, options.seed + seeds)]
    # Nothing is printed before all are done: there may be bars below which it would be lost.
    runs = sorted((run for _, run in train_all(jobs, dataset)), key=lambda run: int(run.metadata["seed"]))
    summary = SeedSummary.of(runs) if runs else None
    if as_json:
        figures = summary.to_dict() if summary else {}
        print_json({"recipe": recipe.name, **figures, "runs": [record(run) for run in runs]})
    elif summary:
        for run, accuracy, seconds in zip(runs, summary.accuracies, summary.seconds, strict=True):
            stopped = ", stopped: go on with --resume" if run.status == "interrupted" else ""
            output.print(f"seed {run.metadata['seed']}: test accuracy {accuracy:.2%}, {seconds:.1f} s{stopped}")
        output.print(
            f"test accuracy {summary.mean:.2%} ± {100 * summary.spread:.2f} over {len(runs)} seeds, "
            f"loss {summary.mean_loss:.4f}",
            style="bold",
        )
        output.print(f"Runs: {options.out}", markup=False)
    if len(runs) < seeds or any(run.status == "interrupted" for run in runs):
        raise typer.Exit(INTERRUPTED)
