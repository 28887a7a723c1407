"""`inkdigits read --out`: many pictures as a table with a row each. Knows nothing of how they are read."""

from collections.abc import Sequence
from pathlib import Path

import typer

from inkdigits.cli.console import print_error, print_json, print_text
from inkdigits.core.errors import PictureError


def read_bulk(
    paths: Sequence[str],
    out: Path,
    *,
    workers: int | None,
    address: str | None,
    resume: bool,
    column: str | None,
    single: bool,
    model: Path | None,
    min_confidence: float | None,
    max_error: float | None,
    pattern: str | None,
    best: int | None,
    as_json: bool,
) -> None:
    """Read many pictures into a file.

    Args:
        paths: Whatever holds pictures.
        out: The file to write.
        workers: How many processes read; None for one each core.
        address: A Ray cluster; None for this machine.
        resume: Whether to go on with a job that was stopped.
        column: Where tables have their pictures; None for a usual name.
        single: Whether each picture is one digit.
        model: A network to use instead of the shipped one of its kind.
        min_confidence: Readings below this confidence are left out.
        max_error: The share of errors to expect among what is read.
        pattern: A regular expression for the text of each line.
        best: How many candidates each line has.
        as_json: Whether to print one JSON object.

    Raises:
        typer.Exit: Pictures could not be read; their rows say why.
    """
    from inkdigits.read.bulk.read_many import read_many

    done = read_many(
        paths,
        out,
        workers=workers,
        address=address,
        resume=resume,
        column=column,
        single=single,
        model=model,
        min_confidence=min_confidence,
        max_error=max_error,
        pattern=pattern,
        best=best,
    )
    if as_json:
        print_json(
            {"out": str(out), "pictures": done.pictures, "errors": done.errors, "seconds": round(done.seconds, 3)}
        )
    else:
        print_text(f"{done.pictures:,} pictures: {out}")
    if done.errors:
        print_error(
            PictureError(
                f"{done.errors:,} of {done.pictures:,} pictures could not be read",
                expected="pictures",
                mend=f"the column `error` of {out} says why, of each",
            )
        )
        raise typer.Exit(1)
