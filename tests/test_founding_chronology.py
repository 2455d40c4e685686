"""The answers that must come out of the founding chronology, through the API of a running service.

The figures in the later amendments are invented for these tests and say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.app import create_app
from service.chronology import Played, play, read
from service.client import Client
from service.serving import listen, serving
from service.settings import Settings
from tests.tokens import token_for

CHRONOLOGY = Path(__file__).parent.parent / "seeds" / "ua-ru-2025.yaml"
RECORDING = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
DAY_OF_RECORDING = "2026-02-03"
THOUSAND = ("thousand-first", "thousand-second", "thousand-third")
ALL = (
    "stage-06-09",
    "stage-06-10",
    "stage-06-12",
    "stage-06-14",
    "stage-06-19",
    "stage-06-20",
    "stage-06-26",
)
INVENTED = {"outlet": "Invented for this test"}


class SteppedClock:
    """A clock that tests set; it moves on a little at every reading, as time does."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass
class Founded:
    """A running service with the chronology on record."""

    client: Client
    played: Played
    clock: SteppedClock

    def view(self, name: str, as_of: str | None = None, **query: str) -> dict[str, Any]:
        asked = {**query, **({"as_of": as_of} if as_of else {})}
        return self.client.get(f"/v1/dossiers/ua-ru-2025/{name}", **asked)

    def ids(self, *labels: str) -> set[str]:
        return {self.played.ids[label] for label in labels}

    def amend(self, label: str, changes: dict[str, Any], reason: str) -> None:
        path = f"/v1/developments/{self.played.ids[label]}/amendments"
        seen = self.client.get(f"/v1/developments/{self.played.ids[label]}")["version"]
        body = {"changes": changes, "reason": reason, "sources": [INVENTED]}
        self.client.post(path, body, seen=seen)


def _founded(directory: Path) -> Iterator[Founded]:
    settings = Settings(SQLITE_DBNAME=directory / "record.db")
    clock = SteppedClock(RECORDING)
    token = token_for(settings, "archivist")
    with serving(create_app(settings, clock), listen("127.0.0.1")) as url, Client(url, token) as client:
        played = play(read(CHRONOLOGY), client, CHRONOLOGY.stem, lambda _: None)
        yield Founded(client, played, clock)


