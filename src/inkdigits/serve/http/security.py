"""Checks the host and origin of every request, and adds security headers. Knows nothing of what requests are about."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inkdigits.serve.http.problems import SERVER_FAULT, ProblemError, problem_response
from inkdigits.serve.settings import LOOPBACK, Settings

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}

_HEADERS = (
    (b"content-security-policy", "; ".join(f"{name} {value}" for name, value in _POLICY.items()).encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), microphone=(), camera=(), clipboard-read=()"),
    (b"cache-control", b"no-store"),
)
"""Headers of every answer. An answer that sets one of them itself keeps its own value."""

Headers = Mapping[bytes, bytes]
"""The headers of a request; the first one where a name comes twice."""

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

_STATEFUL_PATHS = ("/v1/corrections", "/v1/teaching", "/v1/review", "/v1/learn", "/v1/runs")
"""Below these, every method that is not safe changes something on the server."""

_log = logging.getLogger(__name__)


class SecurityMiddleware:
    """Checks host, origin and number of requests, adds security headers, and answers if the application fails.

    Args:
        app: The application.
        settings: Its address, and how many requests may be open.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer why not.

        Args:
            scope: Of ASGI.
            receive: Of ASGI.
            send: Of ASGI.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                own = message["headers"]
                names = {name for name, _ in own}
                message["headers"] = [*own, *(header for header in _HEADERS if header[0] not in names)]
            await send(message)

        self._open += 1
        try:
            self._check(scope)
            await self._app(scope, receive, send_with_headers)
        except ProblemError as error:
            await problem_response(error.code, error.detail)(scope, receive, send_with_headers)
        except Exception:
            if has_started:
                raise
            _log.exception("%s %s failed", scope["method"], scope["path"])
            await problem_response("failed", SERVER_FAULT)(scope, receive, send_with_headers)
        finally:
            self._open -= 1

    def _check(self, scope: Scope) -> None:
        headers: Headers = dict(reversed(scope["headers"]))
        self._check_host(headers)
        if scope["method"] not in _SAFE_METHODS:
            check_origin(headers, changes_state=scope["path"].startswith(_STATEFUL_PATHS))
        if self._open > self._settings.limits.max_open_requests:
            raise ProblemError("busy", f"{self._open - 1:,} requests are open; try again in a second")

    def _check_host(self, headers: Headers) -> None:
        """Refuse other host names: another site could let its own name point to this machine (DNS rebinding)."""
        host = headers.get(b"host", b"").decode("latin-1")
        name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
        if self._settings.is_local and name.lower() not in LOOPBACK:
            raise ProblemError("wrong-host", f"Host: {host}; expected {self._settings.host} or localhost")


def check_origin(headers: Headers, *, changes_state: bool) -> None:
    """Refuse requests from other sites' pages.

    Args:
        headers: The request's.
        changes_state: Whether it changes something on the server. Then it must have an Origin.

    Raises:
        ProblemError: It comes from another site, or has no Origin where it needs one.
    """
    site, origin, host = (
        value.decode("latin-1") if (value := headers.get(name)) is not None else None
        for name in (b"sec-fetch-site", b"origin", b"host")
    )
    is_own = origin in (f"http://{host}", f"https://{host}")
    if (site is not None and site != "same-origin") or (origin is not None and not is_own):
        raise ProblemError("wrong-origin", f"the request comes from {origin or site}; expected the page of {host}")
    if changes_state and origin is None:
        raise ProblemError("wrong-origin", f"the request has no Origin; expected Origin: http://{host}")
