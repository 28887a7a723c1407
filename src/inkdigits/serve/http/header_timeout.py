"""HTTP/1.1 connections with a timeout for a request's head. Knows nothing of requests' content.

Uvicorn has a timeout for idle connections, but none for a client that sends a head byte by byte to keep a connection
open (slowloris), and no setting for one.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class HeaderTimeoutProtocol(HttpToolsProtocol):
    """Closes a connection if a request's head does not arrive in time.

    Methods of asyncio (`connection_made`, `data_received`, `connection_lost`) and of httptools (`on_headers_complete`)
    are overridden; of uvicorn's internals it reads only `cycle`.

    Attributes:
        header_timeout_s: How long a head may take, from the opening of the connection or from its first byte.
    """

    header_timeout_s: ClassVar[float] = 10.0
    _header_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timer for the first head.

        Args:
            transport: The connection.
        """
        super().connection_made(transport)
        self._close = transport.close
        self._start_timer()

    def data_received(self, data: bytes) -> None:
        """Start the timer, if this is the beginning of another head.

        Args:
            data: Of a head or a body.
        """
        # Uvicorn has no public way to ask whether a request is open on this connection: then data are of its body.
        if self._header_timer is None and (self.cycle is None or self.cycle.response_complete):
            self._start_timer()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Stop the timer: the application has its own for the body."""
        self._stop_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer.

        Args:
            exc: Why the connection ended.
        """
        self._stop_timer()
        super().connection_lost(exc)

    def _start_timer(self) -> None:
        self._header_timer = asyncio.get_running_loop().call_later(self.header_timeout_s, self._close)

    def _stop_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None


def header_timeout_protocol(header_timeout_s: float) -> type[HeaderTimeoutProtocol]:
    """Return a protocol class with this timeout.

    Args:
        header_timeout_s: How long a head may take.
    """
    attributes: dict[str, Any] = {"header_timeout_s": header_timeout_s}
    return type("HeaderTimeoutProtocol", (HeaderTimeoutProtocol,), attributes)
