"""A user's corrections of single digits: added, listed, undone. Knows nothing of networks, of HTTP or of their use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.core.types import SIDE, Image
from inkdigits.corrections.picture_store import PictureStore
from inkdigits.pictures.png import decode_png

LABELS = tuple("0123456789")
"""The labels that a correction can give."""


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


class CorrectionStore(PictureStore[Correction]):
    """Corrections in a folder.

    Args:
        data_dir: They are in `corrections` below it, a folder that is made with the first one.

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
        super().__init__(data_dir / "corrections", _correction, decode_png)

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
        return self._add(image, {"label": label, "read": read})


def _correction(line: Mapping[str, Any]) -> Correction | None:
    """Return a journal's line as a correction; None if it is none, whatever program wrote it."""
    number, label, read, time = (line.get(key) for key in ("id", "label", "read", "time"))
    if not isinstance(number, int) or not isinstance(time, str) or not isinstance(read, str | None):
        return None
    return Correction(number, label, read, time) if label is None or label in LABELS else None
