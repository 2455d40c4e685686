"""The table of versions: what the record held of each development, from which position to which.

It is a cache of the events, changed in their own transaction and rebuilt from them at any time: every
row is one `Entry` as `domain.entry.evolve` gives it, compressed and encrypted as the events are; what
rows are selected by is not. A row holds from `known_from` up to but not
including `known_until`, so the rows known at a position and begun by a day are found by an index.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from eventsourcing.sqlite import SQLiteCursor

from domain.commands import Dossier
from domain.entry import Entry, evolve
from domain.events import DossierOpened, Stamped
from service.store.mapper import EventMapper
from service.store.sqlite import SQLiteRecorder
from service.store.tables import COLUMNS, read_moment, stamped_row

NAME = "versions-3"
"""Names this table's layout and rules; a change of either gets a new name and so a rebuild."""

REBUILD_CHUNK = 1_000

Progress = Callable[[int, int], None]
"""Is told the position reached and the last one."""

TABLES = (
    """CREATE TABLE IF NOT EXISTS dossiers (
        id TEXT PRIMARY KEY,
        known_from INTEGER NOT NULL,
        body BLOB NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS versions (
        development TEXT NOT NULL,
        version INTEGER NOT NULL,
        dossier TEXT NOT NULL,
        kind TEXT NOT NULL,
        known_from INTEGER NOT NULL,
        known_until INTEGER,
        earliest TEXT NOT NULL,
        latest TEXT NOT NULL,
        recorded INTEGER NOT NULL,
        standing TEXT NOT NULL,
        linked INTEGER NOT NULL,
        actors TEXT NOT NULL,
        entry BLOB NOT NULL,
        PRIMARY KEY (development, version)
    )""",
    "CREATE INDEX IF NOT EXISTS versions_by_time ON versions (dossier, earliest, latest, recorded)",
    "CREATE INDEX IF NOT EXISTS versions_linked ON versions (dossier, known_from) WHERE linked",
    "CREATE INDEX IF NOT EXISTS versions_by_position ON versions (dossier, known_from)",
    # Every view asks which developments are retracted, and few are.
    """CREATE INDEX IF NOT EXISTS versions_retracted ON versions (dossier, known_from)
        WHERE standing = 'retracted'""",
)
_DROP = ("DROP TABLE IF EXISTS versions", "DROP TABLE IF EXISTS dossiers")
_FORGET = "DELETE FROM tracking WHERE application_name LIKE 'versions-%'"


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
            c.execute(_FORGET)
            self._bring_up(c, progress)

    def _bring_up(self, c: SQLiteCursor, progress: Progress) -> None:
        head = self._recorder.head_within(c)
        if head.reflected is None:
            for statement in (*_DROP, *TABLES, _FORGET):
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
            self.apply(c, self._mapper.to_stamped(stamped_row(row)))
        return int(rows[-1][0])

    def apply(self, c: SQLiteCursor, stamped: Stamped) -> None:
        """Bring the tables up to one more event."""
        match stamped.event:
            case DossierOpened(dossier=dossier):
                c.execute(
                    "INSERT INTO dossiers VALUES (?,?,?)",
                    (dossier.id, stamped.position, self._pack(dossier)),
                )
            case _:
                self._add_version(c, stamped)

    def _add_version(self, c: SQLiteCursor, stamped: Stamped) -> None:
        stream = stamped.originator_id.hex
        before = self._close_version(c, stream, stamped) if stamped.originator_version > 1 else None
        entry = evolve(before, stamped)
        place = place_of(entry)
        c.execute(
            "INSERT INTO versions VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
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
                bool(entry.same_as),
                "\n".join(["", *sorted(entry.development.actor_keys()), ""]),
                self._pack(entry),
            ),
        )

    def _close_version(self, c: SQLiteCursor, stream: str, stamped: Stamped) -> Entry:
        c.execute(
            "UPDATE versions SET known_until = ? WHERE development = ? AND version = ? RETURNING entry",
            (stamped.position, stream, stamped.originator_version - 1),
        )
        return self._entry(c.fetchone())

    def _pack(self, value: Entry | Dossier) -> bytes:
        return self._mapper.pack(value.model_dump_json(exclude_unset=True).encode())

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
            "SELECT entry FROM versions WHERE development = ? AND known_from <= ? "
            "ORDER BY version DESC LIMIT 1",
            (development.hex, position),
        )
        return next(map(self._entry, rows), None)

    def entries(self, selection: Selection) -> Iterator[Entry]:
        """The entries that are asked for, in the order of time."""
        where, params = _where(selection)
        rows = self._recorder.reads.fetch(
            f"SELECT entry FROM versions WHERE {where} ORDER BY earliest, latest, recorded LIMIT ?",
            (*params, -1 if selection.limit is None else selection.limit),
        )
        return map(self._entry, rows)

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
            "SELECT 1 FROM versions WHERE dossier = ? AND linked AND known_from <= ? "
            "AND (known_until IS NULL OR known_until > ?) LIMIT 1",
            (dossier, position, position),
        )
        return bool(rows)

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

    def _entry(self, row: Sequence[Any]) -> Entry:
        return Entry.model_validate_json(self._mapper.unpack(row[0]))

    def _dossier(self, row: Sequence[Any]) -> Dossier:
        return Dossier.model_validate_json(self._mapper.unpack(row[0]))


def place_of(entry: Entry) -> Place:
    """Where the entry lies in the order of time."""
    bounds = entry.bounds
    return Place(_day(bounds.earliest), _day(bounds.latest), entry.position)


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
