"""Tables of digits, a line each with 784 pixels: CSV as Kaggle and others have it. Knows nothing of test sets."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import Images, Labels
from inkdigits.data.formats.label_values import MOST
from inkdigits.data.formats.parts import Part
from inkdigits.data.formats.pixels import to_images
from inkdigits.data.formats.table_columns import PIXELS, Columns, find_columns, numbered_lines, split_cells, to_number

TABLE_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
"""How the names of tables end, in lower case."""

_BLOCK_LINES = 2000
_HIGHEST = 255


@dataclass(frozen=True)
class Table:
    """Pictures of a table.

    Attributes:
        images: (N, 28, 28), uint8, 0 is empty and 255 is ink.
        labels: (N,), int64, 0 … 999; None where the table has none.
        ids: What the table calls each picture; None where it has no such column.
        notes: What was taken for what.
    """

    images: Images
    labels: Labels | None
    ids: tuple[str, ...] | None
    notes: tuple[str, ...]


def read_table(path: Path) -> Part:
    """Read labelled digits from a CSV file, plain or gzipped.

    Args:
        path: As for `read_any_table`, with labels.

    Returns:
        The digits in the order of the lines.

    Raises:
        DataError: As `read_any_table`, or there is no column of labels.
    """
    table = read_any_table(path)
    if table.labels is None:
        raise DataError(
            f"{path} has no column of labels",
            expected=f"label and {PIXELS} pixels",
            mend="train on a file with labels; this one can be predicted: inkdigits predict RUN FILE --out answers.csv",
        )
    return Part(table.images, table.labels, f"the label column of {path}", table.notes)


def read_any_table(path: Path) -> Table:
    """Read digits, labelled or not, from a CSV file, plain or gzipped.

    Args:
        path: Lines of 784 pixels, row by row, of 0 … 255 or 0 … 1, with commas, semicolons or tabs between them. A
            header may name a column `label` and one `id`; without names, a first or last column with few whole
            numbers is the label, and one that counts the lines an id.

    Returns:
        The digits in the order of the lines.

    Raises:
        DataError: A column is missing, or a value is no number or out of range; it names line and column.
    """
    columns = find_columns(path)
    lines = numbered_lines(path, columns)
    pixels, labels, ids = [], [], []
    while block := list(islice(lines, _BLOCK_LINES)):
        values = _parse(block, path, columns)  # (lines, 784), or (lines, 785) with the label first
        if columns.label is not None:
            labels.append(values[:, 0].astype(np.int64))
        pixels.append(values[:, -PIXELS:])
        if columns.id is not None:
            ids += [split_cells(line, columns.delimiter)[columns.id] for _, line in block]
    if not pixels:
        raise _error(f"{path} has no digits", "at least one line")
    images, notes = to_images(np.concatenate(pixels), str(path))
    return Table(
        images,
        np.concatenate(labels) if labels else None,
        tuple(ids) if ids else None,
        (*columns.describe(), *notes),
    )


def _parse(block: list[tuple[int, bytes]], path: Path, columns: Columns) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Return label and pixels of numbered lines; if that fails, raise an error that names the place."""
    lines = [line.replace(b'"', b"") for _, line in block]
    if columns.delimiter == ";":
        lines = [line.replace(b",", b".") for line in lines]
    places = [*([] if columns.label is None else [columns.label]), *columns.pixels]
    is_all = places == list(range(columns.total))
    if not is_all and any(line.count(columns.delimiter.encode()) != columns.total - 1 for line in lines):
        raise _first_fault(block, path, columns)
    for dtype in (np.uint8, np.float32):
        try:
            values: NDArray[Any] = np.loadtxt(
                lines,
                delimiter=columns.delimiter,
                dtype=dtype,
                comments=None,
                ndmin=2,
                usecols=None if is_all else places,
            )
        except (ValueError, UnicodeDecodeError):
            continue
        pixels, labels = values[:, -PIXELS:], values[:, : len(places) - PIXELS]
        # NaN fails both comparisons.
        fits = pixels.min(initial=0) >= 0 and pixels.max(initial=0) <= _HIGHEST
        if values.shape[1] == len(places) and fits and (labels < MOST).all() and not (labels % 1).any():
            return values
    raise _first_fault(block, path, columns)


def _first_fault(block: list[tuple[int, bytes]], path: Path, columns: Columns) -> DataError:
    """Return an error that names the first wrong line and column."""
    header = columns.names
    for number, line in block:
        cells = split_cells(line, columns.delimiter)
        if len(cells) != columns.total:
            return _error(f"{path} has {len(cells):,} columns in line {number:,}", f"{columns.total}")
        for column, cell in enumerate(cells):
            where = f"line {number:,}, column {column + 1}" + (f" ({header[column]})" if header else "")
            value = to_number(cell)
            if column == columns.label and not (value % 1 == 0 and 0 <= value < MOST):
                return _error(f"{path} has {cell[:20]!r} in {where}", f"a label: a whole number from 0 to {MOST - 1}")
            if column in columns.pixels and not 0 <= value <= _HIGHEST:
                return _error(f"{path} has {cell[:20]!r} in {where}", f"a number from 0 to {_HIGHEST}")
    first, last = block[0][0], block[-1][0]  # NumPy failed, and this loop doesn't see why
    return _error(f"{path} can't be read between lines {first:,} and {last:,}", "numbers and commas")


def _error(given: str, expected: str) -> DataError:
    return DataError(given, expected=expected, mend="correct the file or download it again")
