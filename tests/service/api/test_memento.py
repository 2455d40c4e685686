"""Memento (RFC 7089): `Accept-Datetime` on every view, the memento's own address, and its timemap."""

import re
from typing import Any

import pytest
from httpx2 import Response
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.registry import VIEWS
from tests.service.api.desk import Desk, crossed

NAMES = ("timeline", *VIEWS)
BETWEEN = "Thu, 01 Jul 2021 09:03:00 GMT"
"""Two developments were recorded by then, and one is to come."""

each_view = pytest.mark.parametrize("view", NAMES)


@pytest.fixture
def told(desk) -> list[str]:
    """Three developments, recorded a minute after each other from 09:02 on, and one change at 09:05."""
    ids = [desk.record("call-held"), desk.record("round-held"), desk.record("agreement-reached")]
    desk.said(ids[0], "amendments", changes={"occurred": "2021-03-05"})
    return ids


def path_of(view: str, dossier: str = "solace-2021") -> str:
    return f"/v1/dossiers/{dossier}/{view}"


def asked(desk: Desk, view: str, accepted: str | None = None, **query: Any) -> Response:
    """Ask for a view with the header."""
    headers = {"Accept-Datetime": accepted} if accepted else {}
    return desk.client.get(path_of(view), params=query, headers=headers)


def links(text: str) -> dict[str, list[str]]:
    """The addresses of links by each of their relations."""
    found: dict[str, list[str]] = {}
    for address, relations in re.findall(r'<([^>]*)>; rel="([^"]*)"', text):
        for relation in relations.split():
            found.setdefault(relation, []).append(address)
    return found


@each_view
def test_the_header_is_the_standard_spelling_of_known_at(desk, told, view):
    response = asked(desk, view, BETWEEN, as_of="2021-06-01")

    assert response.json() == desk.view(view, known_at="2021-07-01T09:03:00Z", as_of="2021-06-01")
    assert response.json()["position"] in {2, 3}


@each_view
def test_the_answer_says_which_memento_it_is_and_where_it_is_found_for_ever(desk, told, view):
    response = asked(desk, view, BETWEEN, according_to="XA")
    found = links(response.headers["Link"])

    assert response.headers["Memento-Datetime"] == BETWEEN
    assert response.headers["Vary"] == "Accept-Datetime"
    assert found["original"] == found["timegate"] == [f"{path_of(view)}?according_to=XA"]
    assert found["timemap"] == [f"{path_of(view)}/timemap?according_to=XA"]
    assert found["memento"] == [response.headers["Content-Location"]]
    desk.clock.turn(days=40)
    desk.record("visit-made")
    assert desk.get(response.headers["Content-Location"]) == response.json()


@each_view
def test_an_answer_about_now_is_no_memento_and_names_one(desk, told, view):
    response = asked(desk, view)

    assert "Memento-Datetime" not in response.headers
    assert "Content-Location" not in response.headers
    assert response.headers["Vary"] == "Accept-Datetime"
    (memento,) = links(response.headers["Link"])["memento"]
    assert desk.get(memento) == response.json()


@each_view
@pytest.mark.parametrize("clock", [{"known_at": "2021-07-01T09:02:30Z"}, {"at_position": 2}])
def test_a_mementos_own_address_wins_over_the_header(desk, told, view, clock):
    response = asked(desk, view, BETWEEN, **clock)

    assert response.json() == asked(desk, view, **clock).json()
    assert response.json()["position"] == 2
    assert response.headers["Memento-Datetime"].startswith("Thu, 01 Jul 2021 09:02:")
    assert "Content-Location" not in response.headers
    assert links(response.headers["Link"])["original"] == [path_of(view)]


@each_view
def test_a_moment_before_the_beginning_has_the_first_memento(desk, told, view):
    response = asked(desk, view, "Wed, 01 Jan 2020 00:00:00 GMT")

    assert response.status_code == 200
    assert response.json()["position"] == 1
    assert response.headers["Memento-Datetime"] == "Thu, 01 Jul 2021 09:01:00 GMT"
    assert desk.get(response.headers["Content-Location"]) == response.json()


@each_view
def test_a_moment_that_is_still_to_come_has_the_present(desk, told, view):
    response = asked(desk, view, "Wed, 01 Jan 2031 00:00:00 GMT")

    assert response.json() == asked(desk, view).json()
    assert response.headers["Memento-Datetime"] == "Thu, 01 Jul 2021 09:05:00 GMT"
    assert desk.get(response.headers["Content-Location"]) == response.json()


