"""Who may do what over HTTP: roles per dossier, tokens that are revoked at once, refusals on record."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest

from domain.access import Grant, Right
from service.access.rates import Rates
from service.record import Record
from service.store.acts import kept_as
from tests.service.api.desk import DOSSIER, REASON, SAYINGS, open_desk, telling
from tests.service.api.test_routes import ROUTES, where
from tests.service.stores import environment

LAKE = {**DOSSIER, "id": "lake", "title": "The talks on the lake (invented)"}
INTO_LAKE = "/v1/dossiers/lake/developments"
OWN = "/v1/dossiers/solace-2021"

RIGHT_OF = {"corroborations": Right.RECORD, "disputes": Right.RECORD, "objections": Right.RECORD}
"""What is said by whoever records; all else is said by editors."""

MATRIX = [
    # role, in which dossier, may: read, record, edit, audit, administer (where reading is closed)
    (None, None, ""),
    ("reader", None, "read"),
    ("reader", "solace-2021", "read"),
    ("reader", "lake", ""),
    ("recorder", None, "read record"),
    ("recorder", "solace-2021", "read record"),
    ("recorder", "lake", ""),
    ("editor", None, "read record edit"),
    ("editor", "solace-2021", "read record edit"),
    ("editor", "lake", ""),
    ("auditor", None, "read audit"),
    ("auditor", "solace-2021", "read"),
    ("admin", None, "read record edit audit administer"),
    ("admin", "solace-2021", "read record edit"),
]


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A service whose reads need a token, with two dossiers, and a development in the first."""
    with open_desk(tmp_path_factory.mktemp("closed"), open_reads=False) as desk:
        desk.post("/v1/dossiers", DOSSIER)
        desk.post("/v1/dossiers", LAKE)
        yield desk


def issue(desk, role, dossier, principal="rita", **more):
    roles = (Grant(role=role, dossier=dossier),) if role else ()
    administration = desk.client.app.state.record.administration
    for grant in administration.access.grants_of(principal):
        administration.withdraw(principal, grant, "tests")
    return administration.issue(principal, "tests", roles=roles, **more)


def position_of(desk):
    return desk.client.get("/v1/dossiers", headers=desk.signed).json()["position"]


def by(issued):
    return {"Authorization": f"Bearer {issued.token}"}


@pytest.mark.parametrize(("role", "dossier", "may"), MATRIX)
def test_each_role_does_what_it_may_in_its_dossier_and_is_refused_the_rest(closed, role, dossier, may):
    token = by(issue(closed, role, dossier))
    held = closed.try_recording("call-held").json()["id"]

    def status(method, path, body=None, **headers):
        return closed.client.request(method, path, json=body, headers={**token, **headers}).status_code

    assert status("GET", f"{OWN}/timeline") == (200 if "read" in may else 404)
    assert status("GET", f"/v1/developments/{held}") == (200 if "read" in may else 404)
    assert status("GET", f"/v1/developments/{held}/history") == (200 if "read" in may else 404)
    body = telling("visit-made")
    assert status("POST", f"{OWN}/developments", body) == (201 if "record" in may else 403)
    retraction = ("POST", f"/v1/developments/{held}/retractions", {"reason": REASON})
    refused = 403 if "read" in may else 404
    assert status(*retraction, **{"If-Match": '"1"'}) == (201 if "edit" in may else refused)
    assert status("GET", "/v1/administration/acts") == (200 if "audit" in may.split() else 403)
    assert status("GET", "/v1/administration/access") == (200 if "administer" in may else 403)
    assert status("GET", "/v1/me") == 200


@pytest.mark.parametrize("what", SAYINGS)
def test_whoever_records_corroborates_disputes_and_objects_and_does_not_edit(desk, what):
    token = by(issue(desk, "recorder", None))
    held = desk.record("call-held")
    path = f"/v1/developments/{held}/{what}"
    response = desk.client.post(path, json=SAYINGS[what], headers={**token, "If-Match": '"1"'})

    if RIGHT_OF.get(what) is Right.RECORD:
        assert response.status_code != 403, response.text
    else:
        assert desk.refused(response).told == (403, "forbidden")
        assert desk.read(held)["version"] == 1, "nothing was recorded"


