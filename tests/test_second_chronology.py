"""The invented chronology: it uses everything there is, and its README tells what comes out of it.

The walk through its moments in `seeds/README.md` is read row by row and asked of a running service.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

import pytest
from pydantic import BaseModel

from domain.developments import KINDS
from domain.entry import Standing
from domain.events import EVENTS, PersonalDataErased
from domain.quantity import Count
from service.api.sayings import ADDRESSES
from service.app import create_app
from service.chronology import SAYINGS, Played, play, read
from service.client import Client, Refused
from service.serving import listen, serving
from service.settings import Settings
from tests.tokens import token_for

SEEDS = Path(__file__).parent.parent / "seeds"
CHRONOLOGY = SEEDS / "solace-2021.yaml"
DOSSIER = "/v1/dossiers/solace-2021"
STEPS = read(CHRONOLOGY)
RECORDING = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
NOT_ALL_USED = {"stage", "precision", "aid", "purpose", "ground", "how", "part_of"}
"""Choices of which an example or two are enough: the stages of PA-X, how exact a place is … And whatever
holds itself again, as an organisation holds the one that it is part of."""
FORMS_OF_DATES = {
    "a day": r"\d{4}-\d\d-\d\d",
    "a moment": r"\d{4}-\d\d-\d\dT.*Z",
    "a month": r"\d{4}-(0\d|1[0-2])",
    "a season": r"\d{4}-2[1-4]",
    "a year": r"\d{4}",
    "a decade": r"\d{3}X",
    "an unknown day of a month": r"\d{4}-\d\d-XX",
    "approximate": r".*~",
    "uncertain": r".*\?",
    "both": r".*%",
    "it lasted": r"\d{4}-.*/\d{4}-.*",
    "it lasts still": r".*/\.\.",
    "one of some days": r"\[.*,.*\]",
    "one day among many": r"\[.*\d\.\.\d.*\]",
    "one day from then on": r"\[.*\.\.\]",
    "all of some days": r"\{.*\}",
}


class Row(NamedTuple):
    """One row of the walk: what is asked, where to look in the answer, and what stands there."""

    ask: str
    place: str
    expected: Any


def walk() -> list[Row]:
    """The rows of the walk in the README."""
    text = (SEEDS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\S+)` \| `(\S+)` \| `(.+)` \|$", text, re.MULTILINE)
    return [Row(ask, place, json.loads(expected)) for ask, place, expected in rows]


class SteppedClock:
    """A clock that tests set; it moves on a little at every reading, as time does."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass
class Founded:
    """A running service with the chronology on record, which speaks of developments by their labels."""

    client: Client
    played: Played
    clock: SteppedClock

    def ask(self, ask: str, **query: str | int) -> Any:
        """The answer, with labels for ids."""
        path, _, given = ask.partition("?")
        asked = dict(pair.split("=") for pair in given.split("&") if pair)
        answer = json.dumps(self.client.get(self._address(path), **asked, **query))
        for label, identity in self.played.ids.items():
            answer = answer.replace(identity, label)
        return json.loads(answer)

    def _address(self, path: str) -> str:
        if path.startswith("developments/"):
            return f"/v1/developments/{self.played.ids[path.removeprefix('developments/')]}"
        return f"{DOSSIER}/{path}"

    def adopt(self, label: str, rectification: int) -> None:
        body = {"rectification": rectification, "reason": "Nobody objected in time."}
        seen = self.ask(f"developments/{label}")["version"]
        self.client.post(f"/v1/developments/{self.played.ids[label]}/adoptions", body, seen=seen)


def _founded(directory: Path) -> Iterator[Founded]:
    settings = Settings(SQLITE_DBNAME=directory / "record.db")
    clock = SteppedClock(RECORDING)
    token = token_for(settings, "archivist")
    with serving(create_app(settings, clock), listen("127.0.0.1")) as url, Client(url, token) as client:
        yield Founded(client, play(STEPS, client, CHRONOLOGY.stem, lambda _: None), clock)


@pytest.fixture(scope="module")
def founded(tmp_path_factory) -> Iterator[Founded]:
    """The chronology on record; tests that only ask share it."""
    yield from _founded(tmp_path_factory.mktemp("solace"))


@pytest.fixture
def fresh(tmp_path) -> Iterator[Founded]:
    """The chronology on record, for a test that records more."""
    yield from _founded(tmp_path)


def at(place: str, answer: Any) -> Any:
    """What stands at a place of an answer: `persons[side=XB].count`, `issues[*].outcome`."""
    for number, (name, picked) in enumerate(steps := re.findall(r"(\w+)(?:\[([^\]]+)\])?", place)):
        answer = answer[name]
        if picked == "*":
            rest = ".".join(name for name, _ in steps[number + 1 :])
            return [at(rest, one) for one in answer]
        if picked:
            wanted = dict(pair.split("=") for pair in picked.split(","))
            (answer,) = (one for one in answer if all(str(one[key]) == wanted[key] for key in wanted))
    return answer


@pytest.mark.parametrize("row", walk(), ids=lambda row: f"{row.ask} {row.place}")
def test_the_walk_in_the_readme_says_what_the_service_answers(founded, row):
    assert at(row.place, founded.ask(row.ask)) == row.expected


def test_the_walk_was_found_in_the_readme():
    assert len(walk()) >= 50


def test_it_is_labelled_as_invented():
    """Its first line, its title, and every outlet say so."""
    first, *_ = CHRONOLOGY.read_text(encoding="utf-8").splitlines()
    outlets = {value for body in bodies() for name, value in named(body) if name == "outlet"}

    assert "INVENTED" in first
    assert "(invented)" in STEPS[0].body["title"]
    assert all(isinstance(one, str) and one.endswith("(invented)") for one in outlets)


