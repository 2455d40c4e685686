"""Rectification as a treaty depositary does it: proposed, objected to in time or not, adopted or refused."""

from typing import Any

import pytest

from tests.service.api.desk import REASON, Desk, telling

PROPOSED = {"changes": {"occurred": "2021-03-05"}, "objections_until": "2021-07-31"}
AFTER_THE_LIMIT = {"days": 31}


@pytest.fixture
def proposed(desk, call) -> int:
    """The number of a rectification that was proposed of the call."""
    return desk.said(call, "rectifications", **PROPOSED)["version"]


def refused_saying(desk: Desk, call: str, what: str, **body: Any) -> Any:
    """Say something that is refused, and leaves no trace."""
    with desk.nothing_recorded():
        return desk.refused(desk.says(call, what, {"reason": REASON, **body}))


def test_a_proposal_is_on_record_beside_what_stands(desk, call, proposed):
    now = desk.read(call)

    assert now["development"] == telling("call-held")
    assert now["standing"] == "reported"
    (shown,) = now["rectifications"]
    assert shown["rectification"] == proposed == 2
    assert shown["objections_until"] == "2021-07-31"
    assert shown["outcome"] is None


def test_views_change_on_adoption_alone(desk, call, proposed):
    def days() -> list[str]:
        return [one["earliest"] for one in desk.view("timeline")["developments"]]

    assert days() == ["2021-03-04"]
    desk.clock.turn(**AFTER_THE_LIMIT)
    assert days() == ["2021-03-04"]
    adopted = desk.said(call, "adoptions", rectification=proposed)
    assert days() == ["2021-03-05"]
    assert desk.read(call)["rectifications"][0]["outcome"] == "adopted"
    assert desk.read(call, at_position=adopted["position"] - 1)["development"] == telling("call-held")


def test_a_party_objects_in_time_until_the_last_day(desk, call, proposed):
    desk.clock.turn(days=30, hours=14)

    desk.said(call, "objections", rectification=proposed, by="XB")

    (objection,) = desk.read(call)["rectifications"][0]["objections"]
    assert (objection["by"], objection["reason"]) == ("XB", REASON)


def test_an_objection_comes_too_late_the_day_after(desk, call, proposed):
    desk.clock.turn(**AFTER_THE_LIMIT)

    refusal = refused_saying(desk, call, "objections", rectification=proposed, by="XB")

    assert refusal.told == (409, "conflict")
    assert "2021-07-31" in refusal.detail


def test_it_is_not_adopted_while_one_can_still_object(desk, call, proposed):
    desk.clock.turn(days=30, hours=14)

    refusal = refused_saying(desk, call, "adoptions", rectification=proposed)

    assert refusal.told == (409, "conflict")
    assert "2021-07-31" in refusal.detail


def test_it_is_not_adopted_once_somebody_objected(desk, call, proposed):
    desk.said(call, "objections", rectification=proposed, by="XB")
    desk.clock.turn(**AFTER_THE_LIMIT)

    refusal = refused_saying(desk, call, "adoptions", rectification=proposed)

    assert refusal.told == (409, "conflict")
    assert "XB" in refusal.detail


def test_what_was_recorded_stands_when_it_is_refused(desk, call, proposed):
    desk.said(call, "objections", rectification=proposed, by="XB")
    desk.said(call, "refusals", rectification=proposed)

    now = desk.read(call)

    assert now["development"] == telling("call-held")
    assert now["rectifications"][0]["outcome"] == "refused"


@pytest.mark.parametrize("closing", ["adoptions", "refusals"])
@pytest.mark.parametrize("what", ["objections", "adoptions", "refusals"])
def test_nothing_more_is_said_of_one_that_is_closed(desk, call, proposed, closing, what):
    desk.clock.turn(**AFTER_THE_LIMIT)
    desk.said(call, closing, rectification=proposed)
    by = {"by": "XB"} if what == "objections" else {}

    assert refused_saying(desk, call, what, rectification=proposed, **by).told == (409, "conflict")


@pytest.mark.parametrize("what", ["objections", "adoptions", "refusals"])
def test_a_number_under_which_nothing_was_proposed_is_refused_with_its_place(desk, call, proposed, what):
    by = {"by": "XB"} if what == "objections" else {}

    refusal = refused_saying(desk, call, what, rectification=7, **by)

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["/rectification"]
    assert refusal.detail.endswith("those on record: 2")


@pytest.mark.parametrize(
    ("body", "problem", "place"),
    [
        ({"objections_until": "2021-06-30"}, "invalid-request", "/objections_until"),
        ({"objections_until": "2021-07"}, "invalid-request", "/objections_until"),
        ({"changes": {}}, "invalid-request", "/changes"),
        ({"changes": {"colour": "blue"}}, "invalid-request", "/changes/colour"),
        ({"changes": {"occurred": "2021-02-30"}}, "invalid-request", "/changes/occurred"),
        ({"changes": {"occurred": "2021-12"}}, "lies-in-future", "/changes/occurred"),
        ({"changes": {"occurred": "2021-03-04"}}, "nothing-changed", "/changes"),
    ],
)
def test_a_proposal_that_is_wrong_is_refused_with_its_place(busy_desk, held, body, problem, place):
    refusal = refused_saying(busy_desk, held, "rectifications", **{**PROPOSED, **body})

    assert refusal.told == (422, problem)
    assert refusal.places == [place]


def test_one_can_be_adopted_while_another_is_open(desk, call, proposed):
    longer = {"changes": {"summary": "They called twice."}, "objections_until": "2021-12-31"}
    desk.said(call, "rectifications", **longer)
    desk.clock.turn(**AFTER_THE_LIMIT)
    desk.said(call, "adoptions", rectification=proposed)

    now = desk.read(call)

    assert [one["outcome"] for one in now["rectifications"]] == ["adopted", None]
    assert now["development"] == {**telling("call-held"), "occurred": "2021-03-05"}


def test_the_history_tells_who_did_what_and_why(desk, call, proposed):
    desk.clock.turn(**AFTER_THE_LIMIT)
    desk.said(call, "adoptions", rectification=proposed, reason="Nobody objected.")

    versions = desk.get(f"/v1/developments/{call}/history")["versions"]

    assert [one["event"] for one in versions] == [
        "call-held", "rectification-proposed", "rectification-adopted",
    ]  # fmt: skip
    assert versions[1]["differences"] == []
    assert versions[2]["differences"] == [
        {"field": "occurred", "before": "2021-03-04", "after": "2021-03-05"}
    ]
    assert (versions[2]["recorded_by"], versions[2]["reason"]) == ("ada", "Nobody objected.")
