"""What holds of everything said of a development: its receipt, its reason, the version it names."""

from typing import Any
from uuid import uuid4

import pytest

from tests.service.api.desk import OPENS, RADIO, REASON, SAYINGS, Desk, crossed

each_saying = pytest.mark.parametrize(("what", "body"), SAYINGS.items(), ids=SAYINGS)
each_saying_with_a_reason = pytest.mark.parametrize(
    ("what", "body"), [(what, body) for what, body in SAYINGS.items() if what != "corroborations"]
)


def prepare(desk: Desk, development: str, what: str) -> dict[str, Any]:
    """Bring a development to where something can be said of it; answer what that is."""
    other = {"other": desk.record("call-held")} if "other" in SAYINGS[what] else {}
    if what in OPENS:
        opening = SAYINGS[OPENS[what]] | (other if "other" in SAYINGS[OPENS[what]] else {})
        desk.said(development, OPENS[what], **opening)
    if what == "adoptions":
        desk.clock.turn(days=31)
    return SAYINGS[what] | other


@pytest.mark.parametrize("what", SAYINGS)
def test_the_receipt_gives_the_new_version_its_position_and_tag(desk, call, what):
    body = prepare(desk, call, what)
    before, position = desk.versions[call], desk.position

    response = desk.says(call, what, body)
    receipt = response.json()

    assert response.status_code == 201
    assert response.headers["ETag"] == f'"{before + 1}"'
    assert response.headers["Location"] == f"/v1/developments/{call}"
    assert receipt.pop("recorded_at").startswith(f"{desk.clock.now:%Y-%m-%dT%H:%M:}")
    assert receipt == {
        "id": call,
        "kind": "call-held",
        "event": what_happened(what),
        "version": before + 1,
        "position": position + 1,
    }


def what_happened(what: str) -> str:
    """The event that something said is recorded as."""
    return {
        "amendments": "amended",
        "corroborations": "corroborated",
        "disputes": "disputed",
        "resolutions": "dispute-resolved",
        "rectifications": "rectification-proposed",
        "objections": "objection-raised",
        "adoptions": "rectification-adopted",
        "refusals": "rectification-refused",
        "identifications": "same-as",
        "distinctions": "not-same-as",
        "retractions": "retracted",
        "reinstatements": "reinstated",
    }[what]


@each_saying_with_a_reason
def test_all_but_a_corroboration_needs_a_reason(busy_desk, held, what, body):
    without = {name: value for name, value in body.items() if name != "reason"}
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says(held, what, without))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["/reason"]


@pytest.mark.parametrize(("saying", "reason"), crossed(list(SAYINGS.items()), ["", "  ", 7, ["because"]]))
def test_a_reason_that_gives_none_is_refused(busy_desk, held, saying, reason):
    what, body = saying
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says(held, what, {**body, "reason": reason}))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["/reason"]


@each_saying
def test_an_unknown_field_is_refused(busy_desk, held, what, body):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says(held, what, {**body, "because": REASON}))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["/because"]


@each_saying
def test_a_development_that_is_not_on_record_is_not_found(busy_desk, what, body):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says(str(uuid4()), what, body))

    assert refusal.told == (404, "unknown-development")


@each_saying
def test_an_id_that_is_no_uuid_is_refused_by_its_name(busy_desk, what, body):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says("the-first", what, body))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["development"]


@pytest.mark.parametrize(
    "what", ["amendments", "disputes", "rectifications", "retractions", "identifications"]
)
def test_a_source_of_the_future_is_refused(busy_desk, held, what):
    body = {**SAYINGS[what], "sources": [{"outlet": "The Morrow (invented)", "published": "2021-12-24"}]}
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says(held, what, body))

    assert refusal.told == (422, "lies-in-future")
    assert refusal.places == ["/sources/0/published"]


# If-Match


@pytest.mark.parametrize(("saying", "if_match"), crossed(list(SAYINGS.items()), [None, "", " ", "*"]))
def test_who_names_no_version_is_asked_for_one(busy_desk, held, saying, if_match):
    what, body = saying
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.says(held, what, body, if_match=if_match))

    assert refusal.told == (428, "version-required")


@each_saying
def test_a_stale_version_is_refused_with_the_current_one(desk, call, what, body):
    desk.said(call, "corroborations", source=RADIO)
    desk.said(call, "corroborations", source={"outlet": "Port Radio (invented)"})
    with desk.nothing_recorded():
        refusal = desk.refused(desk.says(call, what, body, if_match='"2"'))

    assert refusal.told == (412, "stale-version")
    assert refusal.body["current_version"] == 3
    assert refusal.response.headers["ETag"] == '"3"'


@pytest.mark.parametrize(
    "if_match",
    ['"2"', 'W/"1"', '"01"', '"1.0"', '"one"', '""', '"2", "3"', '"99999999999999999999999"', '"1,5"'],
)
def test_a_tag_that_is_not_the_current_one_matches_nothing(busy_desk, held, if_match):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(
            busy_desk.says(held, "retractions", SAYINGS["retractions"], if_match=if_match)
        )

    assert refusal.told == (412, "stale-version")
    assert refusal.body["current_version"] == 1


@pytest.mark.parametrize(
    ("if_match", "said"),
    [
        ('"2"', "If-Match names 2:"),
        ('"2", "3"', "If-Match names 2, 3:"),
        ('W/"1"', 'names W/"1" (which is weak, and only a strong tag matches: send it without W/):'),
        ('"one"', 'names "one" (which no version has: they are numbers, such as "1"):'),
        ('"01","2"', 'names "01" (which no version has: they are numbers, such as "1"), 2:'),
    ],
)
def test_a_tag_that_cannot_match_is_told_why(busy_desk, held, if_match, said):
    refusal = busy_desk.refused(
        busy_desk.says(held, "retractions", SAYINGS["retractions"], if_match=if_match)
    )

    assert refusal.detail.startswith("the current version is 1, ")
    assert said in refusal.detail


@pytest.mark.parametrize("if_match", ['"1"', '"7","1"', ' "1" ,, W/"2",', '"a,b", "1"', 'W/"1", "1"'])
def test_one_of_several_tags_is_enough(desk, call, if_match):
    assert desk.says(call, "retractions", SAYINGS["retractions"], if_match=if_match).status_code == 201


@pytest.mark.parametrize("if_match", ["1", '"1', '1"', '"1""2"', "'1'", 'w/"1"', '"1" or "2"', '*, "1"'])
def test_what_is_no_list_of_tags_is_refused_by_its_name(busy_desk, held, if_match):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(
            busy_desk.says(held, "retractions", SAYINGS["retractions"], if_match=if_match)
        )

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["If-Match"]
    assert 'each is in double quotes, such as "1"' in refusal.detail


def test_tags_on_several_lines_are_one_list(desk, call):
    headers = [("Authorization", f"Bearer {desk.token}"), ("If-Match", '"7"'), ("If-Match", '"1"')]

    response = desk.client.post(
        f"/v1/developments/{call}/retractions", json=SAYINGS["retractions"], headers=headers
    )

    assert response.status_code == 201


def test_the_tag_of_a_reading_is_what_the_next_write_names(desk, call):
    for label in ("once", "twice", "three times"):
        tag = desk.client.get(f"/v1/developments/{call}").headers["ETag"]
        body = {"changes": {"summary": f"They called {label}."}, "reason": REASON}
        assert desk.says(call, "amendments", body, if_match=tag).status_code == 201

    assert desk.client.get(f"/v1/developments/{call}").headers["ETag"] == '"4"'
