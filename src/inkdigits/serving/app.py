"""The application: all routes behind one gate. Knows nothing of sockets."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from inkdigits.serving.guard import Guard
from inkdigits.serving.metrics import Measured
from inkdigits.serving.problems import handle_problems
from inkdigits.serving.routes.about import about_routes
from inkdigits.serving.routes.corrections import correction_routes
from inkdigits.serving.routes.page import page_routes
from inkdigits.serving.routes.reading import reading_routes
from inkdigits.serving.routes.teaching import teaching_routes
from inkdigits.serving.services import make_services
from inkdigits.serving.settings import Settings
from inkdigits.version import __version__


def create_app(settings: Settings) -> FastAPI:
    """Make the application.

    Args:
        settings: What it does, and what it refuses.

    Raises:
        ArtefactError: The network that was given can't be used.

    Examples:
        >>> app = create_app(Settings(read_only=True))
        >>> "/v1/read" in app.openapi()["paths"]
        True
    """
    services = make_services(settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncGenerator[None]:
        yield
        if services.teacher:
            await services.teacher.stop()
        services.close()

    app = FastAPI(
        title="Inkdigits",
        summary="Reads handwritten digits.",
        version=__version__,
        lifespan=life,
        # Their pages load scripts from elsewhere; /openapi.json is there for whatever tool one likes.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for routes in (
        reading_routes(services),
        about_routes(services),
        correction_routes(services),
        teaching_routes(services),
        page_routes(),
    ):
        app.include_router(routes)
    handle_problems(app)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(Measured, metrics=services.metrics)
    return app
