"""What a server counts, in a registry of its own. Knows nothing of how it works."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """Counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "inkdigits_requests", "Requests answered.", ["route", "method", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "inkdigits_request_seconds",
            "From the head of a request to the end of its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._open = Gauge("inkdigits_requests_open", "Requests under way.", registry=self.registry)
        self._pictures = Counter("inkdigits_pictures", "Pictures read.", registry=self.registry)
        self._batches = Histogram(
            "inkdigits_batch_digits", "Digits in one call of the network.", buckets=_BATCHES, registry=self.registry
        )

    def note_batch(self, digits: int) -> None:
        """Count a call of the network for single digits."""
        self._batches.observe(digits)

    def note_picture(self) -> None:
        """Count a picture that was read."""
        self._pictures.inc()

    def watch_waiting(self, count: Callable[[], int]) -> None:
        """Tell how many pictures run or wait whenever somebody asks."""
        Gauge("inkdigits_pictures_waiting", "Pictures read or waiting.", registry=self.registry).set_function(count)

    def text(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self.registry)

    def note_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class Measured:
    """Counts and times every request of an app."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request and note it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start_s = time.perf_counter()
        self._metrics._open.inc()
        try:
            await self._app(scope, receive, send_noted)
        finally:
            self._metrics._open.dec()
            # A route's pattern, never a path or method as it came: clients could make up any number of those.
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.note_request(route, method, status, time.perf_counter() - start_s)


_METHODS = {"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"}
