"""A file or a download -> its bytes, gunzipped if need be. Knows nothing of what they mean."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from inkdigits.core.errors import DataError

MAX_BYTES = 2 * 1024**3
"""The largest unpacked content that is read: fifty times MNIST."""

_GZIP = b"\x1f\x8b"
_CHUNK = 1024 * 1024


@contextmanager
def open_payload(source: Path | bytes, name: str | None = None) -> Iterator[BinaryIO]:
    """Open a file or bytes for reading; gzip is unpacked, known by its content and not by the file's name.

    Args:
        source: The file, or the bytes themselves.
        name: What to call it in an error; by default the path.

    Yields:
        The unpacked bytes as a stream.

    Raises:
        DataError: The file is missing, can't be read, or is damaged gzip; also later, while the stream is read.

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


def read_payload(source: Path | bytes, name: str | None = None, *, max_bytes: int = MAX_BYTES) -> bytearray:
    """Read a whole file or bytes; gzip is unpacked.

    Args:
        source: The file, or the bytes themselves.
        name: What to call it in an error; by default the path.
        max_bytes: The largest unpacked length.

    Returns:
        The unpacked bytes. They can be written to, so an array can use their memory without a copy.

    Raises:
        DataError: As `open_payload`, or they are more than `max_bytes`.
    """
    payload = bytearray()
    with open_payload(source, name) as stream:
        while chunk := stream.read(_CHUNK):
            payload += chunk
            if len(payload) > max_bytes:
                raise DataError(
                    f"{name or _name(source)} unpacks to more than {max_bytes:,} bytes",
                    expected="a data set of ordinary size",
                    mend="check where it came from",
                )
    return payload


def sha256(payload: bytes | bytearray) -> str:
    """Return the SHA-256 of bytes in hexadecimal.

    Args:
        payload: The bytes.

    Examples:
        >>> sha256(b"")[:12]
        'e3b0c44298fc'
    """
    return hashlib.sha256(payload).hexdigest()


def _name(source: Path | bytes) -> str:
    return "the data" if isinstance(source, bytes) else str(source)


def payload_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's unpacked content in hexadecimal.

    Args:
        path: The file, plain or gzipped.

    Raises:
        DataError: As `open_payload`.
    """
    digest = hashlib.sha256()
    with open_payload(path) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Turn errors of reading and unpacking into `DataError`."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        found = "ends early" if isinstance(error, EOFError) else f"is damaged ({error})"
        raise DataError(f"{name} {found}", expected="a whole gzip file", mend="download or copy it again") from error
    except OSError as error:
        raise DataError(
            f"{name} can't be read ({error.strerror or error})", expected="a file you may read", mend="check the path"
        ) from error
