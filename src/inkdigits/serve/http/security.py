"""The gate that every request goes through: who may ask what, and what every answer carries.

Knows nothing of what requests are about.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inkdigits.serve.http.problems import ProblemError, problem
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
"""What every answer carries, unless it says otherwise itself."""

Headers = Mapping[bytes, bytes]
"""The headers of a request; of those that come twice the first."""

_SAFE = ("GET", "HEAD", "OPTIONS")

_STATE = ("/v1/corrections", "/v1/teaching")
"""Below these, everything but reading changes something."""

_log = logging.getLogger(__name__)


class SecurityMiddleware:
    """Checks host, origin and number of requests; adds the security headers; answers where the server fails.

    Args:
        app: What is guarded.
        settings: Where it listens, and how many requests may be open.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or say why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def send_guarded(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                given = message["headers"]
                names = {name for name, _ in given}
                message["headers"] = [*given, *(header for header in _HEADERS if header[0] not in names)]
            await send(message)

        self._open += 1
        try:
            self._check(scope)
            await self._app(scope, receive, send_guarded)
        except ProblemError as error:
            await problem(error.code, error.detail)(scope, receive, send_guarded)
        except Exception:
            if began:
                raise
            _log.exception("%s %s failed", scope["method"], scope["path"])
            await problem("failed", "the fault is the server's; its log says more")(scope, receive, send_guarded)
        finally:
            self._open -= 1

    def _check(self, scope: Scope) -> None:
        headers: Headers = dict(reversed(scope["headers"]))
        self._check_host(headers)
        if scope["method"] not in _SAFE:
            check_origin(headers, changes_state=scope["path"].startswith(_STATE))
        if self._open > self._settings.limits.requests:
            raise ProblemError("busy", f"{self._open - 1:,} requests are open; try again in a second")

    def _check_host(self, headers: Headers) -> None:
        """Refuse foreign names: a page elsewhere may let its own name point to this machine (DNS rebinding)."""
        host = headers.get(b"host", b"").decode("latin-1")
        name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
        if self._settings.is_local and name.lower() not in LOOPBACK:
            raise ProblemError("wrong-host", f"Host: {host}; expected {self._settings.host} or localhost")


def check_origin(headers: Headers, *, changes_state: bool) -> None:
    """Refuse what another site's page asks for.

    Args:
        headers: The request's.
        changes_state: Whether it changes something here: then it must say that it comes from the page itself.

    Raises:
        ProblemError: It comes from elsewhere, or doesn't say from where.
    """
    site, origin, host = (
        value.decode("latin-1") if (value := headers.get(name)) is not None else None
        for name in (b"sec-fetch-site", b"origin", b"host")
    )
    own = origin in (f"http://{host}", f"https://{host}")
    if (site is not None and site != "same-origin") or (origin is not None and not own):
        raise ProblemError("wrong-origin", f"the request comes from {origin or site}; expected the page of {host}")
    if changes_state and origin is None:
        raise ProblemError("wrong-origin", f"the request has no Origin; expected Origin: http://{host}")
