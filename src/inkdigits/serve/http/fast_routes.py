"""Requests whose function needs only the request and its query go straight to it. Knows nothing of what they ask.

FastAPI tries one route after the other and resolves dependencies anew for every request, which takes longer than
reading a digit. It still describes these routes, and answers whatever is not exactly one of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import get_type_hints

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from inkdigits.core.errors import InkdigitsError
from inkdigits.serve.http.problems import ProblemError, answer_problem


class FastRoutes:
    """Calls a route's function where method and path are known and it takes the request, its query or nothing.

    Args:
        app: Answers everything else.
        routers: The routes to look through, as they are in `app`.
    """

    def __init__(self, app: ASGIApp, routers: Iterable[APIRouter]) -> None:
        self._app = app
        self._routes = {
            (method, route.path): (route, call)
            for router in routers
            for route in router.routes
            if isinstance(route, APIRoute) and (call := _plain_call(route)) is not None
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the application answer."""
        known = self._routes.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if known is None:
            await self._app(scope, receive, send)
            return
        scope["route"], call = known
        request = Request(scope, receive, send)
        try:
            response = await call(request)
        except (ProblemError, InkdigitsError, RequestValidationError) as error:
            response = answer_problem(request, error)
        await response(scope, receive, send)


def _plain_call(route: APIRoute) -> Callable[[Request], Awaitable[Response]] | None:
    """Return how to call a route's function with nothing but the request; None where it takes more."""
    function = route.endpoint
    if "{" in route.path or not inspect.iscoroutinefunction(function):
        return None
    match list(inspect.signature(function).parameters):
        case []:
            return _without_request(function)
        case ["request"]:
            return function
        case ["request", name]:
            model = get_type_hints(function)[name]
            return _with_query(function, model) if issubclass(model, BaseModel) else None
    return None


def _without_request(function: Callable[[], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def call(_: Request) -> Response:
        return await function()

    return call


def _with_query(
    function: Callable[[Request, BaseModel], Awaitable[Response]], model: type[BaseModel]
) -> Callable[[Request], Awaitable[Response]]:
    async def call(request: Request) -> Response:
        try:
            query = model.model_validate(dict(request.query_params))
        except ValidationError as error:
            raise RequestValidationError(error.errors()) from error
        return await function(request, query)

    return call
