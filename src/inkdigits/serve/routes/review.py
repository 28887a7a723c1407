"""`GET /review` and `/v1/review`: the page of a label review, and its decisions. Knows nothing of how they are kept."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from inkdigits.serve.http.problems import ProblemError
from inkdigits.serve.http.request_body import read_json
from inkdigits.serve.review_page import ReviewPage
from inkdigits.serve.settings import Settings


def review_routes(settings: Settings) -> APIRouter:
    """Return the routes for the page of a review; none if the server has no such page.

    Args:
        settings: The server's.

    Raises:
        DataError: The page or its file of decisions is something else.
    """
    router = APIRouter(include_in_schema=False)
    if settings.review is None:
        return router
    page, limits = ReviewPage(settings.review, settings.decisions), settings.limits

    @router.get("/review")
    async def review() -> Response:
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": page.policy}
        return Response(page.html, 200, headers, "text/html; charset=utf-8")

    @router.get("/v1/review")
    async def decisions() -> Response:
        return JSONResponse({"file": page.file.name, "decisions": [asdict(each) for each in page.decisions]})

    @router.post("/v1/review")
    async def decide(request: Request) -> Response:
        if settings.read_only:
            raise ProblemError("read-only", "this server only reads; start one without --read-only to decide")
        values = await read_json(request, max_bytes=limits.max_correction_bytes, timeout_s=limits.body_timeout_s)
        await asyncio.to_thread(page.decide_json, values)
        return JSONResponse({"decisions": len(page.decisions)})

    return router