def test_the_first_memento_of_a_dossier_is_its_own_first(desk, told):
    desk.open_dossier(id="another-lake")

    response = desk.client.get(path_of("agenda", "another-lake"), headers={"Accept-Datetime": BETWEEN})

    assert response.headers["Memento-Datetime"] == "Thu, 01 Jul 2021 09:06:00 GMT"


def test_a_dossier_that_never_was_has_no_memento(busy_desk):
    response = busy_desk.client.get(path_of("agenda", "nowhere"), headers={"Accept-Datetime": BETWEEN})

    assert busy_desk.refused(response).told == (404, "unknown-dossier")


MALFORMED = [
    "yesterday", "2021-07-01T09:00:00Z", "2021-07-01", "Thu, 31 Feb 2021 09:00:00 GMT",
    "Thu, 01 Jul 2021 25:00:00 GMT", "Thu, 01 Jul 2021 09:00:00", "Thu, 01 Jul 2021 09:00:00 +0200",
    "1625130000", "Thu, 01 Jul 99999 09:00:00 GMT", "Thu, 01 Jul 0000 09:00:00 GMT", ",",
]  # fmt: skip


@pytest.mark.parametrize(("view", "accepted"), crossed(NAMES, MALFORMED))
def test_a_header_that_is_no_http_date_is_refused_by_its_name(busy_desk, view, accepted):
    refusal = busy_desk.refused(asked(busy_desk, view, accepted))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["Accept-Datetime"]
    assert refusal.body["errors"][0]["in"] == "header"


@settings(max_examples=100)
@given(accepted=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_no_header_is_a_fault(busy_desk, accepted):
    assert asked(busy_desk, "agenda", accepted).status_code in {200, 422}


def test_pages_of_a_memento_keep_to_it(desk, told):
    first = asked(desk, "timeline", BETWEEN, limit=1)
    found = links(first.headers["Link"])
    second = desk.client.get(found["next"][0], headers={"Accept-Datetime": "Wed, 01 Jan 2031 00:00:00 GMT"})

    assert [one["id"] for one in first.json()["developments"]] == [told[0]]
    assert [one["id"] for one in second.json()["developments"]] == [told[1]]
    assert second.json()["known_at"] == first.json()["known_at"] == "2021-07-01T09:03:00Z"
    assert second.headers["Memento-Datetime"] == BETWEEN
    assert links(second.headers["Link"])["original"] == [f"{path_of('timeline')}?limit=1"]


# Timemaps


@each_view
def test_a_timemap_lists_a_memento_for_each_recording(desk, told, view):
    timemap = desk.client.get(f"{path_of(view)}/timemap?as_of=2021-06-01")
    found = links(timemap.text)

    assert timemap.headers["Content-Type"] == "application/link-format"
    assert found["original"] == found["timegate"] == [f"{path_of(view)}?as_of=2021-06-01"]
    assert found["self"] == [f"{path_of(view)}/timemap?as_of=2021-06-01"]
    desk.clock.turn(minutes=1)
    assert [desk.get(address)["position"] for address in found["memento"]] == [1, 2, 3, 4, 5]


@each_view
def test_the_datetimes_of_a_timemap_lead_to_its_mementos(desk, told, view):
    text = desk.client.get(f"{path_of(view)}/timemap").text
    desk.clock.turn(minutes=1)

    mementos = re.findall(r'<([^>]*)>; rel="memento"; datetime="([^"]*)"', text)
    assert len(mementos) == 5
    for address, moment in mementos:
        assert asked(desk, view, moment).json() == desk.get(address)


def test_a_timemap_of_one_account_is_of_the_same_filters(desk, told):
    text = desk.client.get(f"{path_of('timeline')}/timemap?kind=call-held&limit=1").text

    assert {address.partition("?")[2].partition("&known_at")[0] for address in links(text)["memento"]} == {
        "kind=call-held&limit=1"
    }


def test_a_timemap_of_a_dossier_that_is_not_on_record_is_not_found(busy_desk):
    for view in NAMES:
        response = busy_desk.client.get(f"{path_of(view, 'nowhere')}/timemap")
        assert busy_desk.refused(response).told == (404, "unknown-dossier")


def test_a_second_that_is_not_over_has_no_memento_yet(desk):
    """Its moment is still to come, so its address would be refused."""
    desk.clock.turn(seconds=0.5)
    desk.record("call-held")
    before = links(desk.client.get(path_of("timeline/timemap")).text)["memento"]
    desk.clock.turn(seconds=1)
    after = links(desk.client.get(path_of("timeline/timemap")).text)["memento"]

    assert len(after) == len(before) + 1
    assert [desk.client.get(one).status_code for one in after] == [200] * len(after)
