"""Idempotency-Key: a repeated request is answered as the first time and recorded once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.service.api.desk import DOSSIER, REASON, open_desk, telling
from tests.tokens import token_in

KEY = "3b0c6d1e-call"


def record(desk, key=KEY, **fields):
    path = f"/v1/dossiers/{desk.dossier}/developments"
    return desk.post(path, telling("call-held", **fields), idempotency_key=key)


def test_a_repeated_recording_has_the_same_answer_and_is_recorded_once(desk):
    first = record(desk)
    desk.clock.turn(hours=1)
    with desk.nothing_recorded():
        again = record(desk)

    assert (again.status_code, again.json()) == (201, first.json())
    assert {name: again.headers[name] for name in ("ETag", "Location")} == {
        name: first.headers[name] for name in ("ETag", "Location")
    }


def test_a_repeated_opening_has_the_same_answer(empty_desk):
    first = empty_desk.post("/v1/dossiers", DOSSIER, idempotency_key=KEY)
    again = empty_desk.post("/v1/dossiers", DOSSIER, idempotency_key=KEY)

    assert (again.status_code, again.json()) == (first.status_code, first.json()) == (201, first.json())


def test_a_repeated_amendment_has_the_same_answer_although_its_version_is_stale_by_now(desk, call):
    body = {"changes": {"summary": "They called twice."}, "reason": REASON}
    first = desk.says(call, "amendments", body, idempotency_key=KEY)
    desk.says(call, "retractions", {"reason": REASON}, if_match='"2"')
    with desk.nothing_recorded():
        again = desk.says(call, "amendments", body, idempotency_key=KEY)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["ETag"] == '"2"'


def test_a_key_outlives_the_process(tmp_path):
    with open_desk(tmp_path) as desk:
        desk.open_dossier()
        first = record(desk).json()
    with open_desk(tmp_path) as later:
        later.clock.turn(days=1)
        with later.nothing_recorded():
            assert record(later).json() == first


def test_another_body_under_the_same_key_is_refused(desk):
    record(desk)
    with desk.nothing_recorded():
        refusal = desk.refused(record(desk, summary="They called twice."))

    assert refusal.told == (409, "idempotency-key-reused")
    assert KEY in refusal.detail


def test_another_address_or_version_under_the_same_key_is_refused(desk, call):
    desk.says(call, "retractions", {"reason": REASON}, idempotency_key=KEY)
    with desk.nothing_recorded():
        elsewhere = desk.refused(desk.says(call, "reinstatements", {"reason": REASON}, idempotency_key=KEY))
        newer = desk.refused(
            desk.says(call, "retractions", {"reason": REASON}, idempotency_key=KEY, if_match='"2"')
        )

    assert elsewhere.told == newer.told == (409, "idempotency-key-reused")


def test_a_refused_request_does_not_use_up_its_key(desk):
    refused = record(desk, occurred="2021-02-30")
    corrected = record(desk, occurred="2021-03-05")

    assert (refused.status_code, corrected.status_code) == (422, 201)


def test_a_question_about_a_year_is_answered_under_the_same_key(desk):
    path = f"/v1/dossiers/{desk.dossier}/developments"
    told = telling("call-held", occurred="0021-03-04")

    asked = desk.post(path, told, idempotency_key=KEY)
    confirmed = desk.post(f"{path}?confirm=improbable-year", told, idempotency_key=KEY)

    assert (asked.status_code, confirmed.status_code) == (422, 201)


def test_keys_are_each_callers_own(desk):
    ada = record(desk).json()
    desk.token = token_in(desk.client.app, "ben")

    assert record(desk).json()["id"] != ada["id"]


def test_the_same_telling_without_a_key_is_another_development(desk):
    assert record(desk, key=None).json()["id"] != record(desk, key=None).json()["id"]


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 256, "tab\tbed", "Schlüssel".encode("latin-1")])
def test_a_key_of_the_wrong_form_is_refused_by_its_name(busy_desk, key):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(record(busy_desk, key=key))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["Idempotency-Key"]


@pytest.mark.parametrize("key", ["x", "x" * 255, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "!#$%&'*+-.^_`|~"])
def test_any_printable_text_is_a_key(desk, key):
    assert record(desk, key=key).json() == record(desk, key=key).json()


def test_repetitions_at_the_same_time_are_recorded_once(desk):
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda _: record(desk), range(16)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert desk.position == 2
