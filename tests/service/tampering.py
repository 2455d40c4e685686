"""Tampering with a small record, in every way that comes to mind: `python -m tests.service.tampering`.

Each tampering is done to a copy in memory, judged by the verification, and undone. What is tried and what
is found is counted; the command prints it as a table.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from domain.access import Grant
from domain.commands import Dispute, Dossier, Erase
from domain.developments import Development
from service.callers import Caller
from service.log.checkpoint import Checkpoint, sign_checkpoint
from service.log.cosignature import CosigningKey
from service.log.form import commit
from service.log.notes import SigningKey
from service.log.tiles import grow
from service.log.tree import Frontier, leaf_hash
from service.proving.checkpoints import Keys
from service.proving.findings import Finding
from service.proving.opening import mapper_of_environment, readable
from service.proving.verifying import Verified, verify
from service.record import Record
from service.store.acts import BEGINNING, bound
from service.store.acts import COLUMNS as ACT_COLUMNS
from service.store.checks import checks_of
from service.store.leaves import form_of
from service.store.tables import COLUMNS, event_checks, stamped_row
from service.transparency import Transparency
from tests.service.recording import ADA, DOSSIER, Clock, caller, open_record, relabel, tell

KEY = SigningKey("solace.example/log", bytes(range(1, 33)))
NEW_KEY = SigningKey("solace.example/log", bytes(range(2, 34)))
WITNESS = CosigningKey("witness.example/lake", bytes(range(32)))
KEYS = Keys(KEY.verifier, (WITNESS.verifier,))
MAPPER = mapper_of_environment()
EVENTS = 12
NOON = datetime(2031, 4, 1, 12, tzinfo=UTC)

TABLES = {
    "stored_events": ("position", "originator_id", "originator_version", "topic", "state", "recorded_at"),
    "log_leaves": ("position", "salt", "entry", "checks"),
    "log_tiles": ("level", "number", "hashes"),
    "checkpoints": ("size", "note", "signed_at", "checks"),
    "cosignatures": ("size", "signature", "received_at", "checks"),
    "idempotency_keys": ("principal", "key", "fingerprint", "position", "checks"),
    "personal_keys": ("number", "stream", "since", "key", "checks"),
    "head": ("one", "position", "closed_until", "checks"),
    "tracking": ("application_name", "notification_id"),
    "administration": ("position", "recorded_at", "name", "act", "chain", "checks"),
}
"""Every table that a record cannot do without, with its columns.

