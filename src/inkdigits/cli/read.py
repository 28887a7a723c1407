"""`inkdigits read`: the digits in any picture. Imports nothing of the learn half."""

from pathlib import Path
from typing import Annotated

import typer

from inkdigits.cli.options import JsonOption
from inkdigits.cli.reading import find_pictures, read_files
from inkdigits.core.atomic import storage_errors


def read(
    images: Annotated[
        list[Path], typer.Argument(metavar="IMAGE...", help="Pictures, folders of pictures, or - for standard input.")
    ],
    single: Annotated[bool, typer.Option("--single", help="Each picture is one digit.")] = False,
    model: Annotated[
        Path | None, typer.Option("--model", metavar="FILE.onnx", help="A network from `inkdigits export` to use.")
    ] = None,
    min_confidence: Annotated[
        float | None,
        typer.Option("--min-confidence", metavar="P", min=0, max=1, help="Leave out what is less sure than this."),
    ] = None,
    show: Annotated[
        Path | None,
        typer.Option(
            "--show", metavar="OUT.png", help="Draw what was read, each page on its own; of several pictures, a folder."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read the handwritten digits in pictures: a line of text for each line of writing.

    Example: inkdigits read cheque.jpg

    Example: inkdigits read --single --json digits/

    Example: inkdigits read sheet.png --show seen.png
    """
    files, found = find_pictures(images)
    drawings = _drawings(show, files)
    told = read_files(
        files, drawings=drawings, single=single, as_json=as_json, model=model, min_confidence=min_confidence
    )
    if not (found and told):
        raise typer.Exit(1)


def _drawings(show: Path | None, files: list[Path]) -> list[Path]:
    """Name the drawing of each file, none where none is wanted; make the folder that several need."""
    if show is None:
        return []
    into_folder = show.is_dir() or not show.suffix
    if not into_folder and len(files) > 1:
        raise typer.BadParameter(f"{len(files)} pictures need a folder: --show {show.with_suffix('')}")
    if not into_folder and show.suffix.lower() != ".png":
        raise typer.BadParameter(f"{show}: the picture is a PNG, so its name ends in .png")
    names = _distinct([show / f"{file.name}.png" for file in files]) if into_folder else [show]
    for name in names:
        if name.exists() and any(file.exists() and name.samefile(file) for file in files):
            raise typer.BadParameter(f"{name} is a picture to read: choose another name")
    if into_folder:
        with storage_errors(show):
            show.mkdir(parents=True, exist_ok=True)
    return names


def _distinct(names: list[Path]) -> list[Path]:
    """Number the drawings of pictures that have the same name in different folders."""
    distinct: dict[Path, None] = {}
    for name in names:
        free, number = name, 1
        while free in distinct:
            number += 1
            free = name.with_stem(f"{name.stem}-{number}")
        distinct[free] = None
    return list(distinct)
