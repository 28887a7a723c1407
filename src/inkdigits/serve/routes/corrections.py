"""`/v1/corrections`: add, list, undo and export corrections. Knows nothing of networks."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse, Response

from inkdigits.core.types import Image
from inkdigits.corrections.store import LABELS, Correction
from inkdigits.corrections.zip_export import export_zip
from inkdigits.serve.digit_images import from_data_url, to_data_url
from inkdigits.serve.http import openapi_schemas as schemas
from inkdigits.serve.http.problems import ProblemError, describe_problems, require_store
from inkdigits.serve.http.request_body import read_json
from inkdigits.serve.services import Services

_COMMON_PROBLEMS = ("read-only", "wrong-origin", "wrong-host", "busy", "storage")


def correction_routes(services: Services) -> APIRouter:
    """Return the routes for corrections.

    Args:
        services: What the routes use.
    """
    router = APIRouter(prefix="/v1/corrections", tags=["corrections"])
    limits = services.settings.limits

    @router.get(
        "",
        summary="All corrections that stand, newest first",
        responses={
            200: schemas.json_answer("Corrections", schemas.CORRECTIONS),
            **describe_problems(*_COMMON_PROBLEMS),
        },
    )
    async def list_corrections() -> Response:
        store = require_store(services.corrections)
        corrections = await asyncio.to_thread(lambda: [_to_json(*pair) for pair in store.images()])
        return JSONResponse({"corrections": corrections[::-1], "count": len(corrections)})

    @router.post(
        "",
        summary="Say what a digit really is",
        status_code=201,
        responses={
            201: schemas.json_answer("What was kept", schemas.CORRECTION),
            **describe_problems("bad-request", "timeout", "too-large", *_COMMON_PROBLEMS),
        },
        openapi_extra={"requestBody": schemas.CORRECTION_BODY},
    )
    async def correct(request: Request) -> Response:
        store = require_store(services.corrections)
        values = await read_json(request, max_bytes=limits.max_correction_bytes, timeout_s=limits.body_timeout_s)
        digit, label, read = _parse(values)
        correction = await asyncio.to_thread(store.add, digit, label=label, read=read)
        return JSONResponse(_to_json(correction, digit), 201)

    @router.get(
        "/export",
        summary="All corrections as a data set",
        response_class=Response,
        responses={
            200: {
                "description": "A folder with a sub-folder a class, for `inkdigits data`",
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            },
            **describe_problems(*_COMMON_PROBLEMS),
        },
    )
    async def export() -> Response:
        store = require_store(services.corrections)
        content = await asyncio.to_thread(export_zip, store, require_store(services.lines))
        headers = {"Content-Disposition": 'attachment; filename="inkdigits-corrections.zip"'}
        return Response(content, 200, headers, "application/zip")

    @router.delete(
        "/{number:int}",
        summary="Take a correction back",
        status_code=204,
        response_class=Response,
        responses=describe_problems("bad-request", "not-found", *_COMMON_PROBLEMS),
    )
    async def undo(number: Annotated[int, Path(ge=1, le=10**9, description="Its id.")]) -> Response:
        if not await asyncio.to_thread(require_store(services.corrections).undo, number):
            raise ProblemError("not-found", f"there is no correction {number}")
        return Response(status_code=204)

    return router


def _to_json(correction: Correction, digit: Image) -> dict[str, Any]:
    return vars(correction) | {"form": to_data_url(digit)}


def _parse(values: Any) -> tuple[Image, str | None, str | None]:
    """Return digit, label and what was read; raises `ProblemError`."""
    if not isinstance(values, dict) or not isinstance(values.get("form"), str) or "label" not in values:
        raise ProblemError("bad-request", 'expected an object {"form": data URL, "label": "0" … "9" or null}')
    label, read = values["label"], values.get("read")
    for name, value in (("label", label), ("read", read)):
        if value is not None and value not in LABELS:
            raise ProblemError("bad-request", f"{name} is {str(value)[:40]!r}; expected one of 0 … 9, or null")
    if label is not None and label == read:
        raise ProblemError("bad-request", f"label and read are both {label!r}; expected a label that was not read")
    try:
        return from_data_url(values["form"]), label, read
    except ValueError as error:
        raise ProblemError("bad-request", f"{error}; expected a data URL of a grey PNG of 28x28") from error
