"""What the service publishes of its log: a stranger who shares no code with it verifies all of it."""

import base64
import os
from contextlib import contextmanager
from time import monotonic, sleep

import httpx2
import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.keyfiles import UnsafeKey, make_key
from service.log.cosignature import CosigningKey
from service.log.notes import Note
from service.serving import listen, serving
from tests.service.api.desk import REASON, WITNESS, telling
from tests.service.api.scenario import cosigned
from tests.service.api.stranger import (
    MTH,
    H,
    checkpoint_of,
    entries_of,
    is_consistent,
    is_included,
    leaf_of,
    leaves_of_tiles,
    path_of,
    tiles_of,
)
from tests.service.recording import ADA, DOSSIER, open_record, relabel, tell
from tests.service.stores import settings_for
from tests.tokens import token_for

EVENTS = 300
"""More than one tile."""


@contextmanager
def running(file, **settings):
    """A service on a port of its own; the client of one who may write."""
    token = token_for(settings_for(file))
    app = create_app(settings_for(file, **settings))
    with (
        serving(app, listen("127.0.0.1")) as url,
        httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as http,
    ):
        yield http


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A real service on a record of more than a tile, its client, and the key as it was handed on."""
    file = tmp_path_factory.mktemp("published") / "record.db"
    key = make_key(file.with_name("record.db.key"), "solace.example/log")
    with open_record(file) as record:
        first = record.record(DOSSIER.id, tell("Rowing"), ADA).id
        record.say(first, relabel("Rowing in pairs"), [1], ADA)
        for number in range(EVENTS - 3):
            record.record(DOSSIER.id, tell(f"Race {number}"), ADA)
    with running(file, checkpoint_every=0.05) as http:
        yield http, key.verifier.format(), str(first)


def fetcher(http):
    """Reads the body of an address."""

    def fetch(path):
        response = http.get(path)
        assert response.status_code == 200, response.text
        return response.content

    return fetch


def decoded(texts):
    return [base64.b64decode(text) for text in texts]


# What is published


def test_tiles_and_entries_come_to_the_root_that_is_signed(published):
    http, vkey, _ = published
    fetch = fetcher(http)
    signed = checkpoint_of(fetch("/checkpoint"), vkey)
    leaves = leaves_of_tiles(fetch, signed.size)

    assert signed.origin == "solace.example/log"
    assert signed.size == len(leaves) >= EVENTS
    assert [H(b"\x00", entry) for entry in entries_of(fetch, signed.size)] == leaves
    assert MTH(leaves) == signed.root


def test_any_event_is_proved_to_be_in_any_log_that_holds_it(published):
    http, _, _ = published
    leaves = leaves_of_tiles(fetcher(http), EVENTS)
    for position, size in [(1, 1), (1, EVENTS), (EVENTS, EVENTS), (3, 7), (256, 257), (257, 299), (100, 256)]:
        told = http.get(f"/v1/log/proofs/inclusion?position={position}&size={size}").json()
        root = MTH(leaves[:size])
        path = decoded(told["proof"])
        assert base64.b64decode(told["root"]) == root
        assert told["index"] == position - 1
        assert is_included(position - 1, size, leaves[position - 1], path, root)
        assert not is_included(position - 1, size, leaves[position % EVENTS], path, root) or EVENTS == 1


def test_any_log_is_proved_to_go_on_from_any_smaller_one(published):
    http, _, _ = published
    leaves = leaves_of_tiles(fetcher(http), EVENTS)
    for first, second in [(1, 2), (1, EVENTS), (255, 256), (256, 257), (256, EVENTS), (100, 290), (299, 300)]:
        told = http.get(f"/v1/log/proofs/consistency?from={first}&to={second}").json()
        roots = MTH(leaves[:first]), MTH(leaves[:second])
        assert tuple(decoded([told["first_root"], told["second_root"]])) == roots
        assert is_consistent(first, second, roots, decoded(told["proof"]))
        assert not is_consistent(first, second, (roots[0], H(roots[1])), decoded(told["proof"]))


def test_a_development_is_proved_by_what_its_answer_shows(published):
    http, vkey, first = published
    answer = http.get(f"/v1/developments/{first}/history?proof=true").json()
    receipt = answer["receipt"]
    signed = checkpoint_of(receipt["checkpoint"].encode(), vkey)

    assert [one["event"]["position"] for one in receipt["events"]] == [1, 2, 3]
    for proven in receipt["events"]:
        path = decoded(proven["proof"])
        assert is_included(proven["event"]["position"] - 1, signed.size, leaf_of(proven), path, signed.root)
        other = {**proven, "event": {**proven["event"], "principal": "eve"}}
        assert not is_included(other["event"]["position"] - 1, signed.size, leaf_of(other), path, signed.root)


# Soon


def record_one(http, label):
    response = http.post(
        f"/v1/dossiers/{DOSSIER.id}/developments",
        json=telling("other-development", label=label),
    )
    assert response.status_code == 201, response.text
    return response.json()["position"]


def test_what_was_acknowledged_is_under_a_checkpoint_within_a_second_for_who_asks(published):
    http, vkey, _ = published
    position = record_one(http, "asked for")
    acknowledged = monotonic()

    assert checkpoint_of(http.get("/checkpoint").content, vkey).size >= position
    assert monotonic() - acknowledged < 1


def test_and_by_itself_where_nobody_asks(published):
    http, vkey, _ = published
    position = record_one(http, "not asked for")
    acknowledged = monotonic()
    while not (kept := http.get(f"/v1/log/checkpoints?after={position - 1}").json()["checkpoints"]):
        assert monotonic() - acknowledged < 1
        sleep(0.01)

    assert checkpoint_of(kept[-1]["note"].encode(), vkey).size >= position


# Tiles as addresses


def test_a_tile_once_served_is_the_same_for_ever(published):
    http, _, _ = published
    size = checkpoint_of(http.get("/checkpoint").content, published[1]).size
    paths = [path_of(str(level), index, width) for level, index, width in tiles_of(size)]
    paths += [path_of("entries", index, width) for level, index, width in tiles_of(size) if level == 0]
    before = {path: http.get(path) for path in paths}
    record_one(http, "one more")

    for path, response in before.items():
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert http.get(path).content == response.content
    assert http.get(path_of("0", 1, 3)).content == http.get(path_of("0", 1, 7)).content[:96]
    assert http.get("/checkpoint").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/tile/0/002",  # not there yet
        "/tile/0/001",  # not complete yet
        "/tile/0/001.p/200",  # not so wide yet
        "/tile/1/000",
        "/tile/1/000.p/2",
        "/tile/2/000.p/1",
        "/tile/64/000",
        "/tile/00/000",
        "/tile/0/0",
        "/tile/0/0000",
        "/tile/0/x000/000",
        "/tile/0/001.p/0",
        "/tile/0/001.p/256",
        "/tile/0/001.p/007",
        "/tile/-1/000",
        "/tile/one/000",
        "/tile/entries/002",
        "/tile/entries/001.p/200",
        "/tile/entries/1",
    ],
)
def test_what_names_no_tile_is_not_found(published, path):
    response = published[0].get(path)

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


# Witnesses


def cosignature(desk, key=WITNESS, text=None):
    """A witness's line under the checkpoint of now, or under another text."""
    told = desk.get("/v1/log/checkpoint")
    note = Note.parse(told["note"].encode())
    return told["size"], key.cosign(text or note.text, int(desk.clock().timestamp())).line.rstrip("\n")


