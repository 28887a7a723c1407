"""Prometheus metrics of one server, in a registry of their own. Knows nothing of how the server works."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_BATCH_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128, 256)

_METHODS = {"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"}


class Metrics:
    """Counters of one server.

    Attributes:
        registry: All of them.
        open_requests: How many requests are under way.
    """

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
            buckets=_SECONDS_BUCKETS,
            registry=self.registry,
        )
        self.open_requests = Gauge("inkdigits_requests_open", "Requests under way.", registry=self.registry)
        self._pictures = Counter("inkdigits_pictures", "Pictures read.", registry=self.registry)
        self._batches = Histogram(
            "inkdigits_batch_digits",
            "Digits in one call of the network.",
            buckets=_BATCH_BUCKETS,
            registry=self.registry,
        )

    def record_batch(self, digits: int) -> None:
        """Count a call of the network for single digits.

        Args:
            digits: The size of the batch.
        """
        self._batches.observe(digits)

    def record_picture(self) -> None:
        """Count a picture that was read."""
        self._pictures.inc()

    def record_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request.

        Args:
            route: The route's path pattern.
            method: Of HTTP.
            status: Of the answer.
            seconds: How long it took.
        """
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def add_waiting_gauge(self, count: Callable[[], int]) -> None:
        """Add a gauge of the pictures that are read or waiting.

        Args:
            count: Called each time that metrics are asked for.
        """
        Gauge("inkdigits_pictures_waiting", "Pictures read or waiting.", registry=self.registry).set_function(count)

    def to_text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class MetricsMiddleware:
    """Counts and times every request of an application.

    Args:
        app: The application.
        metrics: Where requests are counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request and record it.

        Args:
            scope: Of ASGI.
            receive: Of ASGI.
            send: Of ASGI.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def send_and_keep_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start_s = time.perf_counter()
        self._metrics.open_requests.inc()
        try:
            await self._app(scope, receive, send_and_keep_status)
        finally:
            self._metrics.open_requests.dec()
            # Labels are route patterns and known methods only: clients could invent any number of paths and methods.
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.record_request(route, method, status, time.perf_counter() - start_s)
