"""One picture -> its row: what was read, or why nothing could be. Knows nothing of processes and files of rows."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inkdigits.core.errors import InkdigitsError
from inkdigits.read.bulk.sources.contents import PictureContents
from inkdigits.read.bulk.sources.reference import PictureReference
from inkdigits.read.models.chosen import SHIPPED_MODELS
from inkdigits.read.reader import Reader
from inkdigits.read.result import Reading
from inkdigits.version import __version__

COLUMNS = (
    "source", "text", "confidence", "lines", "refused", "tables", "error", "seconds", "version", "networks",
)  # fmt: skip
"""What a row has, in this order. `lines`, `refused` and `tables` are nested."""

NESTED = ("lines", "refused", "tables")
"""The columns whose values are lists of objects, as `inkdigits read --json` has them."""


@dataclass(frozen=True)
class ReadSettings:
    """How every picture of a job is read.

    Attributes:
        single: Whether each is one digit.
        models: Networks in place of the shipped ones of their kind.
        min_confidence: Least confidence of what is read; None for the reader's own.
        max_error: The share of errors to expect among what is read; None for no such limit.
        networks: The digest of the networks, for the rows.
        pattern: A regular expression for the text of each line; None for any digits.
        best: How many candidates each line has; None for none.
        handwritten: Whether printed digits are left out.
    """

    single: bool = False
    models: tuple[str, ...] = ()
    min_confidence: float | None = None
    max_error: float | None = None
    networks: str = ""
    pattern: str | None = None
    best: int | None = None
    handwritten: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self) | {"models": list(self.models)}


def networks_digest(models: Sequence[str]) -> str:
    """Return 16 hexadecimal digits that differ when one of the networks does (SHA-256 of their files).

    Args:
        models: The files of networks in place of the shipped ones of their kind.
    """
    digest = hashlib.sha256()
    for path in [*map(Path, models), *sorted(SHIPPED_MODELS.glob("*.onnx"))]:
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()[:16]


class RowReader:
    """Reads pictures into rows. Makes no difference between a picture that can't be read and a fault of the reader.

    Args:
        settings: How to read.

    Raises:
        InkdigitsError: The model is none, or the limits can't be kept.
    """

    def __init__(self, settings: ReadSettings) -> None:
        self._settings, self._contents = settings, PictureContents()
        self._reader = Reader(settings.models, min_confidence=settings.min_confidence, max_error=settings.max_error)
        self._known: Any = {
            "single": settings.single,
            "pattern": settings.pattern,
            "best": settings.best,
            "handwritten": settings.handwritten,
        }
        # Now, and not as part of the first picture's seconds.
        _ = self._reader.digit_network, self._reader.line_networks

    def read(self, reference: PictureReference, content: bytes | None = None) -> dict[str, Any]:
        """Return the row of a picture.

        Args:
            reference: Where it is.
            content: Its bytes, where they came along.
        """
        start_s = time.perf_counter()
        reading, error = Reading(), reference.fault
        if not error:
            try:
                source = self._contents.get(reference) if content is None else content
                reading = self._reader.read(source, **self._known)
            except InkdigitsError as failure:
                error = str(failure)
            except Exception as failure:  # one picture must not end the reading of a million
                error = f"the reader failed ({type(failure).__name__}: {failure}); report it, with the picture"
        return make_row(reference, reading, error, time.perf_counter() - start_s, self._settings.networks)


def make_row(
    reference: PictureReference, reading: Reading, error: str, seconds: float, networks: str
) -> dict[str, Any]:
    """Return the row of a picture.

    Args:
        reference: Where it is.
        reading: What was read; empty where nothing could be.
        error: Why nothing could be read, in one line; empty if it could.
        seconds: How long it took.
        networks: The digest of the networks.

    Returns:
        A value for each of `COLUMNS`. `confidence` is that of the least sure line, None without lines.

    Examples:
        >>> row = make_row(PictureReference("a.png", "a.png"), Reading(), "a.png is empty", 0.1, "")
        >>> list(row) == list(COLUMNS), row["error"], row["confidence"]
        (True, 'a.png is empty', None)
    """
    source = reference.source.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    confidence = min((line.confidence for line in reading.lines), default=None)
    values = reading.to_dict() | {
        "source": source,
        "confidence": None if confidence is None else round(confidence, 4),
        "error": " ".join(error.encode("utf-8", "replace").decode().split()) or None,
        "seconds": round(seconds, 4),
        "version": __version__,
        "networks": networks,
    }
    return {name: values[name] for name in COLUMNS}
