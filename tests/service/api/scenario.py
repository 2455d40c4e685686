"""One scenario that takes every operation and meets every kind of problem: the document's examples.

`python -m tests.service.api.scenario` plays it and writes what the service answered to
`service/api/examples.json`, from where the OpenAPI document shows it. A test plays it again and compares.
"""

import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4, uuid5

from eventsourcing.persistence import PersistenceError
from fastapi.testclient import TestClient
from httpx2 import Response

from domain.developments.examples import SOME_AGREEMENT, SOME_CEASEFIRE, SOME_CONTACT, SOME_STEP
from service.access.issuer import IssuerUnreachable
from service.access.rates import Rates
from service.api.asking import SOME_MOMENT
from service.api.limits import too_slow
from service.log.notes import Note
from service.store.ports import NoRoom, NotWritable, OtherVersion
from service.transparency import NoSigningKey, Rewritten
from tests.service.api.desk import WITNESS, Desk, open_desk, telling
from tests.tokens import token_in

FILE = Path("service/api/examples.json")

NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
SECOND_REPORT = str(uuid5(NOWHERE, "second-report"))

RECORDED = {
    SOME_CONTACT: "round-held",
    SOME_AGREEMENT: "agreement-reached",
    str(uuid5(NOWHERE, "position-taken")): "position-taken",
    SOME_STEP: "step-planned",
    str(uuid5(NOWHERE, "exchange-stage-carried-out")): "exchange-stage-carried-out",
    SOME_CEASEFIRE: "ceasefire-proposed",
    SECOND_REPORT: "round-held",
}
"""What is recorded: the kinds, each under the id by which the examples refer to it."""

IMPORTED = str(uuid5(NOWHERE, "imported"))

SAID = {
    SOME_AGREEMENT: (
        "disputes",
        "resolutions",
        "amendments",
        "corroborations",
        "retractions",
        "reinstatements",
    ),
    SOME_CEASEFIRE: ("rectifications", "objections", "refusals"),
    SECOND_REPORT: ("identifications", "distinctions"),
    SOME_STEP: ("rectifications", "adoptions"),
}
"""What is said of developments, in an order in which each closes what was opened before."""

ASKED: dict[str, dict[str, Any]] = {
    "read_timeline": {"limit": 2},
    "read_changes": {"limit": 2},
    "read_diff": {"view": "agenda", "as_of": "2021-03-31", "known_from": SOME_MOMENT},
    "read_items": {"view": "contacts", "list": "/contacts", "limit": 1},
    "prove_inclusion": {"position": 1},
    "prove_consistency": {"from": 1},
    "list_checkpoints": {"limit": 2},
    "list_acts": {"after": 2, "limit": 2},
    "read_feed": {"follow": "false", "after": 2, "event": ["disputed", "ceasefire-proposed"]},
}
"""Where a question is asked with more than its address, so that the answer has a next page."""

FORMS: dict[str, dict[str, dict[str, Any]]] = {
    "read_diff": {
        "between two moments": ASKED["read_diff"],
        "between two days": {"view": "ceasefire", "as_of_from": "2021-03-01", "as_of_to": "2021-03-31"},
    }
}
"""Where a question has several forms."""

SOME_TOKEN = "0123456789ab"
ADMINISTERED = {
    "tokens": "issue_token",
    "grants": "grant_role",
    "withdrawals": "withdraw_role",
    f"tokens/{SOME_TOKEN}/revocations": "revoke_token",
}
"""What administrators do, by its address."""

BYTES = {"read_tile", "read_entries"}
"""What is answered in bytes, of which a document of JSON has no example."""

PRIVATE = {"list_webhooks", "read_webhook", "list_dead_letters"}
"""What is answered to its owner alone."""

UNTIL = {"objections_until": "2021-07-01"}
"""The time limit of a rectification that the scenario waits for."""


