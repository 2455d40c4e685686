"""The table of versions: what the record held of each development, from which position to which.

It is a cache of the events, changed in their own transaction and rebuilt from them at any time: every
row is one `Entry` as `domain.entry.evolve` gives it, compressed and encrypted as the events are, and
sealed where it holds personal texts; what rows are selected by is not. A row holds from `known_from` up to
but not including `known_until`, so the rows known at a position and begun by a day are found by an index.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.sqlite import SQLiteCursor

from domain.commands import Dossier
from domain.entry import Entry, evolve
from domain.events import DossierOpened, PersonalDataErased, Stamped
from service.store.entries import ENTRY, Entries
from service.store.layout import DROP, FORGET, TABLES
from service.store.mapper import EventMapper
from service.store.names import Names
from service.store.personal_keys import within
from service.store.sqlite import SQLiteRecorder
from service.store.tables import COLUMNS, read_moment, stamped_row

REBUILD_CHUNK = 1_000

Progress = Callable[[int, int], None]
"""Is told the position reached and the last one."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of time: bounds, then the order of recording. A page starts after one."""

    earliest: str
    latest: str
    recorded: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries of a dossier a view asks for; `None` and empty ask for all."""

    dossier: str
    position: int
    until: date | None = None
    kinds: Sequence[str] = ()
    standings: Sequence[str] = ()
    actor: str | None = None
    after: Place | None = None
    limit: int | None = None


class Versions:
    """Writes and reads the tables of dossiers and versions."""

    def __init__(self, recorder: SQLiteRecorder, mapper: EventMapper) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._entries = Entries(mapper)
        self.names = Names(recorder, mapper)

    # Writing

    def bring_up(self, progress: Progress) -> None:
        """Bring the tables up to the last event, from the first if their layout is new."""
        head = self._recorder.head()
        if head.reflected != head.position:
            with self._recorder.datastore.transaction(commit=True) as c:
                self._bring_up(c, progress)

    def rebuild(self, progress: Progress) -> None:
        """Throw the tables away and fold them from the events again.

        It is one transaction: readers see the old tables until it is done, and writers wait for it.
        """
        with self._recorder.datastore.transaction(commit=True) as c:
            c.execute(FORGET)
            self._bring_up(c, progress)

    def _bring_up(self, c: SQLiteCursor, progress: Progress) -> None:
        head = self._recorder.head_within(c)
        if head.reflected is None:
            for statement in (*DROP, *TABLES, FORGET):
                c.execute(statement)
        reached = head.reflected or 0
        while reached < head.position:
            reached = self._apply_next(c, reached)
            progress(reached, head.position)
        self._recorder.reflect_within(c, head.position)

    def _apply_next(self, c: SQLiteCursor, reached: int) -> int:
        c.execute(
            f"SELECT {COLUMNS} FROM stored_events WHERE position > ? ORDER BY position LIMIT ?",
            (reached, REBUILD_CHUNK),
        )
        rows = c.fetchall()
        for row in rows:
            self.apply(c, self._read(c, row))
        return int(rows[-1][0])

    def _read(self, c: SQLiteCursor, row: Sequence[Any]) -> Stamped:
        return self._mapper.to_stamped(stamped_row(row), within(c))

    def apply(self, c: SQLiteCursor, stamped: Stamped) -> None:
        """Bring the tables up to one more event."""
        match stamped.event:
            case DossierOpened(dossier=dossier):
                c.execute(
                    "INSERT INTO dossiers VALUES (?,?,?)",
                    (dossier.id, stamped.position, self._pack(dossier)),
                )
                self.names.apply(c, dossier.id, stamped)
            case PersonalDataErased():
                self._tell_again(c, stamped)
                self._add_version(c, stamped)
            case _:
                self.names.apply(c, self._add_version(c, stamped).dossier, stamped)

    def _tell_again(self, c: SQLiteCursor, erased: Stamped) -> None:
        """Fold the versions before an erasure again, where any was read before its key was destroyed."""
        stream = erased.originator_id.hex
        c.execute("SELECT 1 FROM versions WHERE development = ? AND sealed_by IS NOT NULL LIMIT 1", (stream,))
        if c.fetchone() is None:
            return
        c.execute("DELETE FROM versions WHERE development = ?", (stream,))
        c.execute(
            f"SELECT {COLUMNS} FROM stored_events WHERE originator_id = ? AND originator_version < ? "
            "ORDER BY originator_version",
            (stream, erased.originator_version),
        )
        for row in c.fetchall():
            self._add_version(c, self._read(c, row))

    def _add_version(self, c: SQLiteCursor, stamped: Stamped) -> Entry:
        stream = stamped.originator_id.hex
        before = self._close_version(c, stream, stamped) if stamped.originator_version > 1 else None
        entry = evolve(before, stamped)
        place = place_of(entry)
        packed, sealed_by = self._entries.packed(c, entry)
        c.execute(
            "INSERT INTO versions VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                stream,
                entry.version,
                entry.dossier,
                entry.development.kind,
                stamped.position,
                None,
                place.earliest,
                place.latest,
                place.recorded,
                entry.standing,
                _listed([one.hex for one in entry.same_as]),
                _listed(sorted(entry.development.actor_keys())),
                sealed_by,
                packed,
            ),
        )
        return entry

    def _close_version(self, c: SQLiteCursor, stream: str, stamped: Stamped) -> Entry:
        c.execute(
            f"UPDATE versions SET known_until = ? WHERE development = ? AND version = ? RETURNING {ENTRY}",
            (stamped.position, stream, stamped.originator_version - 1),
        )
        return self._entries.read(c.fetchone())

    def _pack(self, dossier: Dossier) -> bytes:
        return self._mapper.pack(dossier.model_dump_json(exclude_unset=True).encode())

    # Reading

    def dossier(self, dossier: str, position: int) -> Dossier | None:
        """The dossier as known at a position."""
        rows = self._recorder.reads.fetch(
            "SELECT body FROM dossiers WHERE id = ? AND known_from <= ?", (dossier, position)
        )
        return next(map(self._dossier, rows), None)

    def dossiers(self, position: int) -> Sequence[Dossier]:
        """Every dossier known at a position, by id."""
        rows = self._recorder.reads.fetch(
            "SELECT body FROM dossiers WHERE known_from <= ? ORDER BY id", (position,)
        )
        return [self._dossier(row) for row in rows]

    def entry(self, development: UUID, position: int) -> Entry | None:
        """A development as known at a position."""
        rows = self._recorder.reads.fetch(
            f"SELECT {ENTRY} FROM versions WHERE development = ? AND known_from <= ? "
            "ORDER BY version DESC LIMIT 1",
            (development.hex, position),
        )
        return next(map(self._entries.read, rows), None)

    def entries(self, selection: Selection) -> Iterator[Entry]:
        """The entries that are asked for, in the order of time."""
        where, params = _where(selection)
        rows = self._recorder.reads.fetch(
            f"SELECT {ENTRY} FROM versions WHERE {where} ORDER BY earliest, latest, recorded LIMIT ?",
            (*params, -1 if selection.limit is None else selection.limit),
        )
        return map(self._entries.read, rows)

    def retracted(self, dossier: str, position: int) -> frozenset[UUID]:
        """The developments of a dossier that were retracted as known at a position."""
        rows = self._recorder.reads.fetch(
            "SELECT development FROM versions WHERE dossier = ? AND standing = 'retracted' "
            "AND known_from <= ? AND (known_until IS NULL OR known_until > ?)",
            (dossier, position, position),
        )
        return frozenset(UUID(row[0]) for row in rows)

    def has_links(self, dossier: str, position: int) -> bool:
        """Whether any two developments of a dossier are judged to be the same happening."""
        rows = self._recorder.reads.fetch(
            "SELECT 1 FROM versions WHERE dossier = ? AND same_as <> '' AND known_from <= ? "
            "AND (known_until IS NULL OR known_until > ?) LIMIT 1",
            (dossier, position, position),
        )
        return bool(rows)

    def naming_as_same(self, entry: Entry, position: int) -> Sequence[Entry]:
        """The developments of which it was said that they are the same happening as this one."""
        rows = self._recorder.reads.fetch(
            f"SELECT {ENTRY} FROM versions WHERE dossier = ? AND same_as <> '' AND known_from <= ? "
            "AND (known_until IS NULL OR known_until > ?) AND instr(same_as, ?) > 0 ORDER BY recorded",
            (entry.dossier, position, position, f"\n{entry.id.hex}\n"),
        )
        return [self._entries.read(row) for row in rows]

    def kind(self, development: UUID) -> str | None:
        """The kind of a development, which never changes."""
        rows = self._recorder.reads.fetch(
            "SELECT kind FROM versions WHERE development = ? AND version = 1", (development.hex,)
        )
        return rows[0][0] if rows else None

    def moments_of(self, dossier: str, until: int) -> Iterator[datetime]:
        """The moments at which a dossier's events were recorded, up to a position, in order."""
        rows = self._recorder.reads.fetch(
            "SELECT recorded_at FROM stored_events WHERE position IN "
            "(SELECT known_from FROM versions WHERE dossier = ? AND known_from <= ? "
            "UNION SELECT known_from FROM dossiers WHERE id = ?) ORDER BY position",
            (dossier, until, dossier),
        )
        return (read_moment(row[0]) for row in rows)

    def positions_of(self, dossier: str, after: int, until: int, limit: int) -> Sequence[int]:
        """The positions of a dossier's events after one position and up to another, in order."""
        rows = self._recorder.reads.fetch(
            "SELECT known_from FROM versions WHERE dossier = ? AND known_from > ? AND known_from <= ? "
            "UNION ALL SELECT known_from FROM dossiers WHERE id = ? AND known_from > ? AND known_from <= ? "
            "ORDER BY 1 LIMIT ?",
            (dossier, after, until, dossier, after, until, limit),
        )
        return [row[0] for row in rows]

    def _dossier(self, row: Sequence[Any]) -> Dossier:
        return Dossier.model_validate_json(self._mapper.unpack(row[0]))


def place_of(entry: Entry) -> Place:
    """Where the entry lies in the order of time."""
    bounds = entry.bounds
    return Place(_day(bounds.earliest), _day(bounds.latest), entry.position)


def _listed(keys: Sequence[str]) -> str:
    """Keys as one text in which each of them can be looked for; nothing for none."""
    return "\n".join(["", *keys, ""]) if keys else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _where(selection: Selection) -> tuple[str, list[object]]:
    conditions = ["dossier = ?", "known_from <= ?", "(known_until IS NULL OR known_until > ?)"]
    params: list[object] = [selection.dossier, selection.position, selection.position]
    if selection.until is not None:
        conditions.append("earliest <= ?")
        params.append(selection.until.isoformat())
    for column, values in (("kind", selection.kinds), ("standing", selection.standings)):
        if values:
            conditions.append(f"{column} IN ({','.join('?' * len(values))})")
            params.extend(values)
    if selection.actor is not None:
        conditions.append("instr(actors, ?) > 0")
        params.append(f"\n{selection.actor}\n")
    if selection.after is not None:
        conditions.append("(earliest, latest, recorded) > (?, ?, ?)")
        params.extend((selection.after.earliest, selection.after.latest, selection.after.recorded))
    return " AND ".join(conditions), params
