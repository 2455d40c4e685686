"""Parameters: those that are not known, and values that mean nothing, are refused by their name."""

import json

import pytest

from tests.service.api.desk import DOSSIER, SAYINGS, address, crossed, telling
from tests.service.api.test_openapi import operations

OPERATIONS = [
    (one.method, one.path) for one in operations() if not {"webhooks", "administration"} & {*one.said["tags"]}
]
"""All but what is one's own: `test_webhooks.py` has that."""
BODIES = {
    "/v1/dossiers": DOSSIER,
    "/v1/dossiers/{dossier}/developments": telling("call-held"),
    **{f"/v1/developments/{{development}}/{what}": body for what, body in SAYINGS.items()},
    "/v1/dossiers/{dossier}/developments:import": json.dumps(telling("call-held")).encode(),
    "/v1/log/cosignatures": {"size": 1, "signatures": ["— somebody.example AAAAAAAA"]},
}


def sent_as(path):
    """What an import is sent as, unlike all else."""
    return {"content_type": "application/x-ndjson"} if path.endswith(":import") else {}


UNKNOWN = ["asof=2021-03-01", "As_Of=2021-03-01", "limit[]=1", "=1", "x", "known_at%00=1", "confirmed=yes"]


@pytest.mark.parametrize(("operation", "query"), crossed(OPERATIONS, UNKNOWN))
def test_an_unknown_parameter_is_refused_everywhere(busy_desk, held, operation, query):
    method, path = operation
    whole = address(path, busy_desk.dossier, held)
    whole += f"&{query}" if "?" in whole else f"?{query}"
    with busy_desk.nothing_recorded():
        if method == "get":
            response = busy_desk.client.get(whole)
        else:
            response = busy_desk.post(whole, BODIES[path], if_match='"1"', **sent_as(path))
        refusal = busy_desk.refused(response)

    assert refusal.told == (422, "invalid-request")
    assert refusal.body["errors"][0]["in"] == "query"
    assert len(refusal.places) == 1


@pytest.mark.parametrize("path", BODIES)
def test_what_a_read_takes_is_unknown_to_a_write(busy_desk, held, path):
    address = path.format(dossier=busy_desk.dossier, development=held)
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(
            busy_desk.post(f"{address}?as_of=2021-03-01", BODIES[path], if_match='"1"', **sent_as(path))
        )

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["as_of"]


@pytest.mark.parametrize("path", ["", "/history"])
@pytest.mark.parametrize(
    "development", ["the-first", "1", "0", "null", "ffffffff", "%00", "é", "..", "x" * 3_000]
)
def test_an_id_that_is_no_uuid_is_refused_by_its_name(busy_desk, path, development):
    refusal = busy_desk.refused(busy_desk.client.get(f"/v1/developments/{development}{path}"))

    if refusal.response.status_code == 422:
        assert refusal.places == ["development"]
    else:
        assert refusal.told == (404, "not-found")


@pytest.mark.parametrize(
    "dossier", ["1", "Solace-2021", "%00", "é", "%F0%9F%95%8A", "a%2Fb", "x" * 3_000, "%25", "{}"]
)
def test_a_strange_dossier_is_not_found(busy_desk, dossier):
    assert busy_desk.refused(busy_desk.client.get(f"/v1/dossiers/{dossier}")).response.status_code == 404
    with busy_desk.nothing_recorded():
        response = busy_desk.post(f"/v1/dossiers/{dossier}/developments", telling("call-held"))
        assert busy_desk.refused(response).response.status_code == 404


# Given twice


def takes_one() -> list[tuple[str, str]]:
    """Every read with every parameter in its query that takes one value."""
    return [
        (one.path, parameter["name"])
        for one in operations()
        for parameter in one.parameters
        if one.method == "get" and parameter["in"] == "query" and parameter["schema"].get("type") != "array"
    ]


