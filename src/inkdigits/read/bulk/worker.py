"""The process that reads parts of a job: references in, rows out. Knows nothing of other processes.

On standard input it gets a line of JSON with the settings. Then, for each picture, a line with how many bytes follow
(or "-") and the reference as JSON, and these bytes. On standard output it writes a line when it is ready, {} or
{"fault": …}, and a line for each picture: "." for a row or "!" for a row with an error, and the row as JSON. It ends
when its input does.
"""

import json
import os
import sys
import threading
from queue import SimpleQueue
from typing import IO

import cv2

from inkdigits.core.errors import InkdigitsError
from inkdigits.read.bulk.row import ReadSettings, RowReader
from inkdigits.read.bulk.sources.reference import PictureReference, reference_from_json

_Picture = tuple[PictureReference, bytes | None]


def main() -> None:
    """Read pictures until standard input ends."""
    source, out = sys.stdin.buffer, _take_stdout()
    cv2.setNumThreads(1)
    try:
        reader = RowReader(ReadSettings(**json.loads(source.readline())))
    except InkdigitsError as error:
        fault = {"given": error.given, "expected": error.expected, "mend": error.mend}
        _write(out, json.dumps({"fault": fault}))
        return
    _write(out, "{}")
    pictures: SimpleQueue[_Picture] = SimpleQueue()
    threading.Thread(target=_receive, args=(source, pictures), daemon=True).start()
    while True:
        reference, content = pictures.get()
        row = reader.read(reference, content)
        _write(out, ("!" if row["error"] else ".") + json.dumps(row, ensure_ascii=False, allow_nan=False))


def _take_stdout() -> IO[bytes]:
    """Return standard output for rows alone: what a library prints goes to standard error."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def _write(out: IO[bytes], line: str) -> None:
    out.write(line.encode() + b"\n")
    out.flush()


def _receive(source: IO[bytes], pictures: "SimpleQueue[_Picture]") -> None:
    """Take pictures from the pipe, so that the other process never waits with its rows; end when that process does."""
    while line := source.readline():
        size, _, reference = line.partition(b" ")
        content = None if size == b"-" else source.read(int(size))
        pictures.put((reference_from_json(reference), content))
    os._exit(0)


if __name__ == "__main__":
    main()
