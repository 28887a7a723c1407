"""`inkdigits evaluate`: the metrics of a run on a split. Knows nothing of how they are computed."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from inkdigits.cli.console import print_json, print_table, print_text
from inkdigits.cli.options import (
    CentreOption,
    DataDirOption,
    FlipOption,
    InvertOption,
    JsonOption,
    MirrorOption,
    OtherDataOption,
    ReviewOption,
    RunArgument,
    ShiftLabelsOption,
    SkipBadOption,
    SplitOption,
    TransposeOption,
)
from inkdigits.core.formatting import loss_text, percent

if TYPE_CHECKING:
    from inkdigits.api import Run


def evaluate(
    run: RunArgument,
    split: SplitOption = "test",
    data: OtherDataOption = None,
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    review: ReviewOption = None,
    invert: InvertOption = False,
    transpose: TransposeOption = False,
    mirror: MirrorOption = False,
    flip: FlipOption = False,
    centre: CentreOption = False,
    shift_labels: ShiftLabelsOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Measure a run: loss, accuracy, confusion, each class, calibration.

    Example: inkdigits evaluate runs/mlp-dropout --split validation

    Example: inkdigits evaluate runs/cnn --review mnist.review.csv

    Example: inkdigits evaluate runs/cnn --data gzip/emnist-digits --transpose
    """
    from inkdigits.api import Run
    from inkdigits.cli.checked_data import load_and_warn
    from inkdigits.data.changes import DataChanges

    changes: DataChanges = {
        "invert": invert,
        "transpose": transpose,
        "mirror": mirror,
        "flip": flip,
        "centre": centre,
        "shift_labels": shift_labels,
    }
    if data is None and any(changes.values()):
        raise typer.BadParameter("the run's own data is changed as in training; name other data to change with --data")
    other = (
        None if data is None else load_and_warn(data, data_dir=data_dir, skip_bad=skip_bad, review=review, **changes)
    )
    trained = Run(run, data=other, data_dir=data_dir, skip_bad=skip_bad)
    if data is None and review is not None:
        if split != "test":
            raise typer.BadParameter(f"the {split} digits of a run are cut as in training; --review takes --split test")
        trained = trained.reviewed(review)
    if trained.recipe.reads_lines:
        _evaluate_lines(trained, split, as_json=as_json)
        return
    evaluation = trained.evaluate(split)
    if as_json:
        print_json(evaluation.to_dict())
        return
    print_text(
        f"{split}: accuracy {percent(evaluation.accuracy)} ({evaluation.errors:,} of {evaluation.examples:,} wrong), "
        f"top-2 accuracy {percent(evaluation.top_2_accuracy)}, loss {loss_text(evaluation.loss)}, "
        f"expected calibration error {percent(evaluation.calibration.expected_error)}",
        style="bold",
    )
    classes = [
        (each.name, *(_percent(value) for value in (each.precision, each.recall, each.f1)), f"{each.support:,}")
        for each in evaluation.classes
    ]
    print_table("Each class", ("class", "precision %", "recall %", "F1 %", "digits"), classes)
    names = trained.classes
    confusion = [
        (name, *(f"{count:,}" for count in row)) for name, row in zip(names, evaluation.confusion, strict=True)
    ]
    print_table("Confusion: a row a label, a column a prediction", ("", *names), confusion)


def _evaluate_lines(trained: "Run", split: str, *, as_json: bool) -> None:
    score = trained.score_lines(split)
    if as_json:
        print_json({"split": split, **asdict(score), "confusion": None})
        return
    print_text(
        f"{split}: {percent(score.accuracy)} of composed lines read without a fault "
        f"({score.errors:,} of {score.examples:,} wrong), loss {loss_text(score.loss)}",
        style="bold",
    )


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.2f}"
