"""The bitemporal cut: what the record held at one moment of knowledge, of what had occurred by one day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from domain.developments.base import Happening, actor_name
from domain.entry import Entry
from domain.time import Certainty
from domain.values import Slug, Value

Kind = TypeVar("Kind", bound=Happening)


@dataclass(frozen=True, slots=True)
class Held:
    """An entry that had certainly or possibly occurred by the day."""

    entry: Entry
    certainty: Certainty

    @property
    def certain(self) -> bool:
        """Whether it had occurred for certain."""
        return self.certainty is Certainty.CERTAIN


@dataclass(frozen=True, slots=True)
class Cut:
    """What a view is folded from. `held` is in the order of time; entries not yet begun are absent."""

    dossier: str
    as_of: date
    known_at: datetime | None
    position: int
    held: tuple[Held, ...]
    retracted: frozenset[UUID] = frozenset()
    """The developments of the dossier that were retracted at that moment."""

    def of(self, *kinds: type[Kind]) -> Iterator[tuple[Held, Kind]]:
        """The entries of some kinds, each with its development."""
        for held in self.held:
            if isinstance(held.entry.development, kinds):
                yield held, held.entry.development

    @property
    def knowing_day(self) -> date:
        """The last day of which the record can have known anything: terms after it are only plans."""
        return min(self.as_of, self.known_at.date()) if self.known_at else self.as_of


def cut(
    dossier: str,
    as_of: date,
    known_at: datetime | None,
    position: int,
    entries: Iterable[Entry],
    retracted: Iterable[UUID] = (),
) -> Cut:
    """Cut the entries that the record held at a position at the end of a day."""
    judged = (Held(entry, entry.bounds.occurred_by(as_of)) for entry in entries)
    begun = [held for held in judged if held.certainty is not Certainty.NOT]
    return Cut(dossier, as_of, known_at, position, tuple(sorted(begun, key=_in_time)), frozenset(retracted))


def _in_time(held: Held) -> tuple[date, date, int]:
    bounds = held.entry.bounds
    return (bounds.earliest or date.min, bounds.latest or date.max, held.entry.position)


class View(Value):
    """What every answer says of itself: the dossier, both clocks, and the position that it reflects."""

    dossier: Slug
    as_of: date
    """Valid time: what had occurred by the end of this day."""
    known_at: datetime | None
    """Knowledge time: what the record knew at this moment; null while it knows nothing."""
    position: int
    """How many events the answer rests on: those recorded by `known_at`."""


class Ground(Value):
    """A development that something rests on, at the version that was known."""

    id: UUID
    version: int


class Grounds(Value):
    """The developments that an answer rests on, by whether they had occurred by the day."""

    certain: tuple[Ground, ...] = ()
    possible: tuple[Ground, ...] = ()


def ground(held: Held) -> Ground:
    """The reference to one entry."""
    return Ground(id=held.entry.id, version=held.entry.version)


def grounds(held: Sequence[Held]) -> Grounds:
    """The references to several entries, each of them once."""
    each = {one.entry.id: one for one in held}.values()
    return Grounds(
        certain=tuple(ground(one) for one in each if one.certain),
        possible=tuple(ground(one) for one in each if not one.certain),
    )


def fallen_references(held: Sequence[Held], retracted: frozenset[UUID]) -> tuple[UUID, ...]:
    """What entries rest on that has been retracted."""
    named = (reference.id for one in held for reference in one.entry.development.references())
    return tuple(dict.fromkeys(one for one in named if one in retracted))


def attributed_to(held: Held) -> tuple[str, ...]:
    """The chains that report it, each from its origin to its outlet."""
    chains = (
        [*(actor_name(link.actor) for link in source.chain), source.outlet] for source in held.entry.sources
    )
    return tuple(" → ".join(chain) for chain in chains)
