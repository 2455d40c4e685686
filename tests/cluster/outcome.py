"""What came of what callers did: what was acknowledged is there once, in order, under one log."""

import json
from collections import Counter

import psycopg

from service.log.keys import decode
from service.log.notes import VerifierKey
from service.log.tree import check_consistency
from service.proving.auditing import read_checkpoint
from tests.cluster.callers import Caller, Callers
from tests.cluster.services import Services

RECORDED = "SELECT position, originator_id, originator_version, state FROM stored_events ORDER BY position"


def telling(state: bytes) -> str:
    """The label that an event was sent with: every one has its own."""
    said = json.loads(state)
    return (said.get("development") or said["changes"])["label"]


def receipt(answer: dict) -> tuple[str, int, int]:
    """An answer as the database has it."""
    return answer["id"].replace("-", ""), answer["version"], answer["position"]


def assert_all_is_there_once(dsn: str, callers: Callers) -> None:
    """What is found is what was acknowledged, as it was answered; the opening of the dossier is before it."""
    with psycopg.connect(dsn) as connection:
        _, *rows = connection.execute(RECORDED).fetchall()
    found = {telling(state): (stream, version, position) for position, stream, version, state in rows}
    acknowledged = {one.label: receipt(one.answer) for one in callers.acknowledged}
    there = acknowledged.keys() & found.keys()
    print(
        f"{len(acknowledged)} acknowledged, {len(there)} found, {len(rows) - len(found)} duplicated; "
        f"not answered at once: {dict(callers.met)}"
    )
    assert len(acknowledged) == len(callers.acknowledged)
    assert Counter(telling(state) for *_, state in rows) == Counter(acknowledged.keys())
    assert found == acknowledged
    assert [position for position, *_ in rows] == list(range(2, len(rows) + 2))
    assert callers.tailer.last == len(rows) + 1


def assert_repetitions_are_answered_as_the_first_time(callers: Callers, running: Services) -> None:
    """Each hand's last write, by either service."""
    caller = Caller(running.urls, running.token)
    for hand in callers.hands:
        last = hand.acknowledged[-1]
        for _ in running.urls:
            assert caller.ask("POST", last.path, **last.given).json() == last.answer
    caller.close()


def assert_checkpoints_go_on(callers: Callers, running: Services) -> None:
    """None that was fetched is of fewer events than one before, and the last, of all events, proves each."""
    key, caller = VerifierKey.parse(running.key), Caller(running.urls, running.token)
    kept = [read_checkpoint(note.encode(), key) for note in callers.keeper.notes]
    last = kept[-1]
    assert [one.size for one in kept] == sorted(one.size for one in kept)
    assert last.size == callers.tailer.last
    for one in {one.size: one for one in kept}.values():
        asked = {"from": one.size, "to": last.size}
        told = caller.ask("GET", "/v1/log/proofs/consistency", params=asked).json()
        proof = [decode(each) for each in told["proof"]]
        check_consistency(proof, one.size, last.size, one.root, last.root)
    assert {one.size: one.root for one in kept} == dict({(one.size, one.root) for one in kept})
    caller.close()
    print(f"{len({one.size for one in kept})} checkpoints, up to {last.size}, each goes on to the last")
