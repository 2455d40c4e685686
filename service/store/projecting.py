"""How the tables of the views are brought up to events, a group of them at a time.

A group's events are folded in memory first, each command's by themselves, and written at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from domain.commands import Dossier
from domain.entry import Entry, evolve
from domain.events import DossierOpened, PersonalDataErased, Stamped
from domain.naming import named_in
from projections.gists import gist_of, is_contested, issues_listed
from service.store.admission import Append
from service.store.entries import ENTRY, Entries
from service.store.mapper import EventMapper
from service.store.personal_keys import within
from service.store.places import place_of
from service.store.ports import Cursor, listed
from service.store.tables import COLUMNS, stamped_row, stream_text

Names = dict[tuple[str, str], tuple[int, str]]
"""By dossier and key, the position at which somebody is named first, and the name."""


@dataclass(slots=True)
class _Version:
    """A row to be: an entry, and from which position until which it holds."""

    entry: Entry
    known_from: int
    known_until: int | None = None


class Projection:
    """Writes the tables of views whose names end in `ending`."""

    def __init__(self, mapper: EventMapper, ending: str = "") -> None:
        self.mapper = mapper
        self.entries = Entries(mapper)
        self.ending = ending

    def begin(self, c: Cursor, run: Iterable[Append]) -> "Folding":
        """Begin to fold what commands say, none of which erases."""
        return self._begin(c, (version for append in run for version in append.versions))

    def project(self, c: Cursor, events: Sequence[Stamped]) -> None:
        """Bring the tables up to events that are recorded, in their order."""
        for erases, run in groupby(events, key=lambda one: isinstance(one.event, PersonalDataErased)):
            for some in [[one] for one in run] if erases else [list(run)]:
                if erases:
                    self._tell_again(c, some[0])
                versions = [(stream_text(one.originator_id), one.originator_version) for one in some]
                self._mend(c, dict(reversed(versions)))
                folding = self._begin(c, versions)
                folding.add(some)
                folding.write(c)

    def read(self, c: Cursor, row: Sequence[Any]) -> Stamped:
        """The event of a row of `stored_events`, selected as `COLUMNS`."""
        return self.mapper.to_stamped(stamped_row(row), within(c))

    def _begin(self, c: Cursor, versions: Iterable[tuple[str, int]]) -> "Folding":
        streams = [stream for stream, version in versions if version > 1]
        return Folding(self, self._standing(c, streams) if streams else {})

    def _standing(self, c: Cursor, streams: Sequence[str]) -> dict[str, Entry]:
        """What is held of developments, by their streams."""
        c.execute(
            f"SELECT {ENTRY} FROM versions{self.ending} "
            f"WHERE development IN {listed(len(streams))} AND known_until IS NULL",
            streams,
        )
        entries = map(self.entries.read, c.fetchall())
        return {entry.id.hex: entry for entry in entries}

    def _tell_again(self, c: Cursor, erased: Stamped) -> None:
        """Fold the versions before an erasure again, where any was read before its key was destroyed."""
        stream, table = erased.originator_id.hex, f"versions{self.ending}"
        c.execute(f"SELECT 1 FROM {table} WHERE development = ? AND sealed_by IS NOT NULL LIMIT 1", (stream,))
        if c.fetchone() is None:
            return
        self._fold_again(c, stream, erased.originator_version)

    def _mend(self, c: Cursor, streams: Mapping[str, int]) -> None:
        """Fold what comes before these versions again where its key was destroyed after it had been folded.

        It may be erased between two batches of a rebuild, of which the first had read it.
        """
        c.execute(
            f"SELECT DISTINCT development FROM versions{self.ending}, personal_keys "
            f"WHERE sealed_by = number AND key IS NULL AND development IN {listed(len(streams))}",
            list(streams),
        )
        for (stream,) in c.fetchall():
            self._fold_again(c, stream, streams[stream])

    def _fold_again(self, c: Cursor, stream: str, before: int) -> None:
        """Fold the versions of a development before one again."""
        c.execute(f"DELETE FROM versions{self.ending} WHERE development = ?", (stream,))
        c.execute(
            f"SELECT {COLUMNS} FROM stored_events WHERE originator_id = ? AND originator_version < ? "
            "ORDER BY originator_version",
            (stream, before),
        )
        folding = Folding(self, {})
        folding.add([self.read(c, row) for row in c.fetchall()], naming=False)
        folding.write(c)


class Folding:
    """The rows that a group's events come to, before any of them is written."""

    def __init__(self, projection: Projection, standing: dict[str, Entry]) -> None:
        self._projection = projection
        self._standing = standing
        self._versions: dict[tuple[str, int], _Version] = {}
        self._closed: list[tuple[int, str, int]] = []
        self._dossiers: list[tuple[Dossier, int]] = []
        self._names: Names = {}

    def add(self, events: Sequence[Stamped], *, naming: bool = True) -> None:
        """Fold the events of one command; where one cannot be folded, none of them is."""
        standing: dict[str, Entry] = {}
        folded: list[tuple[Stamped, Entry | None, Names]] = []
        for stamped in events:
            entry = self._evolved(stamped, standing)
            folded.append((stamped, entry, self._named(stamped, entry) if naming else {}))
        for stamped, entry, names in folded:
            self._take(stamped, entry)
            for key, name in names.items():
                self._names.setdefault(key, name)

    def _evolved(self, stamped: Stamped, standing: dict[str, Entry]) -> Entry | None:
        """What a development comes to by an event, after what its command said before; no dossier's."""
        if isinstance(stamped.event, DossierOpened):
            return None
        stream = stamped.originator_id.hex
        entry = standing[stream] = evolve(standing.get(stream) or self._standing.get(stream), stamped)
        return entry

    def _named(self, stamped: Stamped, entry: Entry | None) -> Names:
        event = stamped.event
        if isinstance(event, PersonalDataErased):
            return {}
        dossier = entry.dossier if entry else _opened(stamped).id
        named = named_in(event, but=frozenset(event.personal_texts().values()))
        return {(dossier, key): (stamped.position, name) for key, name in named.items()}

    def _take(self, stamped: Stamped, entry: Entry | None) -> None:
        if entry is None:
            self._dossiers.append((_opened(stamped), stamped.position))
            return
        stream = stamped.originator_id.hex
        before = (stream, entry.version - 1)
        if before in self._versions:
            self._versions[before].known_until = stamped.position
        elif entry.version > 1:
            self._closed.append((stamped.position, *before))
        self._versions[stream, entry.version] = _Version(entry, stamped.position)
        self._standing[stream] = entry

    def write(self, c: Cursor) -> None:
        """Write all rows."""
        ending, pack = self._projection.ending, self._projection.mapper.pack
        closing = f"UPDATE versions{ending} SET known_until = ? WHERE development = ? AND version = ?"
        _write(c, closing, self._closed)
        _insert(c, f"versions{ending}", [self._row(c, one) for one in self._versions.values()])
        _insert(c, f"dossiers{ending}", [(one.id, at, pack(_json(one))) for one, at in self._dossiers])
        names = ((*key, at, pack(name.encode())) for key, (at, name) in self._names.items())
        _insert(c, f"names{ending}", list(names), "ON CONFLICT DO NOTHING")

    def _row(self, c: Cursor, one: _Version) -> tuple[object, ...]:
        entry, place = one.entry, place_of(one.entry)
        return (
            entry.id.hex,
            entry.version,
            entry.dossier,
            entry.development.kind,
            one.known_from,
            one.known_until,
            place.earliest,
            place.latest,
            place.recorded,
            entry.standing,
            _listed([same.hex for same in entry.same_as]),
            _listed(sorted(entry.development.actor_keys())),
            len(entry.disputes),
            int(is_contested(entry)),
            gist_of(entry),
            issues_listed(entry.development),
            *self._projection.entries.packed(c, entry),
        )


def _insert(c: Cursor, table: str, rows: Sequence[Sequence[object]], ending: str = "") -> None:
    if rows:
        _write(c, f"INSERT INTO {table} VALUES {listed(len(rows[0]))} {ending}", rows)


def _write(c: Cursor, statement: str, rows: Sequence[Sequence[object]]) -> None:
    if rows:
        c.executemany(statement, rows)


def _opened(stamped: Stamped) -> Dossier:
    assert isinstance(stamped.event, DossierOpened)
    return stamped.event.dossier


def _json(dossier: Dossier) -> bytes:
    return dossier.model_dump_json(exclude_unset=True).encode()


def _listed(keys: Sequence[str]) -> str:
    """Keys as one text in which each of them can be looked for; nothing for none."""
    return "\n".join(["", *keys, ""]) if keys else ""
