"""Which column of a table of digits is the label, which is an id, which are the pixels. Parses no pixels."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.errors import DataError
from inkdigits.core.types import SIDE
from inkdigits.data.formats.label_values import MOST
from inkdigits.data.payload import open_payload

PIXELS = SIDE * SIDE

_LABEL_NAMES = ("label", "labels", "class", "target", "digit", "y")
_ID_NAMES = ("id", "imageid", "image_id", "index", "idx", "", "unnamed: 0")
_OUTER = 3
"""Without names, the label and an id are looked for in so many columns at each end."""

_CONSTANT = 0.9
"""A column with one value in this share of its lines is a pixel at the edge, no label."""

_FEW = 10
"""In so few lines, labels may count up by chance or habit."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_Values: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """The columns of a table.

    Attributes:
        delimiter: What stands between cells.
        names: The names in the header; None without one.
        pixels: The place of each of the 784 pixels.
        label: The place of the label; None where there is none.
        id: The place of an id; None where there is none.
        total: How many columns a line has.
    """

    delimiter: str
    names: tuple[str, ...] | None
    pixels: tuple[int, ...]
    label: int | None
    id: int | None
    total: int

    def describe(self) -> tuple[str, ...]:
        """Return notes on what was taken for what, where no name in a header says so."""
        used = {*self.pixels, self.label, self.id}
        unused = [self.names[place] for place in range(self.total) if place not in used] if self.names else []
        notes = [f"not used: the columns {', '.join(unused)}"] if unused else []
        if self.label is not None and (self.names is None or self.names[self.label].lower() not in _LABEL_NAMES):
            where = "first" if self.label == 0 else "last" if self.label == self.total - 1 else f"{self.label + 1}th"
            notes.append(f"the {where} of {self.total} columns is taken for the label")
        return tuple(notes)


def split_cells(line: bytes, delimiter: str) -> list[str]:
    """Return the cells of a line without quotes and space around them.

    Args:
        line: One line of a table.
        delimiter: What stands between cells.

    Examples:
        >>> split_cells(b'"label", 0,7', ",")
        ['label', '0', '7']
    """
    return [cell.strip().strip('"') for cell in line.decode("utf-8", "replace").split(delimiter)]


def find_columns(path: Path) -> Columns:
    """Find out what the columns of a table are: by their names, or without a header by their values.

    Args:
        path: The table, plain or gzipped, with commas, semicolons or tabs between its cells.

    Returns:
        The place of each column.

    Raises:
        DataError: The columns are too few or too many for 784 pixels, a label and an id, or are ambiguous.
    """
    first, second = _first_lines(path)
    if not first.strip():
        raise _error(f"{path} has no digits", "at least one line")
    delimiter = _delimiter(first)
    cells, following = split_cells(first, delimiter), split_cells(second, delimiter)
    names = tuple(cells) if _is_header(cells, following) else None
    label, identity = _named(names or (), _LABEL_NAMES), _named(names or (), _ID_NAMES)
    rest = [place for place in range(len(cells)) if place not in (label, identity)]
    if len(rest) > PIXELS and names:
        numbered = [place for place in rest if re.search("[0-9]", names[place])]
        rest = numbered if len(numbered) == PIXELS else rest
    extra = len(rest) - PIXELS
    if extra < 0 or extra > (label is None) + (identity is None):
        raise _error(f"{path} has {len(cells):,} columns", f"{PIXELS + 1}: label and {PIXELS} pixels, or an id too")
    if extra:
        outer = _outer_values(path, delimiter, len(cells), has_header=names is not None)
        found_label, found_id = _by_values(outer, rest, extra, path)
        label, identity = (found_label if label is None else label), (found_id if identity is None else identity)
        rest = [place for place in rest if place not in (label, identity)]
    return Columns(delimiter, names, tuple(rest), label, identity, len(cells))


def numbered_lines(path: Path, columns: Columns) -> Iterator[tuple[int, bytes]]:
    """Yield the lines with digits and their numbers in the file, from 1.

    Args:
        path: The table.
        columns: Its columns.
    """
    with open_payload(path) as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip() and not (number == 1 and columns.names):
                yield number, line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line


def _first_lines(path: Path) -> tuple[bytes, bytes]:
    with open_payload(path) as stream:
        return stream.readline().removeprefix(_BYTE_ORDER_MARK), stream.readline()


def _delimiter(line: bytes) -> str:
    # Semicolons and tabs first: between them a comma may be the decimal sign.
    for delimiter in (";", "\t"):
        if line.count(delimiter.encode()) >= PIXELS - 1:
            return delimiter
    return ","


def _is_header(cells: Sequence[str], following: Sequence[str]) -> bool:
    numbers = [to_number(cell) for cell in cells]
    words = sum(math.isnan(number) for number in numbers)
    lowered = {cell.lower() for cell in cells}
    if words and (2 * words >= len(cells) or not lowered.isdisjoint((*_LABEL_NAMES, *_ID_NAMES))):
        return True
    # Tables are also saved with numbers as names: 0, 1, 2, … or, made from a line of digits, 0, 0.1, 0.2, …
    if sum(after - before == 1 for before, after in pairwise(numbers)) >= PIXELS - 2:
        return True
    return sum(number % 1 != 0 for number in numbers) > PIXELS // 2 and all(
        to_number(cell) % 1 == 0 for cell in following
    )


def to_number(cell: str) -> float:
    """Return the number in a cell, with a point or a comma as decimal sign; NaN if there is none.

    Args:
        cell: Its text.
    """
    try:
        return float(cell.replace(",", ".")) if cell.isascii() else math.nan
    except ValueError:
        return math.nan


def _named(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    lowered = [name.lower() for name in names]
    return next((lowered.index(name) for name in wanted if name in lowered), None)


def _outer_values(path: Path, delimiter: str, total: int, *, has_header: bool) -> dict[int, _Values]:
    """Return the values of the first and last columns of all lines, by place."""
    separator = delimiter.encode()
    columns: dict[int, list[bytes]] = {place: [] for place in (*range(_OUTER), *range(total - _OUTER, total))}
    with open_payload(path) as stream:
        for number, line in enumerate(stream):
            if (number or not has_header) and line.strip():
                start = line.removeprefix(_BYTE_ORDER_MARK).split(separator, _OUTER)[:_OUTER]
                end = line.rsplit(separator, _OUTER)[-_OUTER:]
                for column, cell in zip(columns.values(), (*start, *end), strict=False):
                    column.append(cell)
    return {
        place: np.array([to_number(split_cells(cell, "\n")[0]) for cell in cells], np.float64)
        for place, cells in columns.items()
    }


def _by_values(
    outer: Mapping[int, _Values], rest: Sequence[int], extra: int, path: Path
) -> tuple[int | None, int | None]:
    """Return the places of the label and of the id among columns that are more than the pixels, by their values."""
    ends = (rest[0], rest[-1])
    ids = [place for place in ends if place in outer and _is_id(outer[place])]
    if extra == 2:
        if not ids:
            raise _error(f"{path} has two columns more than pixels, and none of them counts the lines", "label and id")
        places = [place for place in (rest[0], rest[1], rest[-2], rest[-1]) if place != ids[0] and place in outer]
        labels = [place for place in places if _is_label(outer[place])]
        # Behind an id at the start the label comes next or last, before an id at the end it comes first.
        allowed = [rest[1], rest[-1]] if ids[0] == rest[0] else [rest[0], rest[-2]]
        return next((place for place in labels if place in allowed), allowed[0]), ids[0]
    labels = [place for place in ends if place in outer and _is_label(outer[place])]
    if len(labels) == 2:
        kinds = [len(np.unique(outer[place])) for place in labels]
        return labels[1] if 2 * kinds[1] <= kinds[0] else labels[0], None
    if labels:
        return labels[0], None
    if ids:
        return None, ids[0]
    # One class: its label, unless it is 0, tells itself from a pixel at the edge.
    constant = [place for place in ends if place in outer and outer[place].max(initial=0) > 0]
    return (constant if len(constant) == 1 else ends)[0], None


def _is_label(values: _Values) -> bool:
    """Whether values can be labels: few whole numbers, and no single one nearly everywhere as in a corner pixel."""
    if not len(values) or np.isnan(values).any() or (values % 1).any() or values.min() < 0 or values.max() >= MOST:
        return False
    kinds, counts = np.unique(values, return_counts=True)
    return len(kinds) > 1 and counts.max() < _CONSTANT * len(values) and not _is_id(values)


def _is_id(values: _Values) -> bool:
    """Whether values count the lines."""
    return len(values) > _FEW and not np.isnan(values).any() and bool((np.diff(values) == 1).all())


def _error(given: str, expected: str) -> DataError:
    return DataError(given, expected=expected, mend="name the columns in a first line, or correct the file")
