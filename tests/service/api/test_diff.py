"""How a view's answer changed: between two moments of knowledge, or between two days, and what made it so."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from projections.registry import VIEWS
from service import diffs
from tests.service.api.desk import Desk, open_desk

STAGES = "/exchanges/stages/certain"


@pytest.fixture
def stage(desk) -> str:
    """An exchange stage that was recorded."""
    return desk.record("exchange-stage-carried-out", under=None)


def diff(desk: Desk, view: str = "exchanges", **query: Any) -> dict[str, Any]:
    """How a view changed."""
    return desk.view("diff", view=view, **query)


def found(told: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Each difference by its path: what was and what is."""
    return {one["path"]: (one["before"], one["after"]) for one in told["differences"]}


def made_by(told: dict[str, Any], path: str) -> list[tuple[Any, ...]]:
    """What made one difference."""
    (difference,) = [one for one in told["differences"] if one["path"] == path]
    return [(one["id"], one["version"]) for one in difference["made_by"]]


# Between two moments of knowledge


def test_each_difference_names_its_events_with_author_and_reason(desk, stage):
    known_from = desk.view("exchanges")["known_at"]
    other = desk.record("exchange-stage-carried-out", under=None, occurred="2021-03-21")
    desk.record("call-held")
    desk.said(stage, "retractions", reason="The outlet withdrew its report.")
    desk.record("exchange-stage-carried-out", under=None, occurred="2021-03-22")

    told = diff(desk, known_from=known_from)

    assert found(told)[STAGES] == (1, 2)
    assert [(id_, version) for id_, version in made_by(told, STAGES)][:2] == [(other, 1), (stage, 2)]
    (difference,) = [one for one in told["differences"] if one["path"] == STAGES]
    (retracted,) = [one for one in difference["made_by"] if one["event"] == "retracted"]
    assert retracted["recorded_by"] == "ada"
    assert retracted["reason"] == "The outlet withdrew its report."
    assert all(one["kind"] == "exchange-stage-carried-out" for one in difference["made_by"])


def test_both_ends_are_the_answers_of_the_view(desk, stage):
    before = desk.view("exchanges")
    desk.said(stage, "amendments", changes={"persons": []}, reason="Nobody counted.")
    after = desk.view("exchanges")

    told = diff(desk, known_from=before["known_at"], known_to=after["known_at"], as_of=before["as_of"])

    assert told["position_from"] == before["position"]
    assert told["position_to"] == after["position"]
    for path, (was, now) in found(told).items():
        if path.count("/") == 2:
            first, second = path.split("/")[1:]
            assert (before[first][second], after[first][second]) == (was, now)
    assert found(told)


def test_from_before_the_beginning_everything_is_new(desk, stage):
    assert found(diff(desk))[STAGES] == (0, 1)


def test_a_proposed_rectification_makes_no_difference_and_its_adoption_does(desk, stage):
    known_from = desk.view("exchanges")["known_at"]
    proposal = {"changes": {"occurred": "2021-03-25"}, "objections_until": "2021-07-02"}
    number = desk.said(stage, "rectifications", **proposal)["version"]
    asked = {"view": "exchanges", "as_of": "2021-03-22", "known_from": known_from}
    proposed = diff(desk, **asked)
    desk.clock.turn(days=2)
    desk.said(stage, "adoptions", rectification=number)

    assert STAGES not in found(proposed)
    assert found(diff(desk, **asked))[STAGES] == (1, 0)
    assert made_by(diff(desk, **asked), STAGES) == [(stage, 3)]


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_changed_in_no_time(desk, stage, view):
    known = desk.view(view)["known_at"]

    assert diff(desk, view, known_from=known, known_to=known)["differences"] == []
    assert diff(desk, view, as_of_from="2021-03-25", as_of_to="2021-03-25")["differences"] == []


@pytest.mark.parametrize("view", VIEWS)
def test_what_has_nothing_to_do_with_it_changes_nothing(desk, stage, view):
    known = desk.view(view)["known_at"]
    desk.open_dossier(id="another-lake")
    desk.record("exchange-stage-carried-out", into="another-lake", under=None)

    assert diff(desk, view, known_from=known)["differences"] == []


