"""HTTP/1.1 connections that don't wait for ever for the head of a request. Knows nothing of what is asked.

Uvicorn times idle connections, but not a client that sends a head byte by byte and so holds a connection (slowloris).
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class HeaderTimeoutProtocol(HttpToolsProtocol):
    """Closes a connection whose next request's head is not there in time.

    Attributes:
        head_s: How long a head may take, from the opening of the connection or from its first byte.
    """

    head_s: ClassVar[float] = 10.0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Begin to wait, where this begins another head."""
        if self._timer is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Wait no longer: the body is the application's to time."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.head_s, self._give_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.close()


def header_timeout_protocol(head_s: float) -> type[HeaderTimeoutProtocol]:
    """Return a protocol that waits this long for a head."""
    attributes: dict[str, Any] = {"head_s": head_s}
    return type("PatientProtocol", (HeaderTimeoutProtocol,), attributes)
