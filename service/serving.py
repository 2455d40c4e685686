"""Serving: until interrupted, or beside the caller, as the demonstration and the tests do."""

import gc
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from time import monotonic, sleep
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from service.logs import log_to_errors
from service.settings import Settings
from service.wire import Bounded


class NotStarted(RuntimeError):
    """The service ended before it served anything; its log says why."""


NOT_STARTED = 3
"""The exit code of a process that could not serve, as the web server has it."""
LONGEST_GOODBYE = 30
"""Seconds for which requests that are under way may go on once the service is told to stop."""


def rest_collector() -> None:
    """Have Python's collector look for garbage less often, in a process that folds many entries.

    What a request makes is gone when it is answered, without anybody looking for it. A collector at its
    defaults looks through thousands of entries again and again while they are folded.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def serve(app: FastAPI, host: str, port: int, settings: Settings | None = None) -> None:
    """Serve until interrupted, in a process that does nothing else."""
    settings = settings or Settings()
    rest_collector()
    log_to_errors(settings.log_format, settings.log_level)
    server = Server(
        app,
        settings.drain,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=LONGEST_GOODBYE,
    )
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(NOT_STARTED)


class Server(uvicorn.Server):
    """A server that says that it is stopping before it does, and meanwhile answers as ever.

    So whoever sends it requests has time to send them elsewhere. Then it takes no more connections, answers
    what is under way, lets those go who follow the feed, for their requests would never end, and has the
    record closed. Told a second time to stop, it does so at once.
    """

    def __init__(self, app: FastAPI, drain: float = 0.0, **options: Any) -> None:
        super().__init__(uvicorn.Config(app, http=Bounded, **options))
        self._app = app
        self._drain = drain
        self._ends_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to stop."""
        if (readiness := self._part("readiness")) is not None:
            readiness.stopping = True
        if self._ends_at is None and self._drain and self.started:
            self._captured_signals.append(sig)
            self._ends_at = monotonic() + self._drain
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to stop."""
        if self._ends_at is not None and monotonic() >= self._ends_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, once what is under way has ended."""
        if (feed := self._part("feed")) is not None:
            feed.tail.stop()
        await super().shutdown(sockets)

    def _part(self, name: str) -> Any:
        """A part of the application; none before it has started, or of one that is wrapped in another."""
        return getattr(getattr(self._app, "state", None), name, None)


def listen(host: str, port: int = 0) -> socket.socket:
    """A listening socket; port 0 takes any that is free. Raise `OSError` where the address is taken."""
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


@contextmanager
def serving(app: FastAPI, listening: socket.socket) -> Iterator[str]:
    """Serve in a thread while the block runs; the value is the service's address."""
    server = Server(app, log_level="warning", timeout_graceful_shutdown=5)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="depositary-server")
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise NotStarted("the service did not start")
            sleep(0.01)
        host, port = listening.getsockname()[:2]
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
