"""What a record is put under while its processes are killed: hands, imports, a tailer, a keeper."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Event
from time import monotonic, sleep
from typing import Any

import httpx2

from tests.cluster.callers import DEVELOPMENTS, LONGEST, Caller, Callers, Hand, in_the_background
from tests.cluster.services import Services
from tests.service.recording import GAZETTE

IMPORT = f"{DEVELOPMENTS}:import"
PAUSE = 0.01
"""Seconds between two developments of a hand."""
LINES = 60
"""So many are in one import."""


class Doubter(Hand):
    """A hand that, once something kept it from being answered, repeats what it had an answer to before."""

    doubts = 0

    def ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """What a request is answered with in the end."""
        met = self.met.total()
        response = super().ask(method, path, **given)
        if self.met.total() > met and self.acknowledged:
            self.doubts += 1
            last = self.acknowledged[-1]
            assert super().ask("POST", last.path, **last.given).json() == last.answer
        return response


class Importer(Caller):
    """Imports the same lines under the same key until every one of them is answered as recorded."""

    def __init__(self, name: str, url: str, token: str) -> None:
        super().__init__([url], token)
        self.name = name
        self.acknowledged: dict[str, dict[str, Any]] = {}
        """Answers, by the labels of what was imported."""
        self.broken_off = 0

    def work(self, over: Event) -> None:
        """Import until it is over; the last import too is answered."""
        for number in count():
            if over.is_set():
                return
            self._import(f"{self.name}-{number}")
            over.wait(self.pause)

    def _import(self, key: str) -> None:
        labels = [f"{key}.{number}" for number in range(1, LINES + 1)]
        until = monotonic() + LONGEST
        while not self._all_recorded(key, labels):
            self.broken_off += 1
            assert monotonic() < until, f"the import {key} came to no end: {self.met}"

    def _all_recorded(self, key: str, labels: list[str]) -> bool:
        *answers, tally = self._answers(key, [_line(label) for label in labels]) or [{}]
        for one in answers:
            if one["status"] == 201:
                label = labels[one["line"] - 1]
                assert self.acknowledged.setdefault(label, one) == one, "it was answered otherwise before"
            else:
                assert one["status"] == 503, one
        return tally.get("recorded", 0) + tally.get("repeated", 0) == LINES

    def _answers(self, key: str, lines: list[bytes]) -> list[dict[str, Any]]:
        """What is answered, as far as it comes; where the end is missing, the last one is empty."""
        headers = {"Idempotency-Key": key, "Content-Type": "application/x-ndjson"}
        answers: list[dict[str, Any]] = []
        try:
            with self.client.stream("POST", IMPORT, content=iter(lines), headers=headers) as response:
                if response.is_success:
                    answers.extend(json.loads(line) for line in response.iter_lines())
        except (httpx2.TransportError, json.JSONDecodeError) as error:
            self.met[type(error).__name__] += 1
            sleep(5 * PAUSE)
        return answers if answers and "line" not in answers[-1] else [*answers, {}]


def _line(label: str) -> bytes:
    told = {"kind": "other-development", "label": label, "occurred": "2025-03-11", "sources": [GAZETTE]}
    return json.dumps(told).encode() + b"\n"


class Load:
    """All of them, at two services."""

    def __init__(self, running: Services, hands: int) -> None:
        self.callers = Callers.of(running, hands, PAUSE, Doubter)
        self.importers = [Importer(f"import-{n}", url, running.token) for n, url in enumerate(running.urls)]

    @contextmanager
    def working(self) -> Iterator[None]:
        """All of them at work beside the block; an error of any is raised after it."""
        with self.callers.working(), in_the_background([one.work for one in self.importers]):
            yield
        for one in self.importers:
            one.close()

    @property
    def acknowledged(self) -> dict[str, dict[str, Any]]:
        """All answers to what was recorded, by the labels of it."""
        imported = [answer for one in self.importers for answer in one.acknowledged.items()]
        return dict([*((one.label, one.answer) for one in self.callers.acknowledged), *imported])

    @property
    def met(self) -> Counter[str]:
        """What kept anybody from being answered, and how often."""
        return sum((one.met for one in self.importers), self.callers.met)
