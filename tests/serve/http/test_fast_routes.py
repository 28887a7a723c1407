"""What goes straight to its function is answered as FastAPI would, and what fails is told either way."""

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
from inkdigits.serve.http.problems import ProblemError, handle_problems
from inkdigits.serve.http.security import SecurityMiddleware
from inkdigits.serve.settings import Settings


class Asked(BaseModel):
    number: int = Field(1, ge=1)


def make_app():
    router = APIRouter()

    @router.get("/plain")
    async def plain(request: Request) -> Response:
        return JSONResponse({"direct": "router" not in request.scope})  # set by FastAPI's own routing

    @router.get("/asks")
    async def asks(request: Request, number: int = 1) -> Response:
        return JSONResponse({"direct": "router" not in request.scope, "number": number})

    @router.get("/model")
    async def model(request: Request, asked: Annotated[Asked, Query()]) -> Response:
        return JSONResponse({"direct": "router" not in request.scope, "number": asked.number})

    @router.get("/{name}/model")
    async def model_by_fastapi(name: str, request: Request, asked: Annotated[Asked, Query()]) -> Response:
        return await model(request, asked)

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
    handle_problems(api)
    return SecurityMiddleware(FastRoutes(api, [router]), Settings())


def ask(path, method="GET", query=""):
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
    assert ask("/plain") == (200, {"direct": True})


@pytest.mark.parametrize(
    ("query", "number"), [("", 1), ("number=7", 7), ("number=7&other=x", 7), ("number=2&number=3", 3)]
)
def test_so_is_one_that_takes_the_query_as_a_model(query, number):
    assert ask("/model", query=query) == (200, {"direct": True, "number": number})


@pytest.mark.parametrize("query", ["number=x", "number=0", "number="])
def test_a_wrong_query_is_told_of_as_fastapi_does(query):
    status, body = ask("/model", query=query)
    assert (status, body) == ask("/a/model", query=query)
    assert (status, body["code"], body["detail"][:8]) == (400, "bad-request", "number: ")


def test_one_that_takes_more_is_left_to_fastapi():
    assert ask("/asks") == (200, {"direct": False, "number": 1})


@pytest.mark.parametrize(("method", "path", "code"), [("POST", "/plain", "method"), ("GET", "/plain/", "not-found")])
def test_so_is_what_is_not_exactly_a_route(method, path, code):
    assert ask(path, method)[1]["code"] == code


def test_a_problem_is_told():
    assert ask("/full")[1]["code"] == "busy"


@pytest.mark.parametrize("path", ["/broken", "/broken/1"])
def test_a_fault_of_the_server_is_a_problem_too(path, caplog):
    caplog.set_level(logging.CRITICAL)
    status, body = ask(path)
    assert (status, body["code"]) == (500, "failed")
