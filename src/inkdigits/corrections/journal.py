"""An append-only file of JSON lines that survives a crash at any moment. Knows nothing of what the lines mean."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkdigits.core.atomic import storage_errors


def append(path: Path, record: Mapping[str, Any]) -> None:
    """Add a line to a journal; it is on the disk when this returns.

    An unfinished line that a crash left behind is cut off first: its writer was never told that it is kept.
    Only one process may append at a time; any number may read.

    Args:
        path: The journal. It is made if it is missing; its folder must be there.
        record: An object that JSON can hold.

    Raises:
        StorageError: The disk is full or the file can't be written; the journal is as it was.

    Examples:
        >>> import tempfile
        >>> journal = Path(tempfile.mkdtemp()) / "journal.jsonl"
        >>> append(journal, {"id": 1})
        >>> read(journal)
        [{'id': 1}]
    """
    line = json.dumps(record, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    # Unbuffered: Python's buffer would try again to write what did not fit.
    with storage_errors(path), path.open("ab+", buffering=0) as file:
        file.seek(0)
        length = _complete_length(file.read())
        file.truncate(length)
        try:
            while line:
                line = line[file.write(line) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(length)
            raise


def read(path: Path) -> list[dict[str, Any]]:
    """Return the records of a journal, oldest first; none if there is no journal.

    A last line without its end is not a record yet. A line that is not a JSON object, which only a damaged disk or
    another program makes, is skipped.

    Args:
        path: The journal.

    Raises:
        StorageError: The file is there and can't be read.
    """
    with storage_errors(path):
        content = path.read_bytes() if path.exists() else b""
    lines = content[: _complete_length(content)].splitlines()
    return [record for record in map(_parse, lines) if record is not None]


def _complete_length(content: bytes) -> int:
    return content.rfind(b"\n") + 1


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
