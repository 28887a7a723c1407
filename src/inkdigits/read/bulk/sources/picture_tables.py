"""Parquet, CSV and lists of files with a picture a row: a path, an address or bytes. Knows nothing of reading."""

import base64
import binascii
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import IO, Any

from inkdigits.core.errors import DataError, PictureError
from inkdigits.pictures.limits import MAX_FILE_BYTES
from inkdigits.read.bulk.sources.locations import is_address, location_errors, open_file
from inkdigits.read.bulk.sources.reference import PictureReference

TABLE_SUFFIXES = (".parquet", ".csv")
LIST_SUFFIXES = (".txt", ".lst")

_USUAL_COLUMNS = ("path", "file", "file_name", "filename", "image", "picture", "image_path", "url", "bytes", "content")
"""Where pictures are expected without --column, the likeliest first, in lower case."""

_ROWS_AT_ONCE = 16
"""Rows of a Parquet file with bytes that are in memory at a time."""

_LEAST_BASE64 = 200
"""A shorter text is a path and no picture in base64."""

_CELL_LIMIT = MAX_FILE_BYTES * 4 // 3 + 100


def list_pictures(path: str) -> Iterator[PictureReference]:
    """Yield the pictures of a list of files.

    Args:
        path: A text file with a path or an address a line; blank lines and those that start with # are skipped.

    Raises:
        PictureError: It can't be read.
    """
    with location_errors(path), open_file(path) as file, _as_text(file) as lines:
        for line in lines:
            name = line.strip("\r\n")
            if name.strip() and not name.startswith("#"):
                yield _reference(path, name)


def table_pictures(path: str, column: str | None) -> Iterator[PictureReference]:
    """Yield the pictures of a table.

    Args:
        path: A .csv or .parquet file; a path or an address.
        column: Where the pictures are; None for the one with a usual name, or the only one.

    Raises:
        DataError: There is no such column.
        PictureError: The table is damaged or can't be reached.
    """
    for place, value in _cells(path, column):
        if isinstance(value, str) and value and not _is_base64(value):
            yield _reference(path, value)
        else:
            yield PictureReference(f"{path}#{place + 1}", path, "stream", place)


def stream_table(path: str, column: str | None) -> Iterator[tuple[int, Callable[[], bytes]]]:
    """Yield the pictures in a table that are no paths, a row after the other.

    Args:
        path: As for `table_pictures`.
        column: As for `table_pictures`.

    Yields:
        The number of a row, from 0, and a function that returns its bytes; none where it has none.

    Raises:
        DataError: There is no such column.
        PictureError: The table is damaged or can't be reached.
    """
    for place, value in _cells(path, column, with_bytes=True):
        yield place, partial(_to_bytes, value)


def _cells(path: str, column: str | None, *, with_bytes: bool = False) -> Iterator[tuple[int, Any]]:
    """Yield the number and the picture of each row: text, bytes or None; without bytes, b"" stands for them."""
    cells = _parquet_cells if path.lower().endswith(".parquet") else _csv_cells
    with location_errors(path):
        yield from zip(count(), cells(path, column, with_bytes), strict=False)


def _csv_cells(path: str, column: str | None, with_bytes: bool) -> Iterator[str]:
    with open_file(path) as file, _as_text(file) as lines, _large_cells():
        rows = csv.reader(lines)
        header = next(rows, [])
        place = header.index(_choose(path, header, column))
        for row in rows:
            if row:
                yield row[place] if place < len(row) else ""


def _parquet_cells(path: str, column: str | None, with_bytes: bool) -> Iterator[str | bytes | None]:
    from pyarrow import parquet, types  # noqa: PLC0415  only Parquet needs it

    with open_file(path) as file, parquet.ParquetFile(file) as table:
        schema = table.schema_arrow
        name = _choose(path, schema.names, column)
        kind = schema.field(name).type
        fields = [kind.field(number).name for number in range(kind.num_fields)] if types.is_struct(kind) else []
        if "bytes" in fields:  # as Hugging Face writes pictures: bytes and path
            name, kind = f"{name}.bytes", kind.field("bytes").type
        binary = types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind)
        if binary and not with_bytes:
            for _ in range(table.metadata.num_rows):
                yield b""
            return
        for batch in table.iter_batches(_ROWS_AT_ONCE if binary else 10_000, columns=[name]):
            values = batch.column(0)
            yield from (values.field("bytes") if fields else values).to_pylist()


def _choose(path: str, columns: Sequence[str], wanted: str | None) -> str:
    """Return the column with the pictures."""
    if wanted is None:
        by_name = {name.lower(): name for name in reversed(columns)}
        wanted = next((by_name[usual] for usual in _USUAL_COLUMNS if usual in by_name), None)
        if wanted is None and len(columns) == 1:
            wanted = columns[0]
    if wanted in columns:
        return str(wanted)
    listed = ", ".join(columns[:20]) or "none"
    given = f"{path} has no column {wanted!r}" if wanted else f"{path} has no column that is known to hold pictures"
    raise DataError(
        f"{given} (its columns: {listed})",
        expected="a column of paths or image bytes",
        mend="name it with --column",
    )


def _reference(table: str, name: str) -> PictureReference:
    """Return the picture that a table or list names; a relative path starts where the table is, or else here."""
    if is_address(name) or Path(name).is_absolute():
        return PictureReference(name, name)
    beside = table.rpartition("/")[0] + "/" + name if is_address(table) else str(Path(table).parent / name)
    path = beside if is_address(table) or Path(beside).exists() or not Path(name).exists() else name
    return PictureReference(path, path)


def _is_base64(text: str) -> bool:
    return text.startswith("data:image/") or (
        len(text) >= _LEAST_BASE64 and all(one.isalnum() or one in "+/=\r\n" for one in text[:_LEAST_BASE64])
    )


def _to_bytes(value: str | bytes | None) -> bytes:
    """Return bytes as they are, or those of base64, with or without "data:image/png;base64," before it."""
    if not isinstance(value, str):
        return value or b""
    try:
        return base64.b64decode(value.partition(",")[2] if value.startswith("data:") else value)
    except (binascii.Error, ValueError) as error:
        raise PictureError(
            f"a picture in base64 is damaged ({error})", expected="base64", mend="encode it again"
        ) from error


def _as_text(file: IO[bytes]) -> io.TextIOWrapper:
    """Return a file as text in UTF-8; names that are no UTF-8 stay what they are."""
    return io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="")


@contextmanager
def _large_cells() -> Iterator[None]:
    """Let the csv module read cells as large as pictures."""
    before = csv.field_size_limit(_CELL_LIMIT)
    try:
        yield
    finally:
        csv.field_size_limit(before)
