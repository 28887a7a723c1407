"""`inkdigits review`: labels that are probably wrong, and a page to decide on them. Finds nothing itself."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.cli.console import print_json, print_table, print_text
from inkdigits.cli.options import (
    CentreOption,
    DataDirOption,
    DeviceOption,
    FlipOption,
    InvertOption,
    JsonOption,
    MirrorOption,
    SkipBadOption,
    TransposeOption,
    require_ending,
)

if TYPE_CHECKING:
    from inkdigits.learn.evaluation.label_review import LabelReview

_SHOWN = 20


def review(
    source: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="mnist, uci, pendigits, swiss-numbers, uji-penchars, or the path of IDX, .npz, .csv or a folder.",
        ),
    ],
    split: Annotated[
        str, typer.Option("--split", metavar="SPLIT", help="Whose labels to review: test or train.")
    ] = "test",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.html", help="The page; by default DATA-SPLIT-review.html in this folder."),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option("--decisions", metavar="FILE", help="Decisions so far; by default those beside the data."),
    ] = None,
    recipe: Annotated[
        str, typer.Option("--recipe", metavar="RECIPE", help="What to train the networks that judge by.")
    ] = "fast-99.5",
    networks: Annotated[
        int | None,
        typer.Option("--networks", metavar="N", min=1, help="How many networks judge; for train, how many folds."),
    ] = None,
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    invert: InvertOption = False,
    transpose: TransposeOption = False,
    mirror: MirrorOption = False,
    flip: FlipOption = False,
    centre: CentreOption = False,
    device: DeviceOption = "auto",
    as_json: JsonOption = False,
) -> None:
    """Find labels that are probably wrong, and make a page to relabel, leave out or keep these digits.

    Networks judge digits that they have not learned from: the test set, or each fold of the training set by a network
    trained on the others. The page saves decisions as a file; `--review FILE` of data, train and evaluate applies them.
    The data itself is never changed.

    The page also shows equal pictures, test digits that are nearly in the training set, and digits like no others.

    Example: inkdigits review uci --networks 2

    Example: inkdigits review mnist --split train --json
    """
    from inkdigits.data.changes import change_dataset
    from inkdigits.data.load import load
    from inkdigits.data.review import check_decisions, read_decisions, review_path
    from inkdigits.learn.evaluation.label_review import review_labels
    from inkdigits.learn.report.review.page import write_page

    if split not in ("train", "test"):
        raise typer.BadParameter(f"{split!r} is neither test nor train", param_hint="--split")
    if out is not None:
        require_ending(out, (".html",), option="--out")
    original = load(source, data_dir=data_dir, skip_bad=skip_bad)
    beside = decisions or review_path(original)
    decided = read_decisions(beside) if decisions or beside.exists() else {}
    check_decisions(original, decided, beside)
    dataset = change_dataset(original, invert=invert, transpose=transpose, mirror=mirror, flip=flip, centre=centre)
    found = review_labels(
        dataset,
        split,  # type: ignore[arg-type]  # checked above
        recipe=recipe,
        networks=networks,
        device=device,
        progress=not as_json,
    )
    name = Path(original.name).name
    page = write_page(found, original, out or Path(f"{name}-{split}-review.html"), decided.values(), beside)
    if as_json:
        print_json(found.to_dict() | {"page": str(page), "decisions": str(beside)})
    else:
        _print(found, page, beside, source)


def _print(found: "LabelReview", page: Path, beside: Path, source: str) -> None:
    classes = found.dataset.classes
    print_text(
        f"{found.split}: {found.likely_errors:,} of {len(found.digits):,} labels are probably wrong "
        f"({found.seconds:.0f} s)",
        style="bold",
    )
    rows = [
        (str(each.index), classes[each.label], classes[each.suggested], f"{each.score:.4f}")
        for each in found.suspects[:_SHOWN]
    ]
    print_table("The likeliest errors", ("digit", "label", "rather", "probability of the label"), rows)
    conflicts = sum(each.has_conflict for each in found.duplicates)
    across = sum(bool(each.train and each.test) for each in found.duplicates)
    print_text(
        f"Equal pictures: {len(found.duplicates):,}, {conflicts:,} of them with different labels, {across:,} in both "
        f"training and test set. Nearly equal in both: {len(found.near_duplicates):,}"
    )
    print_text(f"Page: {page}\nOpen it and save its decisions as {beside}, or let a server keep each at once:")
    print_text(shlex.join(["inkdigits", "serve", "--review", str(page), "--decisions", str(beside)]))
    print_text("Then for example:")
    print_text(shlex.join(["inkdigits", "train", "mlp-dropout", "--data", source, "--review", str(beside)]))
