"""Lines of JSON that are appended one by one and that a crash can't tear. Knows nothing of what they mean."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkdigits.core.atomic import storage_errors


def append(path: Path, record: Mapping[str, Any]) -> None:
    """Add a line to a journal; when this returns it is on the disk.

    What a crash left of a line that was never finished is cut off first: nobody was told that it was kept.
    Only one process may append at a time; any number may read.

    Args:
        path: The journal; it is made where it is missing, its folder is not.
        record: What can be written as JSON.

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
    # Without a buffer of Python's own, which would try once more to write what did not fit.
    with storage_errors(path), path.open("ab+", buffering=0) as file:
        file.seek(0)
        whole = _whole_length(file.read())
        file.truncate(whole)
        try:
            while line:
                line = line[file.write(line) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(whole)
            raise


def read(path: Path) -> list[dict[str, Any]]:
    """Return the records of a journal, oldest first: none where there is no journal.

    A last line without its end is no record yet. A line that is no JSON object, which only a damaged disk or
    another program makes, is passed over: the other lines are as good as before.

    Raises:
        StorageError: The file is there and can't be read.
    """
    with storage_errors(path):
        content = path.read_bytes() if path.exists() else b""
    lines = content[: _whole_length(content)].splitlines()
    return [record for record in map(_parse, lines) if record is not None]


def _whole_length(content: bytes) -> int:
    return content.rfind(b"\n") + 1


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
