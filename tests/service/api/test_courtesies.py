"""What HTTP expects of any service: HEAD, methods, addresses, caches, problems that explain themselves."""

import pytest

from service.problems import KINDS
from tests.service.api.desk import address
from tests.service.api.test_openapi import operations

READS = [one.path for one in operations() if one.method == "get"]
PATHS = sorted({one.path for one in operations()})
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")


def taken_by(path: str) -> set[str]:
    """The methods that an address takes, by the document; HEAD goes with GET."""
    methods = {one.method.upper() for one in operations() if one.path == path}
    return methods | ({"HEAD"} if "GET" in methods else set())


@pytest.mark.parametrize("path", READS)
def test_head_is_answered_as_get_without_its_body(busy_desk, held, path):
    path = address(path, busy_desk.dossier, held)
    busy_desk.get("/v1/log/checkpoint")  # Signed now, it is not signed between the two.
    same = {"X-Request-ID": "tour-1"}
    get, head = (ask(path, headers=same) for ask in (busy_desk.client.get, busy_desk.client.head))

    assert head.status_code == get.status_code == 200
    assert head.headers == get.headers
    assert head.content == b""


def test_head_of_what_is_not_there_is_not_found(busy_desk):
    assert busy_desk.client.head("/v1/dossiers/solace-2012").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for path in PATHS for method in METHODS if method not in taken_by(path)],
)
def test_a_method_that_is_not_taken_is_refused_with_those_that_are(busy_desk, held, method, path):
    with busy_desk.nothing_recorded():
        response = busy_desk.client.request(method, address(path, busy_desk.dossier, held))

    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == taken_by(path)
    assert method == "HEAD" or busy_desk.refused(response).told == (405, "method-not-allowed")


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v2/dossiers", "/v1/dossiers/solace-2021/maps", "/v1/developments"]
)
def test_an_address_that_is_none_is_not_found(busy_desk, path):
    assert busy_desk.refused(busy_desk.client.get(path)).told == (404, "not-found")


@pytest.mark.parametrize("path", [path for path in READS if not path.startswith("/tile")])
def test_a_cache_asks_again(busy_desk, held, path):
    assert busy_desk.client.get(address(path, busy_desk.dossier, held)).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/tile/0/000.p/1", "/tile/entries/000.p/1"])
def test_a_cache_keeps_a_tile_for_ever(busy_desk, path):
    assert "immutable" in busy_desk.client.get(path).headers["Cache-Control"]


def test_a_cache_asks_again_after_a_refusal_too(busy_desk):
    assert busy_desk.client.get("/v1/dossiers/solace-2012").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("slug", KINDS)
def test_the_type_of_a_problem_is_an_address_that_explains_it(busy_desk, slug):
    explained = busy_desk.get(KINDS[slug].type)

    assert explained == {
        "type": KINDS[slug].type,
        "title": KINDS[slug].title,
        "status": KINDS[slug].status,
        "meaning": KINDS[slug].meaning,
    }
    assert explained in busy_desk.get("/problems")


def test_a_problem_that_there_is_not_is_not_found(busy_desk):
    assert busy_desk.refused(busy_desk.client.get("/problems/boredom")).told == (404, "not-found")