def test_what_may_not_be_read_is_to_whoever_asks_as_if_it_were_not_there(closed):
    held = closed.try_recording("call-held").json()["id"]
    token = by(issue(closed, "reader", "lake"))

    def told(path):
        body = closed.refused(closed.client.get(path, headers=token)).body
        return {**body, "detail": body["detail"].replace(held, "ID").replace(NOWHERE, "ID")}

    assert told(f"/v1/developments/{held}") == told(f"/v1/developments/{NOWHERE}")
    assert "solace-2021" not in str(told("/v1/dossiers/solace-2012/timeline"))
    assert told("/v1/dossiers/solace-2021")["type"] == told("/v1/dossiers/solace-2012")["type"]
    listed = closed.client.get("/v1/dossiers", headers=token).json()["dossiers"]
    assert [one["id"] for one in listed] == ["lake"]


NOWHERE = "00000000-0000-4000-8000-000000000000"


def test_no_address_shows_a_dossier_to_whoever_may_read_another_alone(closed):
    held = closed.try_recording("call-held", summary="Anchovies were served.").json()["id"]
    token = by(issue(closed, "reader", "lake"))
    hidden = ("Anchovies", DOSSIER["title"])
    shown = []
    # The description's examples are invented, and this dossier is one of them.
    described = {"GET /openapi.json", "GET /docs"}
    for route in (one for one in ROUTES if one.startswith("GET ") and one not in described):
        for dossier in ("solace-2021", "lake"):
            path = where(route, dossier, held)
            answer = closed.client.get(path, headers=token)
            told = answer.text.replace(path, "").replace(quote(path, safe=""), "")
            shown += [(route, dossier, word) for word in hidden if word in told]

    assert shown == []
    assert "Anchovies" in closed.client.get(f"{OWN}/timeline", headers=closed.signed).text


@pytest.mark.parametrize("dossier", ["solace-2021", "solace-2012"])
def test_a_write_that_is_not_allowed_does_not_tell_whether_the_dossier_is_there(closed, dossier):
    token = by(issue(closed, "recorder", "lake"))
    response = closed.client.post(
        f"/v1/dossiers/{dossier}/developments", json=telling("call-held"), headers=token
    )

    assert closed.refused(response).told == (403, "forbidden")


def told_the_same(closed, token, ask):
    """The status, once what is there and what is not are answered alike, but for their own names."""
    held = closed.try_recording("call-held").json()["id"]

    def told(dossier, development):
        answer = ask(dossier, development, token)
        return answer.status_code, answer.text.replace(dossier, "DOSSIER").replace(development, "ID")

    there, nowhere = told("solace-2021", held), told("solace-2012", NOWHERE)
    assert "solace-2021" not in nowhere[1]
    assert there == nowhere
    return there[0]


@pytest.mark.parametrize("role", ["editor", "reader"])
def test_no_write_tells_whoever_may_not_read_there_what_is_there(closed, role):
    """Neither what is said of a development, nor an import, nor a webhook."""
    token, post = by(issue(closed, role, "lake")), closed.client.post
    line = json.dumps(telling("call-held"))

    def said(_, development, token):
        path = f"/v1/developments/{development}/retractions"
        return post(path, json={"reason": REASON}, headers={**token, "If-Match": '"7"'})

    def imported(dossier, _, token):
        return post(f"/v1/dossiers/{dossier}/developments:import", content=line, headers={**token, **LINES})

    def subscribed(dossier, _, token):
        return post("/v1/webhooks", json={**HOOK, "wanted": {"dossiers": [dossier]}}, headers=token)

    assert told_the_same(closed, token, said) == 404
    assert told_the_same(closed, token, imported) == 200
    assert told_the_same(closed, token, subscribed) == 404


def test_what_rests_on_another_dossier_tells_nothing_of_it_to_whoever_may_not_read_there(closed):
    token = by(issue(closed, "editor", "lake"))
    own = closed.record("call-held", into="lake")

    def judged(_, development, token):
        path, body = f"/v1/developments/{own}/identifications", {"other": development, "reason": REASON}
        return closed.client.post(path, json=body, headers={**token, "If-Match": '"1"'})

    assert told_the_same(closed, token, judged) == 422


LINES = {"Content-Type": "application/x-ndjson"}
HOOK = {"url": "https://newsroom.example/hook"}


def test_each_line_of_an_import_that_is_not_allowed_is_refused(closed):
    token = by(issue(closed, "recorder", "lake"))
    before = position_of(closed)
    response = closed.client.post(
        f"{OWN}/developments:import",
        content=json.dumps(telling("call-held")).encode() + b"\n",
        headers={**token, "Content-Type": "application/x-ndjson"},
    )

    refused, last = (json.loads(line) for line in response.text.splitlines())
    assert (refused["status"], refused["problem"]["type"]) == (403, "/problems/forbidden")
    assert (last["recorded"], last["refused"]) == (0, 1)
    assert position_of(closed) == before


