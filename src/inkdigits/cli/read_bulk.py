"""`inkdigits read --out`: many pictures as a table with a row each. Knows nothing of how they are read."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from inkdigits.cli.console import print_error, print_json, print_text
from inkdigits.core.errors import PictureError

if TYPE_CHECKING:
    from inkdigits.read.bulk.read_many import BulkReading


def print_bulk(done: "BulkReading", out: Path, *, as_json: bool) -> None:
    """Print what became of many pictures.

    Args:
        done: The finished job.
        out: The file that was written.
        as_json: Whether to print one JSON object.

    Raises:
        typer.Exit: Pictures could not be read; their rows say why.
    """
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
