"""Serving: until interrupted, or beside the caller, as the demonstration and the tests do."""

import gc
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep

import uvicorn
from fastapi import FastAPI

from service.logs import log_to_errors
from service.settings import Settings


class NotStarted(RuntimeError):
    """The service ended before it served anything; its log says why."""


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
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=LONGEST_GOODBYE,
    )


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
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5))
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