def test_a_cosignature_is_added_to_the_checkpoint_for_good(desk):
    assert cosigned(desk).status_code == 200
    told = desk.get("/v1/log/checkpoint")
    note = desk.client.get("/checkpoint").text

    assert told["signed_by"] == ["solace.example/log", WITNESS.name]
    assert note == told["note"]
    assert len(note.splitlines()) == 6
    assert checkpoint_of(note.encode(), told["verifier_key"]).size == told["size"]


def test_a_cosignature_that_is_repeated_changes_nothing(desk):
    size, line = cosignature(desk)
    answers = [
        desk.post("/v1/log/cosignatures", {"size": size, "signatures": [line]}).json() for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert answers[0]["signed_by"] == ["solace.example/log", WITNESS.name]


def test_what_no_known_witness_has_signed_is_refused(desk):
    stranger = CosigningKey("nobody.example/lake", bytes(range(1, 33)))
    impostor = CosigningKey(WITNESS.name, bytes(range(1, 33)))
    size, _ = cosignature(desk)
    lines = {
        "a stranger": cosignature(desk, stranger)[1],
        "another key in its name": cosignature(desk, impostor)[1],
        "another checkpoint": cosignature(desk, text=f"solace.example/log\n{size}\n{'A' * 43}=\n")[1],
        "no signature": "Dear diary",
        "an altered one": _altered(cosignature(desk)[1]),
    }
    before = desk.client.get("/checkpoint").text
    for why, line in lines.items():
        refusal = desk.refused(desk.post("/v1/log/cosignatures", {"size": size, "signatures": [line]}))
        assert refusal.told == (422, "not-cosigned"), why
    assert desk.client.get("/checkpoint").text == before


def _altered(line):
    head, encoded = line.rsplit(" ", 1)
    value = bytearray(base64.b64decode(encoded))
    value[-1] ^= 1
    return f"{head} {base64.b64encode(value).decode()}"


def test_a_cosignature_of_a_size_that_was_not_signed_is_not_found(desk):
    size, line = cosignature(desk)

    refusal = desk.refused(desk.post("/v1/log/cosignatures", {"size": size + 5, "signatures": [line]}))
    assert refusal.told == (404, "not-found")
    assert str(size + 5) in refusal.detail


# Checkpoints that were kept


def test_every_checkpoint_is_kept_and_listed_from_the_smallest(desk):
    sizes = []
    for _ in range(3):
        desk.record("call-held")
        sizes.append(desk.get("/v1/log/checkpoint")["size"])
    page = desk.get("/v1/log/checkpoints", limit=2)
    rest = desk.get("/v1/log/checkpoints", after=page["next"])

    assert [one["size"] for one in page["checkpoints"]] == sizes[:2]
    assert [one["size"] for one in rest["checkpoints"]] == sizes[2:]
    assert rest["next"] is None
    assert desk.get("/v1/log/checkpoint", size=sizes[0]) == page["checkpoints"][0]
    assert desk.refused(desk.client.get("/v1/log/checkpoint?size=1")).told == (404, "not-found")


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/v1/log/proofs/inclusion?position=9", "position"),
        ("/v1/log/proofs/inclusion?position=0", "position"),
        ("/v1/log/proofs/inclusion?position=1&size=99", "size"),
        ("/v1/log/proofs/consistency?from=2&to=1", "from"),
        ("/v1/log/proofs/consistency?from=1&to=99", "to"),
    ],
)
def test_a_proof_of_what_is_not_there_is_refused_with_the_place(desk, path, parameter):
    refusal = desk.refused(desk.client.get(path))

    assert refusal.told[0] in {400, 422}
    assert refusal.places == [parameter]


