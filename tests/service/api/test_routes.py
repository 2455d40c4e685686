"""Who may do what: every route, with no token, a bad one and a good one, where reads are open and closed."""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.routing import Route

from service.app import create_app
from service.settings import Settings
from service.web.assets import address_of
from tests.service.api.desk import Desk, address, open_desk

WAYS = list(product(("open", "closed"), ("none", "bad", "good")))
#                  reads are open              closed
#                  none  bad   good            none  bad   good
ANYBODY = dict(zip(WAYS, (200, 200, 200, 200, 200, 200), strict=True))
READS = dict(zip(WAYS, (200, 200, 200, 401, 401, 200), strict=True))
WRITES = dict(zip(WAYS, (401, 401, 422, 401, 401, 422), strict=True))
"""What is sent is an empty object, so whoever may write is told what is missing, and nothing is recorded."""
IMPORTS = dict(zip(WAYS, (401, 401, 200, 401, 401, 200), strict=True))
"""What is sent is no line at all."""

MINE = dict(zip(WAYS, (401, 401, 200, 401, 401, 200), strict=True))
NONE = dict(zip(WAYS, (401, 401, 404, 401, 401, 404), strict=True))
"""There is none of this name that would be theirs."""
GONE = dict(zip(WAYS, (401, 401, 409, 401, 401, 409), strict=True))
SHOWN = dict.fromkeys(WAYS, 401)
"""A form that shows a token: an empty one is nobody's."""
COOKIES = dict.fromkeys(WAYS, 401)
"""A form that records takes the cookie of a session alone."""

ROUTES = {
    "GET /": READS,
    "GET /developments/{development}": READS,
    "GET /developments/{development}/card": READS,
    "GET /dossiers/{dossier}": READS,
    "GET /dossiers/{dossier}/{page}": READS,
    "GET /dossiers/{dossier}/record": COOKIES,
    "POST /dossiers/{dossier}/record": COOKIES,
    "GET /developments/{development}/amend": COOKIES,
    "POST /developments/{development}/amend": COOKIES,
    "GET /dossiers/{dossier}/panels/{page}/{panel}": READS,
    "GET /session": ANYBODY,
    "POST /session": SHOWN,
    "POST /session/end": ANYBODY,
    "GET /static/{digest}/{name}": ANYBODY,
    "GET /metrics": READS,
    "GET /v1/health/live": ANYBODY,
    "GET /v1/health/ready": ANYBODY,
    "GET /v1/me": MINE,
    "GET /v1/administration/access": MINE,
    "GET /v1/administration/acts": MINE,
    "POST /v1/administration/grants": WRITES,
    "POST /v1/administration/withdrawals": WRITES,
    "POST /v1/administration/tokens": WRITES,
    "POST /v1/administration/tokens/{token}/revocations": GONE,
    "GET /v1/feed": READS,
    "GET /v1/record": MINE,
    "GET /v1/webhooks": MINE,
    "POST /v1/webhooks": WRITES,
    "GET /v1/webhooks/{webhook}": NONE,
    "DELETE /v1/webhooks/{webhook}": NONE,
    "GET /v1/webhooks/{webhook}/dead-letters": NONE,
    "POST /v1/webhooks/{webhook}/retries": NONE,
    "GET /openapi.json": ANYBODY,
    "GET /docs": ANYBODY,
    "GET /problems": ANYBODY,
    "GET /problems/{slug}": ANYBODY,
    "GET /checkpoint": READS,
    "GET /tile/entries/{name}": READS,
    "GET /tile/{level}/{name}": READS,
    "GET /v1/kinds": READS,
    "GET /v1/log/checkpoint": READS,
    "GET /v1/log/checkpoints": READS,
    "GET /v1/log/proofs/consistency": READS,
    "GET /v1/log/proofs/inclusion": READS,
    "GET /v1/developments/{development}": READS,
    "GET /v1/developments/{development}/history": READS,
    "GET /v1/dossiers": READS,
    "GET /v1/dossiers/{dossier}": READS,
    "GET /v1/dossiers/{dossier}/actors": READS,
    "GET /v1/dossiers/{dossier}/actors/timemap": READS,
    "GET /v1/dossiers/{dossier}/agenda": READS,
    "GET /v1/dossiers/{dossier}/agenda/timemap": READS,
    "GET /v1/dossiers/{dossier}/agreements": READS,
    "GET /v1/dossiers/{dossier}/agreements/timemap": READS,
    "GET /v1/dossiers/{dossier}/ceasefire": READS,
    "GET /v1/dossiers/{dossier}/ceasefire/course": READS,
    "GET /v1/dossiers/{dossier}/ceasefire/course/timemap": READS,
    "GET /v1/dossiers/{dossier}/ceasefire/timemap": READS,
    "GET /v1/dossiers/{dossier}/changes": READS,
    "GET /v1/dossiers/{dossier}/contacts": READS,
    "GET /v1/dossiers/{dossier}/contacts/timemap": READS,
    "GET /v1/dossiers/{dossier}/diff": READS,
    "GET /v1/dossiers/{dossier}/disputes": READS,
    "GET /v1/dossiers/{dossier}/disputes/timemap": READS,
    "GET /v1/dossiers/{dossier}/exchanges": READS,
    "GET /v1/dossiers/{dossier}/exchanges/series": READS,
    "GET /v1/dossiers/{dossier}/exchanges/series/timemap": READS,
    "GET /v1/dossiers/{dossier}/items": READS,
    "GET /v1/dossiers/{dossier}/exchanges/timemap": READS,
    "GET /v1/dossiers/{dossier}/export": READS,
    "GET /v1/dossiers/{dossier}/positions": READS,
    "GET /v1/dossiers/{dossier}/positions/timemap": READS,
    "GET /v1/dossiers/{dossier}/timeline": READS,
    "GET /v1/dossiers/{dossier}/timeline/timemap": READS,
    "POST /v1/developments/{development}/adoptions": WRITES,
    "POST /v1/developments/{development}/amendments": WRITES,
    "POST /v1/developments/{development}/corroborations": WRITES,
    "POST /v1/developments/{development}/disputes": WRITES,
    "POST /v1/developments/{development}/distinctions": WRITES,
    "POST /v1/developments/{development}/identifications": WRITES,
    "POST /v1/developments/{development}/objections": WRITES,
    "POST /v1/developments/{development}/rectifications": WRITES,
    "POST /v1/developments/{development}/refusals": WRITES,
    "POST /v1/developments/{development}/reinstatements": WRITES,
    "POST /v1/developments/{development}/resolutions": WRITES,
    "POST /v1/developments/{development}/retractions": WRITES,
    "POST /v1/dossiers": WRITES,
    "POST /v1/dossiers/{dossier}/developments": WRITES,
    "POST /v1/dossiers/{dossier}/developments:import": IMPORTS,
    "POST /v1/log/cosignatures": WRITES,
}
"""Every route, and what it answers to whom; the desk's token is an administrator's."""
PARTS = {
    "/static/{digest}/{name}": address_of("page.css"),
    "{page}/{panel}": "agenda/steps",
    "{page}": "agenda",
}
"""What stands in addresses for the parts that are no development and no dossier."""

pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def desks(tmp_path_factory) -> Iterator[dict[str, tuple[Desk, str]]]:
    """A service whose reads are open, and one whose reads are closed; a development of each."""
    with (
        open_desk(tmp_path_factory.mktemp("open")) as opened,
        open_desk(tmp_path_factory.mktemp("closed"), open_reads=False) as closed,
    ):
        for desk in (opened, closed):
            desk.open_dossier()
        yield {
            "open": (opened, opened.record("call-held")),
            "closed": (closed, closed.record("call-held")),
        }


def where(route: str, dossier: str, development: str) -> str:
    """The address of a route, filled in."""
    path = route.partition(" ")[2]
    for part, name in PARTS.items():
        path = path.replace(part, name)
    return address(path, dossier, development)


def asked(desk: Desk, route: str, development: str, token: str) -> Response:
    method, path = route.split(" ")
    bearer = {"bad": "Bearer nobody", "good": f"Bearer {desk.token}"}
    headers = {"Authorization": bearer[token]} if token in bearer else {}
    there = where(route, desk.dossier, development)
    if method != "POST":
        return desk.client.request(method, there, headers=headers)
    if path.endswith(":import"):
        lines = {**headers, "Content-Type": "application/x-ndjson"}
        return desk.client.post(there, content=b"", headers=lines)
    return desk.client.post(there, json={}, headers={**headers, "If-Match": '"1"'})


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_answers_each_as_its_row_says(desks, route):
    found = {
        (reads, token): asked(*desks[reads][:1], route, desks[reads][1], token).status_code
        for reads, token in WAYS
    }

    assert found == ROUTES[route]


def routes_of(several: Iterable[Any]) -> Iterator[Route]:
    """The routes of an application, those of its routers and those that no description has among them."""
    for one in several:
        if isinstance(one, Route):
            yield one
        else:
            yield from routes_of(one.original_router.routes)


def test_every_route_has_a_row():
    """A route that is added is put into a row by somebody who thinks about who may use it."""
    app = create_app(Settings(SQLITE_DBNAME=Path("nowhere.db")))
    described = {f"{way.upper()} {path}" for path, ways in app.openapi()["paths"].items() for way in ways}
    found = {
        f"{method} {route.path.replace(':path}', '}')}"
        for route in routes_of(app.routes)
        for method in (route.methods or ()) - {"HEAD"}
    }

    assert found == ROUTES.keys()
    assert described <= found


@pytest.mark.parametrize("route", [one for one in ROUTES if one.startswith("GET ")])
def test_every_answer_is_taken_for_what_it_is_and_no_page_runs_what_is_not_of_this_service(desks, route):
    desk, call = desks["closed"]
    for token in ("none", "good"):
        answer = asked(desk, route, call, token)
        policy = answer.headers["Content-Security-Policy"]

        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert policy.startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            assert re.findall(r"<script(?![^>]* src=\"/static/)", answer.text) == []


@pytest.mark.parametrize("path", ["/v1/me/", "/v1/dossiers/", "/docs/"])
def test_nobody_is_sent_to_whatever_host_a_request_names(desks, path):
    desk, _ = desks["open"]
    answer = desk.client.get(path, headers={"Host": "elsewhere.example"}, follow_redirects=False)

    assert desk.refused(answer).told == (404, "not-found")


def test_who_calls_is_asked_before_which_version_they_saw(desks):
    """Whoever may not write is not told what else a write needs."""
    desk, call = desks["open"]
    path = f"/v1/developments/{call}/retractions"

    assert desk.client.post(path, json={"reason": "A rumour."}).status_code == 401
