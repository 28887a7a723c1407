"""The body of a request, counted and timed while it comes. Knows nothing of what is in it beside a file's place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from pydantic_core import from_json
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from inkdigits.serve.http.problems import ProblemError

_FORM_OVERHEAD = 16 * 1024
"""What a form may have beside its file."""


async def read_body(request: Request, *, most_bytes: int, within_s: float) -> bytes:
    """Return the body of a request.

    Raises:
        ProblemError: It is longer than `most_bytes` (told before it is sent, where its length is), or not there
            after `within_s`.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise _too_large(most_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(within_s):
            while (message := await request.receive())["type"] == "http.request":
                body += message.get("body", b"")
                if len(body) > most_bytes:
                    raise _too_large(most_bytes)
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError as error:
        raise ProblemError("timeout", f"the body was not there after {within_s:g} s; send it faster") from error
    raise ProblemError("bad-request", "the client went away before its body was there")


async def read_file(request: Request, *, most_bytes: int, within_s: float) -> tuple[bytes, str | None]:
    """Return the file that a request brings: its raw body, or the part `file` of a form.

    Returns:
        Its content, and its name where the client gave one.

    Raises:
        ProblemError: As `read_body`, or the form is damaged or has no such part.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await read_body(request, most_bytes=most_bytes, within_s=within_s), None
    body = await read_body(request, most_bytes=most_bytes + _FORM_OVERHEAD, within_s=within_s)
    try:
        form = await _InMemory(request.headers, _once(body), max_files=1, max_fields=8).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise ProblemError("bad-request", f"the form is damaged ({error}); expected one part called file") from error
    try:
        file = form.get("file")
        if file is None or isinstance(file, str):
            raise ProblemError("bad-request", "the form has no file called file; expected one part of that name")
        content = await file.read()
        if len(content) > most_bytes:
            raise _too_large(most_bytes)
        return content, file.filename or None
    finally:
        await form.close()


async def read_json(request: Request, *, most_bytes: int, within_s: float) -> Any:
    """Return what the body of a request says in JSON.

    Raises:
        ProblemError: As `read_body`, or it is no JSON.
    """
    body = await read_body(request, most_bytes=most_bytes, within_s=within_s)
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise ProblemError("bad-request", f"the body is no JSON ({error})") from error


class _InMemory(MultiPartParser):
    """Starlette's parser, which else writes parts over 1 MB into a file: here their sizes are known already."""

    spool_max_size = 1 << 30


async def _once(body: bytes) -> AsyncGenerator[bytes]:
    yield body


def _too_large(most_bytes: int) -> ProblemError:
    return ProblemError("too-large", f"the body is longer than {most_bytes:,} bytes; make the picture smaller")
