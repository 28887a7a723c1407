"""`/v1/corrections`: what readers misread, kept, listed, undone, taken away. Knows nothing of networks."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse, Response

from inkdigits.core.types import Image
from inkdigits.corrections.dataset import export_zip
from inkdigits.corrections.store import LABELS, Correction, CorrectionStore
from inkdigits.serve.digit_images import from_data_url, to_data_url
from inkdigits.serve.http import openapi_schemas as schemas
from inkdigits.serve.http.problems import ProblemError, describe
from inkdigits.serve.http.request_body import read_json
from inkdigits.serve.services import Services

_MOST_BYTES = 16 * 1024

_FORBIDDEN = ("read-only", "wrong-origin", "wrong-host", "busy", "storage")


def correction_routes(services: Services) -> APIRouter:
    """Return the routes for corrections."""
    router = APIRouter(prefix="/v1/corrections", tags=["corrections"])
    limits = services.settings.limits

    @router.get(
        "",
        summary="All corrections that stand, newest first",
        responses={
            200: schemas.json_answer("Corrections", schemas.CORRECTIONS),
            **describe(*_FORBIDDEN),
        },
    )
    async def list_corrections() -> Response:
        store = _store(services)
        kept = await asyncio.to_thread(lambda: [_as_json(*pair) for pair in store.images()])
        return JSONResponse({"corrections": kept[::-1], "count": len(kept)})

    @router.post(
        "",
        summary="Say what a digit really is",
        status_code=201,
        responses={
            201: schemas.json_answer("What was kept", schemas.CORRECTION),
            **describe("bad-request", "timeout", "too-large", *_FORBIDDEN),
        },
        openapi_extra={"requestBody": schemas.CORRECTION_BODY},
    )
    async def correct(request: Request) -> Response:
        store = _store(services)
        values = await read_json(request, most_bytes=_MOST_BYTES, within_s=limits.body_s)
        form, label, read = _parse(values)
        kept = await asyncio.to_thread(store.add, form, label=label, read=read)
        return JSONResponse(_as_json(kept, form), 201)

    @router.get(
        "/export",
        summary="All corrections as a data set",
        response_class=Response,
        responses={
            200: {
                "description": "A folder with a sub-folder a class, for `inkdigits data`",
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            },
            **describe(*_FORBIDDEN),
        },
    )
    async def export() -> Response:
        content = await asyncio.to_thread(export_zip, _store(services))
        headers = {"Content-Disposition": 'attachment; filename="inkdigits-corrections.zip"'}
        return Response(content, 200, headers, "application/zip")

    @router.delete(
        "/{number:int}",
        summary="Take a correction back",
        status_code=204,
        response_class=Response,
        responses=describe("bad-request", "not-found", *_FORBIDDEN),
    )
    async def undo(number: Annotated[int, Path(ge=1, le=10**9, description="Its id.")]) -> Response:
        if not await asyncio.to_thread(_store(services).undo, number):
            raise ProblemError("not-found", f"there is no correction {number}")
        return Response(status_code=204)

    return router


def _store(services: Services) -> CorrectionStore:
    if services.corrections is None:
        raise ProblemError("read-only", "this server only reads; start one without --read-only to correct")
    return services.corrections


def _as_json(correction: Correction, form: Image) -> dict[str, Any]:
    return vars(correction) | {"form": to_data_url(form)}


def _parse(values: Any) -> tuple[Image, str | None, str | None]:
    """Return form, label and what was read; raises `ProblemError`."""
    if not isinstance(values, dict) or not isinstance(values.get("form"), str) or "label" not in values:
        raise ProblemError("bad-request", 'expected an object {"form": data URL, "label": "0" … "9" or null}')
    label, read = values["label"], values.get("read")
    for name, value in (("label", label), ("read", read)):
        if value is not None and value not in LABELS:
            raise ProblemError("bad-request", f"{name} is {str(value)[:40]!r}; expected one of 0 … 9, or null")
    try:
        return from_data_url(values["form"]), label, read
    except ValueError as error:
        raise ProblemError("bad-request", f"{error}; expected a data URL of a grey PNG of 28x28") from error
