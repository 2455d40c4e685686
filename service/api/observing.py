"""Each request as whoever runs the service sees it: a line in the log, under the id in its answer."""

import logging
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.logs import begin_request
from service.metrics import Metrics
from service.problems import Told

HEADER = b"x-request-id"
PROBLEM = "depositary.problem"
"""Under this name a request's scope has the kind of problem that it was answered with."""
LEFT = 499
"""The status that is told where the caller left before there was an answer."""
QUIET = ("/v1/health/", "/metrics")
"""What machines ask every few seconds; it is told where it fails."""
LOGGER = logging.getLogger("depositary.requests")


class Observed:
    """ASGI middleware that tells of each request: its method, route, status and duration, never what it says.

    A HEAD is told as the GET that it is answered as.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics | None = None) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and tell of it once it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), LEFT
        given = next((value for name, value in scope["headers"] if name == HEADER), None)
        mark = (HEADER, begin_request(given).encode())

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), mark]}
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        except Exception:
            status = 500  # It is answered outside of here.
            raise
        finally:
            self._tell(scope, status, perf_counter() - began)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route, problem = route_of(scope), scope.get(PROBLEM)
        if self._metrics is not None:
            self._metrics.count_request(scope["method"], route, status, seconds)
            if problem:
                self._metrics.count_problem(problem)
        _log(scope, route, status, seconds, problem)


def route_of(scope: Scope) -> str | None:
    """The template of the route that answers, `/v1/dossiers/{dossier}` say; `None` where there is none."""
    route: Any = scope.get("route")
    return getattr(route, "path", None)


def note_problem(scope: Scope, told: Told) -> None:
    """Have a request's line say which kind of problem it is answered with."""
    scope[PROBLEM] = slug_of(told)


def slug_of(told: Told) -> str:
    """The kind of problem that is told."""
    kind: str = told.body["type"]
    return kind.rpartition("/")[2]


def _log(scope: Scope, route: str | None, status: int, seconds: float, problem: str | None) -> None:
    is_quiet = status < 400 and scope["path"].startswith(QUIET)
    level = logging.DEBUG if is_quiet else logging.INFO
    if LOGGER.isEnabledFor(level):
        told = {
            "method": scope["method"],
            "route": route,
            "status": status,
            "duration_ms": round(1000 * seconds, 3),
        }
        if problem:
            told["problem"] = problem
        LOGGER.log(level, "request", extra=told)
