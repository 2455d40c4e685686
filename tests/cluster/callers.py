"""Those who call services while their database fails over: hands, a tailer, a keeper of checkpoints.

Nobody gives up: what was not answered, or answered with 503, is asked again. Anything else is a failure.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle
from threading import Event
from time import monotonic, sleep
from typing import Any

import httpx2

from tests.cluster.services import Services
from tests.service.recording import DOSSIER, GAZETTE

CHANGES = f"/v1/dossiers/{DOSSIER.id}/changes"
DEVELOPMENTS = f"/v1/dossiers/{DOSSIER.id}/developments"
UNAVAILABLE = "503 /problems/store-unavailable, Retry-After: 1"
BEHIND = "503 /problems/not-fresh-enough, Retry-After: 1"
TEMPORARY = {UNAVAILABLE, BEHIND}
"""All that anybody may be told meanwhile."""
TIMEOUT = 30.0
"""Seconds for which a client waits for an answer, as `depositary` itself does."""
PAUSE = 0.2
"""Seconds between two attempts, and between two developments of a hand."""
LONGEST = 240.0
"""Seconds after which whoever still has no answer fails."""


class Caller:
    """Asks one of several services at a time; `met` counts what kept it from being answered."""

    pause = PAUSE

    def __init__(self, urls: Sequence[str], token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._clients = [
            httpx2.Client(base_url=url, headers=headers, timeout=TIMEOUT, trust_env=False) for url in urls
        ]
        self.client = self._clients[0]
        self._turns = cycle(self._clients)
        self.met: Counter[str] = Counter()

    def ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """What a request is answered with in the end."""
        client, until = next(self._turns), monotonic() + LONGEST
        while monotonic() < until:
            try:
                response = client.request(method, path, **given)
            except httpx2.TransportError as error:
                self.met[type(error).__name__] += 1
                sleep(PAUSE / 4)
            else:
                if response.is_success:
                    return response
                self.met[_told(response)] += 1
                assert response.status_code >= 500, response.text
                sleep(float(response.headers.get("Retry-After", PAUSE)))
        raise AssertionError(f"{method} {path} was not answered: {self.met}")

    def close(self) -> None:
        """End its connections."""
        for client in self._clients:
            client.close()


def _told(response: httpx2.Response) -> str:
    """What a refusal was: its status and type, and when to ask again."""
    again = response.headers.get("Retry-After")
    return f"{response.status_code} {response.json().get('type')}, Retry-After: {again}"


@dataclass(frozen=True)
class Written:
    """A write that was acknowledged: what was sent, what was answered, when, and after how long."""

    label: str
    path: str
    given: dict[str, Any]
    answer: dict[str, Any]
    at: float
    waited: float


class Hand(Caller):
    """Records one development after another at one service, and amends every third.

    Every fifth is read at the other service, which is to show it.
    """

    def __init__(self, name: str, here: str, there: str, token: str) -> None:
        super().__init__([here], token)
        self.name = name
        self.reader = Caller([there], token)
        self.acknowledged: list[Written] = []

    def work(self, over: Event) -> None:
        """Write until it is over; the last one too is acknowledged."""
        for number in count():
            if over.is_set():
                return
            label = f"{self.name}-{number}"
            body = {"kind": "other-development", "label": label, "occurred": "2025-03-10"}
            said = self._write(label, DEVELOPMENTS, {**body, "sources": [GAZETTE]}, {})
            if number % 3 == 0:
                label = f"{label}-amended"
                body = {"changes": {"label": label}, "reason": "A slip of the pen."}
                path = f"/v1/developments/{said['id']}/amendments"
                said = self._write(label, path, body, {"If-Match": '"1"'})
            if number % 5 == 0:
                self._read(label, said)
            sleep(self.pause)

    def _write(self, label: str, path: str, body: Any, headers: dict[str, str]) -> dict[str, Any]:
        given = {"json": body, "headers": {"Idempotency-Key": label, **headers}}
        began = monotonic()
        answer = self.ask("POST", path, **given).json()
        now = monotonic()
        self.acknowledged.append(Written(label, path, given, answer, now, now - began))
        return answer

    def _read(self, label: str, said: dict[str, Any]) -> None:
        seen = self.reader.ask(
            "GET", f"/v1/developments/{said['id']}", params={"min_position": said["position"]}
        ).json()
        assert seen["position"] >= said["position"]
        assert (seen["version"], seen["development"]["label"]) == (said["version"], label)


class Tailer(Caller):
    """Reads all that is recorded, at one service and the other in turn, and misses nothing."""

    last = 0

    def work(self, over: Event) -> None:
        """Read until it is over, and then what is left."""
        known_at: str | None = None
        while True:
            ending = over.is_set()
            known_at = self._read_from(known_at)
            if ending:
                return
            sleep(self.pause)

    def _read_from(self, known_at: str | None) -> str | None:
        """Read all pages of what was recorded after a moment; the moment that they end at."""
        asked = {"limit": 500} | ({"known_from": known_at} if known_at else {})
        page = self.ask("GET", CHANGES, params=asked).json()
        self._take(page)
        while page["next"]:
            page = self.ask("GET", CHANGES, params=asked | {"cursor": page["next"]}).json()
            self._take(page)
        return page["known_to"]

    def _take(self, page: dict[str, Any]) -> None:
        found = [change["position"] for change in page["changes"]]
        due = list(range(self.last + 1, self.last + 1 + len(found)))
        assert found == due, f"after position {self.last} came {found[:3]} to {found[-3:]}"
        self.last += len(found)


class Keeper(Caller):
    """Keeps the checkpoints that the services sign, asking one and the other in turn."""

    def __init__(self, urls: Sequence[str], token: str) -> None:
        super().__init__(urls, token)
        self.notes: list[str] = []

    def work(self, over: Event) -> None:
        """Fetch them until it is over, and then the last one."""
        while True:
            ending = over.is_set()
            self.notes.append(self.ask("GET", "/checkpoint").text)
            if ending:
                return
            sleep(self.pause)


@dataclass
class Callers:
    """All of them."""

    hands: list[Hand]
    tailer: Tailer
    keeper: Keeper

    @classmethod
    def of(cls, services: Services, hands: int, pause: float = PAUSE, hand: type[Hand] = Hand) -> "Callers":
        """So many hands, half of them at each service, and a dossier for them."""
        one, other = services.urls
        opener = Caller([one], services.token)
        opener.ask("POST", "/v1/dossiers", json=DOSSIER.model_dump(mode="json", exclude_unset=True))
        opener.close()
        places = [(one, other), (other, one)]
        made = cls(
            [hand(f"hand-{n}", *places[n % 2], services.token) for n in range(hands)],
            Tailer(services.urls, services.token),
            Keeper(services.urls, services.token),
        )
        for caller in made._everybody:
            caller.pause = pause
        return made

    @property
    def acknowledged(self) -> list[Written]:
        """All that was acknowledged, in the order of the answers."""
        return sorted((one for hand in self.hands for one in hand.acknowledged), key=lambda one: one.at)

    @property
    def met(self) -> Counter[str]:
        """What kept anybody from being answered, and how often."""
        return sum((one.met for one in self._everybody), Counter[str]())

    @property
    def _everybody(self) -> list[Caller]:
        return [*self.hands, *(hand.reader for hand in self.hands), self.tailer, self.keeper]

    @contextmanager
    def working(self) -> Iterator[None]:
        """All of them at work beside the block; an error of any is raised after it."""
        with (
            in_the_background([self.tailer.work, self.keeper.work]),
            in_the_background([hand.work for hand in self.hands]),
        ):
            yield
        for one in self._everybody:
            one.close()


@contextmanager
def in_the_background(works: Sequence[Callable[[Event], None]]) -> Iterator[None]:
    """They are told when the block is over, and waited for."""
    over = Event()
    with ThreadPoolExecutor(len(works)) as pool:
        running = [pool.submit(work, over) for work in works]
        try:
            yield
        finally:
            over.set()
    for one in running:
        one.result()
