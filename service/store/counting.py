"""Counts what is known of a dossier at one day and moment, off an index, and reads no more than is asked for.

At a position, what is known never changes: so several queries, one after the other, are of one moment.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal
from uuid import UUID

from domain.developments import KINDS
from projections.cut import Held, Moment, cut
from projections.known import Brief, Counted, Kinds
from projections.view import Ground
from service.store.ports import Reads, listed
from service.store.versions import AT_ONCE, Versions

CHUNK = 200
"""So many briefs are fetched by one query."""
BRIEF = "earliest, latest, recorded, known_from, digest, gist"
_SERVED = {
    "kind": ("earliest", "known_from + 0"),
    "time": ("earliest", "known_from + 0"),
    "dispute": ("earliest || ''", "known_from"),
}
"""How columns are named, so that no other index seems to serve a query than the one that does."""


class Counting:
    """`projections.known.Known` of the tables."""

    def __init__(self, reads: Reads, versions: Versions, dossier: str, moment: Moment) -> None:
        self._reads = reads
        self._versions = versions
        self.dossier = dossier
        self.moment = moment

    def counted(self, kinds: Kinds) -> Sequence[Counted] | None:
        """How many of each kind and gist; `None` where some gist was too long to be kept."""
        where, params = self._where(kinds, by="kind")
        rows = self._reads.fetch(
            "SELECT kind, gist, SUM(CASE WHEN latest <= ? THEN 1 ELSE 0 END), COUNT(*) FROM versions "
            f"WHERE {where} GROUP BY kind, gist",
            (self._day, *params),
        )
        return None if any(row[1] is None for row in rows) else [Counted(*row) for row in rows]

    def briefs(self, kinds: Kinds, *, certain: bool) -> Iterator[Brief]:
        """Those that are certain or are not, in the order of time; fetched as they are asked for."""
        judged = "latest <= ?" if certain else "latest > ?"
        after: tuple[object, ...] = ("", "", 0)
        while rows := self._briefs(
            kinds, f"{judged} AND (earliest, latest, recorded) > (?, ?, ?)", (self._day, *after), CHUNK
        ):
            yield from (Brief(known_from, gist) for _, _, _, known_from, _, gist in rows)
            after = rows[-1][:3]

    def first(self, kinds: Kinds, limit: int) -> Sequence[Held]:
        """The first so many, in the order of time."""
        return self._held(self._briefs(kinds, "1 = 1", (), limit))

    def disputed(self, kinds: Kinds, limit: int, *, contested: bool) -> tuple[int, Sequence[Held]]:
        """How many were ever disputed, or are told in accounts that differ, and the first of them."""
        where, params = self._where(kinds, by="dispute")
        told = " AND contested = 1" if contested else ""
        rows = self._reads.fetch(f"SELECT {BRIEF} FROM versions WHERE {where} AND disputes > 0{told}", params)
        return len(rows), self._held(sorted(rows)[:limit])

    def grounds(self, keys: Iterable[Hashable]) -> Mapping[Hashable, Ground]:
        """The references to some of the briefs, by their keys."""
        positions, named = iter(dict.fromkeys(keys)), dict[Hashable, Ground]()
        while some := tuple(islice(positions, AT_ONCE)):
            for position, development, version in self._reads.fetch(
                "SELECT known_from, development, version FROM versions "
                f"WHERE dossier = ? AND known_from IN {listed(len(some))}",
                (self.dossier, *some),
            ):
                named[position] = Ground.model_construct(id=UUID(development), version=version)
        return named

    @property
    def _day(self) -> str:
        return self.moment.as_of.isoformat()

    def _briefs(
        self, kinds: Kinds, more: str, params: Sequence[object], limit: int
    ) -> Sequence[tuple[Any, ...]]:
        where, own = self._where(kinds, by="time")
        return self._reads.fetch(
            f"SELECT {BRIEF} FROM versions WHERE {where} AND {more} "
            "ORDER BY earliest, latest, recorded LIMIT ?",
            (*own, *params, limit),
        )

    def _held(self, briefs: Sequence[tuple[Any, ...]]) -> Sequence[Held]:
        keys = ((known_from, digest) for _, _, _, known_from, digest, _ in briefs)
        return cut(self.dossier, self.moment, self._versions.read(self.dossier, keys)).held

    def _where(self, kinds: Kinds, *, by: Literal["kind", "time", "dispute"]) -> tuple[str, list[object]]:
        """What is known and had begun, so put that one index alone serves it."""
        names = [name for name, kind in KINDS.items() if issubclass(kind, kinds)]
        earliest, known_from = _SERVED[by]
        where = (
            f"dossier = ? AND {earliest} <= ? AND {known_from} <= ? "
            "AND (known_until IS NULL OR known_until > ?) AND standing <> 'retracted'"
        )
        params: list[object] = [self.dossier, self._day, self.moment.position, self.moment.position]
        return (f"{where} AND kind IN {listed(len(names))}", [*params, *names]) if names else (where, params)
