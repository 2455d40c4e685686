"""The client that drives a service: many connections kept alive, in a process of its own, as cheap as can be.

Each connection sends a request, waits for the answer, and sends the next. The requests are bytes, made
beforehand; of an answer only its status and its length are read. What the client itself takes of the
processor is part of what it tells, since it shares the machine with the service.
"""

import asyncio
import json
import pickle
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from math import ceil
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, process_time
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Load:
    """What is to be sent: over so many connections to these ports, until all is sent or time is up."""

    ports: tuple[int, ...]
    connections: int
    requests: Sequence[bytes]
    seconds: float = 60.0


@dataclass(frozen=True)
class Answers:
    """How it was answered."""

    seconds: float
    latencies: list[float]
    """In seconds, one for each request."""
    statuses: dict[str, int]
    cpu: float
    """What the client took of one processor: 1.0 is all of it."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def milliseconds(self) -> dict[str, float]:
        """The median and the 99th percentile of the waits."""
        rank = ceil(len(self.latencies) * 0.99)
        return {"median": median(self.latencies) * 1_000, "p99": sorted(self.latencies)[rank - 1] * 1_000}

    def require(self, status: int) -> "Answers":
        """These answers; raise `AssertionError` where one has another status."""
        assert set(self.statuses) == {str(status)}, f"expected {status}, got {self.statuses}"
        return self


def drive(load: Load) -> Answers:
    """Send it all from another process."""
    command = [sys.executable, "-m", "tests.benchmarks.load"]
    done = subprocess.run(command, input=pickle.dumps(load), capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return Answers(**json.loads(done.stdout))


def get(path: str) -> bytes:
    """A GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()


def post(path: str, body: Any, token: str, content_type: str = "application/json") -> bytes:
    """A POST request of somebody who may write."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: {content_type}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


class _Connection(asyncio.Protocol):
    """Sends one request after the other."""

    def __init__(self, sending: "_Sending") -> None:
        self._sending = sending
        self._held = b""
        self._sent = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, separator, body = self._held.partition(b"\r\n\r\n")
        if separator and len(body) >= _length(head):
            self._sending.answered(head[9:12].decode(), perf_counter() - self._sent)
            self._held = b""
            self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionResetError("the service hung up"))

    def _next(self) -> None:
        request = self._sending.next()
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent = perf_counter()
        self._transport.write(request)


class _Sending:
    """What is left to send, and what has been answered."""

    def __init__(self, requests: Iterable[bytes], seconds: float) -> None:
        self._left = deque(requests)
        self._until = monotonic() + seconds
        self.statuses: Counter[str] = Counter()
        self.latencies: list[float] = []

    def next(self) -> bytes | None:
        """The next request; `None` where all is sent, or time is up."""
        return self._left.popleft() if self._left and monotonic() < self._until else None

    def answered(self, status: str, seconds: float) -> None:
        """Note an answer."""
        self.statuses[status] += 1
        self.latencies.append(seconds)


def _length(head: bytes) -> int:
    before, found, after = head.lower().partition(b"\r\ncontent-length:")
    assert found, f"an answer without its length: {before.decode()}"
    return int(after.split(b"\r\n", 1)[0])


async def _send(load: Load) -> Answers:
    loop = asyncio.get_running_loop()
    sending = _Sending(load.requests, load.seconds)
    begun, used = perf_counter(), process_time()
    ports = islice(cycle(load.ports), load.connections)
    opened = [await loop.create_connection(lambda: _Connection(sending), "127.0.0.1", port) for port in ports]
    await asyncio.gather(*(connection.done for _, connection in opened))
    seconds = perf_counter() - begun
    cpu = (process_time() - used) / seconds
    return Answers(seconds, sending.latencies, dict(sending.statuses), cpu)


if __name__ == "__main__":
    import uvloop

    print(json.dumps(uvloop.run(_send(pickle.load(sys.stdin.buffer))).__dict__))
