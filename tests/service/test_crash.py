"""Killed in the middle of writing: what was acknowledged is there once, and nothing is there by half."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from datetime import datetime
from random import Random
from time import sleep

import httpx2
import pytest

from tests.service.recording import (
    DOSSIER,
    GAZETTE,
    ROOT,
    assert_sound,
    in_threads,
    labels,
    open_record,
    start_hand,
    wait_until,
)
from tests.service.stores import environment, settings_for
from tests.tokens import token_for

pytestmark = pytest.mark.slow
ADDRESS = re.compile(r"running on (http://\S+)")


def there(record):
    """What is on record, as an acknowledgement says it."""
    return {
        (str(one.originator_id), one.originator_version, one.id): one.recorded_at
        for one in record.store.select_notifications(1, 1_000_000)
    }


def receipts_in(answers):
    """What was acknowledged, in the same words."""
    return {
        (one["id"], one["version"], one["position"]): datetime.fromisoformat(one["recorded_at"])
        for one in answers
    }


def whole(lines):
    """The answers that were printed, but for one that was cut short by the end."""
    return [json.loads(line) for line in lines if line.endswith("\n")]


# Processes that write


def stop_in_the_middle(hand, how, after):
    """Let a hand write so much, then stop it with a signal; what it had acknowledged."""
    lines = [hand.stdout.readline() for _ in range(after)]
    hand.send_signal(how)
    lines += hand.stdout.readlines()
    hand.stdout.close()
    hand.stdin.close()
    assert hand.wait(30) == -how
    return receipts_in(whole(lines))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["kill -9", "kill"])
def test_what_a_killed_process_acknowledged_is_there_once_and_nothing_by_half(file, how):
    lots, receipts = Random(how), {}
    for turn in range(4):
        hand = start_hand(file, "write", f"turn {turn}", 0, 4)
        receipts |= stop_in_the_middle(hand, how, after=lots.randint(1, 120))
        with open_record(file) as record:
            assert receipts.items() <= there(record).items()
            assert_sound(record)


def test_the_death_of_one_process_leaves_the_others_writing(file):
    with open_record(file):
        pass
    survivor, victim = (start_hand(file, "write", name, 40, 2) for name in ("survivor", "victim"))
    receipts = stop_in_the_middle(victim, signal.SIGKILL, after=20)
    out, _ = survivor.communicate(timeout=60)

    survived = receipts_in(whole(out.splitlines(keepends=True)))
    with open_record(file) as record:
        assert len(survived) == 40 * 2 * 2
        assert survived.items() <= there(record).items()
        assert receipts.items() <= there(record).items()
        assert_sound(record)


# A service and its clients


@contextmanager
def service(file):
    """A running service on any free port: its process and its address."""
    uvicorn = [sys.executable, "-m", "uvicorn", "--factory", "service.app:create_app"]
    process = subprocess.Popen(
        [*uvicorn, "--port", "0", "--no-access-log"],
        cwd=ROOT,
        env=os.environ | {"SQLITE_DBNAME": str(file), "PYTHONPATH": str(ROOT)} | environment(file),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = next(found[1] for line in process.stderr if (found := ADDRESS.search(line)))
        yield process, address
    finally:
        process.kill()
        process.communicate()


class Client:
    """One who records one development after another, and repeats what was not answered."""

    def __init__(self, name, token):
        self.name = name
        self.headers = {"Authorization": f"Bearer {token}"}
        self.number = 1
        self.answers = []

    def write(self, address):
        """Record until the service is gone."""
        with httpx2.Client(base_url=address, headers=self.headers, timeout=30) as http:
            try:
                while self._record(http):
                    self.number += 1
            except httpx2.TransportError:
                pass  # The service has been killed; whether the last one was recorded is not known.

    def _record(self, http):
        label = f"{self.name}-{self.number}"
        body = {"kind": "other-development", "label": label, "occurred": "2025-03-10", "sources": [GAZETTE]}
        path = f"/v1/dossiers/{DOSSIER.id}/developments"
        response = http.post(path, json=body, headers={"Idempotency-Key": label})
        if response.status_code == 503:
            return False  # It is shutting down.
        assert response.status_code == 201, response.text
        self.answers.append(response.json())
        return True


def end_in_the_middle(file, clients, how, seconds):
    """Serve the clients for a while, then send the service a signal; the status it ended with."""
    with (
        service(file) as (process, address),
        in_threads([lambda client=client: client.write(address) for client in clients]),
    ):
        before = sum(len(client.answers) for client in clients)
        wait_until(lambda: sum(len(client.answers) for client in clients) > before)
        sleep(seconds)
        process.send_signal(how)
        process.stderr.read()
        return process.wait(30)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["kill -9", "kill"])
def test_what_a_killed_service_acknowledged_is_there_once_and_a_repetition_adds_nothing(file, how):
    token = token_for(settings_for(file))
    with open_record(file):
        pass
    clients, lots = [Client(name, token) for name in ("north", "south", "east", "west")], Random(how)
    for _ in range(3):
        status = end_in_the_middle(file, clients, how, seconds=lots.uniform(0.01, 0.25))
        assert status in {-how, 0}
    with open_record(file) as record:
        answers = [answer for client in clients for answer in client.answers]
        assert receipts_in(answers).items() <= there(record).items()
        # A client repeated under its key what was under way when the service went, so nothing is twice.
        assert sorted(set(labels(record))) == sorted(labels(record))
        written = {f"{client.name}-{n}" for client in clients for n in range(1, client.number)}
        assert written <= set(labels(record))
        assert_sound(record)


# An import


def import_lines(address, token, lines, until=None):
    """Import, and call `until` with the number of each answer; the answers, as far as they came."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    path = f"{address}/v1/dossiers/{DOSSIER.id}/developments:import"
    answers = []
    with (
        suppress(httpx2.TransportError),  # The service has been killed.
        httpx2.stream(
            "POST", path, content=iter(lines), headers={**headers, "Idempotency-Key": "spring"}, timeout=60
        ) as response,
    ):
        for answer in response.iter_lines():
            answers.append(json.loads(answer))
            if until is not None:
                until(len(answers))
    return answers


def test_an_import_into_a_service_that_is_killed_is_repeated_and_records_every_line_once(file):
    token = token_for(settings_for(file))
    with open_record(file):
        pass
    body = {"kind": "other-development", "occurred": "2025-03-10", "sources": [GAZETTE]}
    lines = [json.dumps({**body, "label": f"line {number}"}).encode() + b"\n" for number in range(1, 601)]
    lots, answered = Random(9), {}
    for _ in range(3):
        with service(file) as (process, address):
            fatal = lots.randint(1, 300)
            answers = import_lines(
                address, token, lines, lambda number, fatal=fatal, it=process: number == fatal and it.kill()
            )
        before = {one["line"]: one for one in answers if "line" in one}
        assert len(before) >= fatal
        assert all(before.get(number, one) == one for number, one in answered.items())
        answered |= before
        with open_record(file) as record:
            assert receipts_in(answered.values()).items() <= there(record).items()
            assert len(set(labels(record))) == len(labels(record))

    with service(file) as (_, address):
        *answers, last = import_lines(address, token, lines)
    assert (last["recorded"] + last["repeated"], last["refused"], last["position"]) == (600, 0, 601)
    assert {number: answers[number - 1] for number in answered} == answered
    with open_record(file) as record:
        assert labels(record) == [f"line {number}" for number in range(1, 601)]
        assert_sound(record)
