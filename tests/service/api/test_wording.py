"""What is refused is refused in plain words: neither those of the validation library, nor its Python."""

import re
from typing import Any

import pytest

from service.api.wording import tell_invalid
from tests.service.api.desk import DOSSIER, REASON, SOURCE, telling

PYTHON_OR_PYDANTIC = re.compile(
    r"(Input|String) should|valid (string|integer|UUID|tuple|dictionary)|pattern|\{'|such as '|None|True"
)


def assert_plain(words: str) -> None:
    """Hold that words are for people who know JSON."""
    assert not PYTHON_OR_PYDANTIC.search(words), words


def person(**more: Any) -> dict[str, Any]:
    return telling("call-held", parties=["XA", {"type": "person", "id": "orsolin", "name": "O.", **more}])


@pytest.mark.parametrize(
    ("body", "place", "expected"),
    [
        (person(id="O!"), "/parties/1/id", "a short name: lower-case letters and digits"),
        (person(wikidata="212"), "/parties/1/wikidata", "the id of an item of Wikidata, such as Q212"),
        (telling("call-held", issues=["Harbour"]), "/issues/0", "such as ua-ru-2025"),
        (
            telling("call-held", sources=[{**SOURCE, "language": "English"}]),
            "/sources/0/language",
            "a language as BCP 47 has it, such as uk or zh-Hant",
        ),
        (
            telling("aid-pledged", value={"currency": "euro", "amount": {"type": "unknown"}}),
            "/value/currency",
            "a currency by its ISO 4217 code, such as EUR",
        ),
        (telling("answer-given", to="the-first"), "/to", "an id that the record has given, a UUID such as"),
        (telling("answer-given", to=7), "/to", "an id that the record has given"),
        (telling("ultimatum-issued", final="yes"), "/final", "true or false"),
        (telling("call-held", duration={"at_least": "P"}), "/duration/at_least", "such as PT1H or P2DT30M"),
        (telling("call-held", duration={"at_least": 7}), "/duration/at_least", "such as PT1H or P2DT30M"),
        (telling("call-held", duration={}), "/duration", 'such as {"at_least": "PT1H"}'),
        (telling("call-held", track="3"), "/track", "expected 1, 1.5 or 2"),
        (
            telling("call-held", place={"name": "Solace", "country": True}),
            "/place/country",
            "this is not an ISO",
        ),
        (
            telling("call-held", parties=["Arvenia"]),
            "/parties/0",
            '{"type": "organisation", "id": …, "name": …}',
        ),
        (telling("call-held", parties=[None]), "/parties/0", "an ISO 3166 code such as UA"),
    ],
)
def test_a_value_of_the_wrong_form_is_told_what_would_be_right(busy_desk, body, place, expected):
    with busy_desk.nothing_recorded():
        path = f"/v1/dossiers/{busy_desk.dossier}/developments"
        refusal = busy_desk.refused(busy_desk.post(path, body))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]
    assert expected in refusal.detail
    assert_plain(refusal.detail)


def test_an_id_in_the_address_is_told_what_an_id_is(busy_desk):
    refusal = busy_desk.refused(busy_desk.client.get("/v1/developments/the-first"))

    assert refusal.places == ["development"]
    assert "an id that the record has given, a UUID such as" in refusal.detail
    assert_plain(refusal.detail)


def test_the_id_of_a_dossier_is_told_what_an_id_is(busy_desk):
    refusal = busy_desk.refused(busy_desk.post("/v1/dossiers", {**DOSSIER, "id": "Port Solace"}))

    assert refusal.places == ["/id"]
    assert "a short name: lower-case letters and digits, in words joined by - or _" in refusal.detail
    assert_plain(refusal.detail)


def test_a_key_is_told_what_a_key_is(busy_desk):
    refusal = busy_desk.refused(busy_desk.post("/v1/dossiers", DOSSIER, idempotency_key="two words"))

    assert refusal.places == ["Idempotency-Key"]
    assert "1 to 255 visible characters of ASCII, without spaces" in refusal.detail
    assert_plain(refusal.detail)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=ten", "a whole number"),
        ("limit=501", "expected 500 or less"),
        ("standing=rumoured", "expected reported, claimed, corroborated, disputed or retracted"),
        ("kind=Call Held", "a short name"),
    ],
)
def test_a_parameter_is_told_what_it_takes(busy_desk, query, expected):
    refusal = busy_desk.refused(busy_desk.client.get(f"/v1/dossiers/{busy_desk.dossier}/timeline?{query}"))

    assert expected in refusal.detail
    assert_plain(refusal.detail)


def test_a_day_of_the_calendar_is_asked_for_as_one(busy_desk, held):
    body = {"changes": {"summary": "They called."}, "objections_until": "soon", "reason": REASON}

    refusal = busy_desk.refused(busy_desk.says(held, "rectifications", body))

    assert refusal.places == ["/objections_until"]
    assert "one day, such as 2025-06-14" in refusal.detail
    assert_plain(refusal.detail)


def test_a_form_that_has_no_words_yet_is_shown_as_what_it_is():
    found = {
        "type": "string_pattern_mismatch",
        "loc": ("body", "code"),
        "msg": "",
        "ctx": {"pattern": "^[A-Z]$"},
    }

    assert tell_invalid([found], {"code": "x"}).body["detail"] == "/code: expected a text of the form ^[A-Z]$"


# Values that are wrong together


def exchange(*persons: Any) -> dict[str, Any]:
    return telling("exchange-stage-carried-out", under=None, persons=list(persons))


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (exchange({"side": "XA", "count": {"type": "between", "min": 9, "max": 3}}), "/persons/0/count/min"),
        (exchange({"side": "XA"}, {"side": "XB"}, {"side": "XA"}), "/persons/2/side"),
        (
            exchange(
                {
                    "side": "XA",
                    "by_category": [
                        {"category": "aircrew", "count": {"type": "unknown"}},
                        {"category": "aircrew", "count": {"type": "exact", "value": 2}},
                    ],
                }
            ),
            "/persons/0/by_category/1/category",
        ),
        (
            telling("agreement-reached", stipulations=[{"id": "a"}, {"id": "b"}, {"id": "b"}]),
            "/stipulations/2/id",
        ),
        (telling("ultimatum-issued", deadline=None), "/deadline"),
        (telling("call-held", participants=None), "/parties"),
        (telling("call-held", duration={"at_least": "PT2H", "at_most": "PT1H"}), "/duration/at_least"),
    ],
)
def test_the_part_that_does_not_go_with_the_rest_is_pointed_at(busy_desk, body, place):
    with busy_desk.nothing_recorded():
        path = f"/v1/dossiers/{busy_desk.dossier}/developments"
        refusal = busy_desk.refused(busy_desk.post(path, body))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]
    assert_plain(refusal.detail)


def test_it_is_pointed_at_within_a_change_too(desk):
    ultimatum = desk.record("ultimatum-issued")
    body = {"changes": {"deadline": None}, "reason": REASON}

    refusal = desk.refused(desk.says(ultimatum, "amendments", body))

    assert refusal.places == ["/changes/deadline"]