@pytest.mark.parametrize(("path", "parameter"), takes_one())
def test_a_parameter_that_takes_one_value_is_not_given_two(busy_desk, held, path, parameter):
    """Rather than that one of them is picked: neither the first nor the last is what was asked."""
    address = path.format(dossier=busy_desk.dossier, development=held, webhook=held)

    refusal = busy_desk.refused(busy_desk.client.get(f"{address}?{parameter}=1&{parameter}=1"))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [parameter]
    assert "it takes one value, and was given several" in refusal.detail


def test_every_parameter_that_is_given_twice_is_named(busy_desk):
    query = "as_of=2021-03-01&limit=3&as_of=2021-04-01&limit=3&standing=reported&standing=claimed"

    refusal = busy_desk.refused(busy_desk.client.get(f"/v1/dossiers/{busy_desk.dossier}/timeline?{query}"))

    assert refusal.places == ["as_of", "limit"]


# Filters


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=501", "limit"),
        (f"limit={10**30}", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("standing=true", "standing.0"),
        ("standing=reported&standing=rumoured", "standing.1"),
        ("standing=", "standing.0"),
        ("kind=Call Held", "kind.0"),
        ("kind=" + "&kind=".join(["call-held"] * 101), "kind"),
        ("actor=" + "x" * 301, "actor"),
        ("cursor=" + "x" * 1_001, "cursor"),
    ],
)
def test_a_filter_of_the_wrong_form_is_refused_by_its_name(busy_desk, query, place):
    refusal = busy_desk.refused(busy_desk.client.get(f"/v1/dossiers/{busy_desk.dossier}/timeline?{query}"))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == [place]


def test_a_kind_that_there_is_not_is_refused_with_one_that_there_is(busy_desk):
    refusal = busy_desk.refused(
        busy_desk.client.get(f"/v1/dossiers/{busy_desk.dossier}/timeline?kind=visit-made&kind=call-hold")
    )

    assert refusal.told == (422, "invalid-request")
    assert refusal.places == ["kind"]
    assert "did you mean 'call-held'?" in refusal.detail


ORSOLIN = {"type": "person", "id": "orsolin", "name": "A. Orsolin", "acts_for": "XA"}


@pytest.fixture(scope="module")
def told(busy_desk) -> None:
    """One development of each of some kinds, with different parties."""
    busy_desk.record("round-held", parties=[ORSOLIN, "XB"])
    busy_desk.record("visit-made", parties=["XE", "XF"])
    busy_desk.record("remains-repatriated")


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({"kind": ["round-held", "visit-made"]}, {"round-held", "visit-made"}),
        ({"actor": "XE"}, {"visit-made"}),
        ({"actor": "orsolin", "kind": "remains-repatriated"}, set()),
        ({"actor": "orsolin", "kind": "round-held"}, {"round-held"}),
        ({"actor": "XA", "kind": ["round-held", "visit-made"], "as_of": "2021-03-08"}, {"round-held"}),
        ({"standing": "retracted"}, set()),
        ({"standing": ["reported", "claimed"], "kind": "remains-repatriated"}, {"remains-repatriated"}),
        ({"as_of": "2021-03-12", "kind": ["visit-made", "remains-repatriated"]}, {"visit-made"}),
    ],
)
def test_the_timeline_holds_what_the_filters_let_through(busy_desk, told, query, kinds):
    assert {one["kind"] for one in busy_desk.view("timeline", **query)["developments"]} == kinds


def test_a_view_takes_in_only_the_standings_that_are_asked_for(desk):
    desk.record("exchange-stage-carried-out", under=None, standing="claimed")

    assert desk.view("exchanges")["exchanges"]["stages"]["certain"] == 1
    assert desk.view("exchanges", standing="reported")["exchanges"]["stages"]["certain"] == 0
    assert desk.view("exchanges", standing=["reported", "claimed"])["exchanges"]["stages"]["certain"] == 1
