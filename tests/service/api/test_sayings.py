"""What each thing said of a development does: amend, corroborate, dispute, resolve, retract, reinstate."""

from typing import Any
from uuid import uuid4

import pytest

from tests.service.api.desk import RADIO, REASON, SAYINGS, SOURCE, telling

# Amendments


def test_an_amendment_changes_its_fields_and_leaves_the_others(desk, call):
    desk.said(call, "amendments", changes={"occurred": "2021-03-05", "dating": "By the log of the line."})

    now = desk.read(call)

    assert now["development"] == {
        **telling("call-held"),
        "occurred": "2021-03-05",
        "dating": "By the log of the line.",
    }
    assert now["version"] == 2
    assert desk.read(call, at_position=2)["development"] == telling("call-held")


@pytest.mark.parametrize(
    ("changes", "problem", "place"),
    [
        ({}, "invalid-request", "/changes"),
        ({"colour": "blue"}, "invalid-request", "/changes/colour"),
        ({"kind": "visit-made"}, "invalid-request", "/changes/kind"),
        ({"id": str(uuid4())}, "invalid-request", "/changes/id"),
        ({"Summary": "x"}, "invalid-request", "/changes/Summary"),
        ({"occurred": "2021-02-30"}, "invalid-request", "/changes/occurred"),
        ({"occurred": None}, "invalid-request", "/changes/occurred"),
        ({"occurred": "2021-12"}, "lies-in-future", "/changes/occurred"),
        ({"occurred": "0021-03-04"}, "improbable-year", "/changes/occurred"),
        ({"sources": []}, "invalid-request", "/changes/sources"),
        ({"sources": [{"outlet": ""}]}, "invalid-request", "/changes/sources/0/outlet"),
        ({"parties": ["XA", "Belmark"]}, "invalid-request", "/changes/parties/1"),
        ({"occurred": telling("call-held")["occurred"]}, "nothing-changed", "/changes"),
        ({"sources": [SOURCE]}, "nothing-changed", "/changes"),
    ],
)
def test_an_amendment_that_is_wrong_is_refused_with_its_place(busy_desk, held, changes, problem, place):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(
            busy_desk.says(held, "amendments", {"changes": changes, "reason": REASON})
        )

    assert refusal.told == (422, problem)
    assert refusal.places == [place]


def test_an_improbable_year_in_an_amendment_is_taken_once_it_is_confirmed(desk, call):
    body = {"changes": {"occurred": "0021-03-04"}, "reason": REASON}

    assert desk.says(call, "amendments?confirm=improbable-year", body).status_code == 201
    assert desk.read(call)["earliest"] == "0021-03-04"


# Corroborations


def test_a_corroboration_by_another_origin_makes_it_corroborated(desk, call):
    assert desk.read(call)["standing"] == "reported"

    desk.said(call, "corroborations", source=RADIO)
    now = desk.read(call)

    assert now["standing"] == "corroborated"
    assert now["independent_origins"] == 2
    assert now["corroborations"] == [RADIO]
    assert now["development"] == telling("call-held")


def test_the_same_source_again_corroborates_nothing(desk, call):
    with desk.nothing_recorded():
        refusal = desk.refused(desk.says(call, "corroborations", {"source": SOURCE}))

    assert refusal.told == (422, "nothing-changed")
    assert refusal.places == ["/source"]


# Disputes and resolutions


def test_a_dispute_stands_beside_what_is_on_record(desk, call):
    receipt = desk.said(call, "disputes", by="XB", says={"occurred": "2021-03-05"})

    now = desk.read(call)

    assert now["standing"] == "disputed"
    assert now["development"] == telling("call-held")
    assert now["disputes"] == [
        {
            "dispute": receipt["version"],
            "by": "XB",
            "says": {"occurred": "2021-03-05"},
            "reason": REASON,
            "sources": [],
            "outcome": None,
        }
    ]


def test_what_a_party_says_is_taken_when_its_dispute_is_upheld(desk, call):
    dispute = desk.said(call, "disputes", by="XB", says={"occurred": "2021-03-05"})["version"]
    desk.said(call, "resolutions", dispute=dispute, outcome="upheld")

    now = desk.read(call)

    assert now["standing"] == "reported"
    assert now["development"]["occurred"] == "2021-03-05"
    assert now["disputes"][0]["outcome"] == "upheld"


def test_a_denial_that_is_upheld_retracts(desk, call):
    dispute = desk.said(call, "disputes", by="XB")["version"]
    desk.said(call, "resolutions", dispute=dispute, outcome="upheld")

    assert desk.read(call)["standing"] == "retracted"


