"""Rows as JSON -> one file: JSON Lines, CSV or Parquet. Knows nothing of pictures."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from inkdigits.core.atomic import atomic_path
from inkdigits.core.errors import InkdigitsError
from inkdigits.core.formatting import harmless_cell
from inkdigits.read.bulk.row import COLUMNS, NESTED

FORMATS = (".jsonl", ".csv", ".parquet")
"""The endings of the files that can be written."""

_ROW_GROUP = 1000
"""Rows that are in memory at a time for Parquet."""

_NUMBERS = ("confidence", "seconds")


def check_format(out: Path) -> None:
    """Check that a file can be written, before hours are spent on what goes into it.

    Args:
        out: The file.

    Raises:
        InkdigitsError: Its ending is not one of `FORMATS`, or a library for it is not installed.
    """
    if out.suffix.lower() not in FORMATS:
        raise InkdigitsError(
            f"--out {out}",
            expected=f"a file that ends in {', '.join(FORMATS)}",
            mend=f"name it {out.with_suffix('.jsonl') if out.name else 'answers.jsonl'}",
        )
    if out.suffix.lower() == ".parquet":
        try:
            import pyarrow.parquet  # noqa: F401, PLC0415  only Parquet needs it
        except ImportError as error:
            raise InkdigitsError(
                f"--out {out} without pyarrow",
                expected="pyarrow",
                mend='pip install "inkdigits[scale]", or write .jsonl',
            ) from error


def write_rows(rows: Iterable[bytes], out: Path) -> None:
    """Write rows to a file that is either whole or absent.

    Args:
        rows: A line of JSON each, with the values of `COLUMNS`.
        out: The file to make or replace; its ending says how. In CSV and Parquet the nested columns are JSON as text.

    Raises:
        StorageError: It can't be written.
    """
    write = {".jsonl": _write_jsonl, ".csv": _write_csv, ".parquet": _write_parquet}[out.suffix.lower()]
    with atomic_path(out) as temporary:
        write(iter(rows), temporary)


def _write_jsonl(rows: Iterator[bytes], path: Path) -> None:
    with path.open("wb") as file:
        file.writelines(rows)


def _write_csv(rows: Iterator[bytes], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in map(_flat, rows):
            writer.writerow([harmless_cell(row[name]) if isinstance(row[name], str) else row[name] for name in COLUMNS])


def _write_parquet(rows: Iterator[bytes], path: Path) -> None:
    import pyarrow  # noqa: PLC0415  only Parquet needs it
    from pyarrow import parquet  # noqa: PLC0415

    types = {name: pyarrow.float64() if name in _NUMBERS else pyarrow.string() for name in COLUMNS}
    schema = pyarrow.schema(list(types.items()))
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := [_flat(row) for row in islice(rows, _ROW_GROUP)]:
            writer.write_table(pyarrow.Table.from_pylist(group, schema), _ROW_GROUP)


def _flat(line: bytes) -> dict[str, Any]:
    """Return a row whose nested columns are JSON as text."""
    row: dict[str, Any] = json.loads(line)
    for name in NESTED:
        row[name] = json.dumps(row[name], ensure_ascii=False)
    return row
