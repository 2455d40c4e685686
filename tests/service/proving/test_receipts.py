"""A receipt: what it has to hold, what is refused, and what cannot be told."""

import base64
import json
from copy import deepcopy

import pytest

from service.log.cosignature import CosigningKey
from service.log.notes import Note, SigningKey
from service.proving.findings import NotChecked
from service.proving.receipts import DoesNotHold, verify_answer
from tests.service.api.desk import WITNESS
from tests.service.api.scenario import cosigned


@pytest.fixture
def key(desk):
    return SigningKey.parse(desk.client.app.state.settings.log_key_file.read_text().strip()).verifier


@pytest.fixture
def lake(desk):
    """An agreement that was amended, disputed and retracted, and a stage that was carried out under it."""
    agreement = desk.record("agreement-reached")
    desk.said(agreement, "amendments", changes={"summary": "They agreed."})
    stage = desk.record("exchange-stage-carried-out", under={"agreement": agreement})
    desk.said(stage, "disputes", by="XB", says={"occurred": "2021-03-05"})
    desk.said(agreement, "retractions")
    return agreement, stage


@pytest.fixture
def answer(desk, lake):
    return desk.view("exchanges", receipt=True)


def refusal(answer, key):
    """Where an answer does not hold, and why."""
    with pytest.raises(DoesNotHold) as refused:
        verify_answer(answer, key)
    return refused.value.pointer, refused.value.says


def without(answer, *, stream, version):
    """The answer with one event left out of its receipt."""
    events = [
        one
        for one in answer["receipt"]["events"]
        if (one["event"]["stream"], one["event"]["version"]) != (stream, version)
    ]
    assert len(events) == len(answer["receipt"]["events"]) - 1
    return {**answer, "receipt": {**answer["receipt"], "events": events}}


def event_of(answer, stream, version):
    """One proven event of a copy of an answer, to be changed."""
    copy = deepcopy(answer)
    events = copy["receipt"]["events"]
    wanted = (stream, version)
    return copy, next(one for one in events if (one["event"]["stream"], one["event"]["version"]) == wanted)


def test_every_answer_of_the_service_verifies(desk, lake, key):
    for path in (
        "timeline",
        "ceasefire/course",
        "exchanges",
        "exchanges/series",
        "agreements",
        "agenda",
        "disputes",
    ):
        told = verify_answer(desk.view(path, receipt=True, as_of="2021-06-01"), key)
        assert told.view == path
        assert told.question == {
            "dossier": desk.dossier,
            "as_of": "2021-06-01",
            "known_at": "2021-07-01T09:06:00Z",
            "position": 6,
        }
    for path in (f"/v1/developments/{one}{more}" for one in lake for more in ("", "/history")):
        verify_answer(desk.get(path, proof=True), key)
    explained = desk.view("exchanges", receipt=True, explain=True)
    assert explained["explanation"]
    verify_answer(explained, key)


def test_a_lens_is_part_of_the_question(desk, lake, key):
    answer = desk.view("timeline", receipt=True, according_to="XB", standing=["disputed", "retracted"])
    told = verify_answer(answer, key)

    assert told.question["according_to"] == "XB"
    assert told.question["standing"] == ["disputed", "retracted"]


def test_an_answer_of_the_past_verifies_under_the_checkpoint_of_today(desk, lake, key):
    for position in range(1, 7):
        told = verify_answer(desk.view("agreements", receipt=True, at_position=position), key)
        assert (told.question["position"], told.checkpoint.size) == (position, 6)


def test_each_page_of_the_timeline_verifies_with_its_cursor(desk, lake, key):
    first = desk.view("timeline", receipt=True, limit=1, standing=["retracted", "disputed"])
    assert first["next"]
    verify_answer(first, key)
    second = desk.view(
        "timeline", receipt=True, limit=1, standing=["retracted", "disputed"], cursor=first["next"]
    )
    verify_answer(second, key)
    first["next"] = first["next"][:-2] + "AA"
    assert refusal(first, key)[0] == "/next"


def test_who_cosigned_is_told_of_witnesses_that_are_known(desk, lake, key):
    cosigned(desk)
    answer = desk.view("exchanges", receipt=True)

    assert verify_answer(answer, key, [WITNESS.verifier]).cosigned_by == (WITNESS.name,)
    assert verify_answer(answer, key, [CosigningKey("other", bytes(32)).verifier]).cosigned_by == ()


def test_what_was_answered_before_there_were_pages_still_verifies_and_a_page_does_not(answer, key):
    whole = dict(answer)
    assert whole.pop("left_out") == []
    assert verify_answer(whole, key).view == "exchanges"

    cut = {"path": "/by_stipulation", "shown": 1, "of": 2, "next": None}
    assert refusal({**answer, "left_out": [cut]}, key)[0] == "/left_out/0"


# What is left out


def test_a_version_that_is_not_proved_is_missed(answer, lake, key):
    pointer, says = refusal(without(answer, stream=lake[1], version=1), key)
    assert (pointer[:16], says) == (
        "/receipt/events/",
        f"version 1 of the development {lake[1]} is not proved",
    )
    assert "rests on version 2" in refusal(without(answer, stream=lake[1], version=2), key)[1]


def test_what_a_development_names_has_to_be_proved_too(answer, lake, key):
    events = [one for one in answer["receipt"]["events"] if one["event"]["stream"] != lake[0]]
    hidden = {**answer, "receipt": {**answer["receipt"], "events": events}}

    assert f"names {lake[0]}, of which nothing is proved" in refusal(hidden, key)[1]


