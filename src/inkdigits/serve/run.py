"""A server from its settings to its end: a socket, the application, a clean stop. Knows nothing of routes."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable

import uvicorn

from inkdigits.core.errors import InkdigitsError
from inkdigits.serve.app import create_app
from inkdigits.serve.http.header_timeout import header_timeout_protocol
from inkdigits.serve.settings import Settings

_WAITING_CONNECTIONS = 1024


class ServingError(InkdigitsError):
    """A server that can't be started."""


class Server(uvicorn.Server):
    """A server that listens from the moment it is made.

    Args:
        settings: What to serve, and where.
        on_ready: Told the server's address once it answers.

    Raises:
        ServingError: The address is taken or can't be had.
        ModelFileError: The network that was given can't be used.
    """

    def __init__(self, settings: Settings, on_ready: Callable[[str], None]) -> None:
        # A damaged form is told to whoever sent it: its parser's warnings would let anyone fill the log.
        logging.getLogger("python_multipart").setLevel(logging.ERROR)
        # Before all that takes time: a port that is taken is told of in no time.
        self._listening = _score(settings.host, settings.port)
        self._address = _address(settings.host, self._listening.getsockname()[1])
        self._on_ready = on_ready
        try:
            app = create_app(settings)
        except BaseException:
            self._listening.close()
            raise
        config = uvicorn.Config(
            app,
            http=header_timeout_protocol(settings.limits.head_s),
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=_WAITING_CONNECTIONS,
            timeout_graceful_shutdown=round(settings.limits.stop_s),
        )
        super().__init__(config)

    def serve_until_stopped(self) -> None:
        """Serve until Ctrl-C, SIGTERM or `should_exit`; requests under way are answered first."""
        self.run(sockets=[self._listening])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready(self._address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; Ctrl-C is a usual end and no error."""
        await super().shutdown(sockets)
        # Uvicorn raises the signals that it caught once more after its end: here they have done their work.
        self._captured_signals.clear()


def _address(host: str, port: int) -> str:
    """Return what a browser on this machine is told."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


def _score(host: str, port: int) -> socket.socket:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        listening = socket.socket(family, kind)
        try:
            if os.name != "nt":  # there it would let two servers share a port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(_WAITING_CONNECTIONS)
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
