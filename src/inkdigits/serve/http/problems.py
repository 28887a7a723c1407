"""What goes wrong, as RFC 9457 has it: application/problem+json. Knows nothing of what the server does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from inkdigits.core.errors import InkdigitsError, PictureError, StorageError

MEDIA_TYPE = "application/problem+json"

PROBLEMS: Mapping[str, tuple[int, str]] = {
    "bad-request": (400, "The request is not as it should be"),
    "read-only": (403, "This server only reads"),
    "wrong-origin": (403, "Only the page itself may do this"),
    "not-found": (404, "There is nothing here"),
    "method": (405, "This can't be done here"),
    "timeout": (408, "It took too long"),
    "teaching": (409, "A teaching is under way"),
    "nothing-waits": (409, "There is nothing to decide"),
    "too-large": (413, "Too large"),
    "wrong-host": (421, "This server has another name"),
    "no-picture": (422, "No picture that can be read"),
    "too-few": (422, "Too few corrections"),
    "too-many": (422, "Too many at once"),
    "failed": (500, "The server failed"),
    "learn-missing": (501, "The learn half is not installed"),
    "busy": (503, "Too much to do"),
    "storage": (507, "It can't be kept"),
}
"""Status and title of each code; a code is what programs go by and never changes its meaning."""

_RETRY_AFTER_S = "1"


class ProblemError(Exception):
    """A request that can't be answered.

    Args:
        code: One of `PROBLEMS`.
        detail: What was given, what was expected, how to mend it.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def problem(code: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer to a request that can't be answered."""
    status, title = PROBLEMS[code]
    body = {"type": f"urn:inkdigits:{code}", "title": title, "status": status, "detail": detail, "code": code}
    extra = dict(headers or {}) | ({"Retry-After": _RETRY_AFTER_S} if status == 503 else {})
    if status in (408, 413):  # the rest of the body is not worth waiting for
        extra["Connection"] = "close"
    return JSONResponse(body, status, extra, MEDIA_TYPE)


def describe(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of these problems, by status."""
    described: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, title = PROBLEMS[code]
        example = {"type": f"urn:inkdigits:{code}", "title": title, "status": status, "detail": "…", "code": code}
        content = described.setdefault(status, {"description": title, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}})
        content["content"][MEDIA_TYPE].setdefault("examples", {})[code] = {"value": example}
    return described


_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": sorted(PROBLEMS)},
    },
}


def handle_problems(app: FastAPI) -> None:
    """Let everything that goes wrong in `app` be answered as a problem."""
    for kind in (ProblemError, InkdigitsError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, answer_problem)


def answer_problem(request: Request, error: Exception) -> Response:
    """Return the answer to a request that ended with an error."""
    match error:
        case ProblemError():
            return problem(error.code, error.detail)
        case PictureError():
            return problem("no-picture", str(error))
        case StorageError():
            return problem("storage", str(error))
        case InkdigitsError():
            return problem("bad-request", str(error))
        case RequestValidationError():
            return problem("bad-request", "; ".join(map(_fault, error.errors())))
        case HTTPException(status_code=404):
            return problem("not-found", f"there is no {request.url.path}")
        case HTTPException(status_code=405):
            return problem("method", f"{request.method} is not for {request.url.path}", {"Allow": _allowed(request)})
        case HTTPException():
            return problem("bad-request", str(error.detail))
        case _:
            return problem("failed", "the fault is the server's; its log says more")


def _allowed(request: Request) -> str:
    """Name all methods of a path: each has a route of its own here, and only the first would be named else."""
    answered = [
        method
        for method in ("DELETE", "GET", "HEAD", "POST")
        if any(route.matches(dict(request.scope) | {"method": method})[0] is Match.FULL for route in request.app.routes)
    ]
    return ", ".join(answered)


def _fault(fault: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in fault["loc"] if part not in ("query", "path", "body"))
    return f"{place}: {fault['msg']}"
