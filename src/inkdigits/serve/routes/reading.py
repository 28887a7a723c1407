"""`POST /v1/read` and `POST /v1/digits`: pictures -> digits. Knows nothing of how they are read."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from inkdigits.core.types import SIDE, Images
from inkdigits.pictures.files import read_pages
from inkdigits.read.reader import MIN_CONFIDENCE, Reader
from inkdigits.read.single import name_digit
from inkdigits.serve.digit_images import to_data_url
from inkdigits.serve.http import openapi_schemas as schemas
from inkdigits.serve.http.problems import ProblemError, describe
from inkdigits.serve.http.request_body import read_file, read_json
from inkdigits.serve.pictures import check_pixels
from inkdigits.serve.services import Services


class ReadQuery(BaseModel):
    """What `POST /v1/read` may be told beside the picture."""

    single: bool = Field(False, description="The whole picture is one digit.")
    min_confidence: float = Field(MIN_CONFIDENCE, ge=0, le=1, description="What is less sure is refused.")
    forms: bool = Field(False, description="Add each digit as the network sees it, and the size.")


def reading_routes(services: Services) -> APIRouter:
    """Return the routes that read."""
    router = APIRouter(prefix="/v1", tags=["reading"])
    limits = services.settings.limits

    @router.post(
        "/read",
        summary="Read the digits in a picture",
        responses={
            200: schemas.json_answer("What was read", schemas.READING),
            **describe("bad-request", "timeout", "too-large", "no-picture", "wrong-origin", "wrong-host", "busy"),
        },
        openapi_extra={"requestBody": schemas.PICTURE_BODY},
    )
    async def read(request: Request, asked: Annotated[ReadQuery, Query()]) -> Response:
        content, name = await read_file(request, most_bytes=limits.body_bytes, within_s=limits.body_s)
        reader = services.in_use.reader

        def work() -> dict[str, Any]:
            check_pixels(content, limits.pixels)
            return _read(reader, content, asked)

        answer = await services.workers.run(work, within_s=limits.work_s)
        services.metrics.note_picture()
        return JSONResponse({"file": name, **answer})

    @router.post(
        "/digits",
        summary="Read digits that are in MNIST's form already",
        responses={
            200: schemas.json_answer("One answer a digit", schemas.DIGITS),
            **describe("bad-request", "timeout", "too-large", "too-many", "wrong-origin", "wrong-host", "busy"),
        },
        openapi_extra={"requestBody": schemas.DIGITS_BODY},
    )
    async def read_digits(request: Request) -> Response:
        values = await read_json(request, most_bytes=limits.json_bytes, within_s=limits.body_s)
        images = _as_images(values, limits.batch)
        names = services.in_use.reader.digit_network.metadata.classes
        probabilities = await services.digits.read(images)
        read = [name_digit(row, names, (0, 0, SIDE, SIDE)).to_dict() for row in probabilities]
        for digit in read:
            del digit["box"]
        return JSONResponse({"digits": read})

    return router


def _read(reader: Reader, content: bytes, asked: ReadQuery) -> dict[str, Any]:
    size: tuple[int, int] | None = None
    lines, refused, seen, text = [], [], [], []
    for picture in read_pages(content):
        size = size or (picture.shape[1], picture.shape[0])
        reading = reader.read(picture, single=asked.single, min_confidence=asked.min_confidence)
        lines += [line.to_dict() for line in reading.lines]
        refused += [line.to_dict() for line in reading.refused]
        seen += [to_data_url(form) for form in reading.forms] if asked.forms else []
        text += [reading.text] if reading.text else []
    answer: dict[str, Any] = {"text": "\n".join(text), "lines": lines, "refused": refused}
    if asked.forms and size:
        answer |= {"forms": seen, "width": size[0], "height": size[1]}
    return answer


def _as_images(values: Any, most: int) -> Images:
    """Return JSON's nested lists as digits (N, 28, 28) uint8.

    Raises:
        ProblemError: It is something else, or there are none or too many.
    """
    expected = f"expected an array of 1 to {most} digits, each {SIDE} rows of {SIDE} whole numbers from 0 to 255"
    if not isinstance(values, list) or not values:
        raise ProblemError("bad-request", f"no digits; {expected}")
    if len(values) > most:
        raise ProblemError("too-many", f"{len(values):,} digits; {expected}")
    try:
        numbers = np.array(values)
    except (ValueError, OverflowError) as error:
        raise ProblemError("bad-request", f"rows of different lengths; {expected}") from error
    if numbers.shape[1:] != (SIDE, SIDE):
        raise ProblemError("bad-request", f"an array of {' x '.join(map(str, numbers.shape))}; {expected}")
    whole = numbers.dtype.kind in "iu" or (numbers.dtype.kind == "f" and bool((numbers == np.rint(numbers)).all()))
    if not whole or numbers.min() < 0 or numbers.max() > 255:
        raise ProblemError("bad-request", f"other values; {expected}")
    return numbers.astype(np.uint8)