def test_a_retraction_of_what_others_rest_on_is_named(desk):
    agreement = desk.record("agreement-reached")
    desk.record("exchange-stage-carried-out", under={"agreement": agreement, "stipulation": "pilots"})
    known_from = desk.view("exchanges")["known_at"]
    desk.said(agreement, "retractions")

    told = diff(desk, known_from=known_from)

    assert told["differences"]
    for one in told["differences"]:
        assert [(cause["id"], cause["version"]) for cause in one["made_by"]] == [(agreement, 2)]


def test_what_only_a_day_has_changed_no_event_has_made(desk):
    desk.record("ceasefire-declared", occurred="2021-06-30", start="2021-07-01", end="2021-07-05")
    known_from = desk.view("ceasefire")["known_at"]
    desk.clock.turn(days=10)
    desk.record("ceasefire-proposed")

    told = diff(desk, "ceasefire", known_from=known_from)
    by_the_day = [one for one in told["differences"] if "status" in one["path"] and one["made_by"] == []]

    assert by_the_day


def test_a_lens_looks_at_the_changes_of_one_account(desk, stage):
    known_from = desk.view("exchanges")["known_at"]
    desk.said(stage, "disputes", by="XB", reason="It denies it.")

    assert found(diff(desk, known_from=known_from, according_to="XB")) == {}
    assert STAGES not in found(diff(desk, known_from=known_from, according_to="XA"))
    assert found(diff(desk, known_from=known_from, standing="disputed"))[STAGES] == (0, 1)


# Between two days


def test_between_two_days_each_difference_names_its_developments(desk, stage):
    later = desk.record("exchange-stage-carried-out", under=None, occurred="2021-03-28")

    told = diff(desk, as_of_from="2021-03-24", as_of_to="2021-03-31")

    assert found(told)[STAGES] == (1, 2)
    assert made_by(told, STAGES) == [(later, 1)]
    (difference,) = [one for one in told["differences"] if one["path"] == STAGES]
    assert difference["made_by"][0]["day"] == "2021-03-28"
    assert (told["as_of_from"], told["as_of_to"]) == ("2021-03-24", "2021-03-31")


def test_a_span_moves_the_answer_on_its_first_day_and_on_its_last(desk):
    span = desk.record("exchange-stage-carried-out", under=None, occurred="[2021-03-20..2021-03-25]")

    begins = diff(desk, as_of_from="2021-03-01", as_of_to="2021-03-22")
    ends = diff(desk, as_of_from="2021-03-22", as_of_to="2021-03-31")

    assert found(begins)["/exchanges/stages/possible"] == (0, 1)
    assert found(ends)["/exchanges/stages/possible"] == (1, 0)
    assert found(ends)[STAGES] == (0, 1)
    for told, day in (begins, "2021-03-20"), (ends, "2021-03-25"):
        for one in told["differences"]:
            assert [(cause["id"], cause["day"]) for cause in one["made_by"]] == [(span, day)]


def test_between_two_days_only_what_was_known_then_is_compared(desk, stage):
    known_at = desk.view("exchanges")["known_at"]
    desk.record("exchange-stage-carried-out", under=None, occurred="2021-03-28")

    asked = {"as_of_from": "2021-03-01", "as_of_to": "2021-03-31"}
    assert found(diff(desk, **asked, known_at=known_at))[STAGES] == (0, 1)
    assert found(diff(desk, **asked))[STAGES] == (0, 2)


def test_the_second_day_is_today_where_none_is_named(desk, stage):
    assert diff(desk, as_of_from="2021-03-01")["as_of_to"] == "2021-07-01"