Webhooks lie in tables beside these: no part of the record, and nothing that is proved is about them
(`tests/service/webhooks/test_delivering.py`).
"""
VIEWS = {
    "dossiers": ("id", "known_from", "body"),
    "versions": (
        "development",
        "version",
        "dossier",
        "kind",
        "known_from",
        "known_until",
        "earliest",
        "latest",
        "recorded",
        "standing",
        "same_as",
        "actors",
        "disputes",
        "contested",
        "gist",
        "issues",
        "sealed_by",
        "digest",
        "entry",
    ),
    "names": ("dossier", "key", "known_from", "name"),
}
"""The tables of the views, which can be folded anew."""
STRIDE = 11
"""One byte in so many of the views is tried: to verify them takes longer."""
IDENTITY = {
    "stored_events": ("position",),
    "log_leaves": ("position",),
    "log_tiles": ("level", "number"),
    "checkpoints": ("size",),
    "cosignatures": ("size", "signature"),
    "idempotency_keys": ("principal", "key"),
    "personal_keys": ("number",),
    "head": ("one",),
    "tracking": ("application_name",),
    "administration": ("position",),
    "dossiers": ("id",),
    "versions": ("development", "version"),
    "names": ("dossier", "key"),
}


# A small record


def make_record(file: Path) -> None:
    """Twelve events of three dossiers, under four checkpoints, one cosigned; two are sealed, one erased."""
    clock = Clock()
    with open_record(file, clock) as record:
        log = Transparency(record, clock, KEY, KEYS.witnesses)
        for number, step in enumerate(_steps(record)):
            clock.turn(minutes=1)
            step()
            if number in {1, 5, 8, 10}:
                signed = log.checkpoint()
        note = signed.kept.note
        record.administration.issue("ada", "tests", roles=(Grant(role="editor"),))
        log.cosign(signed.checkpoint.size, [WITNESS.cosign(note.text, 1_932_984_000)])


def _steps(record: Record) -> Iterator[Callable[[], object]]:
    race: list[UUID] = []
    for name in ("lake", "harbour"):
        yield lambda name=name: record.open_dossier(Dossier(id=name, title=f"{name} (invented)"), ADA)
    yield lambda: race.append(record.record(DOSSIER.id, tell("Rowing"), caller("a-key", b"one")).id)
    yield lambda: record.record("lake", tell("Sailing"), caller("another-key", b"two"))
    yield lambda: record.say(race[0], relabel("Rowing in pairs"), [1], Caller("eve"))
    yield lambda: record.say(race[0], _dispute(), [2], ADA)
    marked: list[UUID] = []
    for label in ("Diving", "Fishing"):
        yield lambda label=label: marked.append(record.record("harbour", _sealed(label), ADA).id)
    yield lambda: record.erase(marked[0], Erase(reason="On request."), ADA)
    for label in ("Curling", "Skating"):
        yield lambda label=label: record.record("harbour", tell(label), ADA)


def _sealed(label: str) -> Development:
    return tell(label, summary=f"{label} (invented).", personal=["/label", "/summary"])


def _dispute() -> Dispute:
    return Dispute(by="XB", says={"occurred": "2025-03-09"}, reason="It was the day before.")


def connect(file: Path) -> sqlite3.Connection:
    """A copy of a record in memory, which may be tampered with."""
    copy = readable(sqlite3.connect(":memory:", isolation_level=None))
    with sqlite3.connect(file) as original:
        original.backup(copy)
    original.close()
    copy.execute("PRAGMA ignore_check_constraints=ON")
    return copy


@contextmanager
def undone(record: sqlite3.Connection) -> Iterator[None]:
    """Take back what the block does to a record."""
    record.execute("SAVEPOINT tampering")
    try:
        yield
    finally:
        record.execute("ROLLBACK TO tampering")
        record.execute("RELEASE tampering")


def judge(record: sqlite3.Connection, keys: Keys = KEYS, *, with_views: bool = False) -> Verified:
    """What the verification says."""
    return verify(record, MAPPER, keys, with_views=with_views)


# Single bytes


@dataclass(frozen=True)
class Change:
    """One byte of one value that is another."""

    table: str
    row: tuple[Any, ...]
    """What the row is found by."""
    column: str
    value: Any

    @property
    def field(self) -> str:
        """Where it is, as a finding should have it."""
        return f"{self.table}.{self.column}"

    def make(self, record: sqlite3.Connection) -> bool:
        """Change the record; whether the tables allow it."""
        where = " AND ".join(f"{name} = ?" for name in IDENTITY[self.table])
        try:
            record.execute(
                f"UPDATE {self.table} SET {self.column} = ? WHERE {where}", (self.value, *self.row)
            )
        except sqlite3.IntegrityError:
            return False  # There is such a row already.
        return True


def changes(record: sqlite3.Connection, table: str) -> Iterator[list[Change]]:
    """For each byte of each value of a table the ways to change it; the first possible one is tried."""
    names, identity = {**TABLES, **VIEWS}[table], IDENTITY[table]
    for row in record.execute(f"SELECT {', '.join((*identity, *names))} FROM {table}").fetchall():
        for name, value in zip(names, row[len(identity) :], strict=True):
            for ways in others(value):
                yield [Change(table, row[: len(identity)], name, other) for other in ways]


def others(value: Any) -> Iterator[Sequence[Any]]:
    """For each byte of a value, the values in which that byte is another."""
    match value:
        case int():
            for byte in range(max(1, (value.bit_length() + 7) // 8)):
                yield [value ^ (1 << (8 * byte + bit)) for bit in range(7)]
        case str():
            for place, letter in enumerate(value):
                yield [
                    value[:place] + chr(ord(letter) + step) + value[place + 1 :] for step in (1, -1, 2, -2)
                ]
        case bytes():
            for place in range(len(value)):
                flipped = value[place] ^ (1 << place % 8)
                yield [value[:place] + bytes([flipped]) + value[place + 1 :]]


def locates(finding: Finding, change: Change) -> bool:
    """Whether a finding names the field that was changed, in its row."""
    first = change.row[0]
    if change.table in VIEWS:
        column = "*" if change.column in IDENTITY[change.table] else change.column
        return finding.field == f"{change.table}.{column}"
    if change.field not in finding.field.split(" or "):
        return False
    match change.table:
        case "stored_events" | "log_leaves":
            return finding.position in {first, change.value}
        case "checkpoints" | "cosignatures":
            return finding.size in {first, change.value}
        case "log_tiles":
            return finding.tile is not None
    return True


def try_bytes(record: sqlite3.Connection, table: str, stride: int = 1) -> tuple[int, list[Change]]:
    """Change every byte of a table, or one in so many; how many were tried, and those not located."""
    tried, missed = 0, []
    for number, ways in enumerate(changes(record, table)):
        if number % stride:
            continue
        with undone(record):
            change = next((one for one in ways if one.make(record)), None)
            if change is None:
                continue
            tried += 1
            findings = judge(record, with_views=table in VIEWS).findings
            if not any(locates(finding, change) for finding in findings):
                missed.append(change)
    return tried, missed


# Everything else


@dataclass(frozen=True)
class Attempt:
    """A way to tamper, what it does, and where a finding has to be."""

    name: str
    tamper: Callable[[sqlite3.Connection], None]
    field: str | None
    """The field of one finding at least; `None` where the record alone cannot tell."""
    position: int | None = None
    size: int | None = None

    def is_found(self, record: sqlite3.Connection) -> bool:
        """Whether the verification finds it, where it is."""
        with undone(record):
            self.tamper(record)
            return any(self._is(finding) for finding in judge(record).findings)

    def _is(self, finding: Finding) -> bool:
        return (
            self.field in finding.field.split(" or ")
            and self.position in {None, finding.position}
            and self.size in {None, finding.size}
        )


def run(*statements: str) -> Callable[[sqlite3.Connection], None]:
    """A tampering in SQL."""

    def tamper(record: sqlite3.Connection) -> None:
        for statement in statements:
            record.execute(statement)

    return tamper


def then(*acts: Callable[[sqlite3.Connection], None]) -> Callable[[sqlite3.Connection], None]:
    """One tampering after another."""

    def tamper(record: sqlite3.Connection) -> None:
        for act in acts:
            act(record)

    return tamper


def reword_act(record: sqlite3.Connection, *, rebind: bool = False) -> None:
    """Have the first administrative act name somebody else, with check values anew, and its hash too."""
    row = record.execute(f"SELECT {ACT_COLUMNS} FROM administration WHERE position = 1").fetchone()
    position, moment, name, act, chain = row
    act = act.replace('"ada"', '"eve"')
    chain = bound(BEGINNING, position, moment, name, act) if rebind else chain
    record.execute(
        "UPDATE administration SET act = ?, chain = ?, checks = ? WHERE position = 1",
        (act, chain, checks_of(position, moment, name, act, chain)),
    )


def cover_up(record: sqlite3.Connection) -> None:
    """Compute leaves, check values, tiles, head and tracking anew, as whoever has the file can."""
    salts = dict(record.execute("SELECT position, salt FROM log_leaves").fetchall())
    record.execute("DELETE FROM log_leaves")
    record.execute("DELETE FROM log_tiles")
    rows = record.execute(f"SELECT {COLUMNS} FROM stored_events ORDER BY position").fetchall()
    hashes = []
    for row in rows:
        event, salt = stamped_row(row), salts.get(row[0], bytes(32))
        entry = commit(form_of(event, MAPPER.unpack(event.state)), salt)
        record.execute(
            "INSERT INTO log_leaves VALUES (?,?,?,?)", (event.id, salt, entry, event_checks(event, salt))
        )
        hashes.append(leaf_hash(entry))
    for (level, number), tile in grow(lambda *_: b"", 0, hashes).items():
        record.execute("INSERT INTO log_tiles VALUES (?,?,?)", (level, number, tile))
    head = (len(rows), rows[-1][5])
    record.execute("UPDATE head SET position = ?, closed_until = ?, checks = ?", (*head, checks_of(*head)))
    record.execute(
        "UPDATE tracking SET notification_id = ? WHERE application_name <> '__migration__'", head[:1]
    )


def sign_anew(key: SigningKey) -> Callable[[sqlite3.Connection], None]:
    """Sign every checkpoint of the record as it is now; those beyond its end are dropped."""

    def tamper(record: sqlite3.Connection) -> None:
        tree, roots = Frontier(), {}
        for (entry,) in record.execute("SELECT entry FROM log_leaves ORDER BY position").fetchall():
            tree.append(leaf_hash(entry))
            roots[tree.size] = tree.root
        record.execute("DELETE FROM cosignatures")
        for size, signed_at in record.execute("SELECT size, signed_at FROM checkpoints").fetchall():
            record.execute("DELETE FROM checkpoints WHERE size = ?", (size,))
            if size in roots:
                _keep(record, size, roots[size], signed_at, key)

    return tamper


def _keep(record: sqlite3.Connection, size: int, root: bytes, signed_at: str, key: SigningKey) -> None:
    row = (size, sign_checkpoint(Checkpoint(key.name, size, root), key).format(), signed_at)
    record.execute("REPLACE INTO checkpoints VALUES (?,?,?,?)", (*row, checks_of(*row)))


def fork(record: sqlite3.Connection) -> None:
    """Put a checkpoint that the log's key signed of another record in the place of the one of 10 events."""
    _keep(record, 10, bytes(32), "2031-04-01T12:09:00.000000Z", KEY)


