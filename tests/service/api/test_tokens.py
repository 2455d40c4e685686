"""Tokens: every write needs one, reads only where they are closed."""

import pytest

from tests.service.api.desk import DOSSIER, SAYINGS, crossed, open_desk, telling
from tests.tokens import token_in

READS = [
    "/v1/dossiers",
    "/v1/dossiers/solace-2021",
    *(
        f"/v1/dossiers/solace-2021/{view}"
        for view in ("timeline", "ceasefire", "exchanges", "agenda", "changes", "export")
    ),
    "/v1/developments/{call}",
    "/v1/developments/{call}/history",
    "/v1/kinds",
]

WRITES = [
    ("/v1/dossiers", DOSSIER),
    ("/v1/dossiers/solace-2021/developments", telling("call-held")),
    *((f"/v1/developments/{{held}}/{what}", body) for what, body in SAYINGS.items()),
]


@pytest.mark.parametrize(("path", "body"), WRITES)
def test_a_write_without_a_token_is_refused_with_a_challenge(busy_desk, held, path, body):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(
            busy_desk.post(path.format(held=held), body, if_match='"1"', authorization=None)
        )

    assert refusal.told == (401, "unauthorized")
    assert refusal.response.headers["WWW-Authenticate"] == 'Bearer realm="depositary"'


INVALID = [
    "Bearer nobody",
    "Bearer depositary_",
    "Bearer a b",
    "Bearer " + "x" * 5_000,
    "bearer Ünknown".encode("latin-1"),
]


@pytest.mark.parametrize(("write", "authorization"), crossed(WRITES, INVALID))
def test_a_write_with_an_invalid_token_is_told_so(busy_desk, held, write, authorization):
    path, body = write
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(
            busy_desk.post(path.format(held=held), body, if_match='"1"', authorization=authorization)
        )

    assert refusal.told == (401, "unauthorized")
    assert refusal.response.headers["WWW-Authenticate"] == 'Bearer realm="depositary", error="invalid_token"'


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic YWRhOmFkYQ==", "depositary_x"])
def test_other_ways_to_say_who_one_is_are_no_token(busy_desk, authorization):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(busy_desk.post("/v1/dossiers", DOSSIER, authorization=authorization))

    assert refusal.told == (401, "unauthorized")


def test_who_calls_is_asked_before_what_else_is_wrong_with_a_request(busy_desk):
    with busy_desk.nothing_recorded():
        refusal = busy_desk.refused(
            busy_desk.post("/v1/dossiers?confirm=all", {}, authorization=None, idempotency_key=" ")
        )

    assert refusal.told == (401, "unauthorized")


def test_the_scheme_is_read_in_any_case(desk):
    assert desk.post("/v1/dossiers", DOSSIER, authorization=f"bearer {desk.token}").status_code == 200


def test_the_record_names_whose_token_it_was(desk):
    ben = token_in(desk.client.app, "ben")
    desk.post(
        f"/v1/dossiers/{desk.dossier}/developments", telling("call-held"), authorization=f"Bearer {ben}"
    )

    assert [one["recorded_by"] for one in desk.view("changes")["changes"]] == ["ada", "ben"]


def test_a_token_that_was_revoked_is_no_longer_valid(desk):
    administration = desk.client.app.state.record.administration
    (token,) = administration.access.tokens.values()
    administration.revoke(token.token, "tests")

    assert desk.refused(desk.open_dossier()).told == (401, "unauthorized")


@pytest.mark.parametrize("path", READS)
def test_anybody_reads_where_reading_is_open(busy_desk, held, path):
    assert busy_desk.client.get(path.format(call=held)).status_code == 200


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A service whose reads need a token."""
    with open_desk(tmp_path_factory.mktemp("closed"), open_reads=False) as desk:
        desk.open_dossier()
        yield desk


@pytest.mark.parametrize("path", READS)
def test_only_who_has_a_token_reads_where_reading_is_closed(closed, path):
    if "{call}" in path:
        path = path.format(call=closed.record("call-held"))
    without = closed.refused(closed.client.get(path))
    wrong = closed.refused(closed.client.get(path, headers={"Authorization": "Bearer nobody"}))
    allowed = closed.client.get(path, headers={"Authorization": f"Bearer {closed.token}"})

    assert without.told == wrong.told == (401, "unauthorized")
    assert without.response.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert allowed.status_code == 200


def test_a_closed_record_does_not_tell_what_it_holds(closed):
    known = closed.refused(closed.client.get("/v1/dossiers/solace-2021"))
    unknown = closed.refused(closed.client.get("/v1/dossiers/solace-2012?known_at=never"))

    assert known.body == unknown.body


def test_problems_explain_themselves_to_anybody(closed):
    assert closed.client.get("/problems").status_code == 200
    assert closed.client.get("/problems/unauthorized").json()["status"] == 401
