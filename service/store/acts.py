"""The administrative stream as it is kept: one row an act, each bound to all before it by a hash.

The chain: SHA-256 of the hash before and the act's row, as JSON with sorted names and no spaces. An act that
is altered, taken out or put in shows in every hash after it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.access import ACTS, Act
from service.log.keys import encode
from service.store.checks import checks_of
from service.store.ports import Cursor, Reads
from service.store.tables import moment_text, read_moment

COLUMNS = "position, recorded_at, name, act, chain"
BEGINNING = hashlib.sha256(b"depositary administration").digest()
"""What the first act is bound to."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An act with its place among all acts, its moment, and the hash that binds it to all before it."""

    position: int
    recorded_at: datetime
    act: Act
    chain: bytes


def bound(before: bytes, position: int, recorded_at: str, name: str, act: str) -> bytes:
    """The hash of an act's row after the hash before it."""
    row = json.dumps([position, recorded_at, name, act], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(before + row.encode()).digest()


def kept_as(position: int, chain: bytes) -> str:
    """An act as somebody keeps it elsewhere, to prove by it that all acts up to it are as they were."""
    return f"{position}:{encode(chain)}"


def append(c: Cursor, acts: Sequence[Act], moment: datetime) -> list[Recorded]:
    """Record acts within a transaction that writes; answer them as they were recorded."""
    c.execute(f"SELECT {COLUMNS} FROM administration ORDER BY position DESC LIMIT 1")
    last = c.fetchone()
    position, chain = (last[0], bytes(last[4])) if last else (0, BEGINNING)
    if last is not None:
        moment = max(moment, read_moment(last[1]))
    recorded: list[Recorded] = []
    for act in acts:
        position += 1
        row = (position, moment_text(moment), act.name, act.model_dump_json(exclude_defaults=True))
        chain = bound(chain, *row)
        c.execute("INSERT INTO administration VALUES (?,?,?,?,?,?)", (*row, chain, checks_of(*row, chain)))
        recorded.append(Recorded(position, moment, act, chain))
    return recorded


def reached(c: Cursor) -> int:
    """The position of the last act, within a transaction."""
    c.execute("SELECT coalesce(max(position), 0) FROM administration")
    return int(c.fetchone()[0])


def read(reads: Reads, after: int, limit: int) -> list[Recorded]:
    """The acts after a position, in order."""
    rows = reads.fetch(
        f"SELECT {COLUMNS} FROM administration WHERE position > ? ORDER BY position LIMIT ?", (after, limit)
    )
    return [recorded_row(row) for row in rows]


def read_within(c: Cursor, after: int) -> list[Recorded]:
    """All acts after a position, within a transaction."""
    c.execute(f"SELECT {COLUMNS} FROM administration WHERE position > ? ORDER BY position", (after,))
    return [recorded_row(row) for row in c.fetchall()]


def recorded_row(row: Sequence[Any]) -> Recorded:
    """An act from its row, selected as `COLUMNS`."""
    act = ACTS[row[2]].model_validate_json(row[3])
    return Recorded(row[0], read_moment(row[1]), act, bytes(row[4]))
