"""`GET /` and `/static/…`: the files of the page. Knows nothing of what the page shows.

All files are read when the server starts. The path of a request is only a key among their names.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from inkdigits.serve.http.problems import ProblemError

_STATIC = Path(__file__).parents[1] / "static"

_MEDIA_TYPES = {
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
class StaticFile:
    """One file of the page.

    Attributes:
        content: Its bytes.
        media_type: Their media type.
        etag: A hash of the bytes.
    """

    content: bytes
    media_type: str
    etag: str


def page_routes() -> APIRouter:
    """Return the routes for the page."""
    router = APIRouter(include_in_schema=False)
    files = {path.name: _read(path) for path in sorted(_STATIC.iterdir()) if path.suffix in _MEDIA_TYPES}

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


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    return StaticFile(content, _MEDIA_TYPES[path.suffix], f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def _answer(request: Request, file: StaticFile | None) -> Response:
    if file is None:
        raise ProblemError("not-found", "the page has no such file")
    # A browser checks the ETag each time: after an update old files are never mixed with new ones.
    headers = {"Cache-Control": "no-cache", "ETag": file.etag}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, 200, headers, file.media_type)
