"""Labelled pictures in a folder: a PNG and a line of a journal each. Knows nothing of what they show or are used for.

An undo is a line of the journal, too. Several processes may write at the same time: a lock file admits one after the
other.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from inkdigits.core.atomic import remove_partial, storage_errors, write_bytes
from inkdigits.core.locks import lock
from inkdigits.corrections import journal
from inkdigits.pictures.png import encode_png


class Numbered(Protocol):
    """A record with a number that no other of its store ever had."""

    @property
    def id(self) -> int:
        """The number."""


RecordT = TypeVar("RecordT", bound=Numbered)


class PictureStore(Generic[RecordT]):
    """Records in a folder, each with a picture.

    Args:
        folder: Where they are; it is made with the first one.
        to_record: Returns a line of the journal as a record, or None if it is none, whatever program wrote it.
        decode: Returns the picture in a PNG; raises ValueError if it is none of this store.

    Attributes:
        folder: Where they are.
    """

    def __init__(
        self,
        folder: Path,
        to_record: Callable[[Mapping[str, Any]], RecordT | None],
        decode: Callable[[bytes], NDArray[np.uint8]],
    ) -> None:
        self.folder = folder
        self._journal = folder / "journal.jsonl"
        self._to_record, self._decode = to_record, decode

    def undo(self, number: int) -> bool:
        """Take a record back and remove its picture.

        Args:
            number: Its `id`.

        Returns:
            Whether there was one with this number.

        Raises:
            StorageError: The folder can't be written, the disk is full, or another process holds the lock.
        """
        if all(record.id != number for record in self.list()):
            return False
        with self._locked():
            if all(record.id != number for record in self.list()):
                return False
            journal.append(self._journal, {"undo": number})
            self.path(number).unlink(missing_ok=True)
        return True

    def list(self) -> list[RecordT]:
        """Return the records that were not undone, oldest first."""
        active: dict[int, RecordT] = {}
        for line in journal.read(self._journal):
            if isinstance(line.get("undo"), int):
                active.pop(line["undo"], None)
            elif (record := self._to_record(line)) is not None:
                active[record.id] = record
        return list(active.values())

    def images(self) -> Iterator[tuple[RecordT, NDArray[np.uint8]]]:
        """Yield the records of `list` with their pictures, without those whose picture can't be read.

        Yields:
            A record, and its picture (H, W), uint8, 0 … 255.
        """
        for record in self.list():
            image = self.image(record.id)
            if image is not None:
                yield record, image

    def image(self, number: int) -> NDArray[np.uint8] | None:
        """Return a record's picture, (H, W), uint8, 0 … 255; None if it can't be read.

        Args:
            number: The record's `id`.
        """
        try:
            return self._decode(self.path(number).read_bytes())
        except (OSError, ValueError):
            return None

    def path(self, number: int) -> Path:
        """Return the path of a record's picture.

        Args:
            number: The record's `id`.
        """
        return self.folder / f"{number:06d}.png"

    def _add(self, image: NDArray[np.uint8], values: Mapping[str, Any]) -> RecordT:
        """Keep a picture with these values, a number and the time; both are on the disk when this returns."""
        with self._locked():
            ids = [line["id"] for line in journal.read(self._journal) if isinstance(line.get("id"), int)]
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            line = {"id": max(ids, default=0) + 1, **values, "time": now}
            record = self._to_record(line)
            assert record is not None
            # The picture first: then the journal never names one that isn't there.
            write_bytes(self.path(record.id), encode_png(image))
            journal.append(self._journal, line)
        return record

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with lock(self.folder / "lock"):
            remove_partial(self.folder)
            yield
