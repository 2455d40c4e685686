"""The service in this very process: the same application, reached without a socket.

    with opened("lake.db", by="ada") as client:
        client.dossiers()

So whatever holds of the service holds of a file and of a database as well.
"""

from collections.abc import Iterator, MutableMapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from domain.access import Authority, Grant
from service.access.bearers import Judging
from service.app import create_app
from service.client.senders import Client
from service.settings import Settings

HERE = "http://depositary.invalid"
"""The address of what has none (RFC 2606)."""
MOST_WAITING = 8
"""So many pieces of an answer wait to be read before the application waits."""

Message = MutableMapping[str, Any]


class OneBearer:
    """In the place of those who have tokens: whoever can open the record may do anything, under this name."""

    def __init__(self, name: str) -> None:
        self._authority = Authority(name, frozenset({Grant(role="admin")}))

    def known(self, token: str) -> Authority:  # noqa: ARG002 - no token is asked for
        """Whose requests these are."""
        return self._authority

    judge = known

    def is_due(self, token: str) -> bool:  # noqa: ARG002 - no token is asked for
        """Whether it is to be judged again: it never is."""
        return False


@contextmanager
def opened(named: str | Path | None, by: str) -> Iterator[Client]:
    """A client of the record that this names, a SQLite file or a PostgreSQL database.

    What is written is recorded by `by`: the file's own rights say who may write to it, and not a token.
    """
    app = create_app(Settings.of(named), delivering=False)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
        Client(HERE, "of the caller", transport=Within(app, portal)) as client,
    ):
        bearers: Judging = OneBearer(by)
        app.state.bearers = bearers
        yield client


class Within(httpx2.BaseTransport):
    """Carries requests to an application that runs on a loop in another thread."""

    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        self._app = app
        self._portal = portal

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer as soon as the application begins to; the body is read as it comes."""
        return Exchange(self._app, self._portal, request).begin()


class Exchange(httpx2.SyncByteStream):
    """One request on its way through the application, and what comes back."""

    def __init__(self, app: FastAPI, portal: BlockingPortal, request: httpx2.Request) -> None:
        self._app = app
        self._portal = portal
        self._scope = _scope(request)
        self._body: bytes | None = request.read()
        self._sent, self._received = anyio.create_memory_object_stream[Message](MOST_WAITING)
        self._task: Future[None]

    def begin(self) -> httpx2.Response:
        """The beginning of the answer; raise what the application raises before it."""
        self._task = self._portal.start_task_soon(self._run)
        message = self._next()
        if message is None:
            self._portal.call(self._received.aclose)
            self._task.result()
            raise httpx2.RemoteProtocolError("the application ended without an answer")
        return httpx2.Response(message["status"], headers=message["headers"], stream=self)

    def __iter__(self) -> Iterator[bytes]:
        while (message := self._next()) is not None:
            yield message.get("body", b"")
            if not message.get("more_body", False):
                return

    def close(self) -> None:
        """Have the application stop, where it still goes on with this."""
        self._task.cancel()
        self._portal.call(self._received.aclose)

    def _next(self) -> Message | None:
        try:
            return self._portal.call(self._received.receive)
        except anyio.EndOfStream:
            return None

    async def _run(self) -> None:
        async with self._sent:
            await self._app(self._scope, self._receive, self._sent.send)

    async def _receive(self) -> Message:
        """The body, once; then nothing more comes until the caller leaves, which ends the task."""
        if self._body is None:
            await anyio.sleep_forever()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def _scope(request: httpx2.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "client": None,
        "server": (request.url.host, request.url.port),
    }
