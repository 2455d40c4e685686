"""What one transaction of the recorder writes: the events of a group, with the keys beside them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from eventsourcing.persistence import StoredEvent

from domain.events import PersonalDataErased, Stamped
from service.store.admission import Append, Key
from service.store.checks import checks_of
from service.store.mapper import StampedNotification
from service.store.personal_keys import SealedEvent, keep
from service.store.ports import Cursor
from service.store.sealing import keyed
from service.store.tables import COLUMNS, INSERT_EVENT, INSERT_KEY, event_row, stamped_row

MICROSECOND = timedelta(microseconds=1)

Taken = Sequence[StampedNotification]
"""The events of one command, as they were recorded."""


@dataclass(slots=True)
class Written:
    """How far a transaction has come."""

    position: int
    moment: datetime
    """That of the next event."""
    events: list[StampedNotification] = field(default_factory=list)

    def stamped(self, append: Append) -> Taken:
        """The events that a command would add, each at the next position and moment."""
        return [
            StampedNotification(
                id=self.position + offset,
                originator_id=stored.originator_id,
                originator_version=stored.originator_version,
                topic=stored.topic,
                state=stored.state,
                recorded_at=self.moment + (offset - 1) * MICROSECOND,
            )
            for offset, stored in enumerate(append.stored, start=1)
        ]

    def take(self, events: Taken) -> None:
        """Go on after these."""
        self.position += len(events)
        self.moment += len(events) * MICROSECOND
        self.events.extend(events)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A transaction that may have been committed, for nobody said so."""

    first: StampedNotification
    outcomes: list[Taken | Exception]

    def is_there(self, c: Cursor) -> bool:
        """Whether it was: what stands at its first position is its own, to the moment."""
        c.execute(f"SELECT {COLUMNS} FROM stored_events WHERE position = ?", (self.first.id,))
        row = c.fetchone()
        return row is not None and stamped_row(row) == self.first


def runs(group: Sequence[Append]) -> Iterator[list[Append]]:
    """The group in its order, each erasure by itself: what was told before it is written before it."""
    numbered = enumerate(group, start=1)
    for _, run in groupby(numbered, key=lambda one: one[0] * erases(one[1])):
        yield [append for _, append in run]


def erases(append: Append) -> bool:
    """Whether it destroys a key."""
    return any(stored.topic == PersonalDataErased.name for stored in append.stored)


def with_positions(append: Append, events: Taken) -> list[Stamped]:
    """The events of a command, as they are recorded."""
    told = zip(events, append.events, strict=True)
    return [Stamped(one.id, one.recorded_at, event) for one, event in told]


def insert(c: Cursor, taken: Sequence[tuple[Append, Taken]]) -> None:
    """Write the events of commands, with the keys of personal texts and of the commands themselves."""
    c.executemany(INSERT_EVENT, [event_row(one) for _, events in taken for one in events])
    for append, _ in taken:
        for stored in append.stored:
            if isinstance(stored, SealedEvent):
                keep(c, stored)
    c.executemany(INSERT_KEY, [_key_row(append, events) for append, events in taken if append.key])


def _key_row(append: Append, events: Taken) -> tuple[str | int | bytes, ...]:
    assert append.key is not None
    fingerprint = _fingerprint(append.key, append.stored[0])
    row = (append.key.principal, append.key.key, fingerprint, events[0].id)
    return (*row, checks_of(*row))


def _fingerprint(key: Key, stored: StoredEvent) -> bytes:
    """What is kept of a request: where it held personal texts, nothing to try a guess against."""
    return keyed(key.fingerprint, stored.key.secret) if isinstance(stored, SealedEvent) else key.fingerprint
