"""The tables of the log, and how their rows are read and written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from service.store.checks import checks_of
from service.store.mapper import StampedNotification
from service.store.ports import Cursor

LAYOUT = 3
"""The layout of the tables; SQLite keeps it as `user_version`, PostgreSQL in a table.

Layout 1 had no log, layout 2 no administration and no webhooks.
"""
FIRST_LAYOUT = 1
BEFORE_ALL = "0001-01-01T00:00:00.000000Z"
CHUNK = 10_000

TABLES = (
    """CREATE TABLE IF NOT EXISTS tracking (
        application_name TEXT,
        notification_id INTEGER,
        PRIMARY KEY (application_name)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS stored_events (
        position INTEGER PRIMARY KEY,
        originator_id TEXT NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        recorded_at TEXT NOT NULL,
        UNIQUE (originator_id, originator_version)
    )""",
    "CREATE INDEX IF NOT EXISTS stored_events_by_moment ON stored_events (recorded_at)",
    """CREATE TABLE IF NOT EXISTS idempotency_keys (
        principal TEXT NOT NULL,
        key TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        position INTEGER NOT NULL,
        checks BLOB NOT NULL,
        PRIMARY KEY (principal, key)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS head (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        position INTEGER NOT NULL,
        closed_until TEXT NOT NULL,
        checks BLOB NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS log_leaves (
        position INTEGER PRIMARY KEY,
        salt BLOB NOT NULL,
        entry BLOB NOT NULL,
        checks BLOB NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS log_tiles (
        level INTEGER NOT NULL,
        number INTEGER NOT NULL,
        hashes BLOB NOT NULL,
        PRIMARY KEY (level, number)
    )""",
    """CREATE TABLE IF NOT EXISTS personal_keys (
        number INTEGER PRIMARY KEY,
        stream TEXT NOT NULL,
        since INTEGER NOT NULL,
        key BLOB,
        checks BLOB NOT NULL
    )""",
    "CREATE UNIQUE INDEX IF NOT EXISTS personal_keys_by_stream ON personal_keys (stream, since)",
    """CREATE TABLE IF NOT EXISTS checkpoints (
        size INTEGER PRIMARY KEY,
        note BLOB NOT NULL,
        signed_at TEXT NOT NULL,
        checks BLOB NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS cosignatures (
        size INTEGER NOT NULL,
        signature TEXT NOT NULL,
        received_at TEXT NOT NULL,
        checks BLOB NOT NULL,
        PRIMARY KEY (size, signature)
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS administration (
        position INTEGER PRIMARY KEY,
        recorded_at TEXT NOT NULL,
        name TEXT NOT NULL,
        act TEXT NOT NULL,
        chain BLOB NOT NULL,
        checks BLOB NOT NULL
    )""",
    # What webhooks are is set by whoever adds them: nothing of it is proved, and no rebuild touches it.
    """CREATE TABLE IF NOT EXISTS webhooks (
        id TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        url TEXT NOT NULL,
        wanted TEXT NOT NULL,
        secret BLOB NOT NULL,
        created_at TEXT NOT NULL,
        position INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        failing_since TEXT,
        due TEXT,
        error TEXT,
        paused TEXT,
        holder TEXT,
        held_until TEXT
    )""",
    """CREATE TABLE IF NOT EXISTS dead_letters (
        webhook TEXT NOT NULL,
        position INTEGER NOT NULL,
        died_at TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        error TEXT NOT NULL,
        again INTEGER NOT NULL,
        PRIMARY KEY (webhook, position)
    )""",
)
CHECKED = ("originator_id", "originator_version", "topic", "state", "recorded_at", "salt")
"""What `log_leaves.checks` has the check values of: an event's columns, and its salt."""
COLUMNS = "position, originator_id, originator_version, topic, state, recorded_at"
"""The columns of `stored_events`, in the order that `stamped_row` reads them."""

INSERT_EVENT = "INSERT INTO stored_events VALUES (?,?,?,?,?,?)"
INSERT_KEY = "INSERT INTO idempotency_keys VALUES (?,?,?,?,?)"

HEAD = (
    "SELECT position, closed_until, (SELECT notification_id FROM tracking WHERE application_name = ?), "
    "(SELECT recorded_at FROM stored_events WHERE stored_events.position = head.position) FROM head"
)
"""Selects what `head_row` reads; the parameter names the views."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the record ends."""

    position: int
    """The position of the last event; 0 where there is none."""
    closed_until: datetime
    """The moment up to which nothing can be added any more: not before that of the last event."""
    reflected: int | None
    """The position that the views reflect; `None` where there are none of this layout."""
    recorded_at: datetime | None
    """When the last event was recorded; `None` where there is none."""


def lay_out(c: Cursor) -> None:
    """Make the tables of the log where they are not there, and begin the record."""
    for statement in TABLES:
        c.execute(statement)
    beginning = (0, BEFORE_ALL)
    c.execute("INSERT INTO head VALUES (1,?,?,?) ON CONFLICT DO NOTHING", (*beginning, checks_of(*beginning)))


def reflect(c: Cursor, views: str, position: int) -> None:
    """Note how far the views have come, in the transaction that brought them there."""
    c.execute(
        "INSERT INTO tracking VALUES (?,?) "
        "ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id",
        (views, position),
    )


def stamped_row(row: Sequence[Any]) -> StampedNotification:
    """A row of `stored_events`, selected as `COLUMNS`."""
    return StampedNotification(
        id=row[0],
        originator_id=UUID(row[1]),
        originator_version=row[2],
        topic=row[3],
        state=row[4],
        recorded_at=read_moment(row[5]),
    )


def event_row(event: StampedNotification) -> tuple[object, ...]:
    """A row of `stored_events`, in the order of its columns."""
    return (
        event.id,
        stream_text(event.originator_id),
        event.originator_version,
        event.topic,
        event.state,
        moment_text(event.recorded_at),
    )


def event_checks(event: StampedNotification, salt: bytes) -> bytes:
    """The check values of an event, in the order of `CHECKED`; they are kept with its leaf."""
    return checks_of(*event_row(event)[1:], salt)  # type: ignore[arg-type]


def add_checks(c: Cursor) -> None:
    """Give the rows of a file of layout 1 their check values."""
    for table in ("head", "idempotency_keys"):
        c.execute(f"ALTER TABLE {table} ADD COLUMN checks BLOB NOT NULL DEFAULT x''")
    c.execute("SELECT position, closed_until FROM head")
    c.execute("UPDATE head SET checks = ?", (checks_of(*c.fetchone()),))
    last: tuple[str, str] = ("", "")
    while rows := _keys_after(c, last):
        for row in rows:
            c.execute(
                "UPDATE idempotency_keys SET checks = ? WHERE principal = ? AND key = ?",
                (checks_of(*row), *row[:2]),
            )
        last = (rows[-1][0], rows[-1][1])


def _keys_after(c: Cursor, last: tuple[str, str]) -> list[tuple[Any, ...]]:
    c.execute(
        "SELECT principal, key, fingerprint, position FROM idempotency_keys "
        "WHERE (principal, key) > (?, ?) ORDER BY principal, key LIMIT ?",
        (*last, CHUNK),
    )
    return [tuple(row) for row in c.fetchall()]


def stream_text(originator_id: UUID | str) -> str:
    """The name of a stream as the store writes it."""
    return originator_id.hex if isinstance(originator_id, UUID) else originator_id


def head_row(row: Sequence[Any]) -> Head:
    """A row of `head`, selected as `HEAD`."""
    position, closed_until, reflected, recorded_at = row
    return Head(position, read_moment(closed_until), reflected, recorded_at and read_moment(recorded_at))


def moment_text(moment: datetime) -> str:
    """A moment as the store writes it: UTC, of fixed width, so that it sorts as text."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def read_moment(text: str) -> datetime:
    """What `moment_text` wrote."""
    return datetime.fromisoformat(text)
