"""Fast routes answer as FastAPI would, and errors are answered either way."""

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from inkdigits.serve.http.fast_routes import FastRoutes
from inkdigits.serve.http.problems import ProblemError, add_error_handlers
from inkdigits.serve.http.security import SecurityMiddleware
from inkdigits.serve.settings import Settings


class NumberQuery(BaseModel):
    number: int = Field(1, ge=1)


def make_app():
    router = APIRouter()

    @router.get("/plain")
    async def plain(request: Request) -> Response:
        return JSONResponse({"is_fast": "router" not in request.scope})  # set by FastAPI's own routing

    @router.get("/number")
    async def with_number(request: Request, number: int = 1) -> Response:
        return JSONResponse({"is_fast": "router" not in request.scope, "number": number})

    @router.get("/model")
    async def model(request: Request, query: Annotated[NumberQuery, Query()]) -> Response:
        return JSONResponse({"is_fast": "router" not in request.scope, "number": query.number})

    @router.get("/{name}/model")
    async def model_by_fastapi(name: str, request: Request, query: Annotated[NumberQuery, Query()]) -> Response:
        return await model(request, query)

    @router.get("/full")
    async def full() -> Response:
        raise ProblemError("busy", "too much")

    @router.get("/broken")
    async def broken() -> Response:
        raise RuntimeError("a fault")

    @router.get("/broken/{number}")
    async def broken_too(number: int) -> Response:
        raise RuntimeError("a fault")

    api = FastAPI(redirect_slashes=False)
    api.include_router(router)
    add_error_handlers(api)
    return SecurityMiddleware(FastRoutes(api, [router]), Settings())


def fetch(path, method="GET", query=""):
    """Return status and body."""
    sent = []
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "", "scheme": "http", "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 9), "headers": [(b"host", b"127.0.0.1")],
    }  # fmt: skip

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    async def run():
        try:
            await make_app()(scope, receive, send)
        except RuntimeError:  # FastAPI answers and raises again, so that the server's log has it
            assert sent

    with ThreadPoolExecutor(1) as thread:  # Playwright, once started, keeps a loop running in this one
        thread.submit(asyncio.run, run()).result()
    return sent[0]["status"], json.loads(b"".join(message["body"] for message in sent[1:]))


def test_a_function_that_takes_the_request_alone_is_called_directly():
    assert fetch("/plain") == (200, {"is_fast": True})


@pytest.mark.parametrize(
    ("query", "number"), [("", 1), ("number=7", 7), ("number=7&other=x", 7), ("number=2&number=3", 3)]
)
def test_a_function_that_takes_a_query_model_is_called_directly(query, number):
    assert fetch("/model", query=query) == (200, {"is_fast": True, "number": number})


@pytest.mark.parametrize("query", ["number=x", "number=0", "number="])
def test_a_wrong_query_gets_the_same_answer_as_from_fastapi(query):
    status, body = fetch("/model", query=query)
    assert (status, body) == fetch("/a/model", query=query)
    assert (status, body["code"], body["detail"][:8]) == (400, "bad-request", "number: ")


def test_a_function_with_other_parameters_is_left_to_fastapi():
    assert fetch("/number") == (200, {"is_fast": False, "number": 1})


@pytest.mark.parametrize(("method", "path", "code"), [("POST", "/plain", "method"), ("GET", "/plain/", "not-found")])
def test_other_methods_and_paths_are_left_to_fastapi(method, path, code):
    assert fetch(path, method)[1]["code"] == code


def test_a_problem_is_answered():
    assert fetch("/full")[1]["code"] == "busy"


@pytest.mark.parametrize("path", ["/broken", "/broken/1"])
def test_a_server_error_is_a_problem_too(path, caplog):
    caplog.set_level(logging.CRITICAL)
    status, body = fetch(path)
    assert (status, body["code"]) == (500, "failed")
