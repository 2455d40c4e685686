"""Both stores give the same answers for the same history: to the byte, but for the ids that were given."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from projections.registry import VIEWS
from service.app import create_app
from service.chronology import SAYINGS, Label, read
from tests.service.stores import ENGINE, settings_for
from tests.tokens import token_for

SEEDS = Path(__file__).parents[2] / "seeds"
BEGINNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAYS = ("2021-03-09", "2021-06-01", "2025-05-16", "2025-06-10", "2025-12-31")

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]  # It opens one of each by itself.


class Clock:
    """Goes on by a minute at each step, and not otherwise."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> None:
        self.now += timedelta(minutes=1)


class Told:
    """A chronology as one store has taken it in, and what that store answers."""

    def __init__(self, client: TestClient, clock: Clock, file: Path) -> None:
        self._client = client
        self._ids: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self.dossier = ""
        for step in read(file):
            clock.tick()
            self._take(step)

    def _take(self, step) -> None:
        body = self._resolved(step.body)
        if step.verb == "open":
            self.dossier, path = body["id"], "/v1/dossiers"
        elif step.verb == "record":
            path = f"/v1/dossiers/{self.dossier}/developments"
        else:
            path = f"/v1/developments/{self._ids[step.label]}/{SAYINGS[step.verb]}"
        seen = {"If-Match": f'"{self._versions[step.label]}"'} if step.label in self._versions else {}
        answer = self._client.post(path, json=body, headers=seen)
        assert answer.status_code == 201, answer.text
        if step.label:
            self._ids[step.label], self._versions[step.label] = answer.json()["id"], answer.json()["version"]

    def _resolved(self, body):
        match body:
            case Label(name=name):
                return self._ids[name]
            case dict():
                return {key: self._resolved(value) for key, value in body.items()}
            case list():
                return [self._resolved(value) for value in body]
        return body

    def answers(self) -> Iterator[tuple[str, str]]:
        """Every answer that is compared, with its question; ids are written as the labels of the seeds."""
        for question in self._questions():
            response = self._client.get(question)
            yield self._labelled(question), f"{response.status_code} {self._labelled(response.text)}"

    def _questions(self) -> Iterator[str]:
        base = f"/v1/dossiers/{self.dossier}"
        moments = [BEGINNING + timedelta(minutes=after) for after in (5, 40, 90)]
        known = ["", *(f"&known_at={one:%Y-%m-%dT%H:%M:%S.%fZ}" for one in moments)]
        views = ["timeline", *(name for name in VIEWS if name != "disputes"), "disputes"]
        for view, day, at in product(views, DAYS, known):
            yield f"{base}/{view}?as_of={day}{at}"
        for view in VIEWS:
            yield f"{base}/{view}?explain=true&standing=corroborated&standing=disputed"
        yield from (f"{base}/{one}" for one in ("", "changes", "export"))
        yield f"{base}/diff?view=exchanges&as_of_from=2021-01-01"
        for identity in self._ids.values():
            yield f"/v1/developments/{identity}"
            yield f"/v1/developments/{identity}/history"

    def _labelled(self, text: str) -> str:
        for label, identity in self._ids.items():
            text = text.replace(identity, f"<{label}>")
        return text


def told_to(postgres: bool, directory: Path, seed: str) -> dict[str, str]:
    ENGINE.postgres = postgres
    clock, settings = Clock(), settings_for(directory / f"{postgres}.db")
    token = token_for(settings, "archivist")
    with TestClient(create_app(settings, clock), headers={"Authorization": f"Bearer {token}"}) as client:
        return dict(Told(client, clock, SEEDS / seed).answers())


@pytest.mark.parametrize("seed", ["ua-ru-2025.yaml", "solace-2021.yaml"])
def test_the_answers_are_the_same_to_the_byte(tmp_path, seed):
    try:
        of_postgres, of_sqlite = (told_to(postgres, tmp_path, seed) for postgres in (True, False))
    finally:
        ENGINE.postgres = False

    assert len(of_sqlite) > 200
    assert sum(answer.startswith("200 ") for answer in of_sqlite.values()) > 150
    assert of_postgres == of_sqlite
