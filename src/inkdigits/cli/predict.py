"""`inkdigits predict`: a run's prediction for single digits. Knows nothing of pages with several."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.cli.console import print_error, print_json, print_text
from inkdigits.cli.options import (
    CentreOption,
    DataDirOption,
    FlipOption,
    InvertOption,
    JsonOption,
    MirrorOption,
    OtherDataOption,
    RunArgument,
    SkipBadOption,
    SplitOption,
    TransposeOption,
)
from inkdigits.cli.text_art import bars_to_text, digit_to_text
from inkdigits.core.errors import InkdigitsError, PictureError, RunError
from inkdigits.core.formatting import percent

if TYPE_CHECKING:
    from inkdigits.api import Run
    from inkdigits.core.types import Image


def predict(
    run: RunArgument,
    pictures: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[IMAGE|FILE|FOLDER]...",
            help="Pictures of one digit each; with --out also folders of them, .csv, .npz and IDX files.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.csv", help="Write id, label and confidence of many pictures here."),
    ] = None,
    split: SplitOption = "test",
    index: Annotated[
        int | None, typer.Option("--index", metavar="N", min=0, help="The digit at this place of --split instead.")
    ] = None,
    data: OtherDataOption = None,
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    invert: InvertOption = False,
    transpose: TransposeOption = False,
    mirror: MirrorOption = False,
    flip: FlipOption = False,
    centre: CentreOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show a digit as the network sees it, its answer and the probability of each class; or label many pictures.

    Example: inkdigits predict runs/cnn --split test --index 115

    Example: inkdigits predict runs/cnn seven.jpg

    Example: inkdigits predict runs/cnn test.csv --out answers.csv
    """
    from inkdigits.api import Run
    from inkdigits.data.formats.unlabelled import holds_many

    if pictures and index is not None:
        raise typer.BadParameter("pictures and --index exclude each other; give one of the two")
    if not pictures and index is None:
        raise typer.BadParameter(
            f"what shall it read? Add pictures (inkdigits predict {run} seven.png), or --index for a digit of the data "
            f"(inkdigits predict {run} --split test --index 0)"
        )
    trained = Run(run, data=data, data_dir=data_dir, skip_bad=skip_bad)
    if out is not None:
        from inkdigits.cli.predict_many import predict_many

        changes = {"invert": invert, "transpose": transpose, "mirror": mirror, "flip": flip, "centre": centre}
        predict_many(trained, pictures or [], out, changes, skip_bad=skip_bad, as_json=as_json)
        return
    if index is not None:
        _predict_index(trained, split, index, as_json=as_json)
        return
    failed = False
    for picture in pictures or []:
        if holds_many(picture):
            raise typer.BadParameter(f"{picture} may hold many pictures: add --out answers.csv")
        try:
            _predict_file(trained, picture, as_json=as_json)
        except InkdigitsError as error:
            failed = True
            print_error(error)
    if failed:
        raise typer.Exit(1)


def _predict_index(trained: "Run", split: str, index: int, *, as_json: bool) -> None:
    digits = trained.split(split)
    if index >= len(digits):
        raise RunError(
            f"--index {index}", expected=f"a place from 0 to {len(digits) - 1} of {split}", mend="choose another"
        )
    label = trained.classes[int(digits.labels[index])]
    _print(trained, digits.images[index], {"split": split, "index": index, "label": label}, as_json=as_json)


def _predict_file(trained: "Run", picture: Path, *, as_json: bool) -> None:
    from inkdigits.api import load_digit

    image = load_digit(picture)
    if image is None:
        raise PictureError(
            f"nothing readable in {picture}",
            expected="one digit, darker or lighter than its ground",
            mend="crop closer to it",
        )
    _print(trained, image, {"file": str(picture)}, as_json=as_json)


def _print(trained: "Run", image: "Image", about: dict[str, Any], *, as_json: bool) -> None:
    probabilities = [float(value) for value in trained.predict(image)[0]]
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    answer, confidence = trained.classes[best], probabilities[best]
    if as_json:
        by_class = dict(zip(trained.classes, probabilities, strict=True))
        print_json(about | {"prediction": answer, "confidence": confidence, "probabilities": by_class})
        return
    print_text(about.get("file") or f"{about['split']} {about['index']}", style="bold")
    print_text(digit_to_text(image))
    print_text(bars_to_text(trained.classes, probabilities))
    label = about.get("label")
    verdict = "" if label is None else f", label {label}: {'right' if label == answer else 'wrong'}"
    print_text(f"answer {answer} ({percent(confidence)}){verdict}", style="bold")
