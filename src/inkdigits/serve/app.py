"""The application: all routes behind the middleware. Knows nothing of sockets."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from inkdigits.serve.http.fast_routes import FastRoutes
from inkdigits.serve.http.metrics import MetricsMiddleware
from inkdigits.serve.http.problems import add_error_handlers
from inkdigits.serve.http.security import SecurityMiddleware
from inkdigits.serve.routes.about import about_routes
from inkdigits.serve.routes.corrections import correction_routes
from inkdigits.serve.routes.inside import inside_routes
from inkdigits.serve.routes.lines import line_routes
from inkdigits.serve.routes.page import page_routes
from inkdigits.serve.routes.reading import reading_routes
from inkdigits.serve.routes.review import review_routes
from inkdigits.serve.routes.runs import run_routes
from inkdigits.serve.routes.teaching import teaching_routes
from inkdigits.serve.routes.training import training_routes
from inkdigits.serve.services import Services, make_services
from inkdigits.serve.settings import Settings
from inkdigits.version import __version__

_log = logging.getLogger(__name__)


def create_app(settings: Settings, is_stopping: Callable[[], bool] = lambda: False) -> ASGIApp:
    """Return the whole application, as a server runs it.

    Args:
        settings: What it serves, and its limits.
        is_stopping: Whether the server is to end: then answers without an end must find one.

    Raises:
        ModelFileError: The network that was given can't be used.
        DataError: The page of a review that was given is something else.
    """
    services = make_services(settings)
    routers = [
        reading_routes(services),
        about_routes(services),
        inside_routes(services),
        correction_routes(services),
        line_routes(services),
        teaching_routes(services),
        training_routes(services, is_stopping),
        run_routes(services),
        page_routes(),
        review_routes(settings),
    ]
    api = make_api(services, routers)
    return MetricsMiddleware(SecurityMiddleware(FastRoutes(api, routers), settings), services.metrics)


def make_api(services: Services, routers: Iterable[APIRouter]) -> FastAPI:
    """Return all routes with their OpenAPI description, without middleware.

    Args:
        services: Closed when the application ends.
        routers: The routes.

    Examples:
        >>> services = make_services(Settings(read_only=True))
        >>> "/v1/read" in make_api(services, [reading_routes(services)]).openapi()["paths"]
        True
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        yield
        if services.adaptation:
            await services.adaptation.stop()
        services.close()
        training = services.learning.processes.training() if services.learning else None
        if training:
            _log.warning("%s is still being trained; a server in the same folder shows it again", training)

    api = FastAPI(
        title="Inkdigits",
        summary="Reads handwritten digits.",
        version=__version__,
        lifespan=lifespan,
        # These pages would load scripts from other sites. Any OpenAPI viewer can show /openapi.json.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for router in routers:
        api.include_router(router)
    add_error_handlers(api)
    return api
