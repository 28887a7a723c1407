"""`/v1/layers` and `/v1/activations`: what happens inside the network that reads. Knows nothing of its mathematics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from inkdigits.core.types import Image
from inkdigits.pictures.files import read_pages
from inkdigits.pictures.png import decode_png
from inkdigits.pictures.prepare import find_digit
from inkdigits.read.inspection.inspector import Inspector
from inkdigits.serve.http import inside_schemas as schemas
from inkdigits.serve.http.openapi_schemas import PICTURE_BODY, json_answer
from inkdigits.serve.http.problems import ProblemError, describe_problems
from inkdigits.serve.http.request_body import read_file
from inkdigits.serve.inside import (
    InspectorCache,
    describe_activations,
    describe_cell,
    describe_evidence,
    describe_layers,
)
from inkdigits.serve.pixel_limit import check_pixel_count
from inkdigits.serve.services import Services

_COMMON_PROBLEMS = (
    *("bad-request", "timeout", "too-large", "wrong-origin", "wrong-host", "busy"),
    *("no-picture", "opaque"),
)

_LARGEST = 2**31 - 1


class InsideQuery(BaseModel):
    """Query parameters that all routes for activations have."""

    prepared: bool = Field(False, description="The picture is a digit in MNIST's form, as /v1/read gives its forms.")


class ActivationsQuery(InsideQuery):
    """Query parameters of `POST /v1/activations`."""

    exact: bool = Field(False, description="Send values as float32 in place of 256 levels.")


class CellQuery(InsideQuery):
    """Query parameters of `POST /v1/activations/cell`."""

    layer: int = Field(ge=0, le=_LARGEST, description="The number of the layer, from 0.")
    unit: int = Field(ge=0, le=_LARGEST, description="The number of the unit, feature map or channel, from 0.")
    row: int = Field(0, ge=0, le=_LARGEST, description="In the feature map.")
    column: int = Field(0, ge=0, le=_LARGEST, description="In the feature map.")


class EvidenceQuery(InsideQuery):
    """Query parameters of `POST /v1/activations/evidence`."""

    answer: str = Field(max_length=100, description="The name of a class.")


def inside_routes(services: Services) -> APIRouter:
    """Return the routes that look into the network for single digits.

    Args:
        services: What the routes use.
    """
    router = APIRouter(prefix="/v1", tags=["inside"])
    limits, cache = services.settings.limits, InspectorCache()

    async def answer(request: Request, *, prepared: bool, describe: Callable[[Inspector, Image], Any]) -> Response:
        content, _ = await read_file(request, max_bytes=limits.max_picture_bytes, timeout_s=limits.body_timeout_s)
        model = services.active_reader.current.digit_network

        def work() -> Any:
            digit = _prepared(content) if prepared else _found(content, limits.max_pixels)
            return describe(cache.get(model), digit)

        return JSONResponse(await services.picture_workers.run(work, timeout_s=limits.read_timeout_s))

    @router.get(
        "/layers",
        summary="The layers of the network for single digits, and the weights of the first as pictures",
        responses={
            200: json_answer("Layers, first to last", schemas.LAYERS),
            **describe_problems("wrong-host", "busy", "opaque"),
        },
    )
    async def layers() -> Response:
        model = services.active_reader.current.digit_network
        work = services.picture_workers.run(lambda: describe_layers(cache.get(model)), timeout_s=limits.read_timeout_s)
        return JSONResponse(await work)

    @router.post(
        "/activations",
        summary="What every layer computes for a picture of one digit",
        responses={
            200: json_answer("The values of each layer", schemas.ACTIVATIONS),
            **describe_problems(*_COMMON_PROBLEMS),
        },
        openapi_extra={"requestBody": PICTURE_BODY},
    )
    async def activations(request: Request, query: Annotated[ActivationsQuery, Query()]) -> Response:
        def describe(inspector: Inspector, digit: Image) -> Any:
            return describe_activations(inspector, digit, exact=query.exact)

        return await answer(request, prepared=query.prepared, describe=describe)

    @router.post(
        "/activations/cell",
        summary="How one value of a layer came about",
        responses={
            200: json_answer("What it saw, its weights, their sum", schemas.CELL),
            **describe_problems(*_COMMON_PROBLEMS),
        },
        openapi_extra={"requestBody": PICTURE_BODY},
    )
    async def cell(request: Request, query: Annotated[CellQuery, Query()]) -> Response:
        def describe(inspector: Inspector, digit: Image) -> Any:
            return describe_cell(inspector, digit, query.layer, query.unit, query.row, query.column)

        return await answer(request, prepared=query.prepared, describe=describe)

    @router.post(
        "/activations/evidence",
        summary="Which strokes spoke for an answer, and which against it",
        responses={
            200: json_answer("How much the log-odds of the answer fall without each stroke", schemas.EVIDENCE),
            **describe_problems(*_COMMON_PROBLEMS),
        },
        openapi_extra={"requestBody": PICTURE_BODY},
    )
    async def evidence(request: Request, query: Annotated[EvidenceQuery, Query()]) -> Response:
        def describe(inspector: Inspector, digit: Image) -> Any:
            return describe_evidence(inspector, digit, query.answer)

        return await answer(request, prepared=query.prepared, describe=describe)

    return router


def _prepared(content: bytes) -> Image:
    try:
        return decode_png(content)
    except ValueError as error:
        raise ProblemError("no-picture", f"{error}; expected a grey PNG of 28x28, or no prepared=true") from error


def _found(content: bytes, max_pixels: int) -> Image:
    check_pixel_count(content, max_pixels)
    found = find_digit(next(iter(read_pages(content))))
    if found is None:
        raise ProblemError("no-picture", "no digit was found in the picture; expected one dark or bright digit")
    return found.image
