"""A real server on a free port, in a thread of this process or in one of its own, and a plain client for it."""

import http.client
import json
import os
import queue
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
from inkdigits.serve.settings import Settings

PATIENCE_S = 120.0
"""A busy machine is slow; a quiet one is never waited for."""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

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
    """Asks one server, as its own page would: with its Origin."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        parts = urlsplit(address)
        assert parts.hostname
        self.host, self.port = parts.hostname, parts.port or 80

    def ask(
        self, method: str, path: str, body: bytes | object = None, *, origin: str | None = "own", **headers: str
    ) -> Answer:
        """Ask once; a body that is no bytes goes as JSON, and underscores in names of headers are hyphens."""
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if origin:
            sent["Origin"] = self.address if origin == "own" else origin
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, content, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: bytes | object = None, **headers: str) -> Answer:
        return self.ask("POST", path, body, **headers)


@contextmanager
def serving(settings: Settings) -> Iterator[Client]:
    """Serve in a thread while the block runs."""
    ready: queue.Queue[str] = queue.Queue()
    server = Server(settings, ready.put)
    thread = threading.Thread(target=server.serve_until_stopped)
    thread.start()
    try:
        yield Client(ready.get(timeout=PATIENCE_S))
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)


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
            process.terminate()  # a server that is killed would leave a teaching behind, if only for a while
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
