"""What is known of a dossier at one day and moment, asked for in part: few are read, the rest is counted.

A view that is shown in pages needs no more than that: its numbers are sums over gists, and of its lists it
needs the first items. Whoever answers it so answers to the letter what the fold of everything comes to.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from domain.developments.base import Happening
from projections.cut import Cut, Held, Moment
from projections.short import short
from projections.view import Contested, Ground, Grounds, contested, of_view

Group = TypeVar("Group", bound=Hashable)
Kinds = tuple[type[Happening], ...]


class Counted(NamedTuple):
    """How many happenings of one kind and gist had certainly occurred, and how many possibly or certainly."""

    kind: str
    gist: str
    certain: int
    begun: int


class Brief(NamedTuple):
    """One happening: by what it is read, and its gist."""

    key: Hashable
    gist: str


class Known(Protocol):
    """Nothing here was retracted, had yet to begin by the day, or is one happening with another."""

    @property
    def dossier(self) -> str:
        """The dossier."""

    @property
    def moment(self) -> Moment:
        """The day, and the moment of knowledge."""

    def counted(self, kinds: Kinds) -> Sequence[Counted] | None:
        """How many of each kind and gist; `None` where some gist was too long to be kept."""

    def briefs(self, kinds: Kinds, *, certain: bool) -> Iterator[Brief]:
        """Those that are certain or are not, in the order of time; fetched as they are asked for."""

    def first(self, kinds: Kinds, limit: int) -> Sequence[Held]:
        """The first so many, in the order of time."""

    def disputed(self, kinds: Kinds, limit: int, *, contested: bool) -> tuple[int, Sequence[Held]]:
        """How many were ever disputed, or are told in accounts that differ, and the first of them."""

    def grounds(self, keys: Iterable[Hashable]) -> Mapping[Hashable, Ground]:
        """The references to some of the briefs, by their keys."""


def head(known: Known, kinds: Kinds, limit: int) -> dict[str, Any]:
    """What an answer says of itself, for the constructor of its `View`; the first of what is contested."""
    number, held = known.disputed(kinds, limit, contested=True)
    shown: Iterable[Contested] = map(contested, held)
    plain = Cut(known.dossier, known.moment, ())
    return {**of_view(plain), "contested": short(shown, number)}


def grounds_of(
    known: Known,
    kinds: Kinds,
    numbers: Mapping[Group, tuple[int, int]],
    groups: Callable[[str], Iterable[Group]],
    most: int,
) -> dict[Group, Grounds]:
    """The first grounds of groups of happenings; of each it is known how many are certain, and how many not.

    `groups` tells of a gist to which groups it belongs.
    """
    first = {
        certain: _first_of_each(
            known.briefs(kinds, certain=certain),
            {group: min(counts[place], most) for group, counts in numbers.items()},
            groups,
        )
        for place, certain in enumerate((True, False))
    }
    named = known.grounds(key for lists in first.values() for found in lists.values() for key in found)
    return {
        group: Grounds.model_construct(
            certain=short((named[key] for key in first[True][group]), certain),
            possible=short((named[key] for key in first[False][group]), possible),
        )
        for group, (certain, possible) in numbers.items()
    }


def _first_of_each(
    briefs: Iterator[Brief], wanted: Mapping[Group, int], groups: Callable[[str], Iterable[Group]]
) -> dict[Group, list[Hashable]]:
    """The keys of the first so many of each group; no more are fetched than it takes to find them."""
    found: dict[Group, list[Hashable]] = {group: [] for group in wanted}
    missing = sum(wanted.values())
    while missing:
        brief = next(briefs)
        for group in groups(brief.gist):
            if group in found and len(found[group]) < wanted[group]:
                found[group].append(brief.key)
                missing -= 1
    return found
