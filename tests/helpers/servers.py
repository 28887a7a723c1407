"""A real server on a free port, in a thread of this process or in a process of its own, and a plain client for it."""

import contextlib
import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from inkdigits.serve.run import Server
from inkdigits.serve.settings import Limits, Settings

TIMEOUT_S = 120.0
"""Long, because a busy machine is slow; a test on a free machine never waits this long."""

SMALL_LIMITS = Limits(
    max_picture_bytes=20_000,
    max_pixels=100_000,
    header_timeout_s=0.5,
    body_timeout_s=0.5,
    picture_threads=1,
    max_pictures_waiting=1,
    max_digits_waiting=8,
)


@dataclass(frozen=True)
class Response:
    """A server's answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem; anything else fails the test."""
        assert self.headers["content-type"] == "application/problem+json", self
        assert self.json["status"] == self.status
        return str(self.json["code"])


class Client:
    """Sends requests to one server, with the Origin of its own page."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        parts = urlsplit(address)
        assert parts.hostname
        self.host, self.port = parts.hostname, parts.port or 80

    def request(
        self, method: str, path: str, body: bytes | object = None, *, origin: str | None = "own", **headers: str
    ) -> Response:
        """Send a request on a connection of its own.

        A body that is not bytes is sent as JSON. Underscores in the names of headers become hyphens.
        """
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        own_headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if origin:
            own_headers["Origin"] = self.address if origin == "own" else origin
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, content, own_headers)
            response = connection.getresponse()
            return Response(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Response:
        return self.request("GET", path, **headers)

    def post(self, path: str, body: bytes | object = None, **headers: str) -> Response:
        return self.request("POST", path, body, **headers)


def send(client: Client, content: bytes) -> socket.socket:
    """Send raw bytes to a client's server and return the connection."""
    connection = socket.create_connection((client.host, client.port), timeout=TIMEOUT_S)
    connection.sendall(content)
    return connection


def receive_all(connection: socket.socket) -> bytes:
    """Return everything that is received until the server closes the connection."""
    received = b""
    with connection, contextlib.suppress(ConnectionResetError):
        while chunk := connection.recv(65536):
            received += chunk
    return received


@contextmanager
def serving(settings: Settings) -> Iterator[Client]:
    """Serve in a thread while the block runs."""
    ready: queue.Queue[str] = queue.Queue()
    server = Server(settings, ready.put)
    thread = threading.Thread(target=server.serve_until_stopped)
    thread.start()
    try:
        yield Client(ready.get(timeout=TIMEOUT_S))
    finally:
        server.should_exit = True
        thread.join(TIMEOUT_S)


@contextmanager
def server_process(data_dir: Path, *options: str, environment: dict[str, str] | None = None) -> Iterator[Any]:
    """Run `inkdigits serve` while the block runs; yields the process and a client for it."""
    command = [sys.executable, "-m", "inkdigits", "serve", "--no-open", "--port", "0", "--data-dir", str(data_dir)]
    with subprocess.Popen(
        [*command, *options],
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, Client(process.stdout.readline().split()[0])
        finally:
            process.terminate()  # a killed server would leave its adaptation process running for a while
            try:
                process.wait(TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
