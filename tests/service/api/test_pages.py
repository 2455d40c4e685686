"""Pages: a walk along the links meets everything once, whatever is written in between."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.service.api.desk import Desk

TIMELINE = "/v1/dossiers/solace-2021/timeline"
CHANGES = "/v1/dossiers/solace-2021/changes"
DAYS = [
    "2021-03-04",
    "2021-03",
    "2021-03-04",
    "2021-02/..",
    "[..2021-03-01]",
    "2021-03-04",
    "2021-01-07",
    "2020",
]


def pages(desk: Desk, path: str, between: Callable[[], Any] = lambda: None, **query: Any) -> Iterator[dict]:
    """Every page along `Link: rel="next"`, with something done between them."""
    response = desk.client.get(path, params=query)
    while True:
        assert response.status_code == 200, response.text
        yield response.json()
        following = re.search(r'<(/[^>]+)>; rel="next"', response.headers.get("Link", ""))
        if following is None:
            assert response.json()["next"] is None
            return
        (target,) = following.groups()
        between()
        response = desk.client.get(target)


@pytest.fixture
def told(desk) -> list[str]:
    """Developments of days certain and uncertain, some of them the same."""
    recorded = [desk.record("statement-made", occurred=day) for day in DAYS]
    desk.clock.turn(minutes=1)
    return recorded


def ids(some_pages: Iterator[dict]) -> list[str]:
    return [one["id"] for page in some_pages for one in page["developments"]]


@pytest.mark.parametrize("limit", [1, 2, 3, len(DAYS), 500])
def test_a_walk_along_the_timeline_meets_everything_once_in_order(desk, told, limit):
    whole = [one["id"] for one in desk.view("timeline", limit=500)["developments"]]

    assert sorted(whole) == sorted(told)
    assert ids(pages(desk, TIMELINE, limit=limit)) == whole


@pytest.mark.parametrize(
    "asked", [{}, {"as_of": "2021-07-01"}, {"at_position": 9}, {"known_at": "2021-07-01T09:09:30Z"}]
)
def test_a_walk_keeps_to_its_moment_while_writing_goes_on(desk, told, asked):
    at_first = desk.view("timeline", limit=500, **asked)

    def write() -> None:
        desk.record("statement-made", occurred="2021-03-02")
        desk.said(told.pop(), "retractions")
        desk.clock.turn(days=9)

    walked = list(pages(desk, TIMELINE, write, limit=2, **asked))

    assert [one for page in walked for one in page["developments"]] == at_first["developments"]
    for clock in ("as_of", "known_at", "position"):
        assert {page[clock] for page in walked} == {at_first[clock]}
    assert desk.view("timeline")["position"] > at_first["position"]


def test_a_walk_keeps_its_filters(desk, told):
    other = desk.record("position-taken", speaker="XC", occurred="2021-03-04")
    desk.said(other, "retractions")
    query = {"kind": ["statement-made", "position-taken"], "standing": ["retracted", "claimed", "reported"],
             "actor": "XC", "as_of": "2021-03-04", "limit": 1}  # fmt: skip
    whole = desk.view("timeline", **{**query, "limit": 500})

    walked = list(pages(desk, TIMELINE, **query))

    assert [page["developments"] for page in walked] == [[one] for one in whole["developments"]]
    assert other in ids(iter(walked))


def test_the_cursor_in_the_answer_is_the_one_in_the_link(desk, told):
    response = desk.client.get(TIMELINE, params={"limit": 3})
    cursor = response.json()["next"]

    assert f"cursor={cursor}" in response.headers["Link"]
    assert desk.view("timeline", limit=3, cursor=cursor)["developments"][0]["id"] not in ids(
        iter([response.json()])
    )


def test_a_page_that_is_just_full_is_the_last(desk, told):
    response = desk.client.get(TIMELINE, params={"limit": len(told)})

    assert 'rel="next"' not in response.headers["Link"]
    assert response.json()["next"] is None


# Changes


def positions(some_pages: Iterator[dict]) -> list[int]:
    return [one["position"] for page in some_pages for one in page["changes"]]


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_a_walk_along_the_changes_meets_every_event_of_the_dossier_once(desk, told, limit):
    desk.open_dossier(id="another-lake")
    desk.record("visit-made", into="another-lake")
    desk.said(told[0], "retractions")
    walked = list(pages(desk, CHANGES, lambda: desk.record("visit-made"), limit=limit))

    assert positions(iter(walked)) == [*range(1, len(told) + 2), len(told) + 4]
    assert {(page["known_to"], page["position_to"]) for page in walked} == {
        (walked[0]["known_to"], len(told) + 4)
    }


def test_changes_tell_who_and_why(desk, call):
    desk.said(call, "retractions")

    opened, recorded, retracted = desk.view("changes")["changes"]

    assert (opened["event"], opened["id"], opened["kind"]) == ("dossier-opened", None, None)
    assert (recorded["event"], recorded["id"], recorded["version"]) == ("call-held", call, 1)
    assert (retracted["event"], retracted["id"], retracted["version"]) == ("retracted", call, 2)
    assert (retracted["recorded_by"], retracted["reason"]) == ("ada", "So the test tells it.")


def test_windows_that_meet_neither_overlap_nor_skip(desk, told):
    """Each window begins where the one before ended, also at the very moment of an event."""
    desk.clock.turn(minutes=1)
    every = desk.view("changes")["changes"]
    moments = [one["recorded_at"] for one in every[1::2]]
    edges = [None, *moments, "2021-07-01T09:04:30Z", desk.clock.now.isoformat()]
    edges = [None, *sorted(edge for edge in edges if edge)]

    windows = [
        desk.view("changes", **{name: edge for name, edge in (("known_from", a), ("known_to", b)) if edge})
        for a, b in pairwise(edges)
    ]

    assert [one for window in windows for one in window["changes"]] == every
    assert [window["position_to"] for window in windows[:-1]] == [
        window["position_from"] for window in windows[1:]
    ]


def test_a_window_is_echoed_and_has_the_same_answer_for_ever(desk, told):
    first = desk.view("changes", known_from="2021-07-01T09:03:00Z")
    desk.clock.turn(days=1)
    desk.record("visit-made")

    assert desk.view("changes", known_from=first["known_from"], known_to=first["known_to"]) == first


def test_a_walk_along_a_window_stays_in_it(desk, told):
    window = {"known_from": "2021-07-01T09:02:00Z", "known_to": "2021-07-01T09:06:00Z"}

    assert positions(pages(desk, CHANGES, limit=1, **window)) == [3, 4, 5, 6]


def test_a_window_that_begins_after_the_last_event_is_empty_and_can_be_asked_about_again(desk, told):
    since = {"known_from": desk.clock.turn(seconds=-30).isoformat()}
    first = desk.view("changes", **since)
    desk.clock.turn(hours=1)
    later = desk.record("visit-made")

    assert (first["changes"], first["known_to"]) == ([], first["known_from"])
    assert desk.view("changes", known_from=first["known_from"], known_to=first["known_to"]) == first
    assert [one["id"] for one in desk.view("changes", known_from=first["known_to"])["changes"]] == [later]


def test_an_empty_window_has_no_changes(desk, told):
    moment = "2021-07-01T09:03:00Z"

    assert desk.view("changes", known_from=moment, known_to=moment)["changes"] == []


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"known_from": "2021-07-01T09:03:00Z", "known_to": "2021-07-01T09:02:00Z"}, "known_from"),
        ({"known_from": "2021-12-01T00:00:00Z"}, "known_from"),
        ({"known_to": "2021-12-01T00:00:00Z"}, "known_to"),
        ({"known_from": "yesterday"}, "known_from"),
        ({"known_to": "2021-07-01"}, "known_to"),
        ({"limit": 0}, "limit"),
        ({"known_at": "2021-07-01T09:02:00Z"}, "known_at"),
        ({"as_of": "2021-07-01"}, "as_of"),
    ],
)
def test_a_window_that_is_none_is_refused_by_its_edge(desk, told, query, place):
    refusal = desk.refused(desk.client.get(CHANGES, params=query))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]


# Cursors that nobody gave


def cursor_of(**values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


ON_THE_TIMELINE = {
    "as_of": "2021-07-01", "known_at": "2021-07-01T09:01:00Z", "position": 1,
    "earliest": "2021-03-04", "latest": "2021-03-04", "recorded": 1,
}  # fmt: skip
AMONG_CHANGES = {"known_to": "2021-07-01T09:01:00Z", "after": 0}
STRANGE = [
    None,
    True,
    -1,
    1.5,
    10**30,
    "x",
    "",
    [],
    {},
    "\x00",
    "9" * 400,
    "2021-02-30",
    "2021-13-01T00:00:00Z",
]


@pytest.mark.parametrize(
    ("path", "given"), [(TIMELINE, ON_THE_TIMELINE), (CHANGES, AMONG_CHANGES)], ids=["timeline", "changes"]
)
def test_a_cursor_with_anything_else_inside_is_refused(busy_desk, path, given):
    assert busy_desk.client.get(path, params={"cursor": cursor_of(**given)}).status_code == 200
    strange = [{**given, name: value} for name in given for value in STRANGE]
    missing = [{name: given[name] for name in given if name != left_out} for left_out in given]
    for values in [*strange, *missing, {**given, "more": 1}]:
        response = busy_desk.client.get(path, params={"cursor": cursor_of(**values)})
        if response.status_code != 200:  # An end without a bound is the empty text; true is 1.
            assert busy_desk.refused(response).told == (422, "invalid-request"), values
            assert busy_desk.refused(response).places == ["cursor"], values
        else:
            assert any(value == "" or value is True for value in values.values()), values


@pytest.mark.parametrize("path", [TIMELINE, CHANGES])
@pytest.mark.parametrize(
    "cursor",
    ["x", "====", "e30", "bnVsbA", "W10", "MQ", "é", "\x00", "..", "eyJhIjog", "x" * 1_000, " ", "NaN"],
)  # fmt: skip
def test_garbage_for_a_cursor_is_refused(busy_desk, path, cursor):
    refusal = busy_desk.refused(busy_desk.client.get(path, params={"cursor": cursor}))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["cursor"]


def test_a_cursor_of_another_view_is_refused(desk, told):
    for path, other in ((TIMELINE, CHANGES), (CHANGES, TIMELINE)):
        cursor = desk.get(other, limit=1)["next"]
        assert desk.refused(desk.client.get(path, params={"cursor": cursor})).places == ["cursor"]
