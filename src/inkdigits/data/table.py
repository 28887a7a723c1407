"""Kaggle's format of a data set: a CSV with a label and 784 pixels a line. Knows nothing of test sets."""

from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import SIDE
from inkdigits.data.dataset import DIGITS, Split
from inkdigits.data.payload import open_payload

_PIXELS = SIDE * SIDE
_COLUMNS = 1 + _PIXELS
_BLOCK_LINES = 2000


def read_table(path: Path) -> Split:
    """Read digits from a CSV file, plain or gzipped.

    Args:
        path: Lines of a label and 784 pixels of 0 … 255, row by row. If there is a header line, the column
            `label` may be anywhere; if not, it is the first.

    Returns:
        The digits in the order of the lines.

    Raises:
        DataError: A column is missing, or a value is no number or out of range; it names line and column.
    """
    with open_payload(path) as stream:
        first = stream.readline().removeprefix(b"\xef\xbb\xbf")  # the byte-order mark of some spreadsheets
        names = _cells(first)
        has_header = not all(name.lstrip("-").replace(".", "", 1).isdigit() for name in names)
        label_column = _label_column(names, path) if has_header else 0
        if len(names) != _COLUMNS:
            raise _error(f"{path} has {len(names):,} columns", f"{_COLUMNS}: label and {_PIXELS} pixels")
        lines = enumerate(chain([b""] if has_header else [first], stream), start=1)
        written = ((number, line) for number, line in lines if line.strip())
        blocks = []
        while block := list(islice(written, _BLOCK_LINES)):
            blocks.append(_parse(block, path, names if has_header else None, label_column))
    if not blocks:
        raise _error(f"{path} has no digits", "at least one line")
    values = np.concatenate(blocks)  # (N, 785)
    labels = values[:, label_column].astype(np.int64)  # (N,)
    images = np.delete(values, label_column, axis=1).reshape(-1, SIDE, SIDE)  # (N, 28, 28)
    return Split(images, labels)


def _parse(
    block: list[tuple[int, bytes]], path: Path, header: list[str] | None, label_column: int
) -> NDArray[np.uint8]:
    """Return the values of numbered lines, (lines, 785); if that fails, raise an error that names the place."""
    lines = [line.replace(b'"', b"") for _, line in block]
    try:
        values = np.loadtxt(lines, delimiter=",", dtype=np.uint8, comments=None, ndmin=2)
    except (ValueError, UnicodeDecodeError) as error:
        raise _first_fault(block, path, header, label_column) from error
    if values.shape[1] != _COLUMNS or values[:, label_column].max() >= len(DIGITS):
        raise _first_fault(block, path, header, label_column)
    return values


def _first_fault(block: list[tuple[int, bytes]], path: Path, header: list[str] | None, label_column: int) -> DataError:
    """Return an error that names the first wrong line and column."""
    for number, line in block:
        cells = _cells(line)
        if len(cells) != _COLUMNS:
            return _error(f"{path} has {len(cells):,} columns in line {number:,}", f"{_COLUMNS}")
        for column, cell in enumerate(cells):
            highest = len(DIGITS) - 1 if column == label_column else 255
            if not (cell.isascii() and cell.isdigit() and int(cell[:9]) <= highest):
                where = f"line {number:,}, column {column + 1}" + (f" ({header[column]})" if header else "")
                return _error(f"{path} has {cell[:20]!r} in {where}", f"a whole number from 0 to {highest}")
    first, last = block[0][0], block[-1][0]  # NumPy failed, and this loop doesn't see why
    return _error(f"{path} can't be read between lines {first:,} and {last:,}", "numbers and commas")


def _cells(line: bytes) -> list[str]:
    return [cell.strip().strip('"') for cell in line.decode("utf-8", "replace").split(",")]


def _label_column(names: list[str], path: Path) -> int:
    lowered = [name.lower() for name in names]
    if "label" not in lowered:
        shown = ", ".join(name[:20] for name in names[:3])
        raise _error(f"{path} has no column label (it starts with {shown}, …)", "label, pixel0, …, pixel783")
    return lowered.index("label")


def _error(given: str, expected: str) -> DataError:
    return DataError(given, expected=expected, mend="correct the file or download it again")