# Tokens


def test_a_token_is_revoked_at_once_also_where_another_process_does_it(desk, tmp_path):
    issued = issue(desk, "editor", None)
    assert desk.client.post("/v1/dossiers", json=LAKE, headers=by(issued)).status_code == 201
    with Record(environment(tmp_path / "record.db")) as elsewhere:
        elsewhere.administration.revoke(issued.id, "root", "The laptop was lost.")

    response = desk.client.post(
        "/v1/dossiers/lake/developments", json=telling("call-held"), headers=by(issued)
    )

    assert response.status_code in {401, 403}, (
        "it was known here, and is looked at again before it is written"
    )
    assert desk.view("timeline")["developments"] == []
    assert desk.client.get("/v1/me", headers=by(issued)).status_code == 401


UNLOCKED = [
    ("GET", "/v1/webhooks", {}),
    ("POST", "/v1/webhooks", {"json": HOOK}),
    ("POST", "/v1/log/cosignatures", {"json": {"size": 1, "signatures": ["x"]}}),
]
"""What is asked or done without the lock under which it would be looked at again who asks."""


@pytest.mark.parametrize(("method", "path", "sent"), UNLOCKED)
def test_a_revocation_elsewhere_counts_for_what_is_no_commit_of_the_record_too(
    desk, tmp_path, method, path, sent
):
    issued = issue(desk, "editor", None)
    assert desk.client.get("/v1/me", headers=by(issued)).status_code == 200
    with Record(environment(tmp_path / "record.db")) as elsewhere:
        elsewhere.administration.revoke(issued.id, "root", "The laptop was lost.")

    response = desk.client.request(method, path, headers=by(issued), **sent)

    assert desk.refused(response).told == (401, "unauthorized")


def test_nothing_is_foreseen_for_a_token_that_another_process_revoked(desk, tmp_path):
    issued, foreseeing = issue(desk, "editor", None), f"{OWN}/developments:import?dry_run=true"
    assert desk.client.get("/v1/me", headers=by(issued)).status_code == 200
    with Record(environment(tmp_path / "record.db")) as elsewhere:
        elsewhere.administration.revoke(issued.id, "root", "The laptop was lost.")

    line = json.dumps(telling("call-held"))
    response = desk.client.post(foreseeing, content=line, headers={**by(issued), **LINES})

    assert json.loads(response.text.splitlines()[0])["status"] == 403


def test_a_role_that_another_process_withdraws_allows_nothing_more(desk, tmp_path):
    issued = issue(desk, "editor", None)
    assert desk.client.post("/v1/dossiers", json=LAKE, headers=by(issued)).status_code == 201
    with Record(environment(tmp_path / "record.db")) as elsewhere:
        elsewhere.administration.withdraw("rita", Grant(role="editor"), "root")

    response = desk.client.post(
        "/v1/dossiers/lake/developments", json=telling("call-held"), headers=by(issued)
    )

    assert desk.refused(response).told == (403, "forbidden")


def test_a_token_ends_when_it_was_to_end(desk):
    issued = issue(desk, "editor", None, expires_at=desk.clock() + timedelta(minutes=5))
    assert desk.client.get("/v1/me", headers=by(issued)).json()["principal"] == "rita"
    desk.clock.turn(minutes=6)

    assert desk.refused(desk.client.get("/v1/me", headers=by(issued))).told == (401, "unauthorized")


def test_a_token_that_is_narrowed_says_so_and_does_no_more(desk):
    issued = issue(desk, "editor", None, only=(Grant(role="recorder", dossier="lake"),))
    desk.post("/v1/dossiers", LAKE)

    me = desk.client.get("/v1/me", headers=by(issued)).json()
    there = desk.client.post(INTO_LAKE, json=telling("call-held"), headers=by(issued))
    here = desk.client.post(f"{OWN}/developments", json=telling("call-held"), headers=by(issued))

    assert me["only"] == [{"role": "recorder", "dossier": "lake"}]
    assert (there.status_code, here.status_code) == (201, 403)


