"""Answers in pages over HTTP: whole about small dossiers, and linked together about large ones."""

from typing import Any

import pytest

from projections.registry import VIEWS
from tests.service.api.desk import Desk

FEW = 3


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A desk with more of everything than a page of one or two holds."""
    for number in range(1, 5):
        desk.record("round-held", occurred=f"2021-03-0{number}")
        desk.record("exchange-stage-carried-out", occurred=f"2021-04-0{number}", under=None)
        desk.record("ceasefire-proposed", occurred=f"2021-05-0{number}")
    desk.clock.turn(minutes=1)
    return desk


def gathered(desk: Desk, answer: dict[str, Any]) -> dict[str, Any]:
    """The whole answer, from its first page and whatever it links to."""
    left = answer["left_out"]
    while left:
        one = left.pop()
        listed = answer
        for step in one["path"].split("/")[1:]:
            listed = listed[int(step)] if isinstance(listed, list) else listed[step]
        address = one["next"]
        while address is not None:
            more = desk.client.get(address).json()
            listed.extend(more["items"])
            left.extend(more["left_out"])
            address = more["next"]
        assert len(listed) == one["of"]
    return answer


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("view", sorted(VIEWS))
def test_pages_are_the_whole_answer_whatever_is_recorded_meanwhile(told, view, limit):
    whole = told.view(view, whole=True)
    first = told.view(view, limit=limit)
    told.record("round-held", occurred="2021-02-01")
    told.record("ceasefire-proposed", occurred="2021-02-01")

    assert gathered(told, first) == whole


def test_pages_keep_to_the_lens(told):
    lens = {"standing": ["reported", "disputed"], "according_to": "XA"}

    assert gathered(told, told.view("contacts", limit=1, **lens)) == told.view("contacts", whole=True, **lens)


def test_a_small_dossier_is_answered_whole(told):
    assert told.view("contacts") == told.view("contacts", whole=True)
    assert told.view("contacts")["left_out"] == []


def test_a_large_dossier_is_answered_in_pages(told, monkeypatch):
    monkeypatch.setattr("service.paging.SMALL", FEW)
    monkeypatch.setattr("service.paging.LIMIT", 2)

    (left,) = [one for one in told.view("contacts")["left_out"] if one["path"] == "/contacts"]
    assert (left["shown"], left["of"]) == (2, 4)
    assert told.view("contacts", as_of="2021-03-03")["left_out"] == []
    assert told.view("contacts", at_position=FEW + 1)["left_out"] == []


@pytest.mark.parametrize("whole", ["whole", "explain", "receipt"])
def test_what_is_explained_or_proved_is_whole(told, monkeypatch, whole):
    monkeypatch.setattr("service.paging.SMALL", 0)

    assert told.view("contacts", **{whole: True})["left_out"] == []
    refusal = told.refused(told.client.get(f"/v1/dossiers/{told.dossier}/contacts?limit=1&{whole}=true"))
    assert refusal.places == ["limit"]


@pytest.mark.parametrize("path", ["/nowhere", "/contacts/99/agenda", "/contacts/0/version"])
def test_what_the_answer_does_not_list_is_refused(told, path):
    asked = {"view": "contacts", "list": path}
    refusal = told.refused(told.client.get(f"/v1/dossiers/{told.dossier}/items", params=asked))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["list"]


def test_a_page_links_to_the_next(told):
    asked = {"view": "contacts", "list": "/contacts", "limit": 3}
    response = told.client.get(f"/v1/dossiers/{told.dossier}/items", params=asked)

    assert response.headers["Link"] == f'<{response.json()["next"]}>; rel="next"'
    last = told.client.get(response.json()["next"])
    assert (last.json()["first"], last.json()["next"], "Link" in last.headers) == (3, None, False)
