"""`/v1/teaching`: adapt the digit network to corrections, accept the result, roll it back.

Knows nothing of how networks learn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from inkdigits.read.reader import Reader
from inkdigits.serve.adaptation_process import OBSTACLES, AdaptationProcess
from inkdigits.serve.http import openapi_schemas as schemas
from inkdigits.serve.http.problems import ProblemError, describe_problems
from inkdigits.serve.services import Services

_COMMON_PROBLEMS = ("read-only", "wrong-origin", "wrong-host", "learn-missing", "busy", "storage")

_UNAVAILABLE = {"state": "unavailable", "progress": 0.0, "message": None, "result": None}


def teaching_routes(services: Services) -> APIRouter:
    """Return the routes for adaptation.

    Args:
        services: What the routes use.
    """
    router = APIRouter(prefix="/v1/teaching", tags=["teaching"])
    answer = schemas.json_answer("How teaching stands", schemas.TEACHING)

    @router.get("", summary="How teaching stands", responses={200: answer, **describe_problems("wrong-host", "busy")})
    async def status() -> Response:
        return JSONResponse(_status(services))

    @router.post(
        "",
        summary="Teach the corrections",
        status_code=202,
        responses={202: answer, **describe_problems("teaching", "too-few", *_COMMON_PROBLEMS)},
    )
    async def start() -> Response:
        adaptation = _adaptation(services)
        if adaptation.is_running:
            raise ProblemError("teaching", "a teaching is under way; wait for it, or cancel it")
        stores = (services.corrections, services.lines)
        if not any(store.list() for store in stores if store is not None):
            raise ProblemError("too-few", "there are no corrections; correct at least one digit or line first")
        await adaptation.start()
        return JSONResponse(_status(services), 202)

    @router.delete(
        "",
        summary="Cancel a teaching, or throw away what waits",
        status_code=204,
        response_class=Response,
        responses=describe_problems(*_COMMON_PROBLEMS),
    )
    async def cancel() -> Response:
        adaptation = _adaptation(services)
        if adaptation.is_running:
            await adaptation.stop()
        else:
            await asyncio.to_thread(adaptation.registry.discard)
            adaptation.clear_failure()
        return Response(status_code=204)

    @router.post(
        "/accept",
        summary="Use what was taught",
        responses={200: answer, **describe_problems("teaching", "nothing-waits", *_COMMON_PROBLEMS)},
    )
    async def accept() -> Response:
        registry = _adaptation(services).registry

        def check_and_accept() -> bool:
            if registry.candidate is not None:
                Reader(registry.candidate.files)  # raises an error if one of its files is damaged
            return registry.accept()

        return await _change_network(services, check_and_accept, "nothing was taught that waits")

    @router.post(
        "/back",
        summary="Use the network from before",
        responses={200: answer, **describe_problems("teaching", "nothing-waits", *_COMMON_PROBLEMS)},
    )
    async def back() -> Response:
        return await _change_network(services, _adaptation(services).registry.rollback, "the shipped network is in use")

    return router


async def _change_network(services: Services, change: Callable[[], bool], otherwise: str) -> Response:
    if not await asyncio.to_thread(change):
        raise ProblemError("nothing-waits", otherwise)
    await asyncio.to_thread(services.active_reader.reload)
    return JSONResponse(_status(services))


def _status(services: Services) -> dict[str, Any]:
    obstacle = services.adaptation_obstacle
    version = services.in_use
    described = {"name": version.name, "date": version.date, "result": version.result or None} if version else None
    in_use = {"taught": services.active_reader.is_adapted, "in_use": described}
    if services.adaptation is None or obstacle is not None:
        return _UNAVAILABLE | {"message": OBSTACLES.get(obstacle or "")} | in_use
    return services.adaptation.status() | in_use


def _adaptation(services: Services) -> AdaptationProcess:
    obstacle = services.adaptation_obstacle
    if obstacle is not None or services.adaptation is None:
        code = "learn-missing" if obstacle == "learn-missing" else "read-only"
        raise ProblemError(code, OBSTACLES.get(obstacle or "", ""))
    return services.adaptation
