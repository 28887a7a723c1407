"""Reads the body of a request within limits of size and time. Knows nothing of what a body means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from pydantic_core import from_json
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from inkdigits.serve.http.problems import ProblemError

_FORM_OVERHEAD_BYTES = 16 * 1024
"""How much longer than its file a form may be."""


async def read_body(request: Request, *, max_bytes: int, timeout_s: float) -> bytes:
    """Return the body of a request.

    Args:
        request: The request.
        max_bytes: Its size; a longer one is refused before it is sent, if the client gives its length.
        timeout_s: How long it may take.

    Raises:
        ProblemError: It is too long, too slow, or the client went away.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            while (message := await request.receive())["type"] == "http.request":
                body += message.get("body", b"")
                if len(body) > max_bytes:
                    raise _too_large(max_bytes)
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError as error:
        raise ProblemError("timeout", f"the body was not there after {timeout_s:g} s; send it faster") from error
    raise ProblemError("bad-request", "the client went away before its body was there")


async def read_file(request: Request, *, max_bytes: int, timeout_s: float) -> tuple[bytes, str | None]:
    """Return the file of a request: its raw body, or the part `file` of a form.

    Args:
        request: The request.
        max_bytes: The size of the file.
        timeout_s: How long the body may take.

    Returns:
        The content, and the name if the client gave one.

    Raises:
        ProblemError: As `read_body`, or the form is damaged or has no such part.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await read_body(request, max_bytes=max_bytes, timeout_s=timeout_s), None
    body = await read_body(request, max_bytes=max_bytes + _FORM_OVERHEAD_BYTES, timeout_s=timeout_s)
    try:
        form = await _InMemoryParser(request.headers, _stream(body), max_files=1, max_fields=8).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise ProblemError("bad-request", f"the form is damaged ({error}); expected one part called file") from error
    try:
        file = form.get("file")
        if file is None or isinstance(file, str):
            raise ProblemError("bad-request", "the form has no file called file; expected one part of that name")
        content = await file.read()
        if len(content) > max_bytes:
            raise _too_large(max_bytes)
        return content, file.filename or None
    finally:
        await form.close()


async def read_json(request: Request, *, max_bytes: int, timeout_s: float) -> Any:
    """Return the decoded JSON of a request's body.

    Args:
        request: The request.
        max_bytes: The size of the body.
        timeout_s: How long it may take.

    Raises:
        ProblemError: As `read_body`, or it is no JSON.
    """
    body = await read_body(request, max_bytes=max_bytes, timeout_s=timeout_s)
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise ProblemError("bad-request", f"the body is no JSON ({error})") from error


class _InMemoryParser(MultiPartParser):
    """Starlette's parser writes parts over 1 MB to a temporary file; here the size of the body is limited already."""

    spool_max_size = 1 << 30


async def _stream(body: bytes) -> AsyncGenerator[bytes]:
    yield body


def _too_large(max_bytes: int) -> ProblemError:
    return ProblemError("too-large", f"the body is longer than {max_bytes:,} bytes; make the picture smaller")
