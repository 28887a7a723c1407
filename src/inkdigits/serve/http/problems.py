"""Errors as application/problem+json (RFC 9457). Knows nothing of what the server does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from inkdigits.core.errors import InkdigitsError, PictureError, PictureTooLargeError, StorageError

MEDIA_TYPE = "application/problem+json"

PROBLEMS: Mapping[str, tuple[int, str]] = {
    "bad-request": (400, "The request is not as it should be"),
    "read-only": (403, "This server only reads"),
    "wrong-origin": (403, "Only the page itself may do this"),
    "not-found": (404, "There is nothing here"),
    "method": (405, "This can't be done here"),
    "timeout": (408, "It took too long"),
    "teaching": (409, "A teaching is under way"),
    "training": (409, "A training is under way"),
    "nothing-waits": (409, "There is nothing to decide"),
    "too-large": (413, "Too large"),
    "wrong-host": (421, "This server has another name"),
    "no-picture": (422, "No picture that can be read"),
    "opaque": (422, "The network can't be looked into"),
    "too-few": (422, "Too few corrections"),
    "too-many": (422, "Too many at once"),
    "failed": (500, "The server failed"),
    "learn-missing": (501, "The learn half is not installed"),
    "busy": (503, "Too much to do"),
    "storage": (507, "It can't be kept"),
}
"""Status and title of each code. Programs rely on codes: they keep their meaning."""

SERVER_FAULT = "the fault is the server's; its log says more"

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


StoreT = TypeVar("StoreT")


def require_store(store: StoreT | None) -> StoreT:
    """Return the place where corrections are kept; raise `ProblemError` on a server that only reads.

    Args:
        store: None where the server only reads.
    """
    if store is None:
        raise ProblemError("read-only", "this server only reads; start one without --read-only to correct")
    return store


def problem_response(code: str, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer of a problem.

    Args:
        code: One of `PROBLEMS`.
        detail: What was given, what was expected, how to mend it.
        headers: More headers.
    """
    status, title = PROBLEMS[code]
    body = {"type": f"urn:inkdigits:{code}", "title": title, "status": status, "detail": detail, "code": code}
    extra = dict(headers or {}) | ({"Retry-After": _RETRY_AFTER_S} if status == 503 else {})
    if status in (408, 413):  # the rest of the body is not read
        extra["Connection"] = "close"
    return JSONResponse(body, status, extra, MEDIA_TYPE)


def describe_problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of problems, by status.

    Args:
        codes: Keys of `PROBLEMS`.
    """
    responses: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, title = PROBLEMS[code]
        example = {"type": f"urn:inkdigits:{code}", "title": title, "status": status, "detail": "…", "code": code}
        content = responses.setdefault(status, {"description": title, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}})
        content["content"][MEDIA_TYPE].setdefault("examples", {})[code] = {"value": example}
    return responses


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


def add_error_handlers(app: FastAPI) -> None:
    """Answer every error of an application as a problem.

    Args:
        app: The application.
    """
    for kind in (ProblemError, InkdigitsError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, error_response)


def error_response(request: Request, error: Exception) -> Response:
    """Return the answer to a request that ended with an error.

    Args:
        request: The request.
        error: The error.
    """
    match error:
        case ProblemError():
            return problem_response(error.code, error.detail)
        case PictureTooLargeError():
            return problem_response("too-large", str(error))
        case PictureError():
            return problem_response("no-picture", str(error))
        case StorageError():
            return problem_response("storage", str(error))
        case InkdigitsError():
            return problem_response("bad-request", str(error))
        case RequestValidationError():
            return problem_response("bad-request", "; ".join(map(_fault_text, error.errors())))
        case HTTPException(status_code=404):
            return problem_response("not-found", f"there is no {request.url.path}")
        case HTTPException(status_code=405):
            detail = f"{request.method} is not for {request.url.path}"
            return problem_response("method", detail, {"Allow": _allowed_methods(request)})
        case HTTPException():
            return problem_response("bad-request", str(error.detail))
        case _:
            return problem_response("failed", SERVER_FAULT)


def _allowed_methods(request: Request) -> str:
    """Return all methods of a path. Each method has its own route, and Starlette names only the first one's."""
    allowed = [
        method
        for method in ("DELETE", "GET", "HEAD", "POST")
        if any(route.matches(dict(request.scope) | {"method": method})[0] is Match.FULL for route in request.app.routes)
    ]
    return ", ".join(allowed)


def _fault_text(fault: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in fault["loc"] if part not in ("query", "path", "body"))
    return f"{place}: {fault['msg']}"
