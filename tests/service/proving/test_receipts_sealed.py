"""A receipt of an answer with sealed texts is verified without any key: all but what those texts say."""

import json
from copy import deepcopy

import pytest

from service.log.notes import SigningKey
from service.proving.receipts import DoesNotHold, verify_answer
from tests.service.api.test_personal import MARKED, QUOTED, SECRET, SPEAKER, erase

VIEWS = ("timeline", "actors", "positions", "disputes", "agenda", "contacts")


@pytest.fixture
def key(desk):
    return SigningKey.parse(desk.client.app.state.settings.log_key_file.read_text().strip()).verifier


@pytest.fixture
def one(desk):
    """A statement with marked texts, amended, disputed and corroborated with more of them."""
    id_ = desk.record("statement-made", **MARKED)
    desk.said(id_, "amendments", changes={"content": f"{SECRET} sang."})
    desk.said(
        id_,
        "disputes",
        by="XB",
        says={"content": f"{SECRET} laughed."},
        personal=["/reason"],
        reason=f"{SECRET} says so.",
    )
    desk.said(id_, "corroborations", source=QUOTED, personal=["/source/quote"])
    desk.record("statement-made", speaker=SPEAKER, content="It was a quiet day.", personal=["/speaker/name"])
    return id_


def answers(desk, one):
    """Every kind of answer that tells of it, explained where that is to be had."""
    yield from (desk.view(view, receipt="true") for view in VIEWS)
    yield from (desk.view(view, receipt="true", explain="true") for view in ("positions", "disputes"))
    yield desk.read(one, proof="true")
    yield desk.get(f"/v1/developments/{one}/history", proof="true")


def at(answer, pointer):
    """What a pointer leads to in an answer."""
    for step in pointer.split("/")[1:]:
        answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return answer


def test_every_answer_holds_and_the_texts_that_are_not_proved_are_named(desk, one, key):
    told = {}
    for answer in answers(desk, one):
        verified = verify_answer(answer, key)
        told[verified.view] = verified.sealed
        del answer["receipt"]
        for pointer in verified.sealed:
            assert SECRET in json.dumps(at(answer, pointer), ensure_ascii=False)
        named = sum(
            SECRET in json.dumps(at(answer, pointer), ensure_ascii=False) for pointer in verified.sealed
        )
        assert (SECRET in json.dumps(answer, ensure_ascii=False)) == bool(named)
    assert "/developments/0/development/content" in told["timeline"]
    assert "/development/speaker/name" in told["development"]
    assert "/versions/2/said/reason" in told["history"]


def test_after_an_erasure_all_of_an_answer_is_proved(desk, one, key):
    erase(desk, one)
    for answer in (desk.read(one, proof="true"), desk.get(f"/v1/developments/{one}/history", proof="true")):
        assert SECRET not in json.dumps(answer)
        assert verify_answer(answer, key).sealed == ()


def test_an_answer_from_before_an_erasure_holds_after_it(desk, one, key):
    before = list(answers(desk, one))
    erase(desk, one)
    assert all(verify_answer(answer, key).sealed for answer in before if SECRET in json.dumps(answer))


def test_all_that_is_not_sealed_is_proved_as_ever(desk, one, key):
    answer = desk.read(one, proof="true")
    for pointer, other in (("/development/occurred", "2021-03-02"), ("/disputes/0/by", "XC")):
        changed = deepcopy(answer)
        *way, last = pointer.split("/")
        at(changed, "/".join(way))[last] = other
        with pytest.raises(DoesNotHold) as refused:
            verify_answer(changed, key)
        assert refused.value.pointer.startswith(pointer)


def test_one_sealed_text_cannot_be_told_in_two_ways(desk, one, key):
    answer = desk.get(f"/v1/developments/{one}/history", proof="true")
    answer["versions"][0]["said"]["development"]["content"] = "Nobody wept."
    with pytest.raises(DoesNotHold) as refused:
        verify_answer(answer, key)
    assert "[erased" in refused.value.says


def test_a_text_that_is_there_cannot_be_told_as_erased_in_the_figures_of_another(desk, one, key):
    answer = desk.read(one, proof="true")
    answer["development"]["speaker"]["name"] = "[erased 00000000]"
    with pytest.raises(DoesNotHold):
        verify_answer(answer, key)


def test_an_erased_text_cannot_be_told_without_saying_that_it_is_erased(desk, one, key):
    erase(desk, one)
    answer = desk.read(one, proof="true")
    answer["erased"].remove("/development/content")
    with pytest.raises(DoesNotHold) as refused:
        verify_answer(answer, key)
    assert refused.value.pointer == "/erased"
