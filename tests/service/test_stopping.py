"""Told to stop under load, a service answers what is under way, and what it answered is on record."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from time import monotonic, sleep

import httpx2
import pytest

from service.keyfiles import make_key
from tests.service.recording import (
    DOSSIER,
    GAZETTE,
    ROOT,
    assert_sound,
    in_threads,
    labels,
    open_record,
    wait_until,
)
from tests.service.stores import environment, settings_for
from tests.tokens import token_for

pytestmark = pytest.mark.slow
READY = "/v1/health/ready"


@contextmanager
def serving(file, **settings) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """`depositary serve`, as a process: it, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", "from service.cli import app; app()", "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"SQLITE_DBNAME": str(file), "PYTHONPATH": str(ROOT)} | environment(file) | settings,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: status(address) == 200)
        yield process, address
    finally:
        process.kill()
        process.wait()


def status(address):
    """How it answers whether it is ready; `None` where nobody answers."""
    sleep(0.05)
    http = HTTPConnection(address.removeprefix("http://"), timeout=5)
    try:
        http.request("GET", READY)
        return http.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        http.close()


@dataclass
class Caller:
    """Somebody who records one development after another, and repeats none."""

    name: str
    token: str
    answered: list[str] = field(default_factory=list)
    refused: list[Exception] = field(default_factory=list)

    def record(self, address):
        """Record until nobody answers."""
        headers = {"Authorization": f"Bearer {self.token}"}
        with httpx2.Client(base_url=address, headers=headers, timeout=30) as http:
            while not self.refused:
                label = f"{self.name}-{len(self.answered)}"
                body = {
                    "kind": "other-development",
                    "label": label,
                    "occurred": "2025-03-10",
                    "sources": [GAZETTE],
                }
                try:
                    response = http.post(f"/v1/dossiers/{DOSSIER.id}/developments", json=body)
                except httpx2.TransportError as error:
                    self.refused.append(error)
                else:
                    assert response.status_code == 201, response.text
                    self.answered.append(label)


@pytest.fixture
def callers(file):
    token = token_for(settings_for(file))
    make_key(file.with_name("record.db.key"), "solace.example/log")
    with open_record(file):
        pass
    return [Caller(f"caller {number}", token) for number in range(8)]


@pytest.mark.parametrize("drain", ["0", "0.7"])
def test_told_to_stop_under_load_it_answers_or_refuses_each_request_and_loses_nothing(file, callers, drain):
    with (
        serving(file, DEPOSITARY_DRAIN=drain) as (process, address),
        in_threads([lambda one=one: one.record(address) for one in callers]),
    ):
        wait_until(lambda: all(len(one.answered) > 3 for one in callers))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in {0, -signal.SIGTERM}

    assert all(len(one.refused) == 1 for one in callers)
    with open_record(file) as record:
        # Whoever was not answered was not heard either: nothing else is on record.
        assert sorted(labels(record)) == sorted(label for one in callers for label in one.answered)
        assert_sound(record)


@pytest.mark.sqlite
def test_as_soon_as_it_is_told_it_is_not_ready_and_answers_all_else_until_it_stops(file, callers):
    with serving(file, DEPOSITARY_DRAIN="1.5") as (process, address):
        began = monotonic()
        process.send_signal(signal.SIGTERM)
        told = [status(address)]
        assert monotonic() - began < 1
        taken = httpx2.get(f"{address}/v1/dossiers").status_code
        wait_until(lambda: told.append(status(address)) or told[-1] is None)
        assert process.wait(20) in {0, -signal.SIGTERM}

    assert set(told) == {503, None}
    assert taken == 200
    assert monotonic() - began > 1.5


@pytest.mark.sqlite
def test_told_twice_it_stops_at_once(file, callers):
    with serving(file, DEPOSITARY_DRAIN="60") as (process, address):
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: status(address) == 503)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in {0, -signal.SIGTERM}
