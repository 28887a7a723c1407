"""`inkdigits train`: train a recipe once, or hand several seeds on to `train_seeds`. Knows nothing of training."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.cli.console import INTERRUPTED, print_json, print_text
from inkdigits.cli.options import (
    AddressOption,
    CentreOption,
    DataDirOption,
    DataOption,
    DeviceOption,
    FlipOption,
    InvertOption,
    JsonOption,
    MirrorOption,
    OneClassOption,
    PrecisionOption,
    RecipeArgument,
    ReviewOption,
    SetOption,
    ShiftLabelsOption,
    SkipBadOption,
    ThreadsOption,
    TransposeOption,
    WorkersOption,
    parse_changes,
)
from inkdigits.cli.run_record import run_record
from inkdigits.core.errors import InkdigitsError
from inkdigits.core.formatting import loss_text, percent

if TYPE_CHECKING:
    from inkdigits.api import Run


def train(
    recipe: RecipeArgument,
    data: DataOption = "mnist",
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    one_class: OneClassOption = False,
    review: ReviewOption = None,
    invert: InvertOption = False,
    transpose: TransposeOption = False,
    mirror: MirrorOption = False,
    flip: FlipOption = False,
    centre: CentreOption = False,
    shift_labels: ShiftLabelsOption = 0,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="RUN", help="The run folder; by default a new one in runs/.")
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            metavar="N",
            min=0,
            max=2**63 - 1,
            help="Seed of all random numbers: first weights, order of the digits, augmentation.",
        ),
    ] = 1,
    seeds: Annotated[
        int | None,
        typer.Option(
            "--seeds",
            metavar="N",
            min=1,
            help="Train N runs, with the seeds --seed, --seed + 1 and so on; --out then holds a run folder for each.",
        ),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option("--epochs", metavar="N", min=1, help="Number of epochs, instead of the recipe's.")
    ] = None,
    set_: SetOption = None,
    device: DeviceOption = "auto",
    precision: PrecisionOption = "auto",
    threads: ThreadsOption = None,
    workers: WorkersOption = None,
    address: AddressOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue the run if it exists.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the run if it exists.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Open a page to watch and control the training.")] = False,
    paused: Annotated[
        bool, typer.Option("--paused", help="With --watch: wait on the page before the first step.")
    ] = False,
    live: Annotated[bool, typer.Option("--live", hidden=True)] = False,  # --watch without a page: one is there
    as_json: JsonOption = False,
) -> None:
    """Train a network and save everything about it in a run folder.

    The last layer gets one unit for each class of the data.

    Ctrl-C stops the training and leaves a complete run. --resume continues it, after a crash from the last
    checkpoint.

    Example: inkdigits train mlp-dropout --data uci --set optimizer.learning_rate=0.002

    Example: inkdigits train mlp-100x2 --seeds 8 --out runs/eight

    Example: inkdigits train cnn --watch
    """
    from inkdigits.cli.checked_data import load_and_warn
    from inkdigits.learn.training.options import TrainingArguments
    from inkdigits.recipes.load import load_recipe

    changes = parse_changes(set_) | ({"epochs": epochs} if epochs else {})
    chosen = load_recipe(recipe, changes)  # its faults are told before a data set is read or downloaded
    if watch and seeds:
        raise InkdigitsError("--watch and --seeds", expected="one training to watch", mend="leave one of them out")
    if (workers or address) and not seeds:
        raise InkdigitsError(
            "--workers or --address without --seeds",
            expected="several trainings to share out",
            mend="add --seeds N, or leave them out",
        )
    arguments = TrainingArguments(
        seed=seed,
        device=device,
        data_dir=data_dir,
        skip_bad=skip_bad,
        resume=resume,
        overwrite=overwrite,
        progress=not as_json,
        precision=precision,
        threads=threads,
        watch=watch or live,
        paused=paused,
    )
    dataset = load_and_warn(
        data,
        data_dir=data_dir,
        skip_bad=skip_bad,
        one_class=one_class,
        review=review,
        invert=invert,
        transpose=transpose,
        mirror=mirror,
        flip=flip,
        centre=centre,
        shift_labels=shift_labels,
    )
    if seeds:
        from inkdigits.cli.train_seeds import train_seeds

        folder = out or Path("runs")
        train_seeds(chosen, dataset, folder, seeds, arguments, workers=workers, address=address, as_json=as_json)
        return
    from contextlib import nullcontext

    from inkdigits.api import train as train_run
    from inkdigits.cli.watch_page import watch_page
    from inkdigits.runs.paths import free_run_path, latest_run_path

    path = out or (latest_run_path(chosen.name) if resume else free_run_path(chosen.name))
    with watch_page(path) if watch else nullcontext():
        run = train_run(chosen, dataset, out=path, **arguments)
        _print_result(run, as_json=as_json)
    if run.folder.status == "interrupted":
        raise typer.Exit(INTERRUPTED)


def _print_result(run: "Run", *, as_json: bool) -> None:
    if as_json:
        print_json(run_record(run.folder))
    else:
        _print(run)


def _print(run: "Run") -> None:
    from inkdigits.learn.evaluation.verdict import find_failure

    metadata, test = run.folder.metadata, run.folder.read_json("metrics.json")["test"]
    if metadata["status"] == "interrupted":
        print_text(f"Stopped at step {metadata['steps']:,}; the run is complete as far as that. Go on with --resume.")
    elif metadata["best_step"] not in (None, metadata["steps"]):
        print_text(f"The weights of step {metadata['best_step']:,} are kept: the best on validation.")
    print_text(
        f"test accuracy {percent(test['accuracy'])} ({test['errors']:,} of {test['examples']:,} wrong), "
        f"loss {'not finite' if test['loss'] is None else loss_text(test['loss'])}, {metadata['seconds']:.1f} s",
        style="bold",
    )
    failure = find_failure(run)
    if failure:
        print_text(failure)
    print_text(f"Run: {run.path}\nNext: {shlex.join(['inkdigits', 'report', str(run.path)])}")