def test_an_administrator_issues_lists_and_revokes_and_the_token_is_shown_once(desk):
    body = {"principal": "bert", "roles": [{"role": "recorder", "dossier": desk.dossier}]}
    made = desk.post("/v1/administration/tokens", body)
    token, name = made.json()["token"], made.json()["id"]
    listed = desk.client.get("/v1/administration/access", headers=desk.signed)
    assert made.status_code == 201
    assert {one["id"]: one["principal"] for one in listed.json()["tokens"]}[name] == "bert"
    assert token not in listed.text + desk.client.get("/v1/administration/acts", headers=desk.signed).text
    recorded = desk.client.post(
        f"{OWN}/developments", json=telling("call-held"), headers={"Authorization": f"Bearer {token}"}
    )
    assert recorded.status_code == 201

    revoked = desk.post(f"/v1/administration/tokens/{name}/revocations", {"reason": "He left."})

    assert name not in revoked.text
    again = desk.post(f"/v1/administration/tokens/{name}/revocations", {})
    assert desk.refused(again).told == (409, "conflict")


def test_what_administrators_do_is_on_record_with_who_and_why(desk):
    desk.post("/v1/administration/grants", {"principal": "bert", "role": "reader", "reason": "He is new."})
    desk.post("/v1/administration/withdrawals", {"principal": "bert", "role": "reader", "reason": "He left."})
    acts = desk.client.get("/v1/administration/acts?limit=100", headers=desk.signed).json()["acts"]

    told = [(one["name"], one["act"]["by"], one["act"]["reason"]) for one in acts[-2:]]
    assert told == [("role-granted", "ada", "He is new."), ("role-withdrawn", "ada", "He left.")]
    assert [one["position"] for one in acts] == list(range(1, len(acts) + 1))
    place = environment(desk.client.app.state.settings.database)
    with Record(place) as elsewhere:
        kept = elsewhere.administration.read(0, 100)[-1]
    assert acts[-1]["kept_as"] == kept_as(kept.position, kept.chain)


def test_a_role_that_nobody_has_is_refused_with_those_that_there_are(desk):
    refusal = desk.refused(desk.post("/v1/administration/grants", {"principal": "bert", "role": "king"}))

    assert refusal.told == (422, "invalid-request")
    assert "recorder" in str(refusal.body)


# Refusals


def test_each_refusal_is_on_record_counted_by_who_what_and_why(desk):
    reader = by(issue(desk, "reader", None))
    for _ in range(3):
        desk.client.post("/v1/dossiers", json=LAKE)
    desk.client.post("/v1/dossiers", json=LAKE, headers=reader)
    state = desk.client.app.state
    state.record.administration.carry_out(*state.refusals.take())

    acts = desk.client.get("/v1/administration/acts?limit=100", headers=desk.signed).json()["acts"]
    refused = [one["act"] for one in acts if one["name"] == "requests-refused"]
    counted = {
        (one["principal"], one["problem"], one["method"], one["route"]): one["times"] for one in refused
    }
    assert counted[None, "unauthorized", "POST", "/v1/dossiers"] == 3
    assert counted["rita", "forbidden", "POST", "/v1/dossiers"] == 1


# Rates


def test_whoever_asks_too_often_is_told_when_to_ask_again(desk):
    desk.client.app.state.rates = Rates(2, lambda: 0.0)
    answers = [desk.client.get("/v1/me", headers=desk.signed) for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "30"
    assert desk.refused(answers[-1]).told == (429, "too-many-requests")


def test_whoever_guesses_tokens_is_slowed_down_and_nobody_else(desk):
    desk.client.app.state.guesses = Rates(3, lambda: 0.0)
    guesses = [desk.client.get("/v1/me", headers={"Authorization": f"Bearer guess-{n}"}) for n in range(5)]

    assert [one.status_code for one in guesses] == [401, 401, 401, 429, 429]
    assert desk.client.get(f"{OWN}/timeline").status_code == 200


def test_a_bucket_fills_again_as_time_goes_by():
    now = [0.0]
    rates = Rates(60, lambda: now[0])
    for _ in range(60):
        rates.take("ada")
    with pytest.raises(Exception, match="ask again in 1 s"):
        rates.take("ada")
    rates.take("bert")
    now[0] = 1.0
    rates.take("ada")
    with pytest.raises(Exception, match="no more than 60"):
        rates.take("ada")


def test_whoever_has_a_good_token_is_answered_where_others_guess_from_the_same_address(desk):
    desk.client.app.state.guesses = Rates(3, lambda: 0.0)
    for n in range(5):
        desk.client.get("/v1/me", headers={"Authorization": f"Bearer guess-{n}"})

    assert desk.client.get("/v1/me", headers=desk.signed).status_code == 200
    assert desk.try_recording("call-held").status_code == 201
