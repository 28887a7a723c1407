"""What goes straight to its function is answered as FastAPI would, and what fails is told either way."""

import asyncio
import json
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse, Response

from inkdigits.serving.direct import Direct
from inkdigits.serving.guard import Guard
from inkdigits.serving.problems import ProblemError, handle_problems
from inkdigits.serving.settings import Settings


def make_app():
    router = APIRouter()

    @router.get("/plain")
    async def plain(request: Request) -> Response:
        return JSONResponse({"direct": "router" not in request.scope})  # set by FastAPI's own routing

    @router.get("/asks")
    async def asks(request: Request, number: int = 1) -> Response:
        return JSONResponse({"direct": "router" not in request.scope, "number": number})

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
    return Guard(Direct(api, [router]), Settings())


def ask(path, method="GET"):
    """Return status and body."""
    sent = []
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "scheme": "http", "server": ("127.0.0.1", 80),
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