def play(directory: Path) -> dict[str, Any]:
    """What the service answers to every operation, and how it tells of every kind of problem."""
    with open_desk(directory, patience=0, largest_body=4_096) as desk:
        ids = map(UUID, [*RECORDED, IMPORTED])
        desk.client.app.state.record._new_id = lambda: next(ids, uuid4())
        answers = {operation: _abridged(operation, body) for operation, body in _answers(desk)}
        forms = {operation: _forms(desk, operation) for operation in FORMS}
        problems = {slug: desk.refused(meet(desk)).body for slug, meet in PROBLEMS.items()}
    return {"answers": answers, "forms": forms, "problems": problems}


def _answers(desk: Desk) -> Iterator[tuple[str, Any]]:
    paths = desk.get("/openapi.json")["paths"]
    yield "open_dossier", _written(desk, desk.post("/v1/dossiers", _body(paths["/v1/dossiers"])))
    for kind in RECORDED.values():
        receipt = _written(desk, desk.try_recording(kind))
        if receipt["id"] == SOME_AGREEMENT:
            yield "record_development", receipt
    for development, sayings in SAID.items():
        for version, what in enumerate(sayings, start=1):
            yield _said(desk, development, what, version, paths[f"/v1/developments/{{development}}/{what}"])
    yield "add_cosignatures", cosigned(desk).json()
    yield "import_developments", _imported(desk)
    yield from _administered(desk, paths)
    yield from _webhooks(desk, paths)
    for path, operations in paths.items():
        if "get" in operations and operations["get"]["operationId"] not in BYTES | PRIVATE:
            yield operations["get"]["operationId"], _read(desk, path, operations["get"])


