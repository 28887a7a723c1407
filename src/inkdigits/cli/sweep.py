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
        Path, typer.Option("--space", metavar="SPACE.toml", help="The keys to vary, each with values or a range.")
    ],
    trials: Annotated[
        int, typer.Option("--trials", metavar="N", min=1, help="Number of trials, each with other values.")
    ] = 20,
    data: DataOption = "mnist",
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="The folder of the sweep; by default a new one in runs/."),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            "--seed", metavar="N", min=0, max=2**32, help="Seed of the choice of values and of every training."
        ),
    ] = 1,
    seeds: Annotated[
        int, typer.Option("--seeds", metavar="N", min=1, help="Number of seeds that the best three are trained with.")
    ] = 3,
    set_: SetOption = None,
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    threads: ThreadsOption = None,
    workers: WorkersOption = None,
    address: AddressOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the sweep in --out.")] = False,
    language: Annotated[str, typer.Option("--language", metavar="en|ko", help="Language of the page.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """Find the values of a recipe's keys that do best on the validation set.

    Optuna chooses the values. Trainings that fall behind are stopped early. The best three are trained again with
    more seeds, and the winner is measured on the test set, once. OUT/report.html shows all trials, and OUT/best has
    the best three as recipes.

    SPACE.toml names keys of the recipe, each with a list of values or a range:

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
