"""`/v1/learn` and `/v1/runs/NAME/…`: start a training, watch it, steer it. Knows nothing of how networks learn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from inkdigits.core.errors import RecipeError
from inkdigits.pictures.inputs import to_picture
from inkdigits.pictures.prepare import prepare_digit
from inkdigits.runs.live import COMMANDS, LiveFolder
from inkdigits.serve.digit_images import to_data_url
from inkdigits.serve.http.problems import ProblemError
from inkdigits.serve.http.request_body import read_file, read_json
from inkdigits.serve.pixel_limit import check_pixel_count
from inkdigits.serve.services import Services
from inkdigits.serve.training.choices import data_sets, describe, parse_request, recipe_choices
from inkdigits.serve.training.learning import TRAINING_OBSTACLES, Learning

_MAX_JSON_BYTES = 64 * 1024


def training_routes(services: Services, is_stopping: Callable[[], bool]) -> APIRouter:
    """Return the routes for training.

    Args:
        services: What the routes use.
        is_stopping: Whether the server is to end.
    """
    router = APIRouter(include_in_schema=False)
    limits = services.settings.limits

    @router.get("/v1/learn")
    async def choices() -> Response:
        obstacle = services.learning_obstacle
        if obstacle is not None:
            return JSONResponse({"obstacle": obstacle, "hint": TRAINING_OBSTACLES[obstacle]})
        data, recipes = await asyncio.to_thread(lambda: (data_sets(), recipe_choices()))
        return JSONResponse({"obstacle": None, "hint": None, "data": data, "recipes": recipes})

    @router.post("/v1/learn/check")
    async def check(request: Request) -> Response:
        learning_of(services)
        values = await read_json(request, max_bytes=_MAX_JSON_BYTES, timeout_s=limits.body_timeout_s)
        try:
            return JSONResponse(describe(parse_request(values).recipe))
        except RecipeError as error:
            return JSONResponse({"error": str(error)})

    @router.post("/v1/runs")
    async def start(request: Request) -> Response:
        learning = learning_of(services)
        values = await read_json(request, max_bytes=_MAX_JSON_BYTES, timeout_s=limits.body_timeout_s)
        wanted = parse_request(values)
        describe(wanted.recipe)
        _check_idle(learning)
        return JSONResponse({"run": await asyncio.to_thread(learning.processes.start, wanted)}, 202)

    @router.post("/v1/runs/{name}/resume")
    async def resume(name: str) -> Response:
        learning = learning_of(services)
        _check_idle(learning)
        await asyncio.to_thread(learning.processes.resume, name)
        return JSONResponse({"run": name}, 202)

    @router.post("/v1/runs/{name}/command")
    async def command(name: str, request: Request) -> Response:
        learning = learning_of(services)
        values = await read_json(request, max_bytes=_MAX_JSON_BYTES, timeout_s=limits.body_timeout_s)
        wanted = values.get("command") if isinstance(values, dict) else None
        if wanted not in COMMANDS:
            raise ProblemError("bad-request", f"the command {wanted!r}; expected one of {', '.join(COMMANDS)}"[:300])
        live = LiveFolder.of(learning.catalogue.path(name))
        if not live.exists:
            raise ProblemError("bad-request", f"{name} is not watched; start it from the page or with train --watch")
        return JSONResponse({"number": live.give(wanted)})

    @router.get("/v1/runs/{name}/events")
    async def events(name: str, request: Request) -> Response:
        processes = learning_of(services).processes
        path = processes.path(name)
        start = request.headers.get("last-event-id", "0")
        stream = learning_of(services).stream(path, int(start) if start.isdecimal() else 0, is_stopping)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    @router.post("/v1/runs/{name}/digit")
    async def read_digit(name: str, request: Request) -> Response:
        learning = learning_of(services)
        content, _ = await read_file(request, max_bytes=limits.max_picture_bytes, timeout_s=limits.body_timeout_s)

        def prepare() -> Any:
            check_pixel_count(content, limits.max_pixels)
            return prepare_digit(to_picture(content))

        digit = await services.picture_workers.run(prepare, timeout_s=limits.read_timeout_s)
        if digit is None:
            return JSONResponse({"form": None})
        answer = await learning.read(name, digit)
        if answer is None:
            raise ProblemError("busy", "the network is being measured; try again in a second")
        return JSONResponse({"form": to_data_url(digit), **answer})

    return router


def learning_of(services: Services) -> Learning:
    """Return what the Learn page of a server works with.

    Args:
        services: The server's.

    Raises:
        ProblemError: Nothing can be trained here.
    """
    obstacle = services.learning_obstacle
    if obstacle is not None or services.learning is None:
        code = "learn-missing" if obstacle == "learn-missing" else "read-only"
        raise ProblemError(code, TRAINING_OBSTACLES.get(obstacle or "", ""))
    return services.learning


def _check_idle(learning: Learning) -> None:
    training = learning.processes.training()
    if training:
        raise ProblemError("training", f"{training} is being trained; wait for it, or stop it")
