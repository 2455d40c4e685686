"""The table of versions: what the record held of each development, from which position to which.

It is a cache of the events, changed in their own transaction and rebuilt from them at any time: every
row is one `Entry` as `domain.entry.evolve` gives it, compressed and encrypted as the events are, and
sealed where it holds personal texts; what rows are selected by is not. A row holds from `known_from` up to
but not including `known_until`, so the rows known at a position and begun by a day are found by an index.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from eventsourcing.persistence import OperationalError

from domain.commands import Dossier
from domain.entry import Entry
from domain.events import Stamped
from projections.gists import ANY_ISSUE
from service.store.entries import ENTRY, Entries, digest_of
from service.store.mapper import EventMapper
from service.store.names import Names
from service.store.places import Place
from service.store.ports import LARGEST, Reads, listed, one_of
from service.store.recent import Key, Recent
from service.store.tables import read_moment

AT_ONCE = 500
"""So many entries are fetched by one query."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries of a dossier a view asks for; `None` and empty ask for all."""

    dossier: str
    position: int
    until: date | None = None
    kinds: Sequence[str] = ()
    standings: Sequence[str] = ()
    actor: str | None = None
    issue: str | None = None
    """Only what is about it, or about very many issues."""
    disputed: bool = False
    """Only what was ever disputed."""
    developments: Sequence[UUID] = ()
    after: Place | None = None
    limit: int | None = None


class Versions:
    """Reads the tables of dossiers and versions."""

    def __init__(self, reads: Reads, mapper: EventMapper) -> None:
        self._reads = reads
        self._mapper = mapper
        self._entries = Entries(mapper)
        self._recent = Recent()
        self.names = Names(reads, mapper)

    def dossier(self, dossier: str, position: int) -> Dossier | None:
        """The dossier as known at a position."""
        rows = self._reads.fetch(
            "SELECT body FROM dossiers WHERE id = ? AND known_from <= ?", (dossier, position)
        )
        return next(map(self._dossier, rows), None)

    def dossiers(self, position: int) -> Sequence[Dossier]:
        """Every dossier known at a position, by id."""
        rows = self._reads.fetch("SELECT body FROM dossiers WHERE known_from <= ? ORDER BY id", (position,))
        return [self._dossier(row) for row in rows]

    def entry(self, development: UUID, position: int) -> Entry | None:
        """A development as known at a position."""
        rows = self._reads.fetch(
            f"SELECT {ENTRY} FROM versions WHERE development = ? AND known_from <= ? "
            "ORDER BY version DESC LIMIT 1",
            (development.hex, position),
        )
        return next(map(self._entries.read, rows), None)

    def made_by(self, events: Sequence[Stamped]) -> dict[tuple[UUID, int], Entry]:
        """What developments were after events, by stream and version; nothing for what opens a dossier."""
        made = [(one.originator_id.hex, one.originator_version) for one in events]
        if not made:
            return {}
        pairs, params = one_of(made)
        rows = self._reads.fetch(
            f"SELECT {ENTRY} FROM versions WHERE (development, version) IN {pairs}", params
        )
        return {(entry.id, entry.version): entry for entry in map(self._entries.read, rows)}

    def entries(self, selection: Selection) -> Iterator[Entry]:
        """The entries that are asked for, in the order of time."""
        where, params = _where(selection)
        rows = self._reads.fetch(
            f"SELECT {ENTRY} FROM versions WHERE {where} ORDER BY earliest, latest, recorded LIMIT ?",
            (*params, LARGEST if selection.limit is None else selection.limit),
        )
        return map(self._entries.read, rows)

    def gathered(self, selection: Selection) -> list[Entry]:
        """The entries that are asked for, in no order; those that were read lately are not read again.

        Which these are is read off an index where kinds are named, be it all of them.
        """
        where, params = _where(selection)
        keys = self._reads.fetch(f"SELECT known_from, digest FROM versions WHERE {where}", params)
        return self.read(selection.dossier, keys)

    def read(self, dossier: str, keys: Iterable[Key]) -> list[Entry]:
        """The entries of a dossier with these keys, in no order."""
        found, missing = self._recent.find(keys)
        return [*found, *self._read_anew(dossier, missing)] if missing else found

    def _read_anew(self, dossier: str, keys: Sequence[Key]) -> list[Entry]:
        read: list[Entry] = []
        lasting: dict[Key, Entry] = {}
        positions = (position for position, _ in keys)
        while some := list(islice(positions, AT_ONCE)):
            for position, digest, *row in self._reads.fetch(
                f"SELECT known_from, digest, {ENTRY} FROM versions "
                f"WHERE dossier = ? AND known_from IN {listed(len(some))}",
                (dossier, *some),
            ):
                read.append(entry := self._entries.read(row))
                if not entry.sealed and digest == digest_of(row[0]):
                    lasting[position, digest] = entry
        if len(read) != len(keys):
            raise OperationalError("others took the place of the views while they were read: ask again")
        self._recent.keep(lasting)
        return read

    def size(self, dossier: str, position: int) -> int:
        """How many developments of a dossier were known at a position."""
        rows = self._reads.fetch(
            "SELECT count(*) FROM versions WHERE dossier = ? AND version = 1 AND known_from <= ?",
            (dossier, position),
        )
        count: int = rows[0][0]
        return count

    def retracted(self, dossier: str, position: int) -> frozenset[UUID]:
        """The developments of a dossier that were retracted as known at a position."""
        rows = self._reads.fetch(
            "SELECT development FROM versions WHERE dossier = ? AND standing = 'retracted' "
            "AND known_from <= ? AND (known_until IS NULL OR known_until > ?)",
            (dossier, position, position),
        )
        return frozenset(UUID(row[0]) for row in rows)

    def has_links(self, dossier: str, position: int) -> bool:
        """Whether any two developments of a dossier are judged to be the same happening."""
        rows = self._reads.fetch(
            "SELECT 1 FROM versions WHERE dossier = ? AND same_as <> '' AND known_from <= ? "
            "AND (known_until IS NULL OR known_until > ?) LIMIT 1",
            (dossier, position, position),
        )
        return bool(rows)

    def exceed(self, dossier: str, position: int, until: date, number: int) -> bool:
        """Whether more than so many developments were known at a position to have begun by a day."""
        known = "SELECT 1 FROM versions WHERE dossier = ? AND known_from <= ?"
        begun = f"{known} AND (known_until IS NULL OR known_until > ?) AND earliest <= ?"
        params: tuple[object, ...] = (dossier, position, position, until.isoformat())
        return all(
            len(self._reads.fetch(f"{rows} LIMIT ?", (*params[:count], number + 1))) > number
            for rows, count in ((known, 2), (begun, 4))
        )

    def naming_as_same(self, entry: Entry, position: int) -> Sequence[Entry]:
        """The developments of which it was said that they are the same happening as this one."""
        rows = self._reads.fetch(
            f"SELECT {ENTRY} FROM versions WHERE dossier = ? AND same_as <> '' AND known_from <= ? "
            "AND (known_until IS NULL OR known_until > ?) AND instr(same_as, ?) > 0 ORDER BY recorded",
            (entry.dossier, position, position, f"\n{entry.id.hex}\n"),
        )
        return [self._entries.read(row) for row in rows]

    def kind(self, development: UUID) -> str | None:
        """The kind of a development, which never changes."""
        rows = self._reads.fetch(
            "SELECT kind FROM versions WHERE development = ? AND version = 1", (development.hex,)
        )
        return rows[0][0] if rows else None

    def moments_of(self, dossier: str, until: int) -> Iterator[datetime]:
        """The moments at which a dossier's events were recorded, up to a position, in order."""
        rows = self._reads.fetch(
            "SELECT recorded_at FROM stored_events WHERE position IN "
            "(SELECT known_from FROM versions WHERE dossier = ? AND known_from <= ? "
            "UNION SELECT known_from FROM dossiers WHERE id = ?) ORDER BY position",
            (dossier, until, dossier),
        )
        return (read_moment(row[0]) for row in rows)

    def days_of(self, dossier: str, position: int) -> list[date]:
        """The first and the last days of what was known at a position, in order, each once."""
        known = "dossier = ? AND known_from <= ? AND (known_until IS NULL OR known_until > ?)"
        rows = self._reads.fetch(
            f"SELECT earliest FROM versions WHERE {known} UNION SELECT latest FROM versions WHERE {known} "
            "ORDER BY 1",
            (dossier, position, position) * 2,
        )
        return [date.fromisoformat(row[0]) for row in rows if row[0]]

    def positions_of(self, dossier: str, after: int, until: int, limit: int) -> Sequence[int]:
        """The positions of a dossier's events after one position and up to another, in order."""
        rows = self._reads.fetch(
            "SELECT known_from FROM versions WHERE dossier = ? AND known_from > ? AND known_from <= ? "
            "UNION ALL SELECT known_from FROM dossiers WHERE id = ? AND known_from > ? AND known_from <= ? "
            "ORDER BY 1 LIMIT ?",
            (dossier, after, until, dossier, after, until, limit),
        )
        return [row[0] for row in rows]

    def last_positions_of(self, dossier: str, until: int, limit: int) -> Sequence[int]:
        """The positions of a dossier's last events up to a position, the last one first."""
        rows = self._reads.fetch(
            "SELECT known_from FROM versions WHERE dossier = ? AND known_from <= ? "
            "UNION ALL SELECT known_from FROM dossiers WHERE id = ? AND known_from <= ? "
            "ORDER BY 1 DESC LIMIT ?",
            (dossier, until, dossier, until, limit),
        )
        return [row[0] for row in rows]

    def _dossier(self, row: Sequence[Any]) -> Dossier:
        return Dossier.model_validate_json(self._mapper.unpack(row[0]))


