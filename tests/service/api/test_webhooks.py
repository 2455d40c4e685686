"""Webhooks through the API: whose they are, what is refused, and what is shown once."""

import pytest

from tests.service.api.desk import DOSSIER
from tests.tokens import token_in

URL = "https://newsroom.example/depositary"
BODY = {"url": URL, "wanted": {"dossiers": [DOSSIER["id"]], "events": ["retracted"]}}


@pytest.fixture
def others(desk):
    """The headers of somebody else who may write."""
    return {"Authorization": f"Bearer {token_in(desk.client.app, 'eve')}"}


@pytest.fixture
def own(desk):
    return {"Authorization": f"Bearer {desk.token}"}


@pytest.fixture
def webhook(desk):
    """The address of one that was added."""
    answer = desk.post("/v1/webhooks", BODY)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def test_what_was_added_is_shown_with_how_it_fares_and_its_secret_once(desk, own):
    made = desk.post("/v1/webhooks", BODY).json()
    read = desk.client.get(f"/v1/webhooks/{made['id']}", headers=own).json()

    assert made.pop("secret").startswith("whsec_")
    assert made == read
    assert desk.client.get("/v1/webhooks", headers=own).json() == {"webhooks": [read]}
    assert (read["owner"], read["url"], read["position"], read["paused"]) == ("ada", URL, 1, None)
    assert read["wanted"] == {"dossiers": [DOSSIER["id"]], "kinds": [], "events": ["retracted"], "actors": []}


@pytest.mark.parametrize(("start", "position"), [("now", 2), ("start", 0), (2, 1), (3, 2)])
def test_it_begins_where_it_is_asked_to(desk, call, start, position):
    assert desk.post("/v1/webhooks", {"url": URL, "from": start}).json()["position"] == position


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"url": "http://newsroom.example/"}, "/url"),
        ({"url": "https://127.0.0.1/"}, "/url"),
        ({"url": ""}, "/url"),
        ({}, "/url"),
        ({"url": URL, "from": 9}, "/from"),
        ({"url": URL, "from": "yesterday"}, "/from"),
        ({"url": URL, "wanted": {"events": ["ammended"]}}, "/wanted/events"),
        ({"url": URL, "wanted": {"kinds": ["call-hold"]}}, "/wanted/kinds"),
        ({"url": URL, "wanted": {"kind": ["call-held"]}}, "/wanted/kind"),
        ({"url": URL, "secret": "whsec_mine"}, "/secret"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_with_its_place(desk, own, body, place):
    refusal = desk.refused(desk.post("/v1/webhooks", body))

    assert refusal.told == (422, "invalid-request")
    assert refusal.places[0].startswith(place)
    assert desk.client.get("/v1/webhooks", headers=own).json() == {"webhooks": []}


def test_a_dossier_that_is_not_there_is_refused(desk):
    body = {"url": URL, "wanted": {"dossiers": ["solace-2012"]}}

    assert desk.refused(desk.post("/v1/webhooks", body)).told == (404, "unknown-dossier")


def test_the_same_again_is_a_conflict_and_another_is_not(desk, webhook):
    assert desk.refused(desk.post("/v1/webhooks", BODY)).told == (409, "conflict")
    assert desk.post("/v1/webhooks", {"url": URL}).status_code == 201


def test_a_webhook_is_its_owners_alone(desk, webhook, own, others):
    for path in ("", "/dead-letters"):
        answer = desk.client.get(webhook + path, headers=others)
        assert desk.refused(answer).told == (404, "not-found")
    assert desk.client.delete(webhook, headers=others).status_code == 404
    retried = desk.client.post(f"{webhook}/retries", json={}, headers=others)
    assert retried.status_code == 404
    assert desk.client.get("/v1/webhooks", headers=others).json() == {"webhooks": []}
    assert desk.client.get(webhook, headers=own).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("DELETE", ""), ("GET", "/dead-letters"), ("POST", "/retries")]
)
def test_nothing_of_a_webhook_is_for_nobody(desk, webhook, method, path):
    body = {"json": {}} if method == "POST" else {}

    assert desk.refused(desk.client.request(method, webhook + path, **body)).told == (401, "unauthorized")
    assert desk.refused(desk.client.get("/v1/webhooks")).told == (401, "unauthorized")


def test_what_was_removed_is_there_no_more(desk, webhook, own):
    removed = desk.client.delete(webhook, headers=own)

    assert (removed.status_code, removed.content) == (204, b"")
    assert desk.client.get(webhook, headers=own).status_code == 404
    assert desk.client.delete(webhook, headers=own).status_code == 404
    assert desk.post("/v1/webhooks", BODY).status_code == 201


@pytest.mark.parametrize("path", ["/v1/webhooks", "{}", "{}/dead-letters"])
def test_an_unknown_parameter_is_refused(desk, webhook, own, path):
    answer = desk.client.get(path.format(webhook) + "?asof=1", headers=own)

    assert desk.refused(answer).told == (422, "invalid-request")


def test_the_secret_is_in_no_page_and_encrypted_where_events_are(tmp_path, monkeypatch):
    from tests.service.api.desk import open_desk
    from tests.service.stores import run_on

    monkeypatch.setenv("CIPHER_TOPIC", "tests.service.recording:Xor")
    with open_desk(tmp_path) as desk:
        desk.open_dossier()
        secret = desk.post("/v1/webhooks", BODY).json()["secret"]
        listed = desk.client.get("/v1/webhooks", headers={"Authorization": f"Bearer {desk.token}"}).text
        (kept,) = desk.client.app.state.webhooks.all()
    ((stored,),) = run_on(tmp_path / "record.db", "SELECT secret FROM webhooks")

    assert secret not in listed
    assert kept.secret == secret
    assert secret not in repr(kept)
    assert bytes(byte ^ 0xFF for byte in stored) == secret.encode()
