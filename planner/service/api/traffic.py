"""Around every request: a limit to its body, an id, a line in the log, a measurement."""

import secrets
import time
from typing import Any

import structlog
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from planner.service.metrics import Metrics
from planner.service.settings import MB

log = structlog.get_logger("planner.http")
QUIET = ("/health", "/ready", "/metrics")


class Traffic:
    """ASGI middleware; streams pass through it untouched."""

    def __init__(self, app: ASGIApp, body_mb: int, metrics: Metrics) -> None:
        self._app, self._most, self._metrics = app, body_mb * MB, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, began = secrets.token_hex(8), time.perf_counter()
        scope.setdefault("state", {})["actor"] = None
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self._app(scope, self._limited(scope, receive), sending)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.labels(scope["method"], route, status).observe(seconds)
            if route not in QUIET:
                log.info("request", **_line(scope, status, seconds))

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """Reading ends with 413 where the body is longer than it may be, whatever its header said."""
        declared = Headers(scope=scope).get("content-length", "")
        read = int(declared) if declared.isdecimal() and int(declared) > self._most else 0

        async def receiving() -> Message:
            nonlocal read
            if read <= self._most:
                message = await receive()
                read += len(message.get("body", b""))
            if read > self._most:
                raise HTTPException(413, f"A request may have {self._most // MB:,} MB.")
            return message

        return receiving


def _line(scope: Scope, status: int, seconds: float) -> dict[str, Any]:
    return {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "ms": round(1000 * seconds, 1),
        "actor": scope["state"].get("actor"),
    }
