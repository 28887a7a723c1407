"""`inkdigits predict`: what a run says of one digit. Knows nothing of pages of numbers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.cli.console import output
from inkdigits.cli.drawing import draw_bars, draw_digit
from inkdigits.cli.messages import print_error, print_json
from inkdigits.cli.options import DataDirOption, JsonOption, OtherDataOption, RunArgument, SkipBadOption, SplitOption
from inkdigits.core.errors import InkdigitsError, PictureError, RunError

if TYPE_CHECKING:
    from inkdigits.api import Run
    from inkdigits.core.types import Image


def predict(
    run: RunArgument,
    pictures: Annotated[
        list[Path] | None, typer.Argument(metavar="[IMAGE]...", help="Pictures of one digit each.")
    ] = None,
    split: SplitOption = "test",
    index: Annotated[
        int | None, typer.Option("--index", metavar="N", min=0, help="The digit at this place of --split instead.")
    ] = None,
    data: OtherDataOption = None,
    data_dir: DataDirOption = None,
    skip_bad: SkipBadOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show a digit as the network sees it, its answer and the probability of each class.

    Example: inkdigits predict runs/cnn --split test --index 115

    Example: inkdigits predict runs/cnn seven.jpg
    """
    from inkdigits.api import Run

    if bool(pictures) == (index is not None):
        raise typer.BadParameter("give either pictures or --index")
    trained = Run(run, data=data, data_dir=data_dir, skip_bad=skip_bad)
    if index is not None:
        _from_split(trained, split, index, as_json=as_json)
        return
    failed = False
    for picture in pictures or []:
        try:
            _from_file(trained, picture, as_json=as_json)
        except InkdigitsError as error:
            failed = True
            print_error(error)
    if failed:
        raise typer.Exit(1)


def _from_split(trained: "Run", split: str, index: int, *, as_json: bool) -> None:
    digits = trained.split(split)
    if index >= len(digits):
        raise RunError(
            f"--index {index}", expected=f"a place from 0 to {len(digits) - 1} of {split}", mend="choose another"
        )
    label = trained.classes[int(digits.labels[index])]
    _show(trained, digits.images[index], {"split": split, "index": index, "label": label}, as_json=as_json)


def _from_file(trained: "Run", picture: Path, *, as_json: bool) -> None:
    from inkdigits.api import load_digit

    image = load_digit(picture)
    if image is None:
        raise PictureError(
            f"nothing readable in {picture}",
            expected="one digit, darker or lighter than its ground",
            mend="crop closer to it",
        )
    _show(trained, image, {"file": str(picture)}, as_json=as_json)


def _show(trained: "Run", image: "Image", about: dict[str, Any], *, as_json: bool) -> None:
    probabilities = [float(value) for value in trained.predict(image)[0]]
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    answer, confidence = trained.classes[best], probabilities[best]
    if as_json:
        by_class = dict(zip(trained.classes, probabilities, strict=True))
        print_json(about | {"prediction": answer, "confidence": confidence, "probabilities": by_class})
        return
    output.print(about.get("file") or f"{about['split']} {about['index']}", style="bold", markup=False)
    output.print(draw_digit(image), markup=False)
    output.print(draw_bars(trained.classes, probabilities), markup=False)
    label = about.get("label")
    verdict = "" if label is None else f", label {label}: {'right' if label == answer else 'wrong'}"
    output.print(f"answer {answer} ({confidence:.2%}){verdict}", style="bold", markup=False)
