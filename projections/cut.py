"""The bitemporal cut: what the record held at one moment of knowledge, of what had occurred by one day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import chain
from typing import TypeVar, cast
from uuid import UUID

from domain.developments.base import Happening
from domain.entry import Entry, Standing
from domain.time import Bounds, Certainty, hull, meet
from domain.values import Source, independent_origins
from projections.accounts import according_to, happenings
from projections.contradiction import contradict
from projections.short import within

Kind = TypeVar("Kind", bound=Happening)
Place = tuple[date, date, int]
"""Where a report comes in the order of time: its first and last day, then the order of recording."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a question is about: a day, and a moment of knowledge with the position that it comes to."""

    as_of: date
    known_at: datetime | None
    position: int


@dataclass(frozen=True, eq=False)
class Held:
    """A happening that had certainly or possibly occurred by the day, as the record held it."""

    entry: Entry
    """The report of it that comes first in time."""
    certainty: Certainty
    bounds: Bounds
    """The days between which it happened: those that all its reports allow, or that any of them does."""
    others: tuple[Entry, ...] = ()
    """Other reports that were judged to be of the same happening."""

    @property
    def certain(self) -> bool:
        """Whether it had occurred for certain."""
        return self.certainty is Certainty.CERTAIN

    @property
    def reports(self) -> tuple[Entry, ...]:
        """All reports of it, the first in time before the others."""
        return (self.entry, *self.others)

    def by(self, day: date) -> "Held | None":
        """What is held of it by a day; `None` where it had not begun."""
        certainty = self.bounds.occurred_by(day)
        if certainty is self.certainty:
            return self
        return None if certainty is Certainty.NOT else replace(self, certainty=certainty)

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources that report it."""
        return tuple(source for report in self.reports for source in report.sources)

    @property
    def standing(self) -> Standing:
        """How the record holds it; two origins that tell the same corroborate each other."""
        if not self.others:
            return self.entry.standing
        standings = [report.standing for report in self.reports]
        if "disputed" in standings or "retracted" in standings:
            return "disputed" if "disputed" in standings else "retracted"
        return "corroborated" if self.is_corroborated else standings[0]

    @cached_property
    def is_corroborated(self) -> bool:
        """Whether two independent origins report the same of it, whoever may dispute it."""
        first = self.entry.development
        alike = [report for report in self.others if not contradict(first, report.development)]
        sources = (one for report in (self.entry, *alike) for one in report.sources)
        return independent_origins(tuple(sources)) >= 2


@dataclass(frozen=True)
class Cut:
    """What a view is folded from. `held` is in the order of time; entries not yet begun are absent."""

    dossier: str
    moment: Moment
    held: tuple[Held, ...]
    retracted: frozenset[UUID] = frozenset()
    """The developments of the dossier that were retracted at that moment."""
    most: int | None = None
    """So many items of each list are shown, so no more need be made; `None` for all."""

    @property
    def most_within(self) -> int | None:
        """So many items are shown of each list within an item."""
        return None if self.most is None else within(self.most)

    def of(self, *kinds: type[Kind]) -> Iterator[tuple[Held, Kind]]:
        """The entries of some kinds, each with its development."""
        of_type = [places for one, places in self._places.items() if issubclass(one, kinds)]
        for place in of_type[0] if len(of_type) == 1 else sorted(chain.from_iterable(of_type)):
            held = self.held[place]
            yield held, cast("Kind", held.entry.development)

    @cached_property
    def _places(self) -> dict[type[Happening], list[int]]:
        """Where in `held` the entries of each type stand, so that no fold goes through all for a few."""
        places: dict[type[Happening], list[int]] = {}
        for place, held in enumerate(self.held):
            places.setdefault(type(held.entry.development), []).append(place)
        return places

    def by(self, day: date) -> "Cut":
        """What it holds of what had occurred by an earlier day."""
        judged = (one.by(day) for one in self.held)
        begun = tuple(one for one in judged if one is not None)
        return replace(self, moment=replace(self.moment, as_of=day), held=begun)

    def happening(self, report: UUID) -> UUID:
        """The first report of the happening that a report is of."""
        return self._first_reports.get(report, report)

    @cached_property
    def _first_reports(self) -> dict[UUID, UUID]:
        return {other.id: held.entry.id for held in self.held for other in held.others}

    @property
    def knowing_day(self) -> date:
        """The last day of which the record can have known anything: terms after it are only plans."""
        known_at = self.moment.known_at
        return min(self.as_of, known_at.date()) if known_at else self.as_of

    @property
    def as_of(self) -> date:
        """The day."""
        return self.moment.as_of


@dataclass(frozen=True, slots=True)
class Lens:
    """What part of the record a view is to rest on."""

    party: str | None = None
    """Only this party's account: a code or an id."""
    standings: tuple[Standing, ...] = ()
    """Only these standings; empty takes in all that is not retracted."""

    def shows(self, held: Held) -> bool:
        """Whether the view takes it in."""
        if not self.standings:
            return not held.entry.retracted
        if held.standing in self.standings:
            return True
        return "corroborated" in self.standings and held.standing == "disputed" and held.is_corroborated


NO_LENS = Lens()


def cut(
    dossier: str,
    moment: Moment,
    entries: Iterable[Entry],
    retracted: Iterable[UUID] = (),
    lens: Lens = NO_LENS,
) -> Cut:
    """Cut what the record held at one moment of knowledge at the end of a day."""
    if lens.party is not None:
        known_on = moment.known_at.date() if moment.known_at else date.max
        told = [according_to(lens.party, entry, known_on) for entry in entries]
        entries = [entry for entry in told if entry is not None]
    begun = [held for reports in happenings(list(entries)) if (held := _held(reports, moment.as_of))]
    shown = sorted((held for held in begun if lens.shows(held)), key=_in_time)
    return Cut(dossier, moment, tuple(shown), frozenset(retracted))


def _held(reports: Sequence[Entry], as_of: date) -> Held | None:
    first, *others = reports if len(reports) == 1 else sorted(reports, key=_place)
    bounds = _bounds(reports) if others else first.bounds
    certainty = bounds.occurred_by(as_of)
    return None if certainty is Certainty.NOT else Held(first, certainty, bounds, tuple(others))


def _bounds(reports: Sequence[Entry]) -> Bounds:
    """The days between which a happening lies: where all its reports can be right, those that all allow.

    Where they cannot, and where one tells how long it lasted, whichever report is right.
    """
    several = [report.bounds for report in reports]
    lasting = any(report.development.occurred.lasting for report in reports)
    return (None if lasting else meet(several)) or hull(several)


def _in_time(held: Held) -> Place:
    return _place(held.entry, None if held.others else held.bounds)


def _place(entry: Entry, bounds: Bounds | None = None) -> Place:
    return *(bounds or entry.bounds).ends, entry.position
