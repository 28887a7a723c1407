"""`inkdigits compare`: which of several runs reads better, and whether it is chance. Knows no statistics."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.cli.console import print_json, print_table, print_text
from inkdigits.cli.options import (
    DataDirOption,
    JsonOption,
    OtherDataOption,
    SkipBadOption,
    SplitOption,
    require_ending,
)
from inkdigits.core.formatting import loss_text, percent

if TYPE_CHECKING:
    from inkdigits.learn.evaluation.comparison import Comparison


def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN RUN...", help="Run folders, or folders made by `inkdigits train --seeds`."),
    ],
    split: SplitOption = "test",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.html", help="Write a page with charts and pictures, and its numbers."),
    ] = None,
    data: OtherDataOption = None,
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    as_json: JsonOption = False,
) -> None:
    """Compare runs on the same digits: which reads better, and whether that is chance.

    Single runs are compared digit by digit (McNemar's exact test), folders of several seeds seed by seed.

    Example: inkdigits compare runs/mlp-100x2 runs/cnn --out compare.html
    """
    if out is not None:
        require_ending(out, (".html", ".htm"), option="--out")
    from inkdigits.api import compare as compare_runs

    comparison = compare_runs(*runs, split=split, out=out, data=data, data_dir=data_dir, skip_bad=skip_bad)
    if as_json:
        print_json(comparison.to_dict() | {"page": None if out is None else str(out)})
        return
    _print(comparison)
    if out is not None:
        print_text(f"Page: {out}")


def _print(comparison: "Comparison") -> None:
    from inkdigits.learn.evaluation.comparison.sentences import p_text, points

    print_text(comparison.sentence, style="bold")
    for remark in comparison.remarks:
        print_text(remark)
    rows = [
        (
            each.name,
            each.recipe,
            f"{len(each.runs)}",
            percent(each.accuracy),
            f"{percent(each.low)} to {percent(each.high)}",
            f"{each.errors:,.1f}".removesuffix(".0"),
            loss_text(each.loss),
        )
        for each in comparison.entrants
    ]
    print_table(
        f"{comparison.examples:,} {comparison.split} digits of {comparison.dataset}",
        ("run", "recipe", "seeds", "accuracy", "95 % interval", "errors", "loss"),
        rows,
        left=2,
    )
    pairs = [
        (
            f"{each.first} → {each.second}",
            points(each.difference.value),
            f"{points(each.difference.low)} to {points(each.difference.high)}",
            p_text(each.adjusted_p_value),
            *(f"{count:,}" for count in (each.only_first, each.only_second) if count is not None),
        )
        for each in comparison.pairs
    ]
    only = ("only first", "only second") if comparison.pairs[0].method == "mcnemar" else ()
    print_table("Pairs", ("pair", "points", "95 % interval", "p", *only), pairs)
    classes = [
        (each.name, f"{each.support:,}", *(percent(recall) for recall in each.recalls)) for each in comparison.by_class
    ]
    print_table("Recall of each class", ("class", "digits", *(each.name for each in comparison.entrants)), classes)