# Keys


def test_without_a_key_nothing_is_signed_and_it_is_said_how_to_make_one(tmp_path):
    app = create_app(settings_for(tmp_path / "record.db", checkpoint_every=0.02))
    token = token_for(app.state.settings)
    with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as client:
        assert client.post("/v1/dossiers", json=DOSSIER.model_dump(mode="json")).status_code == 201
        dossier = f"/v1/dossiers/{DOSSIER.id}"
        for path in ("/checkpoint", "/v1/log/checkpoint", f"{dossier}/agenda?receipt=true"):
            response = client.get(path)
            assert (response.status_code, response.json()["type"]) == (503, "/problems/no-signing-key")
            assert "depositary keys new" in response.json()["detail"]
            assert response.headers["Retry-After"] == "60"
        assert client.get("/tile/0/000.p/1").status_code == 200
        assert client.get(f"{dossier}/agenda").status_code == 200


def test_a_key_that_others_can_read_is_refused_at_the_start(tmp_path):
    key = tmp_path / "record.db.key"
    make_key(key, "solace.example/log")
    os.chmod(key, 0o640)  # noqa: PTH101 - as a shell does it
    with (
        pytest.raises(UnsafeKey, match="chmod 600"),
        TestClient(create_app(settings_for(tmp_path / "record.db"))),
    ):
        pass


# Receipts


def test_a_receipt_proves_also_what_an_answer_names_in_passing(desk):
    agreement = desk.record("agreement-reached")
    stage = desk.record("exchange-stage-carried-out", under={"agreement": agreement})
    desk.said(agreement, "retractions", reason=REASON)
    answer = desk.view("exchanges", receipt=True)

    streams = {one["event"]["stream"] for one in answer["receipt"]["events"]}
    assert {agreement, stage} <= streams
    assert len(streams) == 3, "and the dossier's"
