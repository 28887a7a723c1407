"""A file or a download -> its bytes, unpacked where it is gzip. Knows nothing of what they mean."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from inkdigits.core.errors import DataError

MOST_BYTES = 2 * 1024**3
"""The longest payload that is read: fifty times MNIST."""

_GZIP = b"\x1f\x8b"
_CHUNK = 1024 * 1024


@contextmanager
def open_payload(source: Path | bytes, name: str | None = None) -> Iterator[BinaryIO]:
    """Open a file or bytes for reading, unpacking gzip; the content decides, not the file's name.

    Args:
        source: The file, or the bytes themselves.
        name: What to call it in an error; by default the path.

    Yields:
        The unpacked bytes as a stream.

    Raises:
        DataError: The file is missing, can't be read, or is damaged gzip; also while reading the stream.

    Examples:
        >>> with open_payload(gzip.compress(b"seven"), "note") as stream:
        ...     stream.read()
        b'seven'
    """
    name = name or _name(source)
    with _reading(name), io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        if packed:
            with gzip.open(raw) as unpacked:
                yield io.BufferedReader(unpacked, _CHUNK)
        else:
            yield raw


def read_payload(source: Path | bytes, name: str | None = None, *, most_bytes: int = MOST_BYTES) -> bytearray:
    """Read a file or bytes as a whole, unpacking gzip.

    Args:
        source: The file, or the bytes themselves.
        name: What to call it in an error; by default the path.
        most_bytes: How long it may get when unpacked.

    Returns:
        The payload; an array made over it can be written to, so nothing need copy it.

    Raises:
        DataError: As `open_payload`, or it is longer than `most_bytes`.
    """
    payload = bytearray()
    with open_payload(source, name) as stream:
        while chunk := stream.read(_CHUNK):
            payload += chunk
            if len(payload) > most_bytes:
                raise DataError(
                    f"{name or _name(source)} unpacks to more than {most_bytes:,} bytes",
                    expected="a data set of ordinary size",
                    mend="check where it came from",
                )
    return payload


def sha256(payload: bytes | bytearray) -> str:
    """Return the SHA-256 of `payload` in hexadecimal.

    Examples:
        >>> sha256(b"")[:12]
        'e3b0c44298fc'
    """
    return hashlib.sha256(payload).hexdigest()


def _name(source: Path | bytes) -> str:
    return "the data" if isinstance(source, bytes) else str(source)


def payload_sha256(path: Path) -> str:
    """Return the SHA-256 of what is in the file, unpacked; raises `DataError` as `open_payload`."""
    digest = hashlib.sha256()
    with open_payload(path) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        found = "ends early" if isinstance(error, EOFError) else f"is damaged ({error})"
        raise DataError(f"{name} {found}", expected="a whole gzip file", mend="download or copy it again") from error
    except OSError as error:
        raise DataError(
            f"{name} can't be read ({error.strerror or error})", expected="a file you may read", mend="check the path"
        ) from error