@pytest.mark.parametrize("outcome", ["dismissed", "withdrawn"])
def test_what_was_recorded_stands_when_a_dispute_falls(desk, call, outcome):
    dispute = desk.said(call, "disputes", by="XB", says={"occurred": "2021-03-05"})["version"]
    desk.said(call, "resolutions", dispute=dispute, outcome=outcome)

    now = desk.read(call)

    assert now["standing"] == "reported"
    assert now["development"] == telling("call-held")


@pytest.mark.parametrize(
    ("body", "problem", "place"),
    [
        ({"says": {"occurred": "2021-03-05"}}, "invalid-request", "/by"),
        ({"by": "Belmark"}, "invalid-request", "/by"),
        ({"by": "XB", "says": {"colour": 1}}, "invalid-request", "/says/colour"),
        ({"by": "XB", "says": {"occurred": "2021-02-30"}}, "invalid-request", "/says/occurred"),
        ({"by": "XB", "says": {"occurred": "2021-12"}}, "lies-in-future", "/says/occurred"),
        ({"by": "XB", "says": {"parties": [804]}}, "invalid-request", "/says/parties/0"),
        ({"by": "XB", "says": {"occurred": "2021-03-04"}}, "nothing-changed", "/says"),
        ({"by": "XB", "says": "It never happened."}, "invalid-request", "/says"),
    ],
)
def test_a_dispute_that_is_wrong_is_refused_with_its_place(busy_desk, held, body, problem, place):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says(held, "disputes", {**body, "reason": REASON}))

    assert refusal.told == (422, problem)
    assert refusal.places == [place]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"dispute": 2, "outcome": "upheld"}, "/dispute"),
        ({"dispute": 0, "outcome": "upheld"}, "/dispute"),
        ({"dispute": "2", "outcome": "upheld"}, "/dispute"),
        ({"dispute": 10**30, "outcome": "upheld"}, "/dispute"),
        ({"dispute": 2, "outcome": "won"}, "/outcome"),
        ({"outcome": "upheld"}, "/dispute"),
    ],
)
def test_a_resolution_of_no_dispute_is_refused_with_its_place(busy_desk, held, body, place):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says(held, "resolutions", {**body, "reason": REASON}))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]


def test_a_dispute_is_resolved_once(desk, call):
    dispute = desk.said(call, "disputes", by="XB", says={"occurred": "2021-03-05"})["version"]
    desk.said(call, "resolutions", dispute=dispute, outcome="withdrawn")
    again = {"dispute": dispute, "outcome": "upheld", "reason": REASON}

    with desk.nothing_recorded():
        refusal = desk.refused(desk.says(call, "resolutions", again))

    assert refusal.told == (409, "conflict")


# Retraction


@pytest.mark.parametrize("what", sorted(SAYINGS.keys() - {"reinstatements"}))
def test_nothing_is_said_of_what_is_retracted(desk, call, what):
    desk.said(call, "retractions")

    with desk.nothing_recorded():
        refusal = desk.refused(desk.says(call, what, SAYINGS[what]))

    assert refusal.told == (409, "conflict")
    assert "reinstate it" in refusal.detail


def test_what_is_not_retracted_cannot_be_reinstated(busy_desk, held):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says(held, "reinstatements", SAYINGS["reinstatements"]))

    assert refusal.told == (409, "conflict")


def test_a_retraction_takes_it_out_of_the_views_and_a_reinstatement_puts_it_back(desk, call):
    def on_the_timeline(**query: Any) -> list[str]:
        return [one["id"] for one in desk.view("timeline", **query)["developments"]]

    assert on_the_timeline() == [call]
    desk.said(call, "retractions")
    assert on_the_timeline() == []
    assert on_the_timeline(standing="retracted") == [call]
    desk.said(call, "reinstatements")
    assert on_the_timeline() == [call]


def test_a_retraction_is_shown_on_what_rests_on_it(desk):
    agreement = desk.record("agreement-reached")
    under = {"agreement": agreement, "stipulation": "pilots"}
    stage = desk.record("exchange-stage-carried-out", under=under)
    desk.said(agreement, "retractions")

    (on_the_timeline,) = desk.view("timeline")["developments"]
    (under_it,) = desk.view("exchanges")["by_stipulation"]

    assert desk.read(stage)["standing"] == "reported"
    assert desk.read(stage)["rests_on_retracted"] == [agreement]
    assert on_the_timeline["id"] == stage
    assert on_the_timeline["rests_on_retracted"] == [agreement]
    assert (under_it["agreement"], under_it["retracted"]) == (agreement, True)
    assert desk.read(stage, at_position=3)["rests_on_retracted"] == []


def test_a_corroboration_by_a_source_of_the_future_is_refused(busy_desk, held):
    source = {"outlet": "The Morrow (invented)", "published": "2021-12-24"}
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says(held, "corroborations", {"source": source}))

    assert refusal.told == (422, "lies-in-future")
    assert refusal.places == ["/source/published"]
