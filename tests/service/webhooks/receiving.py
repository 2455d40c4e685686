"""A receiver of webhooks on loopback: it verifies each message, and answers as it is told to."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

import httpx2

from service.webhooks.signing import verify

LOOPBACK = {"webhook_loopback": True, "feed_every": 0.02}


@dataclass
class Receiver:
    """What has arrived, and what it is answered."""

    url: str = ""
    secret: str = ""
    answers: Callable[[int, int], int] = lambda position, times: 204
    """The status for a position, and how often it has come."""
    arrived: list[tuple[str, int]] = field(default_factory=list)
    """The id and position of every message, in the order in which they came."""
    taken: list[int] = field(default_factory=list)
    """The positions of those that were answered as taken."""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: Lock = field(default_factory=Lock)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status for a message."""
        try:
            message = verify(self.secret, headers, body, datetime.now(UTC)) if self.secret else ""
            event = json.loads(body)
        except ValueError as error:
            self.failures.append(error)
            return 400
        position = int(event["id"])
        with self.lock:
            self.arrived.append((message, position))
            self.bodies.append(event)
            times = sum(1 for _, one in self.arrived if one == position)
        status = self.answers(position, times)
        if status < 300:
            self.taken.append(position)
        return status


@contextmanager
def receiver() -> Iterator[Receiver]:
    """One that runs."""
    received = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            with received.lock:
                received.at_once += 1
                received.most_at_once = max(received.most_at_once, received.at_once)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = received.take(dict(self.headers), body)
            with received.lock:
                received.at_once -= 1
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", received.url + "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    received.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def subscribe(service: Any, received: Receiver, **body: Any) -> str:
    """Have a service send to a receiver; the webhook's id."""
    answer = service.post("/v1/webhooks", {"url": received.url, **body})
    assert answer.status_code == 201, answer.text
    received.secret = answer.json()["secret"]
    return answer.json()["id"]


def read(service: Any, webhook: str, path: str = "") -> Any:
    """What the service says of a webhook."""
    headers = {"Authorization": f"Bearer {service.token}"}
    answer = httpx2.get(f"{service.url}/v1/webhooks/{webhook}{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()
