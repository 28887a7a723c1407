"""A user's corrections: added, listed, undone. Knows nothing of networks, of HTTP or of how corrections are used.

A correction is a PNG that any program opens, and a line in `journal.jsonl`. An undo is a line, too. Several
processes may write at the same time: a lock file admits one after the other.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from inkdigits.core.atomic import remove_partial, storage_errors, write_bytes
from inkdigits.core.locks import lock
from inkdigits.core.types import SIDE, Image
from inkdigits.corrections import journal
from inkdigits.pictures.png import decode_png, encode_png

LABELS = tuple("0123456789")
"""The labels that a correction can give."""


def default_data_dir() -> Path:
    """Return the folder of corrections and adapted networks that is used unless the user names another."""
    return Path(platformdirs.user_data_dir("inkdigits"))


@dataclass(frozen=True)
class Correction:
    """The true label of one digit.

    Attributes:
        id: Its number, which no other correction ever had.
        label: The name of its class, for example "7"; None for a picture that shows no digit.
        read: What the reader took it for; None if it read nothing.
        time: When it was made, ISO 8601 in UTC.
    """

    id: int
    label: str | None
    read: str | None
    time: str


class CorrectionStore:
    """Corrections in a folder.

    Args:
        data_dir: They are in `corrections` below it, a folder that is made with the first one.

    Attributes:
        folder: Where they are.

    Examples:
        >>> import tempfile
        >>> store = CorrectionStore(Path(tempfile.mkdtemp()))
        >>> added = store.add(np.full((28, 28), 200, np.uint8), label="7", read="1")
        >>> [(correction.id, correction.label) for correction in store.list()]
        [(1, '7')]
        >>> store.undo(1)
        True
        >>> store.list()
        []
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "corrections"
        self._journal = self.folder / "journal.jsonl"

    def add(self, image: Image, *, label: str | None, read: str | None) -> Correction:
        """Keep a correction; it is on the disk when this returns.

        Args:
            image: The normalized digit as it was read, (28, 28), uint8, 0 is empty and 255 is ink.
            label: Its true label; None for a picture that shows no digit.
            read: What the reader took it for.

        Returns:
            The correction, with its number.

        Raises:
            StorageError: The folder can't be written, the disk is full, or another process holds the lock.
        """
        if image.shape != (SIDE, SIDE) or image.dtype != np.uint8:
            raise ValueError(f"image is {image.shape} {image.dtype}, expected ({SIDE}, {SIDE}) uint8")
        if label is not None and label not in LABELS:
            raise ValueError(f"label is {label!r}, expected one of {', '.join(LABELS)} or None")
        with self._locked():
            ids = [record["id"] for record in journal.read(self._journal) if isinstance(record.get("id"), int)]
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            correction = Correction(max(ids, default=0) + 1, label, read, now)
            # The image first: then the journal never names one that isn't there.
            write_bytes(self.path(correction.id), encode_png(image))
            journal.append(self._journal, vars(correction))
        return correction

    def undo(self, number: int) -> bool:
        """Take a correction back and remove its image.

        Args:
            number: Its `id`.

        Returns:
            Whether there was one with this number.

        Raises:
            StorageError: As for `add`.
        """
        if all(correction.id != number for correction in self.list()):
            return False
        with self._locked():
            if all(correction.id != number for correction in self.list()):
                return False
            journal.append(self._journal, {"undo": number})
            self.path(number).unlink(missing_ok=True)
        return True

    def list(self) -> list[Correction]:
        """Return the corrections that were not undone, oldest first."""
        active: dict[int, Correction] = {}
        for record in journal.read(self._journal):
            if isinstance(record.get("undo"), int):
                active.pop(record["undo"], None)
            elif (correction := _correction(record)) is not None:
                active[correction.id] = correction
        return list(active.values())

    def images(self) -> Iterator[tuple[Correction, Image]]:
        """Yield the corrections of `list` with their images, without those whose image can't be read.

        Yields:
            A correction, and its image (28, 28), uint8, 0 is empty and 255 is ink.
        """
        for correction in self.list():
            image = self.image(correction.id)
            if image is not None:
                yield correction, image

    def image(self, number: int) -> Image | None:
        """Return a correction's image, (28, 28), uint8, 0 is empty and 255 is ink; None if it can't be read.

        Args:
            number: The correction's `id`.
        """
        try:
            return decode_png(self.path(number).read_bytes())
        except (OSError, ValueError):
            return None

    def path(self, number: int) -> Path:
        """Return the path of a correction's image.

        Args:
            number: The correction's `id`.
        """
        return self.folder / f"{number:06d}.png"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with lock(self.folder / "lock"):
            remove_partial(self.folder)
            yield


def _correction(record: dict[str, Any]) -> Correction | None:
    """Return a journal's record as a correction; None if it is none, whatever program wrote it."""
    number, label, read, time = (record.get(key) for key in ("id", "label", "read", "time"))
    if not isinstance(number, int) or not isinstance(time, str) or not isinstance(read, str | None):
        return None
    return Correction(number, label, read, time) if label is None or label in LABELS else None
