"""Recording a development: the receipt, and everything that a telling can have wrong."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.developments.examples import SOURCE
from tests.service.api.desk import REASON, Desk, Refusal, telling

NOWHERE = str(uuid4())


def test_the_receipt_says_what_was_recorded_where_and_when(desk):
    desk.clock.turn(minutes=1)
    response = desk.try_recording("call-held")
    receipt = response.json()

    assert response.status_code == 201
    assert response.headers["Location"] == f"/v1/developments/{receipt['id']}"
    assert response.headers["ETag"] == '"1"'
    assert receipt == {
        "id": str(UUID(receipt["id"])),
        "kind": "call-held",
        "event": "call-held",
        "version": 1,
        "position": 2,
        "recorded_at": desk.clock.now.isoformat().replace("+00:00", "Z"),
    }


def test_what_is_recorded_is_at_its_location_as_it_was_put_in(desk):
    told = call(summary="Both sides called.", standing="claimed")

    location = desk.post(f"/v1/dossiers/{desk.dossier}/developments", told).headers["Location"]

    assert desk.get(location)["development"] == told


def test_recording_into_an_unknown_dossier_is_refused(busy_desk):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.try_recording("call-held", into="solace-2012"))

    assert refusal.told == (404, "unknown-dossier")
    assert "did you mean 'solace-2021'?" in refusal.detail


def call(**fields: Any) -> dict[str, Any]:
    """A call with some fields changed."""
    return telling("call-held", **fields)


def stage(count: Any, **fields: Any) -> dict[str, Any]:
    """An exchange stage under no agreement, with a count of one side."""
    persons = [{"side": "XA", "count": count}]
    return telling("exchange-stage-carried-out", under=None, persons=persons, **fields)


def refused(desk: Desk, body: Any) -> Refusal:
    """The refusal of a telling, which leaves no trace."""
    with desk.nothing_recorded():
        return desk.refused(desk.post(f"/v1/dossiers/{desk.dossier}/developments", body))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("call-hold", "did you mean 'call-held'?"),
        ("CallHeld", "did you mean 'call-held'?"),
        ("call_held", "did you mean 'call-held'?"),
        ("a ferry race", "expected one of agreement-amended, "),
        ("x" * 50_000, "expected one of agreement-amended, "),
        (None, "expected one of agreement-amended, "),
        (["call-held"], "expected one of agreement-amended, "),
        ({"call-held": 1}, "expected one of agreement-amended, "),
    ],
)
def test_an_unknown_kind_is_refused_with_those_that_are_known(busy_desk, kind, expected):
    refusal = refused(busy_desk, {**call(), "kind": kind})

    assert refusal.told == (422, "unknown-kind")
    assert refusal.places == ["/kind"]
    assert expected in refusal.detail


@pytest.mark.parametrize(
    ("occurred", "expected"),
    [
        ("2021-02-30", "no calendar has it"),
        ("2021-13", "is not a date in EDTF"),
        ("2021-3-4", "is not a date in EDTF"),
        ("04.03.2021", "is not a date in EDTF"),
        ("yesterday", "for example 2025-05-16"),
        ("2021-03-04T25:00:00Z", "is not a date in EDTF"),
        ("2021-03-09/2021-03-01", "ends before it begins"),
        ("../..", "one may be '..'"),
        ("0000-03-04", "outside the calendar"),
        ("٢٠٢١-٠٣-٠٤", "is not a date in EDTF"),
        ("2021-03-04\n", "is not a date in EDTF"),
        ("", "is not a date in EDTF"),
        ("2021-03-04," * 1_000, "at most 200"),
        (20210304, "expected a text"),
        (["2021-03-04"], "expected a text"),
    ],
)
def test_an_impossible_date_is_refused_with_what_would_be_one(busy_desk, occurred, expected):
    refusal = refused(busy_desk, {**call(), "occurred": occurred})

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["/occurred"]
    assert expected in refusal.detail


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (call(occurred="2021-07-03"), "/occurred"),
        (call(occurred="2021-09/.."), "/occurred"),
        (call(occurred="[2021-07-03..2021-08-01]"), "/occurred"),
        (call(sources=[SOURCE, {"outlet": "Lake Radio", "published": "2021-12"}]), "/sources/1/published"),
    ],
)
def test_what_is_said_to_have_happened_does_not_lie_in_the_future(busy_desk, body, place):
    """It is the morning of 1 July 2021 in UTC, and 2 July has not begun anywhere but may have by UTC+14."""
    refusal = refused(busy_desk, body)

    assert refusal.told == (422, "lies-in-future")
    assert refusal.places == [place]


@pytest.mark.parametrize(
    ("kind", "told", "place"),
    [
        ("ceasefire-agreed", {"start": "2021-04-01", "end": "2021-03-30"}, "/end"),
        ("ultimatum-issued", {"deadline": "2021-03-14"}, "/deadline"),
        (
            "remains-repatriated",
            {
                "persons": [
                    {
                        "side": "XA",
                        "count": {"type": "exact", "value": 3},
                        "by_category": [{"category": "aircrew", "count": {"type": "at_least", "min": 4}}],
                    }
                ]
            },
            "/persons/0/by_category/0/count",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_place(busy_desk, kind, told, place):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.try_recording(kind, **told))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]
    assert "correct one of the two" in refusal.detail


def test_what_would_contradict_the_rest_is_refused_with_the_place_of_the_change(desk):
    agreed = desk.record("ceasefire-agreed", ceasefire=None, start="2021-04-01", end="2021-04-09")
    with desk.nothing_recorded():
        body = {"changes": {"start": "2021-04-10"}, "reason": REASON}
        refusal = desk.refused(desk.says(agreed, "amendments", body))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["/changes/start"]


@pytest.mark.parametrize("occurred", ["2021-07-01", "2021-07", "2021", "2021-06/2021-12", "[2021-06..]"])
def test_what_may_have_begun_by_now_is_taken(desk, occurred):
    assert desk.try_recording("call-held", occurred=occurred).status_code == 201


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (call(occurred="0021-03-04"), "/occurred"),
        (call(occurred="2121-07-02/2199"), "/occurred"),
        (call(sources=[{"outlet": "Lake Radio", "published": "0021"}]), "/sources/0/published"),
        (stage({"type": "withheld", "by": "XB", "reason": "So.", "until": "0021"}), "/persons/0/count/until"),
    ],
)
def test_an_improbable_year_is_asked_about(busy_desk, body, place):
    refusal = refused(busy_desk, body)

    assert refusal.told == (422, "improbable-year")
    assert refusal.places == [place]
    assert "?confirm=improbable-year" in refusal.detail


@pytest.mark.parametrize(
    ("count", "place", "expected"),
    [
        ({"type": "exact", "value": -1}, "/value", "expected 0 or more"),
        ({"type": "at_least", "min": -5}, "/min", "expected 0 or more"),
        ({"type": "at_most", "max": -5}, "/max", "expected 0 or more"),
        ({"type": "between", "min": 9, "max": 3}, "/min", "min should not exceed max"),
        ({"type": "exact", "value": "20"}, "/value", "expected a whole number"),
        ({"type": "exact", "value": True}, "/value", "expected a whole number"),
        ({"type": "exact", "value": 20.0}, "/value", "expected a whole number"),
        ({"type": "exact", "value": 20.5}, "/value", "expected a whole number"),
        ({"type": "exact", "value": None}, "/value", "expected a whole number"),
        ({"type": "exact", "value": 10**30}, "/value", "or less"),
        ({"type": "exact"}, "/value", "required, and missing"),
        ({"type": "exact", "value": 20, "unit": "persons"}, "/unit", "there is no such field"),
        ({"type": "about", "value": 20}, "/type", "expected one of exact, at_least"),
        ({"value": 20}, "/type", "required, and missing"),
        (20, "", "expected an object"),
        ("twenty", "", "expected an object"),
    ],
)
def test_a_count_that_is_none_is_refused_with_its_place(busy_desk, count, place, expected):
    refusal = refused(busy_desk, stage(count))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [f"/persons/0/count{place}"]
    assert expected in refusal.detail


@pytest.mark.parametrize(
    ("body", "place", "expected"),
    [
        ({"occurred": "2021"}, "/kind", "required, and missing"),
        (stage({"type": "unknown"}, stage=0), "/stage", "expected 1 or more"),
        (stage({"type": "unknown"}, stage="1"), "/stage", "expected a whole number"),
        (call(sources=None), "/sources", "required, and missing"),
        (call(sources=[]), "/sources", "the list should have at least 1 item, and has 0"),
        (call(sources=["The Gazette"]), "/sources/0", "expected an object"),
        (call(sources=[{**SOURCE, "url": "x"}]), "/sources/0/url", "there is no such field"),
        (call(sources=[SOURCE] * 101), "/sources", "the list should have at most 100 items"),
        (call(colour="blue"), "/colour", "there is no such field"),
        (call(**{"a/b~c": 1}), "/a~1b~0c", "there is no such field"),
        (call(recorded_at="2021-01-01T00:00:00Z"), "/recorded_at", "there is no such field"),
        (call(parties=["Arvenia"]), "/parties/0", "ISO 3166"),
        (call(parties=["xa"]), "/parties/0", "ISO 3166"),
        (call(parties=[804]), "/parties/0", "ISO 3166"),
        (call(parties=[{}]), "/parties/0", "ISO 3166"),
        (call(parties="XA"), "/parties", "expected a list"),
        (call(summary="ring\u0007"), "/summary", "no control characters"),
        (call(summary="\u0000"), "/summary", "it should hold"),
        (call(summary=" \t"), "/summary", "white space"),
        (call(summary="They \u202ecalled"), "/summary", "U+202E as its character 6"),
        (call(summary=["ring"]), "/summary", "expected a text"),
        (call(summary="x" * 10_001), "/summary", "at most 10000"),
        (call(standing="corroborated"), "/standing", "expected reported or claimed"),
        (telling("other-development", label=None), "/label", "required, and missing"),
        (telling("agreement-suspended", agreement="the-first"), "/agreement", "a UUID such as"),
        (telling("agreement-suspended", agreement=7), "/agreement", "UUID"),
    ],
)
def test_a_telling_of_the_wrong_form_is_refused_with_its_place(busy_desk, body, place, expected):
    refusal = refused(busy_desk, body)

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]
    assert expected in refusal.detail


def test_every_place_that_is_wrong_is_named_at_once(busy_desk):
    refusal = refused(busy_desk, call(occurred="2021-13", sources=[], colour="blue"))

    assert sorted(refusal.places) == ["/colour", "/occurred", "/sources"]


def test_no_more_than_a_hundred_places_are_named(busy_desk):
    nonsense = {f"field_{number}": number for number in range(1_000)}

    assert len(refused(busy_desk, call(**nonsense)).places) == 100


def test_an_improbable_year_is_taken_once_it_is_confirmed(desk):
    path = f"/v1/dossiers/{desk.dossier}/developments?confirm=improbable-year"
    told = call(occurred="0021-03-04")

    response = desk.post(path, told)

    assert response.status_code == 201
    assert desk.get(response.headers["Location"])["development"] == told


def test_only_what_is_asked_about_can_be_confirmed(busy_desk):
    path = f"/v1/dossiers/{busy_desk.dossier}/developments?confirm=everything"
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.post(path, call()))

    assert refusal.told == (422, "invalid-request")
    assert "improbable-year" in refusal.detail


# What a development rests on


@pytest.fixture
def agreement(desk) -> str:
    return desk.record("agreement-reached")


@pytest.fixture
def elsewhere(desk) -> str:
    """An agreement in another dossier."""
    desk.open_dossier(id="another-lake")
    return desk.record("agreement-reached", into="another-lake")


def refused_under(desk, agreement: str, stipulation: str | None = None):
    under = {"agreement": agreement, **({"stipulation": stipulation} if stipulation else {})}
    with desk.nothing_recorded():
        return desk.refused(desk.try_recording("exchange-stage-carried-out", under=under))


def test_a_stage_is_recorded_under_its_agreement(desk, agreement):
    under = {"agreement": agreement, "stipulation": "pilots"}

    assert desk.try_recording("exchange-stage-carried-out", under=under).status_code == 201


def test_a_stage_under_an_agreement_that_does_not_exist_is_refused(desk):
    refusal = refused_under(desk, NOWHERE)

    assert refusal.told == (422, "unresolved-reference")
    assert refusal.places == ["/under/agreement"]
    assert f"no development {NOWHERE} is on record" in refusal.detail


def test_a_stage_under_an_agreement_of_another_dossier_is_refused(desk, elsewhere):
    refusal = refused_under(desk, elsewhere)

    assert refusal.told == (422, "unresolved-reference")
    assert refusal.places == ["/under/agreement"]
    assert "belongs to the dossier 'another-lake'" in refusal.detail


def test_a_stage_under_something_that_is_no_agreement_is_refused(desk):
    refusal = refused_under(desk, desk.record("call-held"))

    assert refusal.told == (422, "unresolved-reference")
    assert refusal.places == ["/under/agreement"]
    assert "call-held" in refusal.detail


def test_a_stage_under_a_stipulation_that_the_agreement_has_not_is_refused(desk, agreement):
    refusal = refused_under(desk, agreement, "sailors")

    assert refusal.told == (422, "unresolved-reference")
    assert refusal.places == ["/under/stipulation"]
    assert "'sailors'" in refusal.detail
    assert "pilots" in refusal.detail


def test_a_stage_under_a_retracted_agreement_is_refused(desk, agreement):
    desk.said(agreement, "retractions")

    refusal = refused_under(desk, agreement)

    assert refusal.told == (422, "unresolved-reference")
    assert "is retracted" in refusal.detail


@pytest.mark.parametrize(("what", "where"), [("amendments", "changes"), ("disputes", "says")])
def test_a_reference_is_checked_when_it_is_changed_and_pointed_at_where_it_stands(
    desk, agreement, what, where
):
    held = desk.record("exchange-stage-carried-out", under={"agreement": agreement})
    by = {"by": "XB"} if what == "disputes" else {}
    body = {**by, where: {"under": {"agreement": NOWHERE}}, "reason": "It was under another."}

    with desk.nothing_recorded():
        refusal = desk.refused(desk.says(held, what, body))

    assert refusal.told == (422, "unresolved-reference")
    assert refusal.places == [f"/{where}/under/agreement"]


def test_a_stage_may_be_under_a_stipulation_that_an_amendment_added(desk):
    """Given an agreement, its signing and an amendment; then each has the stipulations of all."""
    first = desk.record("agreement-reached", stipulations=[{"id": "pilots"}])
    signed = desk.record("agreement-signed", agreement=first)
    desk.record("agreement-amended", agreement=signed, stipulations=[{"id": "swap2"}])

    for named, stipulation in ((first, "swap2"), (signed, "pilots"), (signed, "swap2")):
        under = {"agreement": named, "stipulation": stipulation}
        assert desk.try_recording("exchange-stage-carried-out", under=under).status_code == 201
        judged = {**under, "level": 1}
        assert desk.try_recording("assessment-given", implementation=judged).status_code == 201

    refusal = desk.refused(
        desk.try_recording("exchange-stage-carried-out", under={"agreement": first, "stipulation": "ferries"})
    )
    assert "together they have: pilots, swap2" in refusal.detail
