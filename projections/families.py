"""Families of agreements: each agreement on record with all that signs or amends it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from uuid import UUID

from domain.developments.agreements import Agreement, AgreementMade
from projections.cut import Cut, Held
from projections.threads import Roots


@dataclass(frozen=True, slots=True)
class Families:
    """The agreements on record, each family under the one on which the others rest."""

    members: Mapping[UUID, tuple[Held, ...]]
    """For each of these roots the family in the order of time, but nothing before what it signs or amends."""
    roots: Mapping[UUID, UUID]
    rests_on: Mapping[UUID, UUID]
    """What each agreement signs or amends; for a second report of one the first."""

    def root(self, named: UUID) -> UUID:
        """The root of the family that an agreement is of."""
        return self.roots.get(named, named)

    def forebears(self, held: Held) -> frozenset[UUID]:
        """All that it signs or amends, and what that does in its turn: it came after them."""
        return frozenset(_forebears(held.entry.id, self.rests_on))


def families(cut: Cut) -> Families:
    """Gather the agreements on record into families."""
    rests_on: dict[UUID, UUID] = {}
    for held, _ in cut.of(Agreement):
        rests_on |= dict.fromkeys((other.id for other in held.others), held.entry.id)
        if (named := named_by(held)) is not None:
            rests_on[held.entry.id] = cut.happening(named)
    roots, members = Roots(rests_on), dict[UUID, list[Held]]()
    for held, _ in cut.of(Agreement):
        members.setdefault(roots.of(held.entry.id), []).append(held)
    return Families(
        {root: tuple(_in_turn(family, rests_on)) for root, family in members.items()},
        {one: roots.of(one) for one in rests_on},
        rests_on,
    )


def named_by(held: Held) -> UUID | None:
    """The agreement that is signed or amended, as the first report that names one has it."""
    named = (report.development.carries_on() for report in held.reports)
    return next((one for one in named if one is not None), None)


def replaced_by(held: Held, cut: Cut) -> UUID | None:
    """The older agreement whose place it takes, as the first report that names one has it."""
    told = (report.development for report in held.reports)
    older = (one.supersedes for one in told if isinstance(one, AgreementMade) and one.supersedes)
    return next((cut.happening(one) for one in older), None)


def _in_turn(family: Sequence[Held], rests_on: Mapping[UUID, UUID]) -> Iterator[Held]:
    """The family in its order, but none before what it rests on; in a circle the first breaks it."""
    places = {held.entry.id: place for place, held in enumerate(family)}
    waiting: dict[UUID, list[int]] = {}
    free: list[int] = []
    for one, place in places.items():
        below = rests_on.get(one, one)
        (free if below == one or below not in places else waiting.setdefault(below, [])).append(place)
    left = dict.fromkeys(range(len(family)))
    while left:
        place = heappop(free) if free else next(iter(left))
        if place in left:
            del left[place]
            yield family[place]
            for above in waiting.get(family[place].entry.id, ()):
                heappush(free, above)


def _forebears(one: UUID, rests_on: Mapping[UUID, UUID]) -> Iterator[UUID]:
    seen = {one}
    while (one := rests_on.get(one, one)) not in seen:
        seen.add(one)
        yield one
