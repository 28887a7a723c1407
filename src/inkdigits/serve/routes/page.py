"""`GET /` and `/static/…`: the page, from memory. Knows nothing of what it shows.

All files are read when the server starts; a request's path is only ever looked up among their names.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from inkdigits.serve.http.problems import ProblemError

_STATIC = Path(__file__).parents[1] / "static"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True)
class File:
    """One file of the page.

    Attributes:
        content: Its bytes.
        media_type: What they are.
        tag: Changes whenever they do.
    """

    content: bytes
    media_type: str
    tag: str


def page_routes() -> APIRouter:
    """Return the routes for the page."""
    router = APIRouter(include_in_schema=False)
    files = {path.name: _read(path) for path in sorted(_STATIC.iterdir()) if path.suffix in _TYPES}

    @router.get("/")
    async def page(request: Request) -> Response:
        return _answer(request, files.get("index.html"))

    @router.get("/favicon.ico")
    async def icon(request: Request) -> Response:
        return _answer(request, files.get("icon.svg"))

    @router.get("/static/{name}")
    async def static(request: Request, name: str) -> Response:
        return _answer(request, files.get(name))

    return router


def _read(path: Path) -> File:
    content = path.read_bytes()
    return File(content, _TYPES[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _answer(request: Request, file: File | None) -> Response:
    if file is None:
        raise ProblemError("not-found", "the page has no such file")
    # A browser asks each time whether it is still the same: after an update nothing old is mixed with the new.
    headers = {"Cache-Control": "no-cache", "ETag": file.tag}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, 200, headers, file.media_type)