def promise(record: sqlite3.Connection) -> None:
    """Sign more events than there are."""
    _keep(record, 99, bytes(32), "2031-04-01T13:00:00.000000Z", KEY)


def swap(first: int, second: int) -> Callable[[sqlite3.Connection], None]:
    """Let two events change places."""
    return _renumber("stored_events", {first: second, second: first})


def _renumber(table: str, positions: dict[int, int]) -> Callable[[sqlite3.Connection], None]:
    away = [f"UPDATE {table} SET position = -{new} WHERE position = {old}" for old, new in positions.items()]
    return run(*away, f"UPDATE {table} SET position = -position WHERE position < 0")


def insert(at: int) -> Callable[[sqlite3.Connection], None]:
    """Record an event among those that are there."""
    later = {position: position + 1 for position in range(at, EVENTS + 1)}
    return then(_renumber("stored_events", later), _added(at, "2031-04-01T12:05:30.000000Z"))


def _added(at: int, moment: str) -> Callable[[sqlite3.Connection], None]:
    return run(
        f"INSERT INTO stored_events SELECT {at}, '{UUID(int=9).hex}', 1, topic, state, '{moment}' "
        "FROM stored_events WHERE topic = 'other-development' LIMIT 1"
    )


def _rewritten(at: int, old: str, new: str) -> Callable[[sqlite3.Connection], None]:
    return run(
        f"UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), '{old}', '{new}') AS BLOB) "
        f"WHERE position = {at}"
    )


