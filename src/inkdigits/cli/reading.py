"""`inkdigits read` behind its options: reads pictures and tells what they say. Knows nothing of Typer."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.cli.messages import print_error, print_json
from inkdigits.core.errors import InkdigitsError, PictureError

if TYPE_CHECKING:
    from inkdigits.read.reader import Reader
    from inkdigits.read.result import Reading

_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".ppm", ".pgm", ".pbm", ".avif"}

_STANDARD_INPUT = Path("-")


def find_pictures(paths: Sequence[Path]) -> tuple[list[Path], bool]:
    """Name the files given, and the pictures of the folders given, in the order that people would count them.

    Returns:
        The files, and whether every folder held some; of one that did not, the error is told.
    """
    files: list[Path] = []
    whole = True
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        pictures = [file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and file.is_file()]
        files += sorted(pictures, key=_natural)
        if not pictures:
            whole = False
            print_error(PictureError(f"{path} holds no pictures", expected="at least one", mend="check the folder"))
    return files, whole


def _natural(path: Path) -> list[tuple[int, str]]:
    """Order page-2 before page-10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def read_files(
    files: Sequence[Path],
    *,
    drawings: Sequence[Path] = (),
    single: bool = False,
    as_json: bool = False,
    model: Path | None = None,
    min_confidence: float | None = None,
) -> bool:
    """Read pictures and tell what each says, as soon as it is known.

    Args:
        files: The pictures; - is standard input.
        drawings: Where each is drawn with what was read, or none at all.
        single: Each is one digit.
        as_json: Tell it as one JSON object a file.
        model: A network to use instead of the shipped one of its kind.
        min_confidence: What is less sure than this is left out.

    Returns:
        Whether all could be read; the errors of others are told.
    """
    from inkdigits.read.reader import MIN_CONFIDENCE, Reader

    whole = True
    reader = Reader(model, min_confidence=MIN_CONFIDENCE if min_confidence is None else min_confidence)
    for number, file in enumerate(files):
        try:
            reading = _read(reader, file, single=single)
            if drawings:
                _draw(reader, file, reading, drawings[number], single=single)
        except InkdigitsError as error:
            whole = False
            if as_json:
                print_json({"file": _name(file), "error": str(error)})
            print_error(error)
        else:
            _tell(file, reading, as_json=as_json, alone=len(files) == 1)
        sys.stdout.flush()
    return whole


def _read(reader: "Reader", file: Path, *, single: bool) -> "Reading":
    if file == _STANDARD_INPUT:
        return reader.read(sys.stdin.buffer.read(), single=single)
    return reader.read(file, single=single)


def _draw(reader: "Reader", file: Path, reading: "Reading", out: Path, *, single: bool) -> None:
    """Draw what was read; of a file with several pages the others beside the first, in OUT-page-2.png and so on."""
    import io
    from itertools import chain, islice

    from inkdigits.core.atomic import write_bytes
    from inkdigits.pictures.files import read_pages
    from inkdigits.read.drawing import draw_reading

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
