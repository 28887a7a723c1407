"""The corrections of one user: kept, listed, undone. Knows nothing of networks, of HTTP or of how they are used.

A correction is a PNG that any program opens, and a line in `journal.jsonl`. To undo is a line too. Several
processes may write at once: a lock file lets one at a time.
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
"""What a digit can be said to be."""


def default_data_dir() -> Path:
    """Return where corrections and what was taught are kept unless the user says otherwise."""
    return Path(platformdirs.user_data_dir("inkdigits"))


@dataclass(frozen=True)
class Correction:
    """One digit, and what it really is.

    Attributes:
        id: Its number; no other correction ever had it.
        label: The name of its class, for example "7"; None says that it is no digit.
        read: What it was read as; None where nothing was read.
        time: When it was made, ISO 8601 in UTC.
    """

    id: int
    label: str | None
    read: str | None
    time: str


class CorrectionStore:
    """Corrections in a folder.

    Args:
        data_dir: Corrections are in `corrections` below it; nothing is made before the first one.

    Examples:
        >>> import tempfile
        >>> store = CorrectionStore(Path(tempfile.mkdtemp()))
        >>> kept = store.add(np.full((28, 28), 200, np.uint8), label="7", read="1")
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

    def add(self, form: Image, *, label: str | None, read: str | None) -> Correction:
        """Keep a correction; when this returns it is on the disk.

        Args:
            form: (28, 28), uint8, in MNIST's form, as it was read.
            label: What it really is; None says that it is no digit.
            read: What it was read as.

        Raises:
            StorageError: The folder can't be written, the disk is full, or another process holds the lock.
        """
        if form.shape != (SIDE, SIDE) or form.dtype != np.uint8:
            raise ValueError(f"form is {form.shape} {form.dtype}, expected ({SIDE}, {SIDE}) uint8")
        if label is not None and label not in LABELS:
            raise ValueError(f"label is {label!r}, expected one of {', '.join(LABELS)} or None")
        with self._locked():
            known = [record["id"] for record in journal.read(self._journal) if isinstance(record.get("id"), int)]
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            correction = Correction(max(known, default=0) + 1, label, read, now)
            # The picture first: a line in the journal then never speaks of one that isn't there.
            write_bytes(self.path(correction.id), encode_png(form))
            journal.append(self._journal, vars(correction))
        return correction

    def undo(self, number: int) -> bool:
        """Take a correction back, and its picture away.

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
        """Return the corrections that stand, oldest first."""
        standing: dict[int, Correction] = {}
        for record in journal.read(self._journal):
            if isinstance(record.get("undo"), int):
                standing.pop(record["undo"], None)
            elif (correction := _correction(record)) is not None:
                standing[correction.id] = correction
        return list(standing.values())

    def forms(self) -> Iterator[tuple[Correction, Image]]:
        """Yield each correction that stands with its form, oldest first; those whose picture is gone are left out."""
        for correction in self.list():
            form = self.form(correction.id)
            if form is not None:
                yield correction, form

    def form(self, number: int) -> Image | None:
        """Return a correction's form (28, 28) uint8; None where its picture is gone or was changed into none."""
        try:
            return decode_png(self.path(number).read_bytes())
        except (OSError, ValueError):
            return None

    def path(self, number: int) -> Path:
        """Return where a correction's picture is."""
        return self.folder / f"{number:06d}.png"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with storage_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with lock(self.folder / "lock"):
            remove_partial(self.folder)
            yield


def _correction(record: dict[str, Any]) -> Correction | None:
    number, label, read, time = (record.get(key) for key in ("id", "label", "read", "time"))
    if not isinstance(number, int) or not isinstance(time, str) or not isinstance(read, str | None):
        return None
    return Correction(number, label, read, time) if label is None or label in LABELS else None