CUT = run("DELETE FROM stored_events WHERE position > 10", "DELETE FROM log_leaves WHERE position > 10")
OTHER = _rewritten(5, "Sailing", "Smuggling")
BACK = run("UPDATE stored_events SET recorded_at = '2031-04-01T11:00:00.000000Z' WHERE position = 7")

MOVED = run(f"UPDATE stored_events SET originator_id = '{UUID(int=9).hex}' WHERE position = 6")
SALTED = run("UPDATE log_leaves SET salt = zeroblob(32) WHERE position = 9")
TWICE = _rewritten(5, '"recorded_by"', '"recorded_by":"eve","recorded_by"')
REPLACED = run("UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 7) WHERE size = 10")
DROPPED = then(
    run("DELETE FROM stored_events WHERE position = 8"),
    _renumber("stored_events", {number: number - 1 for number in range(9, EVENTS + 1)}),
)
BEYOND = run("INSERT INTO log_leaves SELECT 14, salt, entry, checks FROM log_leaves WHERE position = 1")
BOTH = ("stored_events", "log_leaves")
AWAY = run(*(f"UPDATE {one} SET position = {2**62} WHERE position = 12" for one in BOTH))
GONE = run(*(f"UPDATE {one} SET position = position - 99" for one in BOTH))
BEHIND = run("UPDATE tracking SET notification_id = 11 WHERE notification_id = 12")
ASTRAY = run("UPDATE idempotency_keys SET position = 99 WHERE key = 'a-key'")

