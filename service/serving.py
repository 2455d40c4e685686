"""Serving: until interrupted, or beside the caller, as the demonstration and the tests do."""

import gc
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from time import sleep
from typing import Any

import uvicorn
from fastapi import FastAPI


class NotStarted(RuntimeError):
    """The service ended before it served anything; its log says why."""


NOT_STARTED = 3
"""How a process ends that could not serve, as uvicorn's own does."""
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


class Server(uvicorn.Server):
    """Lets those go who follow the feed, once it is told to stop: their requests would never end."""

    def __init__(self, app: FastAPI, **options: Any) -> None:
        super().__init__(uvicorn.Config(app, **options))
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, once what is under way has ended."""
        if (feed := getattr(self._app.state, "feed", None)) is not None:
            feed.tail.stop()
        await super().shutdown(sockets)


def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve until interrupted, in a process that does nothing else."""
    rest_collector()
    server = Server(app, host=host, port=port, timeout_graceful_shutdown=LONGEST_GOODBYE)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(NOT_STARTED)


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
