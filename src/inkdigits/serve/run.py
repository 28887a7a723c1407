"""A server from its settings to its end: a socket, the application, a clean stop. Knows nothing of routes."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from inkdigits.core.errors import InkdigitsError
from inkdigits.serve.app import create_app
from inkdigits.serve.http.header_timeout import header_timeout_protocol
from inkdigits.serve.settings import Settings

_BACKLOG = 1024
"""Connections that the system keeps waiting."""


class ServingError(InkdigitsError):
    """A server that can't be started."""


class Server(uvicorn.Server):
    """A server that listens from the moment it is made.

    Args:
        settings: What to serve, and where.
        on_ready: Called with the server's address once it answers.

    Raises:
        ServingError: The address is in use or not available.
        ModelFileError: The network that was given can't be used.
    """

    def __init__(self, settings: Settings, on_ready: Callable[[str], None]) -> None:
        # A client that sends damaged forms gets an error. The parser's own warnings would let it fill the log.
        logging.getLogger("python_multipart").setLevel(logging.ERROR)
        # First, because loading takes time: a user learns at once that a port is in use.
        self._socket = _listen(settings.host, settings.port)
        self._address = _browser_address(settings.host, self._socket.getsockname()[1])
        self._on_ready = on_ready
        try:
            app = create_app(settings, lambda: self.should_exit)
        except BaseException:
            self._socket.close()
            raise
        config = uvicorn.Config(
            app,
            http=header_timeout_protocol(settings.limits.header_timeout_s),
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=round(settings.limits.shutdown_timeout_s),
        )
        super().__init__(config)

    def serve_until_stopped(self) -> None:
        """Serve until Ctrl-C, SIGTERM or `should_exit`; open requests are answered first."""
        self.run(sockets=[self._socket])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, then call `on_ready`.

        Args:
            sockets: Those that it listens on.
        """
        await super().startup(sockets)
        if self.started:
            self._on_ready(self._address)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at Ctrl-C or SIGTERM; a second Ctrl-C stops without waiting for open requests.

        It does not call uvicorn's own method. That one remembers the signal and raises it again after the shutdown, so
        that a usual end would look like a crash: a traceback, or an exit status other than 0.

        Args:
            sig: The signal.
            frame: What the program was doing.
        """
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def _browser_address(host: str, port: int) -> str:
    """Return the address for a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


def _listen(host: str, port: int) -> socket.socket:
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, _, _, address = addresses[0]
        listening = socket.socket(family, kind)
        try:
            if os.name != "nt":  # on Windows it would let two servers share a port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(_BACKLOG)
        except BaseException:
            listening.close()
            raise
    except OSError as error:
        raise ServingError(
            f"{host}:{port} can't be listened on ({error.strerror or error})",
            expected="an address of this machine and a port that is free",
            mend="choose another --port or --host, or stop what uses it; --port 0 takes any that is free",
        ) from error
    return listening
