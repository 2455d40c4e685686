"""The SQLite store: `eventsourcing`'s recorder with a total order, moments and keys of its own.

Set `PERSISTENCE_MODULE=service.store.sqlite:Factory` and `SQLITE_DBNAME` to a file. What it adds to the
library's recorder:

- positions are the record's own sequence without gaps, given out inside the writing transaction under
  the writers' lock (a rowid can be renumbered by a dump);
- every event is stamped there with the moment, which never goes backwards along positions; up to the
  moment that `head` names the record is closed, and whatever comes is stamped later;
- idempotency keys are kept in the event's own transaction, for the life of the log;
- keys of personal texts are kept and destroyed in the event's own transaction;
- writers share commits, and a commit is on disk (WAL, synchronous=FULL) before anybody is answered;
- the views change in the same transaction as the events, and the log's tree grows by them.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Condition
from time import monotonic, sleep
from typing import Any

from eventsourcing.persistence import (
    IntegrityError,
    OperationalError,
    StoredEvent,
)
from eventsourcing.sqlite import (
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteFactory,
)

from domain.events import Event, PersonalDataErased, Stamped
from service.clock import Clock, system_clock
from service.store.checks import checks_of
from service.store.datastore import LOCK_TIMEOUT, PAUSE, DurableDatastore
from service.store.group_commit import GroupCommit
from service.store.leaves import Leaves
from service.store.log import SQLiteLog
from service.store.mapper import StampedNotification
from service.store.personal_keys import SealedEvent, destroy, keep
from service.store.sealing import keyed
from service.store.tables import Head, event_row, moment_text

MICROSECOND = timedelta(microseconds=1)
BEGINNING = datetime.min.replace(tzinfo=UTC)
Project = Callable[[SQLiteCursor, Stamped], None]
"""Brings the views up to one more event, in the event's own transaction."""


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key: who used it, and for what."""

    principal: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Append:
    """Events that one command adds, together or not at all."""

    stored: Sequence[StoredEvent]
    events: Sequence[Event]
    key: Key | None
    after: datetime | None = None
    """They, and whatever comes after them, are to be stamped later than this moment."""


class SQLiteRecorder(SQLiteLog):
    """Records events with positions and moments; see the module."""

    clock: Clock = staticmethod(system_clock)
    project: Project | None = None
    leaves: Leaves | None = None
    """The log's tree; `None` leaves it alone, for whoever measures what it costs."""

    def __init__(self, datastore: SQLiteDatastore, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self._committed = Condition()
        self._writer: GroupCommit[Append, Sequence[int]] = GroupCommit(self._commit)

    def close(self) -> None:
        """Write who is waiting, then stop."""
        self._writer.close()
        self.reads.close()

    # Writing

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Record events; answer their positions once they are on disk.

        Raise `IntegrityError` where a stream has such a version already or the key has been used,
        `OperationalError` where the file cannot be written; then nothing is recorded.
        """
        return self._writer.submit(
            Append(stored_events, kwargs.get("events", ()), kwargs.get("idempotency_key"))
        )

    def _commit(self, group: Sequence[Append]) -> Sequence[Sequence[int] | Exception]:
        with self.datastore.transaction(commit=True) as c:
            # The transaction holds the writers' lock, so nobody else is given this position or moment.
            head = self.head_within(c)
            self._refuse_without_views(head)
            closed_until = max([head.closed_until, *(append.after for append in group if append.after)])
            position, moment = head.position, max(self.clock(), closed_until + MICROSECOND)
            outcomes: list[Sequence[StampedNotification] | Exception] = []
            taken: list[StampedNotification] = []
            for append in group:
                outcome = self._append(c, append, position + len(taken), moment)
                outcomes.append(outcome)
                if not isinstance(outcome, Exception):
                    taken += outcome
                    moment += len(outcome) * MICROSECOND
            if self.leaves is not None:
                self.leaves.extend(c, position, taken)
            self._move_head(c, position + len(taken), moment - MICROSECOND)
        with self._committed:
            self._committed.notify_all()
        return [one if isinstance(one, Exception) else [event.id for event in one] for one in outcomes]

    def _refuse_without_views(self, head: Head) -> None:
        if self.project is not None and head.reflected != head.position:
            raise OperationalError(
                f"the views {self.views!r} reflect position {head.reflected} of {head.position}: another "
                "version of Depositary has written to the file; start this process again"
            )

    def _append(
        self, c: SQLiteCursor, append: Append, position: int, moment: datetime
    ) -> Sequence[StampedNotification] | Exception:
        c.execute("SAVEPOINT command")
        try:
            events = self._insert_stamped(c, append, position, moment)
        except sqlite3.OperationalError:
            raise  # A full disk or a lost file fails the group: SQLite may have rolled all of it back.
        except Exception as error:  # noqa: BLE001 - one command's failure is its own
            c.execute("ROLLBACK TO command")
            c.execute("RELEASE command")
            return IntegrityError(error) if isinstance(error, sqlite3.IntegrityError) else error
        c.execute("RELEASE command")
        return events

    def _insert_stamped(
        self, c: SQLiteCursor, append: Append, position: int, moment: datetime
    ) -> Sequence[StampedNotification]:
        events = [
            _stamped(stored, position + 1 + offset, moment + offset * MICROSECOND)
            for offset, stored in enumerate(append.stored)
        ]
        for offset, event in enumerate(events):
            c.execute("INSERT INTO stored_events VALUES (?,?,?,?,?,?)", event_row(event))
            stored = append.stored[offset]
            if isinstance(stored, SealedEvent):
                keep(c, stored)
            if stored.topic == PersonalDataErased.name:
                destroy(c, stored.originator_id)
            if self.project is not None:
                self.project(c, Stamped(event.id, event.recorded_at, append.events[offset]))
        if append.key is not None:
            key, fingerprint = append.key, _fingerprint(append.key, append.stored[0])
            c.execute(
                "INSERT INTO idempotency_keys VALUES (?,?,?,?,?)",
                (*(row := (key.principal, key.key, fingerprint, position + 1)), checks_of(*row)),
            )
        return events

    def _move_head(self, c: SQLiteCursor, position: int, closed_until: datetime) -> None:
        head = (position, moment_text(closed_until))
        c.execute("UPDATE head SET position = ?, closed_until = ?, checks = ?", (*head, checks_of(*head)))
        if self.project is not None:
            self.reflect_within(c, position)

    def reflect_within(self, c: SQLiteCursor, position: int) -> None:
        """Note how far the views have come, in the transaction that brought them there."""
        c.execute(
            "INSERT INTO tracking VALUES (:views, :position) "
            "ON CONFLICT (application_name) DO UPDATE SET notification_id = :position",
            {"views": self.views, "position": position},
        )

    def forget(self) -> bool:
        """Have the file itself forget what was overwritten; answer whether it has.

        What was erased is overwritten in its place (`PRAGMA secure_delete`), but the write-ahead log holds
        the pages as they were until it is emptied, for which it waits for those who read and write.
        """
        deadline = monotonic() + LOCK_TIMEOUT
        while not (forgotten := self._empty_log()) and monotonic() < deadline:
            sleep(PAUSE)
        return forgotten

    def _empty_log(self) -> bool:
        with self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_ = cursor.fetchone()
        return not busy

    # How far it has come

    def position_at(self, moment: datetime) -> int:
        """How many events were recorded by the moment. The answer is final: none can be added later.

        A moment after the last event is closed first, on disk: a write that is under way is waited for,
        and what comes later is stamped later than the moment, by whichever process and clock.
        """
        moment = max(moment, BEGINNING)
        if moment > self.head().closed_until:
            self._writer.submit(Append((), (), None, after=moment))
        rows = self.reads.fetch(
            "SELECT position FROM stored_events WHERE recorded_at <= ? ORDER BY recorded_at DESC LIMIT 1",
            (moment_text(moment),),
        )
        return int(rows[0][0]) if rows else 0

    def wait_for(self, position: int, timeout: float) -> int:
        """Wait until the position is committed, at most `timeout` seconds; answer the last position."""
        deadline = monotonic() + timeout
        while (last := self.max_notification_id()) < position and (left := deadline - monotonic()) > 0:
            with self._committed:
                self._committed.wait(min(left, 0.05))
        return last


def _fingerprint(key: Key, stored: StoredEvent) -> bytes:
    """What is kept of a request: where it held personal texts, nothing to try a guess against."""
    return keyed(key.fingerprint, stored.key.secret) if isinstance(stored, SealedEvent) else key.fingerprint


def _stamped(stored: StoredEvent, position: int, recorded_at: datetime) -> StampedNotification:
    return StampedNotification(
        id=position,
        originator_id=stored.originator_id,
        originator_version=stored.originator_version,
        topic=stored.topic,
        state=stored.state,
        recorded_at=recorded_at,
    )


class Factory(SQLiteFactory):
    """Builds the recorder for `PERSISTENCE_MODULE=service.store.sqlite:Factory`."""

    application_recorder_class = SQLiteRecorder

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.datastore = DurableDatastore(self.datastore)
