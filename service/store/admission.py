"""Which of a group of writers can be let in: the first of those who want one version, or use one key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from eventsourcing.persistence import IntegrityError, StoredEvent

from domain.events import Event
from service.store.ports import Cursor, one_of
from service.store.tables import stream_text

Version = tuple[str, int]
"""A stream as the store writes it, and one of its versions."""


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
    key: Key | None = None
    after: datetime | None = None
    """They, and whatever comes after them, are to be stamped later than this moment."""
    warrant: Callable[[], None] = lambda: None
    """Raises what the command has earned where whoever gave it may not do so any more."""

    @property
    def versions(self) -> list[Version]:
        """The versions that it wants to take."""
        return [(stream_text(one.originator_id), one.originator_version) for one in self.stored]


@dataclass(slots=True)
class Admission:
    """What is taken already, of all that a group asks for."""

    versions: set[Version] = field(default_factory=set)
    keys: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, c: Cursor, group: Sequence[Append]) -> "Admission":
        """Look up all that a group asks for, under the lock under which it is written."""
        wanted = [version for append in group for version in append.versions]
        used = [(append.key.principal, append.key.key) for append in group if append.key]
        return cls(
            _found(c, "originator_id, originator_version", "stored_events", wanted),
            _found(c, "principal, key", "idempotency_keys", used),
        )

    def check(self, append: Append) -> None:
        """Raise `IntegrityError` where a version or the key has been taken, or what the warrant raises."""
        append.warrant()
        for stream, version in append.versions:
            if (stream, version) in self.versions:
                raise IntegrityError(f"stream {stream} has a version {version} already")
        if append.key is not None and (append.key.principal, append.key.key) in self.keys:
            raise IntegrityError(f"the key {append.key.key!r} has been used")

    def take(self, append: Append) -> None:
        """Note what is taken from now on."""
        self.versions.update(append.versions)
        if append.key is not None:
            self.keys.add((append.key.principal, append.key.key))


def _found(c: Cursor, columns: str, table: str, pairs: Sequence[tuple[str, Any]]) -> set[tuple[str, Any]]:
    if not pairs:
        return set()
    among, params = one_of(pairs)
    c.execute(f"SELECT {columns} FROM {table} WHERE ({columns}) IN {among}", params)
    return {tuple(row) for row in c.fetchall()}