def _where(selection: Selection) -> tuple[str, list[object]]:
    # Some developments are found by their ids, and not in an index of all that the dossier holds.
    dossier = "dossier || '' = ?" if selection.developments else "dossier = ?"
    # Only what was disputed is found by when it was known, all else by its kind or its time.
    known_from = "known_from" if selection.disputed or selection.developments else "known_from + 0"
    conditions = [dossier, f"{known_from} <= ?", "(known_until IS NULL OR known_until > ?)"]
    params: list[object] = [selection.dossier, selection.position, selection.position]
    if selection.until is not None:
        conditions.append("earliest || '' <= ?" if selection.disputed else "earliest <= ?")
        params.append(selection.until.isoformat())
    for column, values in (("kind", selection.kinds), ("standing", selection.standings)):
        if values:
            conditions.append(f"{column} IN {listed(len(values))}")
            params.extend(values)
    if selection.actor is not None:
        conditions.append("instr(actors, ?) > 0")
        params.append(f"\n{selection.actor}\n")
    if selection.issue is not None:
        conditions.append("(instr(issues, ?) > 0 OR issues = ?)")
        params.extend((f"\n{selection.issue}\n", ANY_ISSUE))
    if selection.disputed:
        conditions.append("disputes > 0")
    if selection.developments:
        conditions.append(f"development IN {listed(len(selection.developments))}")
        params.extend(one.hex for one in selection.developments)
    if selection.after is not None:
        conditions.append("(earliest, latest, recorded) > (?, ?, ?)")
        params.extend((selection.after.earliest, selection.after.latest, selection.after.recorded))
    return " AND ".join(conditions), params
