"""Both clocks: asked for in every read, echoed in every answer, and the same answer ever after."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

import pytest

from projections.registry import VIEWS as REGISTRY
from tests.service.api.desk import RADIO, Desk, crossed, open_desk

VIEWS = ("timeline", *REGISTRY)
BY_DAY = [*(f"/v1/dossiers/solace-2021/{view}" for view in VIEWS), "/v1/developments/{call}"]
"""The reads that take a day as well."""

READS = [*BY_DAY, "/v1/dossiers", "/v1/dossiers/solace-2021", "/v1/developments/{call}/history"]
"""The reads that take a moment of knowledge, and answer in JSON."""

EVERY_READ = [*READS, "/v1/dossiers/solace-2021/export"]

each_read = pytest.mark.parametrize("path", READS)


def later_events(desk: Desk, call: str) -> None:
    """A great deal happens afterwards."""
    desk.clock.turn(days=40)
    desk.record("round-held")
    desk.record("ceasefire-declared")
    desk.record("exchange-stage-carried-out", under=None)
    desk.record("step-planned")
    desk.open_dossier(id="another-lake")
    desk.said(call, "amendments", changes={"occurred": "2021-03-05"})
    desk.said(call, "corroborations", source=RADIO)
    desk.said(call, "retractions")


@each_read
def test_the_same_question_with_the_clocks_that_were_echoed_has_the_same_answer_for_ever(desk, call, path):
    path = path.format(call=call)
    first = desk.get(path)
    echoed = {clock: first[clock] for clock in ("as_of", "known_at") if clock in first}

    later_events(desk, call)

    assert desk.get(path, **echoed) == first
    assert desk.get(path)["position"] > first["position"]


@each_read
def test_a_position_is_the_same_clock(desk, call, path):
    path = path.format(call=call)
    later_events(desk, call)

    for position in range(2, desk.position + 1):
        at = desk.get(path, at_position=position)
        day = {"as_of": at["as_of"]} if "as_of" in at else {}
        assert at["position"] == position
        assert desk.get(path, known_at=at["known_at"], **day) == at


@each_read
def test_both_clocks_are_echoed_as_they_were_asked(desk, call, path):
    desk.clock.turn(hours=1)
    asked = {"known_at": "2021-07-01T09:30:00Z", **({"as_of": "2021-03-31"} if path in BY_DAY else {})}

    told = desk.get(path.format(call=call), **asked)

    assert {clock: told[clock] for clock in asked} == asked
    assert told["position"] == 2


@pytest.mark.parametrize("path", BY_DAY)
def test_the_day_is_today_where_none_is_named(desk, call, path):
    assert desk.get(path.format(call=call))["as_of"] == "2021-07-01"


SPELLINGS = [
    "2021-07-01T23:02:00+14:00", "2021-06-30T21:02:00-12:00", "2021-07-01t09:02:00z",
    "2021-07-01T09:02:00.000000+00:00", "2021-07-01T11:02:00+02:00", "2021-07-01T09:02:00-00:00",
]  # fmt: skip


@pytest.mark.parametrize(("path", "known_at"), crossed(READS, SPELLINGS))
def test_one_moment_has_one_answer_however_it_is_spelled(busy_desk, held, path, known_at):
    path = path.format(call=held)

    assert busy_desk.get(path, known_at=known_at) == busy_desk.get(path, known_at="2021-07-01T09:02:00Z")


def test_what_is_known_changes_with_the_moment_and_what_happened_with_the_day(desk, call):
    desk.said(call, "amendments", changes={"occurred": "2021-03-06"})

    def certainty(**asked: Any) -> str:
        return desk.read(call, **asked)["certainty"]

    assert certainty(as_of="2021-03-03") == "not"
    assert certainty(as_of="2021-03-04") == "not"
    assert certainty(as_of="2021-03-04", at_position=2) == "certain"
    assert certainty(as_of="2021-03-06") == "certain"


def test_what_was_recorded_at_a_moment_is_known_at_that_moment(desk):
    at = desk.clock.now + timedelta(minutes=1)
    desk.record("call-held")
    before = (at - timedelta(microseconds=1)).isoformat()

    assert desk.view("timeline", known_at=at.isoformat())["position"] == 2
    assert desk.view("timeline", known_at=before)["position"] == 1


def test_the_moment_of_the_last_event_can_be_asked_about_where_the_clock_was_set_back(desk, call):
    desk.clock.turn(hours=-3)
    now = desk.view("timeline")

    assert desk.view("timeline", known_at=now["known_at"], as_of=now["as_of"]) == now


# Freshness


@pytest.mark.parametrize("path", [*EVERY_READ, "/v1/dossiers/solace-2021/changes"])
def test_a_read_sees_what_its_caller_wrote(desk, call, path):
    receipt = desk.said(call, "corroborations", source=RADIO)
    response = desk.client.get(path.format(call=call), params={"min_position": receipt["position"]})
    told = json.loads(response.text.splitlines()[0])

    assert response.status_code == 200
    assert told.get("position", told.get("position_to")) == receipt["position"]


@pytest.mark.parametrize("path", [*EVERY_READ, "/v1/dossiers/solace-2021/changes"])
def test_a_read_that_cannot_be_that_fresh_says_so_and_when_to_ask_again(busy_desk, held, path):
    refusal = busy_desk.refused(
        busy_desk.client.get(path.format(call=held), params={"min_position": busy_desk.position + 1})
    )

    assert refusal.told == (503, "not-fresh-enough")
    assert refusal.body["position"] == busy_desk.position
    assert int(refusal.response.headers["Retry-After"]) > 0


def test_freshness_is_about_the_record_and_not_about_the_moment_that_is_asked_for(desk, call):
    assert desk.view("timeline", at_position=1, min_position=2)["position"] == 1


@pytest.mark.slow
def test_reads_that_wait_leave_room_for_others(tmp_path):
    with open_desk(tmp_path, patience=3) as desk, ThreadPoolExecutor(60) as callers:
        waiting = [callers.submit(desk.client.get, "/v1/dossiers?min_position=9") for _ in range(60)]
        sleep(0.2)
        asked = monotonic()
        desk.open_dossier()
        took = monotonic() - asked

        assert {one.result().status_code for one in waiting} == {503}
        assert took < 2


# What is no clock


def refusal_of(desk: Desk, held: str, path: str, query: str):
    return desk.refused(desk.client.get(f"{path.format(call=held)}?{query}"))


NO_MOMENT = [
    "yesterday", "1625130000", "1625130000.5", "2021", "2021-07-01", "2021-07-01T09:00:00",
    "2021-07-01 09:00:00Z", "2021-07-01T09:00Z", "2021-07-01T25:00:00Z",
    "2021-02-30T09:00:00Z", "2021-07-01T09:00:00+0200",
    "2021-07-01T11:00:00+02:00", "2021-07-01T09:00:00%2B25:00", "20210701T090000Z", "now", "", "null",
    "٢٠٢١-07-01T09:00:00Z", "0001-01-01T00:00:00%2B14:00", "2021-07-01T09:00:00Z%00",
]  # fmt: skip


@pytest.mark.parametrize(("path", "known_at"), crossed(EVERY_READ, NO_MOMENT))
def test_a_moment_of_another_form_is_refused_by_its_name(busy_desk, held, path, known_at):
    """The + of an offset is a space where it is not encoded; the answer says so."""
    refusal = refusal_of(busy_desk, held, path, f"known_at={known_at}")

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["known_at"]


def test_the_refusal_of_a_bare_plus_says_how_it_is_written(busy_desk, held):
    refusal = refusal_of(busy_desk, held, "/v1/dossiers", "known_at=2021-07-01T11:00:00+02:00")

    assert "+ is written %2B" in refusal.detail


@pytest.mark.parametrize(
    ("path", "known_at"), crossed(EVERY_READ, ["2021-07-01T23:59:59Z", "9999-12-31T23:59:59Z"])
)
def test_a_moment_that_is_still_to_come_is_refused(busy_desk, held, path, known_at):
    refusal = refusal_of(busy_desk, held, path, f"known_at={known_at}")

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["known_at"]
    assert "still to come" in refusal.detail


NO_DAY = [
    "2021-02-30", "2021-06", "2021-06-31", "0000-01-01", "20210601", "2021-06-01T00:00:00Z", "1625130000",
    "today", "", "2021-06-01%0A", "2021-06~",
]  # fmt: skip


@pytest.mark.parametrize(("path", "as_of"), crossed(BY_DAY, NO_DAY))
def test_a_day_of_another_form_is_refused_by_its_name(busy_desk, held, path, as_of):
    refusal = refusal_of(busy_desk, held, path, f"as_of={as_of}")

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["as_of"]


@pytest.mark.parametrize(("path", "as_of"), crossed(BY_DAY, ["2021-07-03", "9999-12-31"]))
def test_a_day_that_has_not_begun_anywhere_is_refused(busy_desk, held, path, as_of):
    refusal = refusal_of(busy_desk, held, path, f"as_of={as_of}")

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["as_of"]
    assert "still to come" in refusal.detail


NO_POSITION = ["-1", "1.5", "one", "", "1e3", "0x1", str(10**30), "NaN", "true", "[1]"]


@pytest.mark.parametrize(("path", "position"), crossed(EVERY_READ, NO_POSITION))
@pytest.mark.parametrize("name", ["at_position", "min_position"])
def test_a_position_of_another_form_is_refused_by_its_name(busy_desk, held, path, name, position):
    refusal = refusal_of(busy_desk, held, path, f"{name}={position}")

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [name]


@pytest.mark.parametrize(("path", "position"), crossed(EVERY_READ, ["1000", str(2**62)]))
def test_a_position_beyond_the_end_is_refused_with_the_last_one(busy_desk, held, path, position):
    refusal = refusal_of(busy_desk, held, path, f"at_position={position}")

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["at_position"]
    assert f"the record reaches position {busy_desk.position}" in refusal.detail


@pytest.mark.parametrize("path", EVERY_READ)
def test_both_forms_of_one_clock_at_once_are_refused(busy_desk, held, path):
    refusal = refusal_of(busy_desk, held, path, "known_at=2021-07-01T09:00:00Z&at_position=1")

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["at_position"]


@pytest.mark.parametrize("path", READS)
def test_at_position_nought_nothing_is_known(busy_desk, held, path):
    response = busy_desk.client.get(path.format(call=held), params={"at_position": 0})
    if path == "/v1/dossiers":
        assert response.json() == {"as_of": "2021-07-01", "known_at": None, "position": 0, "dossiers": []}
    else:
        assert response.status_code == 404
