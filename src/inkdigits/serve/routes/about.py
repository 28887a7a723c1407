"""`GET /v1/model`, `/healthz` and `/metrics`: what a server tells about itself. Knows nothing of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import JSONResponse, Response

import inkdigits.read
from inkdigits.read.onnx_model import OnnxModel
from inkdigits.serve.adaptation_process import OBSTACLES
from inkdigits.serve.http import openapi_schemas as schemas
from inkdigits.serve.http.problems import describe_problems
from inkdigits.serve.services import Services
from inkdigits.version import __version__

_SHIPPED = Path(inkdigits.read.__file__).parent / "models"


def about_routes(services: Services) -> APIRouter:
    """Return the routes that describe the server.

    Args:
        services: What the routes use.
    """
    router = APIRouter(tags=["about"])

    @router.get(
        "/v1/model",
        summary="Which networks read",
        responses={
            200: schemas.json_answer("Classes, origin and measured accuracy", schemas.MODEL),
            **describe_problems("wrong-host", "busy"),
        },
    )
    async def model() -> Response:
        reader, is_adapted = services.active_reader.current, services.active_reader.is_adapted
        obstacle, version = services.adaptation_obstacle, services.in_use
        adapted = version.files if version else ()
        return JSONResponse(
            {
                "digit": _describe_network(reader.digit_network, adapted)
                | {"taught": is_adapted, "run": services.active_reader.run, "report": _report_of(services)},
                "lines": [_describe_network(network, adapted) for network in reader.line_networks],
                "version": __version__,
                "can_teach": obstacle is None,
                "teach_obstacle": obstacle,
                "teach_hint": OBSTACLES.get(obstacle) if obstacle else None,
                "has_review": services.settings.review is not None,
            }
        )

    @router.get(
        "/healthz",
        summary="Whether the server is well",
        responses={
            200: schemas.json_answer("It is", schemas.record({"status": "ok"}, status=schemas.STRING)),
            **describe_problems("wrong-host", "busy"),
        },
    )
    async def health() -> Response:
        return JSONResponse({"status": "ok"})

    @router.get(
        "/metrics",
        summary="Counters, as Prometheus reads them",
        response_class=Response,
        responses={
            200: {"description": "Counters", "content": {"text/plain": {"schema": schemas.STRING}}},
            **describe_problems("wrong-host", "busy"),
        },
    )
    async def metrics() -> Response:
        return Response(services.metrics.to_text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router


def _report_of(services: Services) -> str | None:
    """Return where the report of the run is whose network reads; None if there is none."""
    run = services.active_reader.run
    if run is None or services.learning is None:
        return None
    return f"runs/{run}/report" if (services.learning.catalogue.path(run) / "report.html").is_file() else None


def _describe_network(model: OnnxModel, adapted: Sequence[Path]) -> dict[str, Any]:
    shipped = "shipped" if model.path.parent == _SHIPPED else "given"
    return {
        "classes": list(model.metadata.classes),
        "provenance": model.metadata.provenance,
        "measured": model.metadata.measured,
        "file": model.path.name,
        "origin": "taught" if model.path in adapted else shipped,
    }
