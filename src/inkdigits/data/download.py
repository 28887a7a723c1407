"""Downloads from the first mirror that sends the right bytes. Knows digests, but nothing of a file's content."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from inkdigits.core.errors import DataError
from inkdigits.core.progress import track
from inkdigits.data.payload import read_payload, sha256

Content = TypeVar("Content")

MAX_BYTES = 64 * 1024 * 1024
"""The largest download, and the largest unpacked content: MNIST's files have up to 47 MB."""

STALL_S = 20.0
"""The longest pause of a mirror."""

DEADLINE_S = 600.0
"""The longest time for one file: a mirror may send a byte now and then, without a long pause."""

_CHUNK = 64 * 1024


class _Response(Protocol):
    """The part of an HTTP response that is used here."""

    @property
    def length(self) -> int | None: ...

    def read1(self, n: int = ..., /) -> bytes: ...


def download(
    name: str, digest: str, mirrors: Sequence[str], *, stall_s: float = STALL_S, deadline_s: float = DEADLINE_S
) -> tuple[bytes, str]:
    """Download a file from the first mirror that sends the right bytes.

    Args:
        name: The file's name on the mirrors.
        digest: SHA-256 of the unpacked content, in hexadecimal.
        mirrors: URLs of folders, each with a slash at its end.
        stall_s: The longest pause of a mirror.
        deadline_s: The longest time for one mirror.

    Returns:
        The bytes as they were sent (gzipped or plain), and the mirror that sent them.

    Raises:
        DataError: No mirror sent the right bytes; it lists the response of each.
    """

    def check(content: bytes) -> bytes:
        found = sha256(read_payload(content, "a file that", max_bytes=MAX_BYTES))
        if found != digest:
            raise DataError(f"other bytes (SHA-256 {found[:12]}…)", expected=expected, mend="check the network")
        return content

    expected = f"a file whose unpacked SHA-256 is {digest}"
    return fetch(name, mirrors, check, expected, stall_s=stall_s, deadline_s=deadline_s)


def fetch(
    name: str,
    mirrors: Sequence[str],
    unpack: Callable[[bytes], Content],
    expected: str,
    *,
    max_bytes: int = MAX_BYTES,
    stall_s: float = STALL_S,
    deadline_s: float = DEADLINE_S,
) -> tuple[Content, str]:
    """Download a file from the first mirror whose bytes can be unpacked.

    Args:
        name: The file's name on the mirrors.
        mirrors: URLs of folders, each with a slash at its end.
        unpack: Takes the bytes as they were sent and returns what is in them; it raises `DataError` for wrong ones.
        expected: What the right file is, for the error.
        max_bytes: The largest download.
        stall_s: The longest pause of a mirror.
        deadline_s: The longest time for one mirror.

    Returns:
        What was unpacked, and the mirror that sent it.

    Raises:
        DataError: No mirror sent the right bytes; it lists the response of each.
    """
    failures = []
    for mirror in mirrors:
        url = mirror + name
        try:
            content = _fetch(url, f"Downloading {name}", max_bytes, stall_s, deadline_s)
            return unpack(content), mirror
        except (OSError, http.client.HTTPException, ValueError) as error:
            failures.append(f"{url}: {_reason(error)}")
        except DataError as error:
            is_page = content.lstrip()[:1] == b"<"
            failures.append(f"{url}: sent {'a web page' if is_page else error.given}")
    raise DataError(
        f"{name} could not be downloaded ({'; '.join(failures) or 'no mirror given'})",
        expected=expected,
        mend="check the network",
    )


def _fetch(url: str, description: str, max_bytes: int, stall_s: float, deadline_s: float) -> bytes:
    if not url.startswith(("https://", "http://")):
        raise ValueError("not an http address")
    request = urllib.request.Request(url, headers={"User-Agent": "inkdigits"})  # noqa: S310  # checked
    with urllib.request.urlopen(request, timeout=stall_s) as response:  # noqa: S310  # checked above
        length = response.length
        if length is not None and length > max_bytes:
            raise ValueError(f"wants to send {length:,} bytes, more than {max_bytes:,}")
        with track(description, length, unit="bytes") as advance:
            content = _read(response, max_bytes, time.monotonic() + deadline_s, advance)
    if length is not None and len(content) < length:
        raise ValueError(f"stopped after {len(content):,} of {length:,} bytes")
    return content


def _read(response: _Response, max_bytes: int, deadline: float, advance: Callable[[int], None]) -> bytes:
    content = bytearray()
    while chunk := response.read1(_CHUNK):
        content += chunk
        advance(len(chunk))
        if len(content) > max_bytes:
            raise ValueError(f"sent more than {max_bytes:,} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError(f"too slow, {len(content):,} bytes so far")
    return bytes(content)


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return f"answered {error.code} {error.reason}"
    if isinstance(error, urllib.error.URLError):
        return str(error.reason)
    return str(error) or type(error).__name__
