"""`/v1/teaching`: teach the reader one's corrections, look, accept, go back. Knows nothing of how it learns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from inkdigits.read.onnx_model import load_onnx_model
from inkdigits.serve.adaptation_process import Teacher, learn_half_is_there
from inkdigits.serve.http import openapi_schemas as schemas
from inkdigits.serve.http.problems import ProblemError, describe
from inkdigits.serve.services import Services

_FORBIDDEN = ("read-only", "wrong-origin", "wrong-host", "learn-missing", "busy", "storage")

_UNAVAILABLE = {"state": "unavailable", "progress": 0.0, "message": None, "result": None, "taught": False}


OBSTACLES: Mapping[str, str] = {
    "read-only": "this server only reads; start one without --read-only",
    "own-model": "the server was started with --model; start it without to teach the shipped network",
    "learn-missing": 'teaching needs the learn half: pip install "inkdigits[learn]"',
}
"""Why nothing can be taught, and what to do about it, by a code that programs, and the page's languages, go by."""


def obstacle_to_teaching(services: Services) -> str | None:
    """Return the code of why nothing can be taught here; None where it can."""
    if services.settings.read_only:
        return "read-only"
    if services.settings.model is not None:
        return "own-model"
    return None if learn_half_is_there() else "learn-missing"


def teaching_routes(services: Services) -> APIRouter:
    """Return the routes for teaching."""
    router = APIRouter(prefix="/v1/teaching", tags=["teaching"])
    answer = schemas.json_answer("How teaching stands", schemas.TEACHING)

    @router.get("", summary="How teaching stands", responses={200: answer, **describe("wrong-host", "busy")})
    async def status() -> Response:
        return JSONResponse(_status(services))

    @router.post(
        "",
        summary="Teach the corrections",
        status_code=202,
        responses={202: answer, **describe("teaching", "too-few", *_FORBIDDEN)},
    )
    async def start() -> Response:
        teacher = _teacher(services)
        if teacher.is_running:
            raise ProblemError("teaching", "a teaching is under way; wait for it, or cancel it")
        if services.corrections is None or not services.corrections.list():
            raise ProblemError("too-few", "there are no corrections; correct at least one digit first")
        await teacher.start()
        return JSONResponse(_status(services), 202)

    @router.delete(
        "",
        summary="Cancel a teaching, or throw away what waits",
        status_code=204,
        response_class=Response,
        responses=describe(*_FORBIDDEN),
    )
    async def cancel() -> Response:
        teacher = _teacher(services)
        if teacher.is_running:
            await teacher.stop()
        else:
            await asyncio.to_thread(teacher.networks.discard)
            teacher.forget()
        return Response(status_code=204)

    @router.post(
        "/accept",
        summary="Use what was taught",
        responses={200: answer, **describe("teaching", "nothing-waits", *_FORBIDDEN)},
    )
    async def accept() -> Response:
        networks = _teacher(services).networks

        def check_and_accept() -> bool:
            candidate = networks.state.candidate
            if candidate is not None:
                load_onnx_model(networks.folder / candidate.file)
            return networks.accept()

        return await _decide(services, check_and_accept, "nothing was taught that waits")

    @router.post(
        "/back",
        summary="Use the network from before",
        responses={200: answer, **describe("teaching", "nothing-waits", *_FORBIDDEN)},
    )
    async def back() -> Response:
        return await _decide(services, _teacher(services).networks.rollback, "the shipped network is in use")

    return router


async def _decide(services: Services, decide: Callable[[], bool], otherwise: str) -> Response:
    if not await asyncio.to_thread(decide):
        raise ProblemError("nothing-waits", otherwise)
    await asyncio.to_thread(services.in_use.reload)
    return JSONResponse(_status(services))


def _status(services: Services) -> dict[str, Any]:
    obstacle = obstacle_to_teaching(services)
    if services.teacher is None or obstacle is not None:
        return _UNAVAILABLE | {"message": OBSTACLES.get(obstacle or ""), "taught": services.in_use.is_taught}
    return services.teacher.status() | {"taught": services.in_use.is_taught}


def _teacher(services: Services) -> Teacher:
    obstacle = obstacle_to_teaching(services)
    if obstacle is not None or services.teacher is None:
        code = "learn-missing" if obstacle == "learn-missing" else "read-only"
        raise ProblemError(code, OBSTACLES.get(obstacle or "", ""))
    return services.teacher