def _administered(desk: Desk, paths: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What administrators are answered; the secrets of the example are none."""
    administration = desk.client.app.state.record.administration
    administration.new_token, administration.new_name = (
        lambda _: "AnExampleThatIsNoToken",
        lambda _: SOME_TOKEN,
    )
    for what, operation in ADMINISTERED.items():
        path = f"/v1/administration/{what}"
        body = _body(paths[path.replace(SOME_TOKEN, "{token}")])
        response = desk.post(path, body)
        assert response.is_success, response.text
        desk.clock.turn(minutes=5)
        yield operation, _abridged(operation, response.json())


def cosigned(desk: Desk) -> Response:
    """A witness cosigns the checkpoint of all that is recorded."""
    checkpoint = desk.get("/v1/log/checkpoint")
    note = Note.parse(checkpoint["note"].encode())
    line = WITNESS.cosign(note.text, int(desk.clock().timestamp())).line.rstrip("\n")
    return desk.post("/v1/log/cosignatures", {"size": checkpoint["size"], "signatures": [line]})


def _imported(desk: Desk) -> str:
    """What is answered to one line that is recorded, and one that is refused."""
    told = [telling("other-development"), telling("call-held", occurred="2021-02-30")]
    response = desk.post(
        f"/v1/dossiers/{desk.dossier}/developments:import",
        b"".join(json.dumps(one).encode() + b"\n" for one in told),
        content_type="application/x-ndjson",
        idempotency_key="spring-2021",
    )
    assert response.status_code == 200, response.text
    desk.clock.turn(minutes=5)
    return response.text


def _webhooks(desk: Desk, paths: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What is answered about a webhook, which has a dead letter, and is removed in the end."""
    made = _written(desk, desk.post("/v1/webhooks", _body(paths["/v1/webhooks"])))
    row = (made["id"].replace("-", ""), 3, "2021-07-01T10:00:00.000000Z", 6, "it answered 500", 0)
    with desk.client.app.state.record.store.database.writing() as c:
        c.execute("INSERT INTO dead_letters VALUES (?,?,?,?,?,?)", row)
    address = f"/v1/webhooks/{made['id']}"
    headers = {"Authorization": f"Bearer {desk.token}"}
    yield "add_webhook", {**made, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    yield "list_webhooks", desk.client.get("/v1/webhooks", headers=headers).json()
    yield "read_webhook", desk.client.get(address, headers=headers).json()
    yield "list_dead_letters", desk.client.get(f"{address}/dead-letters", headers=headers).json()
    yield "retry_dead_letters", desk.post(f"{address}/retries", {"positions": [17]}).json()
    removed = desk.client.delete(address, headers=headers)
    assert removed.status_code == 204
    yield "remove_webhook", removed.text


def _said(desk: Desk, development: str, what: str, version: int, path: dict[str, Any]) -> tuple[str, Any]:
    body = _body(path) | (UNTIL if what == "rectifications" else {})
    if what == "adoptions":
        desk.clock.turn(days=1)
    response = desk.says(development, what, body, if_match=f'"{version}"')
    return path["post"]["operationId"], _written(desk, response)


def _forms(desk: Desk, operation: str) -> dict[str, Any]:
    """The answers to each form of a question."""
    path = f"/v1/dossiers/{desk.dossier}/{operation.removeprefix('read_')}"
    return {form: desk.get(path, **asked) for form, asked in FORMS[operation].items()}


def _body(path: dict[str, Any]) -> Any:
    return path["post"]["requestBody"]["content"]["application/json"]["example"]


def _written(desk: Desk, response: Response) -> Any:
    assert response.status_code == 201, response.text
    desk.clock.turn(minutes=5)
    return response.json()


def _read(desk: Desk, path: str, operation: dict[str, Any]) -> Any:
    address = path.format(dossier=desk.dossier, development=SOME_AGREEMENT, slug="stale-version")
    response = desk.client.get(address, params=ASKED.get(operation["operationId"]), headers=desk.signed)
    assert response.status_code == 200, response.text
    is_json = response.headers["Content-Type"] == "application/json"
    return response.json() if is_json else response.text


def _abridged(operation: str, body: Any) -> Any:
    """The answer, without the bulk of those that list everything."""
    match operation:
        case "list_kinds":
            return {"kinds": [kind for kind in body["kinds"] if kind["kind"] == "other-development"]}
        case "list_problems":
            return body[:1]
        case "read_access" | "revoke_token":
            return {**body, "tokens": [{**one, "id": SOME_TOKEN} for one in body["tokens"]]}
        case _ if operation.endswith("_timemap"):
            return "".join(body.splitlines(keepends=True)[:4])
        case "export_dossier":
            return "".join(body.splitlines(keepends=True)[:3])
        case "export_record":
            return "".join(body.splitlines(keepends=True)[:2])
    return body


def _when_broken(error: Exception) -> Callable[[Desk], Response]:
    """Ask while the views raise an error."""

    def meet(desk: Desk) -> Response:
        app = desk.client.app
        with patch.object(app.state.views, "dossiers", side_effect=error):
            client = TestClient(app, raise_server_exceptions=False)
            return client.get("/v1/dossiers", headers={"X-Request-ID": "7f2c"})

    return meet


def _when_the_log_has(desk: Desk, error: Exception) -> Response:
    with patch.object(desk.client.app.state.transparency, "checkpoint", side_effect=error):
        return desk.client.get("/v1/log/checkpoint")


def _when_stopping(desk: Desk) -> Response:
    with patch.object(desk.client.app.state.readiness, "stopping", new=True):
        return desk.client.get("/v1/health/ready")


def _with_key_used_twice(desk: Desk) -> Response:
    desk.post(f"/v1/dossiers/{desk.dossier}/developments", telling("call-held"), idempotency_key="7f2c")
    return desk.post(
        f"/v1/dossiers/{desk.dossier}/developments", telling("visit-made"), idempotency_key="7f2c"
    )


def _with_too_small_a_role(desk: Desk) -> Response:
    token = token_in(desk.client.app, "rita", "reader")
    return desk.post("/v1/dossiers", {"id": "lake", "title": "x"}, authorization=f"Bearer {token}")


def _too_often(desk: Desk) -> Response:
    with patch.object(desk.client.app.state, "rates", Rates(1, lambda: 0.0)):
        desk.client.get("/v1/dossiers")
        return desk.client.get("/v1/dossiers")


def _without_the_issuer(desk: Desk) -> Response:
    away = IssuerUnreachable()
    with patch.object(desk.client.app.state.bearers, "judge", side_effect=away):
        return desk.post("/v1/dossiers", {}, authorization="Bearer somebody.elses.token")


PROBLEMS: dict[str, Callable[[Desk], Response]] = {
    "malformed-body": lambda desk: desk.post("/v1/dossiers", b'{"id": NaN}'),
    "unsupported-media-type": lambda desk: desk.post("/v1/dossiers", b"id: x", content_type="text/yaml"),
    "invalid-request": lambda desk: desk.try_recording("call-held", occurred="2021-02-30"),
    "unknown-kind": lambda desk: desk.try_recording("call-held", kind="call-hold"),
    "lies-in-future": lambda desk: desk.try_recording("call-held", occurred="2021-09"),
    "improbable-year": lambda desk: desk.try_recording("call-held", occurred="0021-03-04"),
    "unresolved-reference": lambda desk: desk.try_recording("agreement-suspended", agreement=str(NOWHERE)),
    "nothing-changed": lambda desk: desk.says(
        SOME_CONTACT,
        "amendments",
        {"changes": {"occurred": telling("round-held")["occurred"]}, "reason": "The host says so."},
    ),
    "unauthorized": lambda desk: desk.post("/v1/dossiers", {}, authorization=None),
    "forbidden": _with_too_small_a_role,
    "form-from-elsewhere": lambda desk: desk.client.post(
        "/session/end", headers={"Origin": "https://elsewhere.example"}
    ),
    "too-many-requests": _too_often,
    "issuer-unreachable": _without_the_issuer,
    "not-found": lambda desk: desk.client.get("/v1/treaties"),
    "unknown-dossier": lambda desk: desk.client.get("/v1/dossiers/solace-2012"),
    "unknown-development": lambda desk: desk.client.get(f"/v1/developments/{NOWHERE}"),
    "method-not-allowed": lambda desk: desk.client.delete("/v1/dossiers/solace-2021"),
    "conflict": lambda desk: desk.says(SOME_CONTACT, "reinstatements", {"reason": "It is back."}),
    "dossier-taken": lambda desk: desk.open_dossier(title="Other talks (invented)"),
    "idempotency-key-reused": _with_key_used_twice,
    "stale-version": lambda desk: desk.says(
        SOME_AGREEMENT, "retractions", {"reason": "It was a rumour."}, if_match='"1"'
    ),
    "version-required": lambda desk: desk.says(
        SOME_AGREEMENT, "retractions", {"reason": "It was a rumour."}, if_match=None
    ),
    "body-too-large": lambda desk: desk.open_dossier(description="x" * 5_000),
    "body-too-slow": _when_broken(too_slow()),
    "not-fresh-enough": lambda desk: desk.client.get("/v1/dossiers", params={"min_position": 1_000}),
    "store-unavailable": _when_broken(PersistenceError("the network is gone")),
    "disk-full": _when_broken(NoRoom("database or disk is full")),
    "store-not-writable": _when_broken(NotWritable("attempt to write a readonly database")),
    "store-of-another-version": _when_broken(OtherVersion("the views reflect position None of 3")),
    "no-signing-key": lambda desk: _when_the_log_has(desk, NoSigningKey()),
    "record-rewritten": lambda desk: _when_the_log_has(
        desk, Rewritten("the record ends at position 3, and a checkpoint of 4 was signed")
    ),
    "not-cosigned": lambda desk: desk.post(
        "/v1/log/cosignatures",
        {"size": desk.get("/v1/log/checkpoint")["size"], "signatures": ["— somebody.example AAAAAAAA"]},
    ),
    "not-ready": _when_stopping,
    "fault": _when_broken(RuntimeError("a fault of its own")),
}
"""How each kind of problem is met."""


def written(examples: dict[str, Any]) -> str:
    """The examples as they are kept."""
    return json.dumps(examples, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    logging.disable()  # of the faults that it meets
    with tempfile.TemporaryDirectory() as fresh:
        FILE.write_text(written(play(Path(fresh))), "utf-8")
