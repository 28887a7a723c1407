"""`/v1/runs` and `/runs/…`: the list of runs, their reports and networks. Knows nothing of how they are made."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, JSONResponse, Response

from inkdigits.core.errors import InkdigitsError, RunError
from inkdigits.recipes.load import load_recipe
from inkdigits.runs.catalogue import read_metadata, read_records
from inkdigits.serve.http.problems import ProblemError
from inkdigits.serve.http.request_body import read_json
from inkdigits.serve.routes.training import learning_of
from inkdigits.serve.services import Services
from inkdigits.serve.training.choices import describe
from inkdigits.serve.training.results import report_policy

_MAX_JSON_BYTES = 16 * 1024


def run_routes(services: Services) -> APIRouter:
    """Return the routes for runs and what is made of them.

    Args:
        services: What the routes use.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/v1/runs")
    async def runs() -> Response:
        learning = learning_of(services)
        summaries = await asyncio.to_thread(learning.catalogue.summaries)
        training = await asyncio.to_thread(learning.processes.training)
        rows = [asdict(summary) | {"on_pad": summary.name == services.active_reader.run} for summary in summaries]
        return JSONResponse({"runs": rows, "training": training})

    @router.post("/v1/runs/restore")
    async def restore(request: Request) -> Response:
        learning = learning_of(services)
        timeout_s = services.settings.limits.body_timeout_s
        values = await read_json(request, max_bytes=_MAX_JSON_BYTES, timeout_s=timeout_s)
        deleted = values.get("deleted") if isinstance(values, dict) else None
        name = await asyncio.to_thread(learning.catalogue.restore, str(deleted))
        return JSONResponse({"run": name})

    @router.get("/v1/runs/{name}")
    async def run(name: str) -> Response:
        learning = learning_of(services)
        path = learning.processes.path(name)
        state = await asyncio.to_thread(learning.state, name)
        return JSONResponse({"run": name, **state, **await asyncio.to_thread(_details, path)})

    @router.delete("/v1/runs/{name}")
    async def delete(name: str) -> Response:
        learning = learning_of(services)
        if name == await asyncio.to_thread(learning.processes.training):
            raise ProblemError("training", f"{name} is being trained; stop it first")
        if name == services.active_reader.run:
            _check_not_teaching(services)
            await asyncio.to_thread(services.use_network, None)
        return JSONResponse({"deleted": await asyncio.to_thread(learning.catalogue.delete, name)})

    @router.post("/v1/runs/{name}/report")
    async def make_report(name: str) -> Response:
        learning = learning_of(services)
        await learning.results.report(_finished(learning.catalogue.path(name)))
        return JSONResponse({"href": f"runs/{name}/report"})

    @router.get("/runs/{name}/report")
    async def report(name: str) -> Response:
        path = learning_of(services).catalogue.path(name) / "report.html"
        try:
            html = await asyncio.to_thread(path.read_text, "utf-8")
        except OSError:
            raise ProblemError("not-found", f"{name} has no report yet; make one on the page") from None
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": report_policy(html)}
        return Response(html, 200, headers, "text/html; charset=utf-8")

    @router.post("/v1/runs/{name}/export")
    async def export(name: str) -> Response:
        learning = learning_of(services)
        path = await learning.results.network(_finished(learning.catalogue.path(name)))
        return JSONResponse({"href": f"runs/{name}/network", "bytes": path.stat().st_size})

    @router.get("/runs/{name}/network")
    async def network(name: str) -> Response:
        path = learning_of(services).catalogue.path(name) / "network.onnx"
        if not path.is_file():
            raise ProblemError("not-found", f"{name} has no exported network yet; make one on the page")
        return FileResponse(path, media_type="application/octet-stream", filename=f"{name}.onnx")

    @router.post("/v1/runs/{name}/use")
    async def use(name: str) -> Response:
        learning = learning_of(services)
        path = await learning.results.network(_finished(learning.catalogue.path(name)))
        _check_not_teaching(services)
        await asyncio.to_thread(services.use_network, path, name)
        return JSONResponse({"run": name})

    @router.delete("/v1/runs/{name}/use")
    async def use_no_more(name: str) -> Response:
        learning_of(services)
        _check_not_teaching(services)
        await asyncio.to_thread(services.use_network, None)
        return JSONResponse({"run": None})

    return router


def _check_not_teaching(services: Services) -> None:
    if services.adaptation and services.adaptation.is_running:
        raise ProblemError("teaching", "a teaching is under way; wait for it, or cancel it")


def _finished(path: Path) -> Path:
    status = read_metadata(path).get("status")
    if status == "running":
        raise RunError(f"{path.name} is not finished", expected="a finished run", mend="let it train, or stop it")
    return path


def _details(path: Path) -> dict[str, object]:
    """Return what the page shows of a run beside its figures; nothing where it can't be read yet."""
    metadata = read_metadata(path)
    try:
        recipe = load_recipe(path / "recipe.toml")
        return {
            "data": metadata["dataset"]["name"],
            "recipe": recipe.name,
            "title": recipe.title,
            "status": metadata["status"],
            "classes": metadata["dataset"]["classes"],
            "records": read_records(path),
            **describe(recipe, len(metadata["dataset"]["classes"])),
        }
    except (InkdigitsError, KeyError, TypeError):
        return {}