ATTEMPTS = (
    Attempt(
        "a deleted tail of events",
        run("DELETE FROM stored_events WHERE position > 10"),
        "stored_events.position",
        11,
    ),
    Attempt("a deleted tail of events and leaves", CUT, "head.position"),
    Attempt("a deleted tail, covered up", then(CUT, cover_up), "stored_events", size=12),
    Attempt(
        "a deleted event", run("DELETE FROM stored_events WHERE position = 5"), "stored_events.position", 5
    ),
    Attempt(
        "a deleted event, the others moved up and covered up",
        then(DROPPED, cover_up),
        "stored_events",
        size=10,
    ),
    Attempt("two events swapped", swap(5, 8), "stored_events.state", 5),
    Attempt("two events swapped, covered up", then(swap(9, 10), cover_up), "stored_events.recorded_at", 10),
    Attempt(
        "an event added without the log",
        _added(13, "2031-04-01T14:00:00.000000Z"),
        "stored_events.position",
        13,
    ),
    Attempt("an event inserted", insert(6), "stored_events.state", 6),
    Attempt("an event inserted, covered up", then(insert(7), cover_up), "stored_events", size=7),
    Attempt("an event altered, covered up", then(OTHER, cover_up), "stored_events", size=7),
    Attempt(
        "another recorder, covered up",
        then(_rewritten(5, '"ada"', '"eve"'), cover_up),
        "stored_events",
        size=7,
    ),
    Attempt(
        "an event moved to another stream, covered up",
        then(MOVED, cover_up),
        "stored_events.originator_id",
        6,
    ),
    Attempt("a new salt, covered up", then(SALTED, cover_up), "stored_events", size=10),
    Attempt("a clock set back", BACK, "stored_events.recorded_at", 7),
    Attempt(
        "a clock set back, covered up and signed",
        then(BACK, cover_up, sign_anew(KEY)),
        "stored_events.recorded_at",
        7,
    ),
    Attempt(
        "a field given twice, covered up and signed",
        then(TWICE, cover_up, sign_anew(KEY)),
        "stored_events.state",
        5,
    ),
    Attempt("a fork", fork, "checkpoints.note", size=10),
    Attempt(
        "a history signed anew with a new key",
        then(OTHER, cover_up, sign_anew(NEW_KEY)),
        "checkpoints.note",
        size=7,
    ),
    Attempt("a checkpoint in the place of another", REPLACED, "checkpoints.note", size=10),
    Attempt("a checkpoint of more than there is", promise, "stored_events", size=99),
    Attempt(
        "a cosignature moved to another checkpoint",
        run("UPDATE cosignatures SET size = 10"),
        "cosignatures.signature",
        size=10,
    ),
    Attempt("a deleted leaf", run("DELETE FROM log_leaves WHERE position = 5"), "log_leaves.position", 5),
    Attempt("a leaf beyond the end", BEYOND, "log_leaves.position", 14),
    Attempt("a deleted tile", run("DELETE FROM log_tiles"), "log_tiles.level"),
    Attempt(
        "a tile cut short", run("UPDATE log_tiles SET hashes = substr(hashes, 1, 320)"), "log_tiles.hashes"
    ),
    Attempt(
        "a tile that is too wide",
        run("UPDATE log_tiles SET hashes = CAST(hashes || zeroblob(32) AS BLOB)"),
        "log_tiles.hashes",
    ),
    Attempt("a tile too many", run("INSERT INTO log_tiles VALUES (1, 0, zeroblob(32))"), "log_tiles.number"),
    Attempt(
        "two rows of views",
        run("INSERT INTO tracking VALUES ('versions-1', 12)"),
        "tracking.application_name",
    ),
    Attempt("views that are behind", BEHIND, "tracking.notification_id"),
    Attempt("a key of an event that is not there", ASTRAY, "idempotency_keys.position", 99),
    Attempt(
        "a deleted administrative act",
        run("DELETE FROM administration WHERE position = 1"),
        "administration.position",
        1,
    ),
    Attempt("an act reworded, its checks covered up", reword_act, "administration.act", 1),
    Attempt(
        "an act reworded, its hash covered up too",
        lambda record: reword_act(record, rebind=True),
        "administration.chain",
        2,
    ),
    Attempt("a last event moved far away, with its leaf", AWAY, "log_leaves.position", 2**62),
    Attempt("all events moved out of reach", GONE, "stored_events.position", -98),
    Attempt(
        "two heads", run("INSERT INTO head SELECT 2, position, closed_until, checks FROM head"), "head.one"
    ),
)
"""What is tried besides single bytes, each with where it is to be found."""

UNTOLD = (
    Attempt("a deleted checkpoint", run("DELETE FROM checkpoints WHERE size = 10"), None),
    Attempt("all signed anew with the log's own key", then(OTHER, cover_up, sign_anew(KEY)), None),
    Attempt("the end cut off, and signed anew", then(CUT, cover_up, sign_anew(KEY)), None),
)
"""What the record alone cannot tell: that takes a checkpoint that was kept elsewhere."""


def main() -> None:
    """Try everything, and print how much of it was found."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.db"
        make_record(file)
        record = connect(file)
    lines = []
    for table in (*TABLES, *VIEWS):
        stride = STRIDE if table in VIEWS else 1
        tried, missed = try_bytes(record, table, stride)
        one = f"one byte in {stride}" if stride > 1 else "one byte"
        lines.append((f"{one} of {table}", tried, tried - len(missed)))
    lines += [(one.name, 1, int(one.is_found(record))) for one in ATTEMPTS]
    lines.append(("in all", sum(line[1] for line in lines), sum(line[2] for line in lines)))
    print(f"{'tampering':55} {'tried':>6} {'found':>6}")
    for name, tried, found in lines:
        print(f"{name:55} {tried:6} {found:6}")
    sys.exit(lines[-1][1] != lines[-1][2])


if __name__ == "__main__":
    main()
