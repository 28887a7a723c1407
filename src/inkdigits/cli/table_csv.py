"""Tables that were read -> CSV files. Knows nothing of pictures or Typer."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.core.atomic import write_bytes
from inkdigits.core.formatting import harmless_cell

if TYPE_CHECKING:
    from inkdigits.read.result import Reading

Rows = list[list[str]]
"""The cells of a table as text."""


def tables_of(reading: "Reading") -> list[Rows]:
    """Return the tables of a reading; without any, its lines as one: a row a line, a cell a number.

    Args:
        reading: What was read in a picture.
    """
    if reading.tables:
        return [[[cell.written for cell in row] for row in table.rows] for table in reading.tables]
    lines = [[number.written for number in line.numbers] for line in reading.lines]
    return [lines] if lines else []


def write_tables(tables: Sequence[Rows], out: Path) -> list[Path]:
    r"""Write each table as a CSV file that no spreadsheet takes for formulas.

    Args:
        tables: The cells of each.
        out: The file of a single table; of several, the first goes into OUT-1.csv and so on.

    Returns:
        The files, which are replaced if they were there.

    Raises:
        StorageError: A file can't be written.

    Examples:
        >>> import tempfile
        >>> [path] = write_tables([[["-12.5", "=1+1"], ["", "7"]]], Path(tempfile.mkdtemp()) / "out.csv")
        >>> path.read_text().splitlines()
        ["-12.5,'=1+1", ',7']
    """
    several = len(tables) > 1
    paths = [out.with_stem(f"{out.stem}-{number}") if several else out for number in range(1, len(tables) + 1)]
    for path, rows in zip(paths, tables, strict=True):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([harmless_cell(cell) for cell in row] for row in rows)
        write_bytes(path, text.getvalue().encode())
    return paths