@pytest.fixture(scope="module")
def founded(tmp_path_factory) -> Iterator[Founded]:
    """The chronology on record; tests that only ask share it."""
    yield from _founded(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def fresh(tmp_path) -> Iterator[Founded]:
    """The chronology on record, for a test that records more."""
    yield from _founded(tmp_path)


def grounds(view: dict[str, Any]) -> tuple[set[str], set[str]]:
    rests_on = view["rests_on"]
    return {one["id"] for one in rests_on["certain"]}, {one["id"] for one in rests_on["possible"]}


def stages_by_formula(exchanges: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {
        group["formula"]: (
            group["carried_out"]["stages"]["certain"],
            group["carried_out"]["stages"]["possible"],
        )
        for group in exchanges["by_stipulation"]
    }


def said_by(ceasefire: dict[str, Any], party: str) -> list[dict[str, Any]]:
    return [said for one in ceasefire["on_record"] if one["party"] == party for said in one["said"]]


class TestCeasefireStatus:
    def test_on_15_may_none_is_proposed_on_record(self, founded):
        answer = founded.view("ceasefire", "2025-05-15")
        assert (answer["status"], answer["possible"], answer["in_effect"]) == ("none", ["none"], "not")
        assert answer["on_record"] == answer["ceasefires"] == answer["since"] == []
        assert grounds(answer) == (set(), set())

    def test_on_16_may_it_is_under_discussion_with_a_russian_condition_on_record(self, founded):
        answer = founded.view("ceasefire", "2025-05-16")
        assert answer["status"] == "under_discussion"
        assert grounds(answer) == (founded.ids("talks-may", "demand-withdrawal"), set())
        (condition,) = said_by(answer, "RU")
        assert condition["condition"]
        assert condition["standing"] == "claimed"
        assert condition["attributed_to"] == ["journalists → the correspondent of Babel → Babel"]

    def test_on_19_may_it_is_under_discussion_and_a_memorandum_is_offered(self, founded):
        answer = founded.view("ceasefire", "2025-05-19")
        assert answer["status"] == "under_discussion"
        (offer,) = said_by(answer, "putin")
        assert offer["kind"] == "offer-made"
        assert "memorandum" in offer["content"]
        (since,) = answer["since"]
        assert (since["earliest"], since["latest"]) == ("2025-05-16", "2025-05-16")
        assert since["rests_on"]["id"] == founded.played.ids["talks-may"]
        assert offer["id"] in grounds(answer)[0]

    @pytest.mark.parametrize("day", [DAY_OF_RECORDING, None])
    def test_today_none_is_in_effect_and_no_compromise_was_found(self, founded, day):
        answer = founded.view("ceasefire", day)
        assert (answer["status"], answer["in_effect"], answer["ceasefires"]) == ("no_agreement", "not", [])
        (since,) = answer["since"]
        assert since["rests_on"]["id"] == founded.played.ids["no-compromise"]
        assert (since["earliest"], since["latest"]) == ("2025-06-26", DAY_OF_RECORDING)

    def test_today_the_positions_of_both_sides_are_on_record_each_attributed(self, founded):
        answer = founded.view("ceasefire")
        assert [said["kind"] for said in said_by(answer, "RU")] == ["demand-made"]
        assert [said["kind"] for said in said_by(answer, "UA")] == ["assessment-given", "position-taken"]
        for party in answer["on_record"]:
            assert all(said["attributed_to"] for said in party["said"])
        assert said_by(answer, "UA")[1]["preconditions"] == [
            "dialogue without ultimatums",
            "respect for the sovereignty of Ukraine",
        ]


class TestCumulativeExchanges:
    @pytest.mark.parametrize(
        ("day", "certain", "possible"),
        [("2025-06-08", 0, 3), ("2025-06-26", 7, 3), (DAY_OF_RECORDING, 10, 0), (None, 10, 0)],
    )
    def test_stages_certainly_and_possibly_carried_out(self, founded, day, certain, possible):
        answer = founded.view("exchanges", day)["exchanges"]
        assert answer["stages"] == {"certain": certain, "possible": possible}

    def test_on_14_june_four_all_for_all_stages_and_possibly_three_of_1000_for_1000(self, founded):
        answer = founded.view("exchanges", "2025-06-14")
        assert stages_by_formula(answer) == {"1000_for_1000": (0, 3), "all_for_all": (4, 0)}
        assert grounds(answer["exchanges"]) == (founded.ids(*ALL[:4]), founded.ids(*THOUSAND))

    def test_they_rest_on_each_stage_by_its_id(self, founded):
        assert grounds(founded.view("exchanges")["exchanges"]) == (founded.ids(*ALL, *THOUSAND), set())

    def test_no_stage_has_a_count_and_the_agreed_total_is_a_promise(self, founded):
        answer = founded.view("exchanges")
        assert answer["exchanges"]["without_count"] == {"certain": 10, "possible": 0}
        for side in answer["exchanges"]["persons"]:
            expected = {"at_least": 0, "at_most": None, "stages": 10, "unknown": 10, "withheld": 0}
            assert side["persons"]["certain"] == expected
        thousand = next(one for one in answer["by_stipulation"] if one["formula"] == "1000_for_1000")
        assert thousand["agreement"] == founded.played.ids["agreement-1000"]
        assert thousand["promised"] == [
            {"side": "UA", "count": {"type": "exact", "value": 1000}},
            {"side": "RU", "count": {"type": "exact", "value": 1000}},
        ]

    def test_the_categories_of_all_for_all_are_those_agreed(self, founded):
        groups = founded.view("exchanges")["by_stipulation"]
        every = next(one for one in groups if one["formula"] == "all_for_all")
        assert every["categories"] == ["seriously_wounded", "seriously_ill", "aged_18_25"]


def test_the_next_step_is_a_leaders_meeting_planned_by_ukraine_on_a_condition_not_yet_met(founded):
    (step,) = founded.view("agenda")["steps"]
    assert (step["planned_by"], step["state"], step["after"]["met"]) == ("UA", "planned", False)
    assert "leaders' meeting" in step["step"]
    assert step["after"]["condition"] == "the discussions on humanitarian matters are concluded"
    assert step["id"] == founded.played.ids["leaders-meeting"]


class TestWhatTheSourceDoesNotGive:
    def test_no_stage_has_filled_in_counts_and_no_unknown_day_a_midpoint(self, founded):
        timeline = founded.view("timeline", kind="exchange-stage-carried-out")["developments"]
        assert len(timeline) == 10
        assert not any("persons" in one["development"] for one in timeline)
        unknown = [one for one in timeline if one["id"] in founded.ids(*THOUSAND)]
        assert {(one["earliest"], one["latest"]) for one in unknown} == {("2025-05-16", DAY_OF_RECORDING)}
        assert {one["development"]["occurred"] for one in unknown} == {"[2025-05-16..]"}

    def test_every_development_comes_back_exactly_as_the_file_has_it(self, founded):
        for step in read(CHRONOLOGY):
            if step.verb == "record":
                told = founded.client.get(f"/v1/developments/{founded.played.ids[step.label]}")["development"]
                expected = {key: value for key, value in step.body.items() if key not in {"at", "under"}}
                assert {key: told[key] for key in expected} == expected
                assert set(told) == set(step.body)

    def test_all_of_it_rests_on_the_one_report(self, founded):
        timeline = founded.view("timeline", limit=100)["developments"]
        sources = [source for one in timeline for source in one["development"]["sources"]]
        assert len(timeline) == 27
        assert {source["outlet"] for source in sources} == {"Babel"}
        assert {source["published"] for source in sources} == {"2025-06-26/.."}


class TestLaterKnowledge:
    def test_the_day_of_publication_tightens_the_bound_and_leaves_earlier_answers(self, fresh):
        before = fresh.view("exchanges", "2025-06-28")
        assert before["exchanges"]["stages"] == {"certain": 7, "possible": 3}
        fresh.clock.now += timedelta(days=9)
        for label in THOUSAND:
            told = fresh.client.get(f"/v1/developments/{fresh.played.ids[label]}")["development"]["sources"]
            dated = [{**source, "published": "2025-06-28"} for source in told]
            fresh.amend(label, {"sources": dated}, "An invented day of publication.")
        assert fresh.view("exchanges", "2025-06-28")["exchanges"]["stages"] == {"certain": 10, "possible": 0}
        assert fresh.view("exchanges", "2025-06-27")["exchanges"]["stages"] == {"certain": 7, "possible": 3}
        again = fresh.view("exchanges", "2025-06-28", known_at=before["known_at"])
        assert again == before

    def test_days_and_counts_from_another_source_make_todays_answers_exact(self, fresh):
        before = fresh.view("exchanges", DAY_OF_RECORDING)
        fresh.clock.now += timedelta(days=30)
        for number, label in enumerate(THOUSAND):
            persons = [
                {"side": side, "count": {"type": "exact", "value": 300 + number}} for side in ("UA", "RU")
            ]
            changes = {"occurred": f"2025-05-2{number + 3}", "persons": persons}
            fresh.amend(label, changes, "Invented days and counts.")
        after = fresh.view("exchanges", "2025-05-24")
        assert stages_by_formula(after)["1000_for_1000"] == (2, 0)
        thousand = after["by_stipulation"][0]["carried_out"]
        assert thousand["persons"][0]["persons"]["certain"] == {
            "at_least": 601,
            "at_most": 601,
            "stages": 2,
            "unknown": 0,
            "withheld": 0,
        }
        assert fresh.view("exchanges", DAY_OF_RECORDING, known_at=before["known_at"]) == before

    def test_the_history_says_who_when_why_and_what_changed(self, fresh):
        fresh.clock.now += timedelta(days=1)
        fresh.amend("thousand-first", {"occurred": "2025-05-23"}, "An invented day.")
        path = f"/v1/developments/{fresh.played.ids['thousand-first']}/history"
        first, second = fresh.client.get(path)["versions"]
        assert (first["recorded_by"], first["reason"]) == ("archivist", None)
        assert (second["event"], second["reason"]) == ("amended", "An invented day.")
        assert second["sources"] == [INVENTED]
        assert second["recorded_at"] > first["recorded_at"]
        assert second["differences"] == [
            {"field": "occurred", "before": "[2025-05-16..]", "after": "2025-05-23"}
        ]


def test_played_again_it_records_nothing_twice(fresh):
    position = fresh.view("timeline")["position"]
    again = play(read(CHRONOLOGY), fresh.client, CHRONOLOGY.stem, lambda _: None)
    assert again.ids == fresh.played.ids
    assert fresh.view("timeline")["position"] == position == 28
