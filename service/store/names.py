"""The table of names: whom a dossier's events name, and from which position on.

What was named once stays named, so whether somebody is known at a position never changes. A name that is
marked personal is not kept here: an erasure does not come by. Its bearer goes by the key alone.
"""

from collections.abc import Mapping

from eventsourcing.sqlite import SQLiteCursor

from domain.events import Stamped
from domain.naming import named_in
from service.store.mapper import EventMapper
from service.store.sqlite import SQLiteRecorder


class Names:
    """Writes and reads the table of names; the names are compressed and encrypted as the events are."""

    def __init__(self, recorder: SQLiteRecorder, mapper: EventMapper) -> None:
        self._recorder = recorder
        self._mapper = mapper

    def apply(self, c: SQLiteCursor, dossier: str, stamped: Stamped) -> None:
        """Add those whom one more event is the first to name."""
        named = named_in(stamped.event, but=frozenset(stamped.event.personal_texts().values()))
        rows = (
            (dossier, key, stamped.position, self._mapper.pack(name.encode())) for key, name in named.items()
        )
        c.executemany("INSERT OR IGNORE INTO names VALUES (?,?,?,?)", rows)

    def has(self, dossier: str, key: str, position: int) -> bool:
        """Whether an event up to a position names somebody of this key."""
        rows = self._recorder.reads.fetch(
            "SELECT 1 FROM names WHERE dossier = ? AND key = ? AND known_from <= ?", (dossier, key, position)
        )
        return bool(rows)

    def all(self, dossier: str, position: int) -> Mapping[str, str]:
        """Everybody named up to a position: by key, the name that came first, or the key."""
        rows = self._recorder.reads.fetch(
            "SELECT key, name FROM names WHERE dossier = ? AND known_from <= ? ORDER BY key",
            (dossier, position),
        )
        return {key: self._mapper.unpack(name).decode() for key, name in rows}