@pytest.mark.parametrize("lens", [{}, {"according_to": "XB"}], ids=["no lens", "one account"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_day_of_the_examples_is_accounted_for(telling_desk, view, lens):
    """Where an answer changes from one day to the next, the day has a development that did it."""
    days = [f"2021-03-{day:02}" for day in range(1, 32)]
    for first, second in pairwise(days):
        told = diff(telling_desk, view, as_of_from=first, as_of_to=second, **lens)
        for one in told["differences"]:
            assert one["made_by"], (view, second, one)
            assert {cause["day"] for cause in one["made_by"]} == {second}


@pytest.fixture(scope="module")
def telling_desk(tmp_path_factory) -> Iterator[Desk]:
    """A dossier in which much happened in one March."""
    with open_desk(tmp_path_factory.mktemp("telling")) as desk:
        desk.open_dossier()
        agreement = desk.record("agreement-reached")
        desk.record("round-held")
        desk.record("position-taken")
        desk.record("step-planned", planned_for="2021-03-28")
        desk.record("ultimatum-issued", occurred="2021-03-10", deadline="2021-03-15")
        desk.record("exchange-stage-carried-out", under={"agreement": agreement, "stipulation": "pilots"})
        desk.record("ceasefire-declared", occurred="2021-03-11", start="2021-03-12", end="2021-03-18")
        call = desk.record("call-held")
        desk.said(call, "disputes", by="XB", says={"occurred": "2021-03-05"})
        yield desk


# What is refused


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("", "view"),
        ("view=weather", "view"),
        ("view=timeline", "view"),
        ("view=agenda&known_from=2021-07-01T09:02:00Z&known_to=2021-07-01T09:01:00Z", "known_from"),
        ("view=agenda&known_from=2031-01-01T00:00:00Z", "known_from"),
        ("view=agenda&known_to=2031-01-01T00:00:00Z", "known_to"),
        ("view=agenda&as_of_from=2021-03-02&as_of_to=2021-03-01", "as_of_from"),
        ("view=agenda&as_of_from=2031-03-02", "as_of_from"),
        ("view=agenda&as_of_from=2021-03-02&as_of_to=2031-03-02", "as_of_to"),
        ("view=agenda&as_of=2031-03-02", "as_of"),
        ("view=agenda&as_of_from=2021-03", "as_of_from"),
    ],
)
def test_a_window_that_is_none_is_refused_by_its_name(desk, stage, query, place):
    refusal = desk.refused(desk.client.get(f"/v1/dossiers/{desk.dossier}/diff?{query}"))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("as_of_to=2021-03-01", "as_of_to"),
        ("known_at=2021-07-01T09:00:00Z", "known_at"),
        ("as_of_from=2021-03-01&known_from=2021-07-01T09:00:00Z", "known_from"),
        ("as_of_from=2021-03-01&known_to=2021-07-01T09:00:00Z", "known_to"),
        ("as_of_from=2021-03-01&as_of=2021-03-02", "as_of"),
    ],
)
def test_one_clock_is_turned_at_a_time(busy_desk, query, place):
    refusal = busy_desk.refused(
        busy_desk.client.get(f"/v1/dossiers/{busy_desk.dossier}/diff?view=agenda&{query}")
    )

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]
    assert "between two days, give as_of_from" in refusal.detail


def test_a_difference_as_fresh_as_ones_own_write_is_asked_for(desk, stage):
    assert found(diff(desk, min_position=desk.position))[STAGES] == (0, 1)
    ahead = {"view": "exchanges", "min_position": desk.position + 1}
    response = desk.client.get(f"/v1/dossiers/{desk.dossier}/diff", params=ahead)
    assert desk.refused(response).told == (503, "not-fresh-enough")


def test_a_window_that_is_too_long_is_refused(desk, stage, monkeypatch):
    monkeypatch.setattr(diffs, "MOST_STEPS", 2)
    desk.said(stage, "amendments", changes={"occurred": "[2021-03-20..2021-03-25]"})
    desk.record("exchange-stage-carried-out", under=None, occurred="2021-03-28")

    for query, place in ({}, "known_to"), ({"as_of_from": "2021-03-01"}, "as_of_to"):
        asked = {"view": "exchanges", **query}
        refusal = desk.refused(desk.client.get(f"/v1/dossiers/{desk.dossier}/diff", params=asked))
        assert refusal.told == (422, "invalid-request")
        assert refusal.places == [place]


def test_a_dossier_that_is_not_on_record_is_not_found(desk):
    for query in "", "&as_of_from=2021-03-01":
        response = desk.client.get(f"/v1/dossiers/solace-2012/diff?view=agenda{query}")
        assert desk.refused(response).told == (404, "unknown-dossier")


def test_the_window_of_a_question_asked_after_the_last_event_is_empty(desk, stage):
    desk.clock.turn(days=40)

    told = diff(desk, known_from="2021-08-01T00:00:00Z")

    assert (told["known_from"], told["known_to"]) == ("2021-08-01T00:00:00Z",) * 2
    assert told["differences"] == []