# It uses everything


def bodies() -> list[Any]:
    return [step.body for step in STEPS if step.verb != "open"]


def named(body: Any) -> Iterator[tuple[str, Any]]:
    """Every field in a body with its value, each item of a list by itself."""
    if isinstance(body, list):
        yield from chain.from_iterable(map(named, body))
    if isinstance(body, dict):
        for name, value in body.items():
            yield from ((name, one) for one in (value if isinstance(value, list) else [value]))
            yield from named(value)


def choices(annotation: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every field of the kinds that offers words for choice, each with each word."""
    if get_origin(annotation) is Literal:
        yield from ((name, word) for word in get_args(annotation) if isinstance(word, str))
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for field, info in annotation.model_fields.items():
            if field not in NOT_ALL_USED:
                yield from choices(info.annotation, field)
    else:
        for argument in get_args(annotation):
            yield from choices(argument, name)


def test_it_uses_every_kind():
    assert {step.body["kind"] for step in STEPS if step.verb == "record"} == set(KINDS)


def test_it_uses_every_word_among_which_a_kind_chooses():
    """Every outcome, answer, stance, format, class, form of a count … but a few long lists."""
    told = {(name, value) for body in bodies() for name, value in named(body) if isinstance(value, str)}
    every = {choice for kind in KINDS.values() for choice in choices(kind)}

    assert every - told == set()


def test_it_uses_every_form_of_a_count():
    told = {value for body in bodies() for name, value in named(body) if name == "type"}
    forms = {word for _, word in choices(Count, "type")}

    assert forms <= told


@pytest.mark.parametrize("form", FORMS_OF_DATES)
def test_it_uses_dates_of_every_form(form):
    days = [value for body in bodies() for name, value in named(body) if name == "occurred"]

    assert any(re.fullmatch(FORMS_OF_DATES[form], day) for day in days), days


def test_it_closes_disputes_in_every_way_and_leaves_some_open(founded):
    disputed = founded.ask("disputes")["disputed"]
    outcomes = {claim["outcome"] for one in disputed for claim in one["claims"]}

    assert outcomes == {"upheld", "dismissed", "withdrawn", None}
    assert {claim["denies"] for one in disputed for claim in one["claims"]} == {True, False}


def test_it_has_developments_of_every_standing(founded):
    shown = founded.ask("timeline?limit=200")["developments"]
    taken_back = founded.ask("timeline?limit=200&standing=retracted")["developments"]

    assert {one["standing"] for one in (*shown, *taken_back)} == set(get_args(Standing))


def test_with_an_adoption_it_has_every_event(fresh):
    """The adoption alone has to wait for its time, so it is played here and not in the file.

    An erasure is nothing that is said over the interface.
    """
    fresh.clock.now = datetime(2100, 1, 1, tzinfo=UTC)
    fresh.adopt("corridor", 4)
    changes = fresh.ask("changes?limit=200")["changes"]

    assert {change["event"] for change in changes} == set(EVENTS) - {PersonalDataErased.name}


def test_every_saying_has_a_verb():
    """A chronology can say all that the interface can."""
    assert {f"/{address}" for address in SAYINGS.values()} == {address.path for address in ADDRESSES}


# What cannot be told in one question


def test_played_again_it_records_nothing_twice(fresh):
    before = fresh.ask("timeline")["position"]
    again = play(STEPS, fresh.client, CHRONOLOGY.stem, lambda _: None)

    assert again.ids == fresh.played.ids
    assert fresh.ask("timeline")["position"] == before == len(STEPS)


def test_a_rectification_waits_for_its_time_and_changes_answers_on_adoption_alone(fresh):
    """Given that nobody has objected; on the last day it is too early, on the next it is adopted."""
    before = fresh.ask("developments/corridor?as_of=2021-06-30")
    fresh.clock.now = datetime(2099, 12, 31, 23, 59, tzinfo=UTC)
    with pytest.raises(Refused, match="2099-12-31"):
        fresh.adopt("corridor", 4)
    assert fresh.ask("developments/corridor")["development"] == before["development"]

    fresh.clock.now = datetime(2100, 1, 1, tzinfo=UTC)
    fresh.adopt("corridor", 4)
    after = fresh.ask("developments/corridor")

    assert after["development"] == {**before["development"], "until": "2021-04-02"}
    assert after["rectifications"][0]["outcome"] == "adopted"
    assert fresh.ask(f"developments/corridor?as_of=2021-06-30&at_position={before['position']}") == before


def test_the_disclosure_is_named_as_what_changed_the_answer(founded):
    """Given the answer before it and the answer now, the diff says which event moved it, and why."""
    before = founded.ask("exchanges?as_of=2021-03-25&at_position=87")
    diff = founded.ask("diff?view=exchanges&as_of=2021-03-25", known_from=before["known_at"])
    causes = [cause for one in diff["differences"] for cause in one["made_by"]]

    assert causes
    assert {(cause["position"], cause["event"]) for cause in causes} == {(88, "amended")}
    assert {cause["reason"] for cause in causes} == {
        "Belmark disclosed the number; the families have been told."
    }


def test_every_development_comes_back_exactly_as_the_file_has_it(founded):
    """Nothing that was put in is lost or changed but what was amended or rectified since."""
    changed = {step.label for step in STEPS if step.verb in {"amend", "resolve"}}
    for step in STEPS:
        if step.verb == "record" and step.label not in changed:
            told = founded.ask(f"developments/{step.label}")["development"]
            expected = json.loads(json.dumps(step.body, default=lambda label: label.name))
            assert told == expected, step.label
