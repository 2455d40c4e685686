"""The tables of webhooks: beside the record, in its database. No view, so no rebuild touches them.

They are settings of whoever subscribes, and no part of what is proved: nothing in the log is about them. One
process at a time delivers for a webhook: it takes it on for a while, under a name of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any
from uuid import UUID

from service.feed.wanted import Wanted
from service.store.mapper import EventMapper
from service.store.ports import Cursor, listed
from service.store.recorder import Recorder
from service.store.tables import moment_text, read_moment
from service.webhooks.subscription import DeadLetter, Progress, Subscription

PROGRESS = "position, attempts, failing_since, due, error, paused"
_COLUMNS = (
    f"id, owner, url, wanted, secret, created_at, {PROGRESS}, held_until, "
    "(SELECT count(*) FROM dead_letters WHERE webhook = webhooks.id), "
    "(SELECT count(*) FROM dead_letters WHERE webhook = webhooks.id AND again = 1)"
)
_SAVE = (
    "UPDATE webhooks SET position = ?, attempts = ?, failing_since = ?, due = ?, error = ?, paused = ?, "
    "held_until = ?, holder = ? WHERE id = ?"
)
_BURY = (
    "INSERT INTO dead_letters VALUES (?,?,?,?,?,0) ON CONFLICT (webhook, position) DO UPDATE SET "
    "attempts = dead_letters.attempts + excluded.attempts, error = excluded.error, again = 0"
)


class Webhooks:
    """The webhooks of one record."""

    def __init__(self, store: Recorder, mapper: EventMapper) -> None:
        """Secrets are encrypted as the events are, where the library's settings have it."""
        self._store = store
        self._mapper = mapper

    # Whose they are

    def add(self, one: Subscription) -> bool:
        """Keep a webhook; `False` where its owner has one for the same events and address already."""
        wanted = one.wanted.model_dump_json(exclude_defaults=True)
        with self._store.database.writing() as c:
            c.execute(
                "SELECT 1 FROM webhooks WHERE owner = ? AND url = ? AND wanted = ?",
                (one.owner, one.url, wanted),
            )
            if c.fetchone() is not None:
                return False
            secret = self._mapper.pack(one.secret.encode())
            row = (one.id.hex, one.owner, one.url, wanted, secret, moment_text(one.created_at))
            c.execute(
                f"INSERT INTO webhooks VALUES {listed(14)}", (*row, *_progress_row(one.progress), None, None)
            )
        return True

    def all(self) -> Sequence[Subscription]:
        """Every webhook, in the order in which they were added."""
        return self._select("1 = 1", ())

    def find(self, webhook: UUID) -> Subscription | None:
        """One of them."""
        return next(iter(self._select("id = ?", (webhook.hex,))), None)

    def remove(self, webhook: UUID) -> None:
        """Forget a webhook, its secret and its dead letters."""
        with self._store.database.writing() as c:
            c.execute("DELETE FROM webhooks WHERE id = ?", (webhook.hex,))
            c.execute("DELETE FROM dead_letters WHERE webhook = ?", (webhook.hex,))

    def dead_letters(self, webhook: UUID, after: int = 0, limit: int = 500) -> Sequence[DeadLetter]:
        """The dead letters of one, in the order of positions."""
        rows = self._store.reads.fetch(
            "SELECT position, died_at, attempts, error, again FROM dead_letters "
            "WHERE webhook = ? AND position > ? ORDER BY position LIMIT ?",
            (webhook.hex, after, limit),
        )
        return [DeadLetter(row[0], read_moment(row[1]), row[2], row[3], bool(row[4])) for row in rows]

    def try_again(self, webhook: UUID, positions: Sequence[int] = ()) -> int:
        """Have dead letters sent again, these or all, and a paused webhook go on; how many there are."""
        which = f" AND position IN {listed(len(positions))}" if positions else ""
        with self._store.database.writing() as c:
            c.execute(
                f"UPDATE dead_letters SET again = 1 WHERE webhook = ?{which}", (webhook.hex, *positions)
            )
            c.execute(
                "UPDATE webhooks SET paused = NULL, due = NULL, failing_since = NULL, attempts = 0 "
                "WHERE id = ? AND (paused IS NOT NULL OR due IS NOT NULL)",
                (webhook.hex,),
            )
            c.execute("SELECT count(*) FROM dead_letters WHERE webhook = ? AND again = 1", (webhook.hex,))
            return int(c.fetchone()[0])

    # Who delivers

    def take(self, webhook: UUID, holder: str, now: datetime, until: datetime) -> Subscription | None:
        """Take a webhook on until a moment; `None` where somebody else has, or there is nothing to do."""
        with self._store.database.writing() as c:
            c.execute(
                "UPDATE webhooks SET holder = ?, held_until = ? WHERE id = ? AND paused IS NULL "
                "AND (due IS NULL OR due <= ?) AND (held_until IS NULL OR held_until < ? OR holder = ?)",
                (holder, moment_text(until), webhook.hex, moment_text(now), moment_text(now), holder),
            )
            c.execute(f"SELECT holder, {_COLUMNS} FROM webhooks WHERE id = ?", (webhook.hex,))
            row = c.fetchone()
        return self._subscription(row[1:]) if row is not None and row[0] == holder else None

    def save(self, webhook: UUID, holder: str, progress: Progress, until: datetime | None) -> bool:
        """Save how far one has come, and hold it until a moment or let go; `False` where it is not held."""
        return self._held(webhook, holder, lambda c: _save(c, webhook, holder, progress, until))

    def bury(
        self, webhook: UUID, holder: str, progress: Progress, until: datetime, letter: DeadLetter
    ) -> bool:
        """Save it, with an event that was not taken."""

        def write(c: Cursor) -> None:
            _save(c, webhook, holder, progress, until)
            row = (webhook.hex, letter.position, moment_text(letter.died_at), letter.attempts, letter.error)
            c.execute(_BURY, row)

        return self._held(webhook, holder, write)

    def revive(self, webhook: UUID, holder: str, position: int) -> bool:
        """Forget a dead letter that was taken after all."""
        delete = "DELETE FROM dead_letters WHERE webhook = ? AND position = ?"
        return self._held(webhook, holder, lambda c: c.execute(delete, (webhook.hex, position)))

    def _held(self, webhook: UUID, holder: str, write: Callable[[Cursor], object]) -> bool:
        with self._store.database.writing() as c:
            c.execute("SELECT 1 FROM webhooks WHERE id = ? AND holder = ?", (webhook.hex, holder))
            if c.fetchone() is None:
                return False
            write(c)
        return True

    def _select(self, where: str, params: Sequence[object]) -> Sequence[Subscription]:
        rows = self._store.reads.fetch(
            f"SELECT {_COLUMNS} FROM webhooks WHERE {where} ORDER BY created_at, id", params
        )
        return [self._subscription(row) for row in rows]

    def _subscription(self, row: Sequence[Any]) -> Subscription:
        position, attempts, failing_since, due, error, paused = row[6:12]
        return Subscription(
            id=UUID(row[0]),
            owner=row[1],
            url=row[2],
            wanted=Wanted.model_validate_json(row[3]),
            secret=self._mapper.unpack(row[4]).decode(),
            created_at=read_moment(row[5]),
            progress=Progress(position, attempts, _read(failing_since), _read(due), error, paused),
            held_until=_read(row[12]),
            letters=row[13],
            again=row[14],
        )


def _save(c: Cursor, webhook: UUID, holder: str, progress: Progress, until: datetime | None) -> None:
    held = (moment_text(until), holder) if until else (None, None)
    c.execute(_SAVE, (*_progress_row(progress), *held, webhook.hex))


def _progress_row(progress: Progress) -> tuple[object, ...]:
    return tuple(moment_text(one) if isinstance(one, datetime) else one for one in astuple(progress))


def _read(text: str | None) -> datetime | None:
    return read_moment(text) if text else None
