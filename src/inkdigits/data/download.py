"""A file from the first mirror that sends the right bytes. Knows digests, but nothing of what is in the file."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from typing import Protocol

from inkdigits.core.errors import DataError
from inkdigits.core.progress import track
from inkdigits.data.payload import read_payload, sha256

MOST_BYTES = 64 * 1024 * 1024
"""No file of MNIST is longer than 47 MB, packed or not."""

STALL_S = 20.0
"""How long a mirror may send nothing."""

DEADLINE_S = 600.0
"""How long one file may take in all: a mirror that sends a byte now and then is no mirror."""

_CHUNK = 64 * 1024


class _Answer(Protocol):
    """What of an HTTP answer is used here."""

    @property
    def length(self) -> int | None: ...

    def read1(self, n: int = ..., /) -> bytes: ...


def download(
    name: str, digest: str, mirrors: Sequence[str], *, stall_s: float = STALL_S, deadline_s: float = DEADLINE_S
) -> tuple[bytes, str]:
    """Fetch `name` from the first mirror whose unpacked bytes have the right digest.

    Args:
        name: The file's name on the mirrors.
        digest: SHA-256 of the unpacked payload, in hexadecimal.
        mirrors: Addresses that `name` is put behind, each with a slash at its end.
        stall_s: How long a mirror may send nothing.
        deadline_s: How long one mirror may take in all.

    Returns:
        The bytes as they were sent (gz or plain), and the mirror that sent them.

    Raises:
        DataError: No mirror sent the right bytes; it lists what each of them answered.
    """
    answers = []
    for mirror in mirrors:
        url = mirror + name
        try:
            content = _fetch(url, f"Downloading {name}", stall_s, deadline_s)
            found = sha256(read_payload(content, "it", most_bytes=MOST_BYTES))
        except (OSError, http.client.HTTPException, ValueError) as error:
            answers.append(f"{url}: {_reason(error)}")
        except DataError as error:  # what was sent can't be unpacked
            answers.append(f"{url}: {error.given}")
        else:
            if found == digest:
                return content, mirror
            kind = "a web page" if content.lstrip()[:1] == b"<" else f"other bytes (SHA-256 {found[:12]}…)"
            answers.append(f"{url}: sent {kind}")
    raise DataError(
        f"{name} could not be downloaded ({'; '.join(answers) or 'no mirror given'})",
        expected=f"a file whose unpacked SHA-256 is {digest}",
        mend="check the network",
    )


def _fetch(url: str, description: str, stall_s: float, deadline_s: float) -> bytes:
    if not url.startswith(("https://", "http://")):
        raise ValueError("not an http address")
    request = urllib.request.Request(url, headers={"User-Agent": "inkdigits"})  # noqa: S310  # checked
    with urllib.request.urlopen(request, timeout=stall_s) as answer:  # noqa: S310  # checked above
        length = answer.length
        if length is not None and length > MOST_BYTES:
            raise ValueError(f"wants to send {length:,} bytes, more than {MOST_BYTES:,}")
        with track(description, length, unit="bytes") as advance:
            content = _read(answer, time.monotonic() + deadline_s, advance)
    if length is not None and len(content) < length:
        raise ValueError(f"stopped after {len(content):,} of {length:,} bytes")
    return content


def _read(answer: _Answer, deadline: float, advance: Callable[[int], None]) -> bytes:
    content = bytearray()
    while chunk := answer.read1(_CHUNK):
        content += chunk
        advance(len(chunk))
        if len(content) > MOST_BYTES:
            raise ValueError(f"sent more than {MOST_BYTES:,} bytes")
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
