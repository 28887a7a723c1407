"""`inkdigits reproduce`: the tutorials' results beside ours. Knows nothing of training."""

from pathlib import Path
from typing import Annotated

import typer

from inkdigits.cli.console import INTERRUPTED, print_json, print_text
from inkdigits.cli.options import (
    AddressOption,
    DataDirOption,
    DataOption,
    DeviceOption,
    JsonOption,
    PrecisionOption,
    ThreadsOption,
    WorkersOption,
)
from inkdigits.core.formatting import percent


def reproduce(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Recipes; all six by default.")] = None,
    today: Annotated[
        bool, typer.Option("--today", help="Train the same networks with what is known today: recipes NAME-today.")
    ] = False,
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", min=1, help="How many seeds, from 1.")] = 5,
    data: DataOption = "mnist",
    data_dir: DataDirOption = None,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder for run folders and tables.")] = Path(
        "runs/reproduce"
    ),
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    threads: ThreadsOption = None,
    workers: WorkersOption = None,
    address: AddressOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train the tutorials' networks over several seeds and put their printed figures beside ours.

    The table says how far each printed figure lies from our mean, in deviations over the seeds. With --today the
    networks are trained with augmentation, a schedule and averaged weights instead.

    Several are trained at once where that is faster. Runs that are already in --out are not trained again, so an
    interrupted command goes on where it stopped.

    Example: inkdigits reproduce --seeds 5 softmax mlp-tanh
    """
    from inkdigits.data.load import load
    from inkdigits.learn.reproduce import collect_results, train_recipes
    from inkdigits.recipes.load import TODAY, TUTORIALS, load_recipe

    table = "today" if today else "reproduce"
    chosen = names or TUTORIALS
    recipes = [load_recipe(f"{name}-today" if today and name not in TODAY else name) for name in chosen]
    dataset = load(data, data_dir=data_dir)
    finished = train_recipes(
        recipes,
        dataset,
        seeds=seeds,
        out=out,
        table=table,
        workers=workers,
        address=address,
        device=device,
        data_dir=data_dir,
        progress=not as_json,
        precision=precision,
        threads=threads,
    )
    # Print after the last one: progress bars would hide lines printed before.
    runs = list(finished)
    for recipe, seed, run in runs if not as_json else ():
        test = run.read_json("metrics.json")["test"]
        print_text(f"{recipe.name} seed {seed}: test accuracy {percent(test['accuracy'])}", style="bold")
    results = collect_results(recipes, seeds, out)
    if as_json:
        print_json({"out": str(out), "results": [result.to_dict() for result in results]})
    elif results:
        print_text((out / f"{table}.md").read_text("utf-8"))
    if len(runs) < len(recipes) * seeds or any(run.status == "interrupted" for _, _, run in runs):
        raise typer.Exit(INTERRUPTED)
