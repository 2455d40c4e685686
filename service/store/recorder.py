"""The recorder: `eventsourcing`'s port over a database, with a total order, moments and keys of its own.

What it adds to the library's recorders:

- positions are the record's own sequence without gaps, given out inside the writing transaction under
  the writers' lock (a rowid can be renumbered by a dump, a sequence is not in the order of commits);
- every event is stamped there with the moment, which never goes backwards along positions; up to the
  moment that `head` names the record is closed, and whatever comes is stamped later;
- idempotency keys are kept in the event's own transaction, for the life of the log;
- keys of personal texts are kept and destroyed in the event's own transaction;
- writers share commits, and a commit is on disk before anybody is answered;
- the views change in the same transaction as the events, and the log's tree grows by them.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from threading import Condition
from time import monotonic, sleep
from typing import Any, NoReturn

from eventsourcing.persistence import (
    ApplicationRecorder,
    StoredEvent,
)

from service.clock import Clock, system_clock
from service.spans import Span, no_span
from service.store.admission import Admission, Append, Key
from service.store.checks import checks_of
from service.store.group_commit import PATIENCE, GroupCommit
from service.store.leaves import Leaves
from service.store.log import Log
from service.store.personal_keys import destroy
from service.store.ports import Cursor, Database, Disconnected, OtherVersion
from service.store.projecting import Projection
from service.store.tables import (
    Head,
    moment_text,
    reflect,
)
from service.store.writing import (
    MICROSECOND,
    Attempt,
    Taken,
    Written,
    erases,
    insert,
    runs,
    with_positions,
)

BEGINNING = datetime.min.replace(tzinfo=UTC)
PAUSE = 0.1
"""Seconds between two attempts to write a group where the database is gone."""


class Recorder(Log, ApplicationRecorder):
    """Records events with positions and moments; see the module."""

    clock: Clock = staticmethod(system_clock)
    pause: Callable[[float], None] = staticmethod(sleep)
    committed: Callable[[Sequence[Taken | Exception], float], None] = staticmethod(
        lambda outcomes, seconds: None
    )
    """Is told what each command of a group came to, and how long its commit took, in seconds."""
    written: int = 0
    """The last position that was written here."""
    woken: Callable[[], object] = staticmethod(lambda: None)
    """Told of each commit, once it is done and by the thread that writes."""
    span: Span = staticmethod(no_span)
    """Makes a span of each commit, where there are traces."""
    projection: Projection | None = None
    """Brings the views up to the events; without one they are left behind."""
    learn: Callable[[Cursor], None] = staticmethod(lambda _: None)
    """Has those who warrant commands learn what was done about them, under the writers' lock."""
    leaves: Leaves | None = None
    """The log's tree; `None` leaves it alone, for whoever measures what it costs."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.reads)
        self.database = database
        self._committed = Condition()
        self._writer: GroupCommit[Append, Taken] = GroupCommit(self._commit)

    def close(self) -> None:
        """Write who is waiting, then stop."""
        self._writer.close()
        self.database.close()

    # Writing

    def append_all(self, appends: Sequence[Append]) -> list[Taken | Exception]:
        """Record the events of commands; answer each, in their order, once they are on disk.

        A command earns `IntegrityError` where a stream has such a version already or the key has been used,
        `OperationalError` where the database cannot be written; then nothing of it is recorded.
        """
        return self._writer.submit_all(appends)

    def begin(self, append: Append) -> Future[Taken]:
        """The same of one command, for whoever does not wait here."""
        (future,) = self._writer.enqueue([append])
        return future

    @property
    def patience(self) -> float:
        """Seconds to wait for a commit."""
        return self._writer.patience

    @property
    def is_stuck(self) -> bool:
        """Whether a commit has been under way for too long."""
        return self._writer.is_stuck

    def assure(self) -> None:
        """Have what can be read by now be as lasting as what is acknowledged.

        A commit that writes nothing would wait for no standby, so the head is written.
        """
        if self.database.may_lose:
            self._writer.submit(Append((), ()))

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Record events as the library asks for it; answer their positions."""
        key: Key | None = kwargs.get("idempotency_key")
        taken = self._writer.submit(Append(stored_events, kwargs.get("events", ()), key))
        return [one.id for one in taken]

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> NoReturn:
        """Followers pull with `select_notifications`, after `wait_for`."""
        raise NotImplementedError("follow the record with wait_for and select_notifications")

    def _commit(self, group: Sequence[Append]) -> Sequence[Taken | Exception]:
        with self.span("commit", commands=len(group)):
            return self._commit_in_time(group)

    def _commit_in_time(self, group: Sequence[Append]) -> Sequence[Taken | Exception]:
        """Write a group, again where the connection was lost and it turns out not to have been committed."""
        unsure: list[Attempt] = []
        began = monotonic()
        while True:
            try:
                outcomes = self._transact(group, unsure)
            except Disconnected:
                if monotonic() > began + PATIENCE:
                    raise
                self.pause(PAUSE)
            else:
                with self._committed:
                    self._committed.notify_all()
                self.committed(outcomes, monotonic() - began)
                self.woken()
                return outcomes

    def _transact(self, group: Sequence[Append], unsure: list[Attempt]) -> Sequence[Taken | Exception]:
        with self.database.writing() as c:
            # The transaction holds the writers' lock: whatever was under way is committed by now, or never
            # will be, and nobody else is given this position or moment.
            if (committed := next((one for one in unsure if one.is_there(c)), None)) is not None:
                return committed.outcomes
            head = self.head_within(c)
            self._refuse_without_views(head)
            self.learn(c)
            closed_until = max([head.closed_until, *(append.after for append in group if append.after)])
            written = Written(head.position, max(self.clock(), closed_until + MICROSECOND))
            outcomes = [outcome for run in runs(group) for outcome in self._write(c, run, written)]
            if self.leaves is not None:
                self.leaves.extend(c, head.position, written.events)
            self._move_head(c, written.position, written.moment - MICROSECOND)
            self.written = written.position
            if written.events:
                unsure.append(Attempt(written.events[0], outcomes))
        return outcomes

    def _refuse_without_views(self, head: Head) -> None:
        if self.projection is not None and head.reflected != head.position:
            raise OtherVersion(
                f"the views {self.views!r} reflect position {head.reflected} of {head.position}: another "
                "version of Depositary has written to the record; start this process again"
            )

    def _write(self, c: Cursor, run: Sequence[Append], written: Written) -> list[Taken | Exception]:
        """Write commands that follow each other; what each has recorded, or the exception it has earned."""
        admission = Admission.of(c, run)
        if erases(run[0]):
            return [self._erase(c, run[0], admission, written)]
        folding = self.projection.begin(c, run) if self.projection else None
        outcomes: list[Taken | Exception] = []
        taken: list[tuple[Append, Taken]] = []
        for append in run:
            events = written.stamped(append)
            try:
                admission.check(append)
                if folding is not None:
                    folding.add(with_positions(append, events))
            except Exception as error:  # noqa: BLE001 - one command's failure is its own
                outcomes.append(error)
                continue
            admission.take(append)
            written.take(events)
            outcomes.append(events)
            taken.append((append, events))
        insert(c, taken)
        if folding is not None:
            folding.write(c)
        return outcomes

    def _erase(self, c: Cursor, append: Append, admission: Admission, written: Written) -> Taken | Exception:
        """Write an erasure: its key is destroyed before any view is told of it."""
        try:
            admission.check(append)
        except Exception as error:  # noqa: BLE001 - it is told to whoever has earned it
            return error
        events = written.stamped(append)
        written.take(events)
        insert(c, [(append, events)])
        for stored in append.stored:
            destroy(c, stored.originator_id)
        if self.projection is not None:
            self.projection.project(c, with_positions(append, events))
        return events

    def _move_head(self, c: Cursor, position: int, closed_until: datetime) -> None:
        head = (position, moment_text(closed_until))
        c.execute("UPDATE head SET position = ?, closed_until = ?, checks = ?", (*head, checks_of(*head)))
        if self.projection is not None:
            reflect(c, self.views, position)

    # How far it has come

    def position_at(self, moment: datetime) -> int:
        """How many events were recorded by the moment. The answer is final: none can be added later.

        A moment after the last event is closed first, on disk: a write that is under way is waited for,
        and what comes later is stamped later than the moment, by whichever process and clock.
        """
        moment = max(moment, BEGINNING)
        if moment > self.head().closed_until:
            self._writer.submit(Append((), (), after=moment))
        rows = self.reads.fetch(
            "SELECT position FROM stored_events WHERE recorded_at <= ? ORDER BY recorded_at DESC LIMIT 1",
            (moment_text(moment),),
        )
        return int(rows[0][0]) if rows else 0

    def _pause(self, seconds: float) -> None:
        with self._committed:
            self._committed.wait(seconds)
