"""The keys under which personal texts are sealed: a table in the file, of which a key can be destroyed.

A key is kept from the version on that it was made for. A destroyed one leaves its row behind, so that a key
that is gone without an erasure is told from one that was erased. Keys are only ever added at the end of the
table, so SQLite never moves one to another page, where a copy of it could stay behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from service.store.checks import checks_of
from service.store.ports import Cursor
from service.store.sealing import Unsealable, keyed, new_key

DESTROYED = b""
"""What the check value of a destroyed key is of."""
KEPT_BACK = b""
"""What stands in the place of a key that was kept back when the record was carried elsewhere."""

Fetch = Callable[[str, Sequence[object]], Sequence[Sequence[Any]]]
"""Runs a query: outside of any transaction, or within one."""


@dataclass(frozen=True, slots=True)
class PersonalKey:
    """A key that is in force for a stream."""

    secret: bytes = field(repr=False)
    number: int | None = None
    """Its row; `None` for one that is not kept yet."""


@dataclass(frozen=True)
class SealedEvent(StoredEvent):
    """A stored event that holds sealed texts, with the key that has to be kept with it."""

    key: PersonalKey


def within(c: Cursor) -> Fetch:
    """Queries within a transaction, which see what it has written."""

    def fetch(statement: str, params: Sequence[object]) -> Sequence[Sequence[Any]]:
        c.execute(statement, params)
        rows: Sequence[Sequence[Any]] = c.fetchall()
        return rows

    return fetch


def secret_for(fetch: Fetch, stream: UUID, version: int) -> bytes | None:
    """The secret that a version was sealed with; `None` if it is destroyed or was kept back.

    Raise `Unsealable` where it is missing.
    """
    rows = _rows(fetch, stream, version)
    if not rows:
        raise Unsealable("its key is missing, though nothing was erased")
    return rows[0][1] or None


def key_to_seal(fetch: Fetch, stream: UUID, version: int) -> PersonalKey:
    """The key in force, or a new one where there is none."""
    rows = _rows(fetch, stream, version)
    return PersonalKey(rows[0][1], rows[0][0]) if rows and rows[0][1] else PersonalKey(new_key())


def keep(c: Cursor, event: SealedEvent) -> None:
    """Keep the key of an event that is recorded, if it is new."""
    if event.key.number is None:
        c.execute("SELECT coalesce(max(number), 0) + 1 FROM personal_keys")
        key = PersonalKey(event.key.secret, c.fetchone()[0])
        keep_as(c, key, event.originator_id, event.originator_version)


def keep_as(c: Cursor, key: PersonalKey, stream: UUID | str, since: int) -> None:
    """Keep a key under the number that it has."""
    assert key.number is not None
    row = (key.number, _name(stream), since, key.secret)
    c.execute("INSERT INTO personal_keys VALUES (?,?,?,?,?)", (*row, checks_of(*row)))


def destroy(c: Cursor, stream: UUID | str) -> None:
    """Destroy the keys of a stream."""
    c.execute("SELECT number, stream, since FROM personal_keys WHERE stream = ?", (_name(stream),))
    for row in c.fetchall():
        checks = checks_of(*row, DESTROYED)
        c.execute("UPDATE personal_keys SET key = NULL, checks = ? WHERE number = ?", (checks, row[0]))


def fits(fetch: Fetch, stored: StoredEvent, used: bytes, fingerprint: bytes) -> bool | None:
    """Whether a request is the one that recorded an event; `None` where an erasure left that open."""
    if used == fingerprint:
        return True
    if not (rows := _rows(fetch, stored.originator_id, stored.originator_version)):
        return False
    return used == keyed(fingerprint, rows[0][1]) if rows[0][1] else None


def _rows(fetch: Fetch, stream: UUID | str, version: int) -> Sequence[Sequence[Any]]:
    return fetch(
        "SELECT number, key FROM personal_keys WHERE stream = ? AND since <= ? ORDER BY since DESC LIMIT 1",
        (_name(stream), version),
    )


def _name(stream: UUID | str) -> str:
    return stream.hex if isinstance(stream, UUID) else stream
