"""What came of a load whose processes were killed: what was acknowledged is there once, under its key."""

from pathlib import Path

from service.log.notes import VerifierKey
from service.proving.auditing import audit_record, read_checkpoint
from service.proving.checkpoints import Keys
from service.proving.opening import mapper_of_environment
from service.proving.verifying import verify
from tests.cluster.outcome import receipt, telling
from tests.faults.load import Load
from tests.service.stores import run_on, snapshot_of

RECORDED = """SELECT e.position, originator_id, originator_version, state, key FROM stored_events e
    LEFT JOIN idempotency_keys k ON k.position = e.position ORDER BY e.position"""


def assert_all_is_there_once(file: Path, load: Load) -> int:
    """What is found is what was acknowledged, as it was answered, under its key; the number of events."""
    _, *rows = run_on(file, RECORDED)
    found = {
        telling(state): ((stream, version, position), key) for position, stream, version, state, key in rows
    }
    acknowledged = {label: receipt(answer) for label, answer in load.acknowledged.items()}
    assert len(found) == len(rows), "something is there twice"
    assert {label: there for label, (there, _) in found.items()} == acknowledged
    assert {label: key for label, (_, key) in found.items()} == {
        label: _key_of(label) for label in acknowledged
    }
    assert [position for position, *_ in rows] == list(range(2, len(rows) + 2))
    return len(rows) + 1


def _key_of(label: str) -> str:
    """The key that something was recorded under: its label, or that of a line of an import."""
    key, dot, line = label.partition(".")
    return f"{key} line {line}" if dot else label


def assert_it_verifies(file: Path, load: Load, key: str) -> None:
    """`verify` finds nothing, in the views neither, and it goes on from checkpoints that were fetched."""
    log, mapper = VerifierKey.parse(key), mapper_of_environment()
    with snapshot_of(file) as found:
        verified = verify(found, mapper, Keys(log))
        assert verified.holds, verified.as_json()
        kept = [read_checkpoint(note.encode(), log) for note in load.callers.keeper.notes]
        for since in {one.size: one for one in (kept[0], kept[len(kept) // 2], kept[-1])}.values():
            audited = audit_record(found, mapper, since)
            assert audited.root == verified.root