def test_that_something_was_retracted_cannot_be_left_out(desk, lake, key):
    """Without the retraction the events come to another answer."""
    answer = desk.view("timeline", receipt=True)
    assert answer["developments"][0]["rests_on_retracted"] == [lake[0]]
    hidden = without(answer, stream=lake[0], version=3)

    assert refusal(hidden, key)[0] == "/developments/0/rests_on_retracted/0"
    hidden["developments"][0]["rests_on_retracted"] = []
    assert verify_answer(hidden, key), "which nothing but a checkpoint of the whole record could show"


def test_the_dossier_has_to_be_proved(answer, key):
    first = answer["receipt"]["events"][0]["event"]
    assert first["topic"] == "dossier-opened"
    assert refusal(without(answer, stream=first["stream"], version=1), key)[0] == "/dossier"


# What is changed


def test_a_proven_event_that_was_changed_is_not_in_the_log(answer, lake, key):
    for name, value in (
        ("state", "{}"),
        ("topic", "call-held"),
        ("principal", "eve"),
        ("recorded_at", "2021-07-01T09:04:00.000001Z"),
        ("position", 1),
        ("position", 99),
        ("version", 3),
        ("stream", lake[0]),
    ):
        copy, proven = event_of(answer, lake[1], 2)
        proven["event"][name] = value
        assert refusal(copy, key)[0].startswith("/receipt/events/")


def test_so_is_one_of_which_the_salt_or_the_proof_was_changed(answer, lake, key):
    copy, proven = event_of(answer, lake[1], 2)
    proven["salt"] = base64.b64encode(bytes(32)).decode()
    assert refusal(copy, key)[0].startswith("/receipt/events/")
    copy, proven = event_of(answer, lake[1], 2)
    proven["proof"] = proven["proof"][:-1]
    assert "too few hashes" in refusal(copy, key)[1]
    copy, proven = event_of(answer, lake[1], 2)
    proven["salt"] = "not base64"
    assert refusal(copy, key)[0].startswith("/receipt/events/")


def test_a_checkpoint_that_was_changed_is_not_signed(answer, key):
    for old, new in (("\n6\n", "\n7\n"), ("solace.example/log\n", "solace.example/lag\n")):
        copy = deepcopy(answer)
        copy["receipt"]["checkpoint"] = copy["receipt"]["checkpoint"].replace(old, new, 1)
        assert refusal(copy, key)[0] == "/receipt/checkpoint"
    note = Note.parse(answer["receipt"]["checkpoint"].encode())
    assert refusal(answer, SigningKey(key.name, bytes(32)).verifier)[0] == "/receipt/checkpoint"
    assert note.signatures[0].name == key.name


def test_an_answer_for_another_question_is_not_taken_for_this_one(desk, answer, key):
    assert refusal({**answer, "dossier": "elsewhere"}, key)[0] == "/dossier"
    assert refusal({**answer, "position": 3}, key)[0].endswith("/event/position")
    assert refusal({**answer, "position": 7}, key)[0] == "/position"
    assert refusal({**answer, "known_at": "2021-07-01T09:05:59Z"}, key)[0] == "/known_at"
    copy = deepcopy(answer)
    copy["receipt"]["view"] = "agreements"
    assert refusal(copy, key)[0] != ""


def test_an_event_given_twice_is_refused(answer, key):
    copy = deepcopy(answer)
    copy["receipt"]["events"].append(copy["receipt"]["events"][-1])

    assert refusal(copy, key)[0].startswith("/receipt/events")


def test_a_field_more_or_less_is_found(answer, key):
    assert refusal({**answer, "note": "trust me"}, key) == (
        "/note",
        "the answer says 'trust me', and the proven events come to nothing",
    )
    less = {name: value for name, value in answer.items() if name != "exchanges"}
    assert refusal(less, key)[0] == "/exchanges"


def test_true_is_not_one(desk, lake, key):
    answer = desk.view("agreements", receipt=True, standing=["retracted"])
    assert answer["agreements"][0]["retracted"] is True
    answer["agreements"][0]["retracted"] = 1

    assert refusal(answer, key)[0] == "/agreements/0/retracted"


# What is no receipt


@pytest.mark.parametrize("told", [None, [], "x", {}, {"receipt": None}, {"receipt": []}], ids=str)
def test_what_has_no_receipt_cannot_be_checked(told, key):
    with pytest.raises(NotChecked, match="receipt=true"):
        verify_answer(told, key)


def test_a_view_that_is_not_known_cannot_be_checked(answer, key):
    copy = deepcopy(answer)
    copy["receipt"]["view"] = "horoscope"

    with pytest.raises(NotChecked, match="horoscope"):
        verify_answer(copy, key)


@pytest.mark.parametrize("member", ["checkpoint", "events"])
def test_a_receipt_in_another_form_is_refused_with_the_place(answer, key, member):
    copy = deepcopy(answer)
    copy["receipt"][member] = 7

    assert refusal(copy, key)[0] == f"/receipt/{member}"


def test_whatever_is_put_into_an_answer_is_refused_in_words(answer, key):
    """No value makes it fall over, whatever its type."""
    for name in answer.keys() - {"receipt", "explanation"}:
        for value in (None, -1, "x", [], {}, [{"id": "x", "version": 1}], 10**30, "9999-99-99"):
            copy = json.loads(json.dumps({**answer, name: value}))
            if copy == answer or (name in {"known_at", "as_of"} and value is None):
                continue
            with pytest.raises((DoesNotHold, NotChecked)):
                verify_answer(copy, key)
