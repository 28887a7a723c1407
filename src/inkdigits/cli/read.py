"""`inkdigits read`: the digits in any picture. Imports nothing of the learn half."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.atomic import storage_errors
from inkdigits.cli.console import print_error, print_json
from inkdigits.cli.options import JsonOption
from inkdigits.errors import InkdigitsError, PictureError

if TYPE_CHECKING:
    from inkdigits.reading.reader import Reader
    from inkdigits.reading.result import Reading

_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".ppm", ".pgm", ".pbm", ".avif"}

_STANDARD_INPUT = Path("-")


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
    from inkdigits.reading.reader import MIN_CONFIDENCE, Reader

    files, failed = _files(images)
    drawings = _drawings(show, files)
    reader = Reader(model, min_confidence=MIN_CONFIDENCE if min_confidence is None else min_confidence)
    alone = len(files) == 1
    for number, file in enumerate(files):
        try:
            reading = _read(reader, file, single=single)
            if drawings:
                _draw(reader, file, reading, drawings[number], single=single)
        except InkdigitsError as error:
            failed = True
            if as_json:
                print_json({"file": _name(file), "error": str(error)})
            print_error(error)
        else:
            _tell(file, reading, as_json=as_json, alone=alone)
        sys.stdout.flush()
    if failed:
        raise typer.Exit(1)


def _files(images: list[Path]) -> tuple[list[Path], bool]:
    """Name the files given, and the pictures of the folders given, in the order that people would count them.

    Returns:
        The files, and whether a folder held none.
    """
    files: list[Path] = []
    failed = False
    for path in images:
        if not path.is_dir():
            files.append(path)
            continue
        pictures = [file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and file.is_file()]
        files += sorted(pictures, key=_natural)
        if not pictures:
            failed = True
            print_error(PictureError(f"{path} holds no pictures", expected="at least one", mend="check the folder"))
    return files, failed


def _natural(path: Path) -> list[tuple[int, str]]:
    """Order page-2 before page-10."""
    import re

    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


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


def _read(reader: "Reader", file: Path, *, single: bool) -> "Reading":
    if file == _STANDARD_INPUT:
        return reader.read(sys.stdin.buffer.read(), single=single)
    return reader.read(file, single=single)


def _draw(reader: "Reader", file: Path, reading: "Reading", out: Path, *, single: bool) -> None:
    """Draw what was read; of a file with several pages the others beside the first, in OUT-page-2.png and so on."""
    import io
    from itertools import chain, islice

    from inkdigits.atomic import write_bytes
    from inkdigits.pictures.files import read_pages
    from inkdigits.reading.drawing import draw_reading

    if file == _STANDARD_INPUT:
        raise PictureError("standard input with --show", expected="a file", mend="save the picture first")
    pages = read_pages(file)
    first = list(islice(pages, 2))
    for number, page in enumerate(chain(first, pages), start=1):
        own = reading if len(first) == 1 else reader.read(page, single=single)
        buffer = io.BytesIO()
        draw_reading(page, own).save(buffer, "PNG")
        write_bytes(out if number == 1 else out.with_stem(f"{out.stem}-page-{number}"), buffer.getvalue())


def _tell(file: Path, reading: "Reading", *, as_json: bool, alone: bool) -> None:
    if as_json:
        record: dict[str, Any] = {"file": _name(file), **reading.to_dict()}
        print_json(record)
        return
    if not reading.text:
        sys.stderr.write(f"{_name(file)}: nothing readable{_unsure(reading)}\n")
    if alone:
        sys.stdout.write(f"{reading.text}\n")
    else:
        sys.stdout.write(f"{_name(file)}: {' '.join(reading.text.split())}\n")


def _unsure(reading: "Reading") -> str:
    """Name what was not sure enough, so that one can ask for it with a lower --min-confidence."""
    rivals = [f"{line.text} ({line.confidence:.0%})" for line in reading.refused]
    return f"; too unsure: {', '.join(rivals)}" if rivals else ""


def _name(file: Path) -> str:
    """Return a file's name as text that can be printed, whatever bytes it is made of."""
    return str(file).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
