"""`POST /v1/read` and `POST /v1/digits`: read pictures and digits. Knows nothing of how networks read."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from inkdigits.core.types import SIDE, Images
from inkdigits.pictures.files import read_pages
from inkdigits.read.confidence.limits import MIN_CONFIDENCE
from inkdigits.read.patterns.constraint import MAX_BEST
from inkdigits.read.patterns.syntax import MAX_LENGTH as MAX_PATTERN
from inkdigits.read.reader import Reader
from inkdigits.read.single import name_digit
from inkdigits.serve.digit_images import to_data_url
from inkdigits.serve.http import openapi_schemas as schemas
from inkdigits.serve.http.problems import ProblemError, describe_problems
from inkdigits.serve.http.request_body import read_file, read_json
from inkdigits.serve.pixel_limit import check_pixel_count
from inkdigits.serve.services import Services

_COMMON_PROBLEMS = ("bad-request", "timeout", "too-large", "wrong-origin", "wrong-host", "busy")


class ReadQuery(BaseModel):
    """Query parameters of `POST /v1/read`."""

    single: bool = Field(False, description="The whole picture is one digit.")
    min_confidence: float = Field(MIN_CONFIDENCE, ge=0, le=1, description="Lines with less confidence are refused.")
    pattern: str | None = Field(
        None,
        max_length=MAX_PATTERN,
        description=r"A regular expression for the text of each line, such as `\d{10}`, percent-encoded. The most "
        "likely text that fits is read.",
        examples=[r"\d{10}"],
    )
    best: int | None = Field(None, ge=1, le=MAX_BEST, description="Add so many `candidates` to each line.")
    handwritten: bool = Field(False, description="Refuse printed digits, where they can be told.")
    candidate: bool = Field(False, description="Read with the networks that were taught and wait for a decision.")
    forms: bool = Field(False, description="Add each digit as the network sees it, the size, and each line's page.")


def reading_routes(services: Services) -> APIRouter:
    """Return the routes that read.

    Args:
        services: What the routes use.
    """
    router = APIRouter(prefix="/v1", tags=["reading"])
    limits = services.settings.limits

    @router.post(
        "/read",
        summary="Read the digits in a picture",
        responses={
            200: schemas.json_answer("What was read", schemas.READING),
            **describe_problems(*_COMMON_PROBLEMS, "no-picture", "nothing-waits"),
        },
        openapi_extra={"requestBody": schemas.PICTURE_BODY},
    )
    async def read(request: Request, query: Annotated[ReadQuery, Query()]) -> Response:
        content, name = await read_file(request, max_bytes=limits.max_picture_bytes, timeout_s=limits.body_timeout_s)
        active = services.active_reader
        reader = active.current

        def work() -> dict[str, Any]:
            check_pixel_count(content, limits.max_pixels)
            chosen = active.candidate() if query.candidate else reader
            if chosen is None:
                raise ProblemError("nothing-waits", "candidate is true; expected networks that wait: teach some first")
            return _read(chosen, content, query)

        answer = await services.picture_workers.run(work, timeout_s=limits.read_timeout_s)
        services.metrics.record_picture()
        return JSONResponse({"file": name, **answer})

    @router.post(
        "/digits",
        summary="Read digits that are in MNIST's form already",
        responses={
            200: schemas.json_answer("One answer a digit", schemas.DIGITS),
            **describe_problems(*_COMMON_PROBLEMS, "too-many"),
        },
        openapi_extra={"requestBody": schemas.DIGITS_BODY},
    )
    async def read_digits(request: Request) -> Response:
        values = await read_json(request, max_bytes=limits.max_json_bytes, timeout_s=limits.body_timeout_s)
        images = _to_images(values, limits.max_batch)
        classes = services.active_reader.current.digit_network.metadata.classes
        probabilities = await services.digit_batcher.classify(images)
        digits = [name_digit(row, classes, (0, 0, SIDE, SIDE)).to_dict() for row in probabilities]
        for digit in digits:
            del digit["box"]
        return JSONResponse({"digits": digits})

    return router


def _read(reader: Reader, content: bytes, query: ReadQuery) -> dict[str, Any]:
    size: tuple[int, int] | None = None
    lines, refused, tables, digit_urls, texts = [], [], [], [], []
    known = query.model_dump(include={"single", "min_confidence", "pattern", "best", "handwritten"})
    for number, picture in enumerate(read_pages(content)):
        size = size or (picture.shape[1], picture.shape[0])
        reading = reader.read(picture, **known)
        page = {"page": number} if query.forms else {}
        lines += [line.to_dict() | page for line in reading.lines]
        refused += [line.to_dict() | page for line in reading.refused]
        tables += [table.to_dict() | page for table in reading.tables]
        digit_urls += [to_data_url(digit) for digit in reading.forms] if query.forms else []
        texts += [reading.text] if reading.text else []
    answer: dict[str, Any] = {"text": "\n".join(texts), "lines": lines, "refused": refused, "tables": tables}
    if query.forms and size:
        answer |= {"forms": digit_urls, "width": size[0], "height": size[1]}
    return answer


def _to_images(values: Any, max_digits: int) -> Images:
    """Return JSON's nested lists as normalized digits, (N, 28, 28), uint8, 0 is empty and 255 is ink.

    Raises:
        ProblemError: They are something else, or there are none or too many.
    """
    expected = f"expected an array of 1 to {max_digits} digits, each {SIDE} rows of {SIDE} whole numbers from 0 to 255"
    if not isinstance(values, list) or not values:
        raise ProblemError("bad-request", f"no digits; {expected}")
    if len(values) > max_digits:
        raise ProblemError("too-many", f"{len(values):,} digits; {expected}")
    try:
        numbers = np.array(values)
    except (ValueError, OverflowError) as error:
        raise ProblemError("bad-request", f"rows of different lengths; {expected}") from error
    if numbers.shape[1:] != (SIDE, SIDE):
        raise ProblemError("bad-request", f"an array of {' x '.join(map(str, numbers.shape))}; {expected}")
    is_whole = numbers.dtype.kind in "iu" or (numbers.dtype.kind == "f" and bool((numbers == np.rint(numbers)).all()))
    if not is_whole or numbers.min() < 0 or numbers.max() > 255:
        raise ProblemError("bad-request", f"other values; {expected}")
    return numbers.astype(np.uint8)  # (N, 28, 28)
