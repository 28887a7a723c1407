"""A user's labelled lines, a picture and its text each: added, listed, undone. Knows nothing of networks or HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.core.types import SIGNS, LinePicture
from inkdigits.corrections.picture_store import PictureStore
from inkdigits.corrections.store import LABELS
from inkdigits.pictures.png import decode_grey_png

CHARACTERS = frozenset((*LABELS, *SIGNS, " "))
"""What the text of a line may consist of; a space is no character, but a gap."""

MAX_TEXT = 200
"""Characters that a line has at most; the widest line picture has room for about 100 digits."""

MAX_LINE_PIXELS = 1 << 20
"""Pixels that the picture of a line has at most."""


@dataclass(frozen=True)
class LabelledLine:
    """The true text of one line, or of one cell of a table.

    Attributes:
        id: Its number, which no other line ever had.
        text: What is written there: digits and `SIGNS`, with a space between numbers; empty if nothing is to be read.
        read: What the reader took it for; None if it was not read.
        time: When it was made, ISO 8601 in UTC.
    """

    id: int
    text: str
    read: str | None
    time: str


class LineStore(PictureStore[LabelledLine]):
    """Labelled lines in a folder.

    Args:
        data_dir: They are in `corrections/lines` below it, a folder that is made with the first one.

    Examples:
        >>> import tempfile
        >>> store = LineStore(Path(tempfile.mkdtemp()))
        >>> added = store.add(np.full((40, 96), 200, np.uint8), text="1 250.-", read="125")
        >>> [(line.text, picture.shape) for line, picture in store.images()]
        [('1 250.-', (40, 96))]
        >>> store.undo(added.id)
        True
    """

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir / "corrections" / "lines", _labelled_line, decode_line_png)

    def add(self, image: LinePicture, *, text: str, read: str | None) -> LabelledLine:
        """Keep a labelled line; it is on the disk when this returns.

        Args:
            image: The line, cut out of the picture that was read with some paper around it, (H, W), uint8, grey.
            text: What is written there.
            read: What the reader took it for.

        Returns:
            The line, with its number.

        Raises:
            StorageError: The folder can't be written, the disk is full, or another process holds the lock.
            ValueError: `text` is too long or has other characters, or `image` has another form or is too large.
        """
        if image.ndim != 2 or image.dtype != np.uint8 or not 0 < image.size <= MAX_LINE_PIXELS:
            expected = f"(H, W) uint8 of at most {MAX_LINE_PIXELS:,} pixels"
            raise ValueError(f"image is {image.shape} {image.dtype}, expected {expected}")
        return self._add(image, {"text": line_text(text), "read": read})


def line_text(text: str) -> str:
    """Return a text as a line can have it: with single spaces, and none at its ends.

    Args:
        text: What a user typed.

    Raises:
        ValueError: It is too long or has other characters.

    Examples:
        >>> line_text(" 12  345,50 ")
        '12 345,50'
    """
    plain = " ".join(text.split())
    if len(plain) > MAX_TEXT or not CHARACTERS.issuperset(plain):
        known = " ".join((*LABELS, *SIGNS))
        raise ValueError(f"the text is {text[:40]!r}; expected at most {MAX_TEXT} of the characters {known}")
    return plain


def decode_line_png(content: bytes) -> LinePicture:
    """Return the picture of a line in a grey PNG.

    Args:
        content: The bytes of the file.

    Returns:
        (H, W), uint8, grey.

    Raises:
        ValueError: It is no grey PNG, or too large.
    """
    return decode_grey_png(content, max_pixels=MAX_LINE_PIXELS)


def _labelled_line(record: Mapping[str, Any]) -> LabelledLine | None:
    """Return a journal's line as a labelled line; None if it is none, whatever program wrote it."""
    number, text, read, time = (record.get(key) for key in ("id", "text", "read", "time"))
    if not isinstance(number, int) or not isinstance(time, str) or not isinstance(read, str | None):
        return None
    if not isinstance(text, str) or len(text) > MAX_TEXT or not CHARACTERS.issuperset(text):
        return None
    return LabelledLine(number, text, read, time)
