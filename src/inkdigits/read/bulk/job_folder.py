"""A job on disk: which pictures it has, and the finished parts, each whole. Knows nothing of how pictures are read.

    answers.parquet.parts/
      job.json                    what is read, and how; written once all pictures are listed
      pictures.jsonl              a reference a picture
      000000000128-16-2.jsonl     a finished part: the rows of 16 pictures from number 128 on, two of them with errors
      lock                        held by the process that leads the job

A part appears under its name when it is whole and on the disk, so the names of the parts are the list of what is done.
"""

import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from inkdigits.core.atomic import atomic_path, remove_partial, storage_errors, write_bytes, write_text
from inkdigits.core.errors import RunError, StorageError
from inkdigits.read.bulk.sources.reference import PictureReference, reference_from_json
from inkdigits.read.bulk.worker_process import Row

_PART = re.compile(r"(\d{12})-(\d+)-(\d+)\.jsonl")


class SavedPart(NamedTuple):
    """A finished part.

    Attributes:
        start: The number of its first picture.
        size: How many pictures it has.
        errors: How many of them could not be read.
        path: Its file, a row a line.
    """

    start: int
    size: int
    errors: int
    path: Path


class JobFolder:
    """The folder of a job that is not finished.

    Args:
        out: The file that the job makes.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.path = out.with_name(f"{out.name}.parts")

    @property
    def exists(self) -> bool:
        """Whether a job has been started and is not finished."""
        return (self.path / "job.json").exists()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Make the folder, and hold it for this process during a block.

        Yields:
            Nothing.

        Raises:
            StorageError: Another process holds it, or it can't be made.
        """
        with storage_errors(self.path):
            self.path.mkdir(exist_ok=True)
            file = (self.path / "lock").open("ab")
        with file:
            if not _try_lock(file.fileno()):
                raise StorageError(
                    f"another process is writing {self.out}",
                    expected="one process at a time",
                    mend="wait until it is done, or stop it",
                )
            try:
                yield
            finally:
                if not self.exists:
                    shutil.rmtree(self.path, ignore_errors=True)

    def start(self, description: Mapping[str, Any], pictures: Iterable[PictureReference]) -> int:
        """List the pictures of a new job.

        Args:
            description: What is read, and how: JSON.
            pictures: All of them.

        Returns:
            How many there are.

        Raises:
            InkdigitsError: As `find_pictures`.
        """
        for left in self.path.glob("*.json*"):  # of a job whose removal was stopped
            left.unlink()
        total = 0
        with atomic_path(self.path / "pictures.jsonl") as temporary, temporary.open("w") as file:
            for picture in pictures:
                file.write(picture.to_json() + "\n")
                total += 1
        write_text(self.path / "job.json", json.dumps({**description, "total": total}, indent=2))
        return total

    def resume(self, description: Mapping[str, Any]) -> int:
        """Go on with the job that was started.

        Args:
            description: As it was given to `start`.

        Returns:
            How many pictures it has.

        Raises:
            RunError: It was started to read something else, or otherwise.
        """
        remove_partial(self.path)
        started = json.loads((self.path / "job.json").read_text())
        total = int(started.pop("total"))
        changed = [name for name in description if started.get(name) != description[name]]
        if changed:
            name = changed[0]
            raise RunError(
                f"{self.path} was started with {name} = {started.get(name)!r}, not {description[name]!r}",
                expected="the command and the networks that it was started with",
                mend="give the same command, or remove that folder and start again",
            )
        return total

    def references(self) -> Iterator[PictureReference]:
        """Yield all pictures of the job."""
        with (self.path / "pictures.jsonl").open("rb") as file:
            for line in file:
                yield reference_from_json(line)

    def save(self, start: int, rows: Sequence[Row]) -> None:
        """Save a finished part.

        Args:
            start: The number of its first picture.
            rows: Of the pictures from there on.

        Raises:
            StorageError: It can't be written.
        """
        errors = sum(row.is_error for row in rows)
        write_bytes(self.path / f"{start:012}-{len(rows)}-{errors}.jsonl", b"".join(row.line for row in rows))

    def parts(self) -> list[SavedPart]:
        """Return the finished parts in the order of their pictures."""
        found = []
        for name in os.listdir(self.path):  # noqa: PTH208  a million names are lighter than as many paths
            match = _PART.fullmatch(name)
            if match:
                start, count, errors = map(int, match.groups())
                found.append(SavedPart(start, count, errors, self.path / name))
        return sorted(found)

    def rows(self) -> Iterator[bytes]:
        """Yield the rows of all parts, as lines of JSON, in the order of their pictures.

        Raises:
            StorageError: A part has lost rows.
        """
        for part in self.parts():
            count = 0
            with part.path.open("rb") as file:
                for line in file:
                    count += line.endswith(b"\n")
                    yield line
            if count != part.size:
                part.path.unlink()
                raise StorageError(
                    f"{part.path} has {count} rows",
                    expected=f"{part.size}",
                    mend="it was removed; read its pictures again with --resume",
                )

    def remove(self) -> None:
        """Remove the folder with all that is in it; it is no job from the first moment on."""
        (self.path / "job.json").unlink()
        shutil.rmtree(self.path, ignore_errors=True)


def _try_lock(handle: int) -> bool:
    """Lock an open file; tell whether that worked. The lock ends with the process, however it ends."""
    try:
        import fcntl  # noqa: PLC0415  not on Windows
    except ImportError:
        return _try_lock_on_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _try_lock_on_windows(handle: int) -> bool:
    import msvcrt  # noqa: PLC0415

    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError:
        return False
    return True
