"""`inkdigits sweep`: which values of a recipe's keys are best. Knows nothing of training or pages."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.cli.console import print_json, print_text
from inkdigits.cli.options import (
    AddressOption,
    DataDirOption,
    DataOption,
    DeviceOption,
    JsonOption,
    PrecisionOption,
    RecipeArgument,
    SetOption,
    SkipBadOption,
    ThreadsOption,
    WorkersOption,
    parse_changes,
)
from inkdigits.core.formatting import percent_with_spread

if TYPE_CHECKING:
    from inkdigits.learn.sweep.result import SweepResult


def sweep(
    recipe: RecipeArgument,
    space: Annotated[
        Path, typer.Option("--space", metavar="SPACE.toml", help="Which keys vary: lists of values, and ranges.")
    ],
    trials: Annotated[int, typer.Option("--trials", metavar="N", min=1, help="How many values to try.")] = 20,
    data: DataOption = "mnist",
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="The folder of the sweep; by default a new one in runs/."),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, max=2**32, help="Decides the values, and every training.")
    ] = 1,
    seeds: Annotated[
        int, typer.Option("--seeds", metavar="N", min=1, help="How many seeds of the best three are trained.")
    ] = 3,
    set_: SetOption = None,
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    threads: ThreadsOption = None,
    workers: WorkersOption = None,
    address: AddressOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the sweep in --out.")] = False,
    language: Annotated[str, typer.Option("--language", metavar="en|ko", help="Of the page.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """Find the best values of a recipe's keys, by the validation set.

    Optuna chooses the values, and trainings that fall behind end early. The best three are trained with further seeds,
    and the test set is read once, for the winner. OUT/report.html shows all, OUT/best has the recipes.

    In SPACE.toml a key of the recipe has a list of values, or a range:

    batch_size = [50, 100, 200]

    optimizer.learning_rate = { low = 1e-4, high = 1e-2, log = true }

    Example: inkdigits sweep mlp-100x2 --space space.toml --trials 20 --out runs/my-sweep
    """
    from inkdigits.data.load import load
    from inkdigits.learn.report.languages import load_language
    from inkdigits.learn.report.sweep.page import write_sweep
    from inkdigits.learn.sweep.settings import Sweep, with_validation
    from inkdigits.learn.sweep.space import load_space
    from inkdigits.learn.sweep.sweep import run_sweep
    from inkdigits.learn.training.options import TrainingOptions
    from inkdigits.recipes.load import load_recipe
    from inkdigits.runs.paths import RUNS, free_run_path

    chosen = load_language(language)
    changes = with_validation(recipe, parse_changes(set_))
    dimensions = load_space(space, recipe, changes)
    name = f"sweep-{load_recipe(recipe).name}"
    folder = out or (RUNS / name if resume else free_run_path(name))
    options = TrainingOptions(
        folder,
        seed=seed,
        device=device,
        data_dir=data_dir,
        skip_bad=skip_bad,
        precision=precision,
        threads=threads,
        tensorboard=False,
        measure="validation",
    )
    dataset = load(data, data_dir=data_dir, skip_bad=skip_bad)
    swept = Sweep(recipe, changes, dimensions, dataset, options, trials, seeds)
    result = run_sweep(swept, workers=workers, address=address, resume=resume, progress=not as_json)
    page = write_sweep(result, folder, chosen)
    if as_json:
        print_json({"out": str(folder), "report": str(page), **result.to_dict()})
    else:
        _print(result, folder, page)


def _print(result: "SweepResult", folder: Path, page: Path) -> None:
    from inkdigits.learn.sweep.result import value_text

    complete, pruned, failed = (result.count(state) for state in ("complete", "pruned", "failed"))
    ended = f", {failed} failed" if failed else ""
    print_text(f"{len(result.trials)} trials: {complete} complete, {pruned} ended early{ended}")
    for rank, each in enumerate(result.best, start=1):
        values = ", ".join(f"{key} = {value_text(value)}" for key, value in each.values.items())
        reached = percent_with_spread(each.mean, each.std if len(each.accuracies) > 1 else None)
        print_text(f"{rank}. validation accuracy {reached}: {values}")
    reached = percent_with_spread(result.test_mean, result.test_std if len(result.test) > 1 else None)
    print_text(f"test accuracy of the winner {reached}", style="bold")
    print_text(f"Recipes: {folder / 'best'}\nPage: {page}")
