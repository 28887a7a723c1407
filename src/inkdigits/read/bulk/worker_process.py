"""A process that reads, as its parent sees it: it is given parts, and started again when it dies. Reads nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from inkdigits.core.errors import InkdigitsError, PictureError
from inkdigits.read.bulk.row import ReadSettings, make_row
from inkdigits.read.bulk.sources.reference import PictureReference
from inkdigits.read.result import Reading

MAX_DEATHS = 3
"""A picture that ends so many processes is not tried again."""

_WORKER = "inkdigits.read.bulk.worker"


@dataclass(frozen=True)
class Part:
    """Pictures that are read one after the other, and saved together.

    Attributes:
        start: The number of the first one in the job.
        references: Where they are.
        contents: The bytes of those that the worker can't reach; None for the others.
    """

    start: int
    references: tuple[PictureReference, ...]
    contents: tuple[bytes | None, ...]


class Row(NamedTuple):
    """A row as it is saved.

    Attributes:
        line: JSON, with a newline at its end.
        is_error: Whether the picture could not be read.
    """

    line: bytes
    is_error: bool


class PartReader(Protocol):
    """What reads parts: a process of this machine, or one of a cluster.

    Attributes:
        deaths: How often its process died so far.
    """

    deaths: int

    def read(self, part: Part) -> Iterator[Row]:
        """Yield a row for each picture of a part, in their order.

        Args:
            part: The pictures.
        """

    def stop(self) -> None:
        """Let the part that another thread reads end early."""

    def close(self) -> None:
        """End it after its last part."""


class WorkerProcess:
    """A process of this machine, with one thread, that reads parts.

    Args:
        settings: How to read.

    Attributes:
        deaths: How often it died so far.
    """

    def __init__(self, settings: ReadSettings) -> None:
        self._settings, self._is_stopped = settings, False
        self._process: subprocess.Popen[bytes] | None = None
        self.deaths = 0

    def read(self, part: Part) -> Iterator[Row]:
        """Yield a row for each picture of a part, in their order.

        Args:
            part: The pictures. One that ends its process three times gets a row that says so.

        Yields:
            The rows; fewer if it is stopped.

        Raises:
            InkdigitsError: The settings are wrong, or no process can be started.
        """
        done, deaths = 0, 0
        while done < len(part.references):
            for row in self._rows(part, done):
                yield row
                done, deaths = done + 1, 0
            if self._is_stopped:
                return
            if done < len(part.references):
                deaths += 1
                self.deaths += 1
                status = self._end()
                if deaths == MAX_DEATHS:
                    yield _death_row(part.references[done], status, self._settings.networks)
                    done, deaths = done + 1, 0

    def stop(self) -> None:
        """Let the part that another thread reads end early."""
        self._is_stopped = True
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process after its last part."""
        if self._process is not None:
            self._end()

    def _rows(self, part: Part, first: int) -> Iterator[Row]:
        """Yield rows from a picture on, until the part ends or the process does."""
        process = self._process or self._start()
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError):  # it may have died: then there are no rows either
            _send(process.stdin, part, first)
        for _ in part.references[first:]:
            line = process.stdout.readline()
            if not line.endswith(b"\n"):
                return
            yield Row(line[1:], line.startswith(b"!"))

    def _start(self) -> "subprocess.Popen[bytes] | None":
        """Start a process and wait until it has loaded its networks; None if it died meanwhile."""
        process = subprocess.Popen(  # noqa: S603  our own module
            # -P: modules in the current folder must not take the place of those that it imports.
            [sys.executable, "-P", "-m", _WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            process_group=0,  # Ctrl-C at a terminal is for this process, which ends the others
        )
        self._process = process
        if self._is_stopped:  # meanwhile, by another thread
            process.kill()
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError):
            process.stdin.write(json.dumps(self._settings.to_dict()).encode() + b"\n")
            process.stdin.flush()
        answer = process.stdout.readline()
        if not answer.endswith(b"\n"):
            return None
        fault = json.loads(answer).get("fault")
        if fault:
            self._end()
            raise InkdigitsError(fault.pop("given"), **fault)
        return process

    def _end(self) -> int:
        """Reap the process; return its exit status."""
        process, self._process = self._process, None
        assert process is not None
        process.kill()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()
        return process.wait()


def _send(pipe: IO[bytes], part: Part, first: int) -> None:
    for reference, content in zip(part.references[first:], part.contents[first:], strict=True):
        size = "-" if content is None else str(len(content))
        pipe.write(f"{size} {reference.to_json()}\n".encode())
        if content is not None:
            pipe.write(content)
    pipe.flush()


def _environment() -> dict[str, str]:
    """Return the environment of a process that computes with one thread and finds this package."""
    folder = str(Path(__file__).parents[3])
    paths = [folder, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(paths)}


def _death_row(reference: PictureReference, status: int, networks: str) -> Row:
    error = PictureError(
        f"{reference.source} crashed the process that read it {MAX_DEATHS} times (exit status {status})",
        expected="a picture that can be read",
        mend="check whether memory ran out, or leave the picture out",
    )
    row = make_row(reference, Reading(), str(error), 0.0, networks)
    return Row(json.dumps(row, ensure_ascii=False).encode() + b"\n", is_error=True)
