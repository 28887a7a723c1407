"""Reads picture files one after the other and prints what each says. Knows nothing of Typer."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from inkdigits.cli.console import print_error, print_json
from inkdigits.cli.table_csv import Rows, tables_of, write_tables
from inkdigits.core.errors import InkdigitsError, PictureError
from inkdigits.core.formatting import percent

if TYPE_CHECKING:
    from inkdigits.read.reader import Reader
    from inkdigits.read.result import Line, Reading

_STANDARD_INPUT = Path("-")


class Known(TypedDict):
    """What the user knows of each picture, and wants of it: arguments of `Reader.read`."""

    single: bool
    pattern: str | None
    best: int | None
    handwritten: bool


_MAX_DESCRIBED = 5
"""So many of the lines that were left out are described on stderr."""


def read_files(
    files: Sequence[Path],
    *,
    drawings: Sequence[Path] = (),
    table: Path | None = None,
    single: bool = False,
    as_json: bool = False,
    model: Sequence[Path] | None = None,
    adapted: bool | Path = False,
    min_confidence: float | None = None,
    max_error: float | None = None,
    pattern: str | None = None,
    best: int | None = None,
    handwritten: bool = False,
) -> bool:
    """Read pictures and print what each says as soon as it is known.

    Args:
        files: The pictures; - is standard input.
        drawings: The file to draw each reading into; empty for no drawings.
        table: The CSV file to write tables into; with several tables its name is numbered.
        single: Whether each picture is one digit.
        as_json: Whether to print one JSON object for each file.
        model: Networks to use instead of the shipped ones of their kind.
        adapted: Whether to read with the user's adapted networks, or the data folder where they are.
        min_confidence: Readings below this confidence are left out; by default the reader's own limit.
        max_error: The share of errors to expect among what is read; not together with `min_confidence`.
        pattern: A regular expression for the text of each line.
        best: How many candidates of each line are printed; None for its text alone.
        handwritten: Whether printed digits are left out.

    Returns:
        Whether all could be read; an error is printed for each that could not.

    Raises:
        PatternError: `pattern` is none.
    """
    from inkdigits.read.patterns.constraint import make_constraint
    from inkdigits.read.reader import Reader

    make_constraint(pattern, best, None)  # a wrong pattern is one error, not one for each file
    known: Known = {"single": single, "pattern": pattern, "best": best, "handwritten": handwritten}
    all_read = True
    tables: list[Rows] = []
    reader = Reader(model, adapted=adapted, min_confidence=min_confidence, max_error=max_error)
    if reader.adapted and not as_json:
        sys.stderr.write(f"read with the networks adapted {reader.adapted.described}\n")
    for number, file in enumerate(files):
        try:
            reading = _read(reader, file, known)
            if drawings:
                _draw(reader, file, reading, drawings[number], known)
        except InkdigitsError as error:
            all_read = False
            if as_json:
                print_json({"file": _printable_name(file), "error": str(error)})
            print_error(error)
        else:
            _print(file, reading, reader, as_json=as_json, alone=len(files) == 1, with_candidates=best is not None)
            tables += tables_of(reading) if table is not None else []
        sys.stdout.flush()
    if table is not None:
        all_read &= _write(tables, table)
    return all_read


def _write(tables: list[Rows], out: Path) -> bool:
    """Write tables, and tell whether there were any and all could be written."""
    try:
        if not tables:
            raise PictureError(
                f"nothing was read that could go into {out}",
                expected="digits in boxes, in a table or in rows",
                mend="look at what was seen with --show",
            )
        write_tables(tables, out)
    except InkdigitsError as error:
        print_error(error)
        return False
    return True


def _read(reader: "Reader", file: Path, known: Known) -> "Reading":
    if file == _STANDARD_INPUT:
        return reader.read(sys.stdin.buffer.read(), **known)
    return reader.read(file, **known)


def _draw(reader: "Reader", file: Path, reading: "Reading", out: Path, known: Known) -> None:
    """Draw what was read; the second page of a file goes into OUT-page-2.png, and so on."""
    import io
    from itertools import chain, islice

    from inkdigits.core.atomic import write_bytes
    from inkdigits.pictures.files import read_pages
    from inkdigits.read.drawing import draw_reading

    if file == _STANDARD_INPUT:
        raise PictureError("standard input with --show", expected="a file", mend="save the picture first")
    pages = read_pages(file)
    first_two = list(islice(pages, 2))
    for number, page in enumerate(chain(first_two, pages), start=1):
        page_reading = reading if len(first_two) == 1 else reader.read(page, **known)
        buffer = io.BytesIO()
        draw_reading(page, page_reading).save(buffer, "PNG")
        write_bytes(out if number == 1 else out.with_stem(f"{out.stem}-page-{number}"), buffer.getvalue())


def _print(
    file: Path, reading: "Reading", reader: "Reader", *, as_json: bool, alone: bool, with_candidates: bool
) -> None:
    if as_json:
        record: dict[str, Any] = {"file": _printable_name(file), **reading.to_dict()}
        if reader.adapted:
            record["reader"] = {"adapted": reader.adapted.name, "date": reader.adapted.date}
        print_json(record)
        return
    sys.stderr.write(_left_out(file, reading))
    if with_candidates:
        start = "" if alone else f"{_printable_name(file)}: "
        sys.stdout.writelines(f"{start}{_candidates(line)}\n" for line in reading.lines)
    elif alone:
        sys.stdout.write(f"{reading.text}\n")
    else:
        sys.stdout.write(f"{_printable_name(file)}: {' '.join(reading.text.split())}\n")


def _candidates(line: "Line") -> str:
    """Return the texts that a line may have, each with its confidence, with tabs between them."""
    return "\t".join(f"{candidate.text} {percent(candidate.confidence, 1)}" for candidate in line.candidates)


def _left_out(file: Path, reading: "Reading") -> str:
    """Return a line that says what was left out of the text, and how to see it; empty if nothing was."""
    name, count = _printable_name(file), len(reading.refused)
    if not count:
        return "" if reading.text else f"{name}: nothing readable\n"
    shown = [_describe(line) for line in reading.refused[:_MAX_DESCRIBED]]
    listed = "; ".join(shown + ["…"] * (count > len(shown)))
    lines = "1 line" if count == 1 else f"{count} lines"
    nothing = "" if reading.text else "nothing readable; "
    return f"{name}: {nothing}{lines} left out: {listed} (see them with --show OUT.png or --json)\n"


def _describe(line: "Line") -> str:
    """Return what was read in a refused line, and why it was refused."""
    return f"{line.text} ({percent(line.confidence, 0)}, {line.reason})" if line.text else f"({line.reason})"


def _printable_name(file: Path) -> str:
    """Return a file's name as valid text, whatever bytes it is made of."""
    return str(file).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
