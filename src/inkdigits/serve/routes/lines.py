"""`/v1/corrections/lines`: say what a line or a cell really is; list and undo. Knows nothing of networks."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from inkdigits.core.types import LinePicture
from inkdigits.corrections.cut_line import cut_line
from inkdigits.corrections.lines import MAX_TEXT, LabelledLine, line_text
from inkdigits.pictures.files import read_pages
from inkdigits.pictures.limits import MAX_PAGES
from inkdigits.serve.digit_images import to_data_url
from inkdigits.serve.http import openapi_schemas as schemas
from inkdigits.serve.http.problems import ProblemError, describe_problems, require_store
from inkdigits.serve.http.request_body import read_file
from inkdigits.serve.pixel_limit import check_pixel_count
from inkdigits.serve.services import Services

_COMMON_PROBLEMS = ("read-only", "wrong-origin", "wrong-host", "busy", "storage")

_MAX_SIDE = 100_000


class LineQuery(BaseModel):
    """Query parameters of `POST /v1/corrections/lines`."""

    text: str = Field(max_length=MAX_TEXT, description="What is written there: digits, signs of numbers, spaces.")
    read: str | None = Field(None, max_length=MAX_TEXT, description="What was read there.")
    left: int = Field(ge=0, le=_MAX_SIDE, description="The box of the line or cell, as /v1/read gave it.")
    top: int = Field(ge=0, le=_MAX_SIDE)
    right: int = Field(ge=0, le=_MAX_SIDE)
    bottom: int = Field(ge=0, le=_MAX_SIDE)
    page: int = Field(0, ge=0, lt=MAX_PAGES, description="Its page, as /v1/read gave it; the first is 0.")
    turns: int = Field(0, ge=0, le=3, description="By how many quarters counterclockwise it must be turned to be read.")
    cell: bool = Field(False, description="The box is that of a cell of a table.")

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom


def line_routes(services: Services) -> APIRouter:
    """Return the routes for labelled lines.

    Args:
        services: What the routes use.
    """
    router = APIRouter(prefix="/v1/corrections/lines", tags=["corrections"])
    limits = services.settings.limits

    @router.get(
        "",
        summary="All lines that were corrected, newest first",
        responses={200: schemas.json_answer("Lines", schemas.LINES), **describe_problems(*_COMMON_PROBLEMS)},
    )
    async def list_lines() -> Response:
        store = require_store(services.lines)
        lines = await asyncio.to_thread(lambda: [_to_json(*pair) for pair in store.images()])
        return JSONResponse({"lines": lines[::-1], "count": len(lines)})

    @router.post(
        "",
        summary="Say what a line or a cell of a picture really is",
        status_code=201,
        responses={
            201: schemas.json_answer("What was kept", schemas.LABELLED_LINE),
            **describe_problems("bad-request", "timeout", "too-large", "no-picture", *_COMMON_PROBLEMS),
        },
        openapi_extra={"requestBody": schemas.PICTURE_BODY},
    )
    async def correct(request: Request, query: Annotated[LineQuery, Query()]) -> Response:
        store = require_store(services.lines)
        content, _ = await read_file(request, max_bytes=limits.max_picture_bytes, timeout_s=limits.body_timeout_s)
        text = _text(query)

        def work() -> dict[str, Any]:
            check_pixel_count(content, limits.max_pixels)
            picture = _cut(content, query)
            return _to_json(store.add(picture, text=text, read=query.read), picture)

        answer = await services.picture_workers.run(work, timeout_s=limits.read_timeout_s)
        return JSONResponse(answer, 201)

    @router.delete(
        "/{number:int}",
        summary="Take the correction of a line back",
        status_code=204,
        response_class=Response,
        responses=describe_problems("bad-request", "not-found", *_COMMON_PROBLEMS),
    )
    async def undo(number: Annotated[int, Path(ge=1, le=10**9, description="Its id.")]) -> Response:
        if not await asyncio.to_thread(require_store(services.lines).undo, number):
            raise ProblemError("not-found", f"there is no corrected line {number}")
        return Response(status_code=204)

    return router


def _text(query: LineQuery) -> str:
    """Return the text of a correction; raises `ProblemError` where it is none."""
    try:
        text = line_text(query.text)
    except ValueError as error:
        raise ProblemError("bad-request", str(error)) from error
    if text == query.read:
        raise ProblemError("bad-request", f"text and read are both {text!r}; expected a text that was not read")
    return text


def _cut(content: bytes, query: LineQuery) -> LinePicture:
    page = next(islice(read_pages(content), query.page, None), None)
    if page is None:
        raise ProblemError("bad-request", f"page is {query.page}; expected one of the pages of the picture, from 0")
    try:
        return cut_line(page, query.box, turns=query.turns, is_cell=query.cell)
    except ValueError as error:
        raise ProblemError("bad-request", str(error)) from error


def _to_json(line: LabelledLine, picture: LinePicture) -> dict[str, Any]:
    return vars(line) | {"form": to_data_url(picture)}
