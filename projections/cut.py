"""The bitemporal cut: what the record held at one moment of knowledge, of what had occurred by one day."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from domain.developments.base import Happening
from domain.entry import Entry, Standing
from domain.time import Bounds, Certainty, hull, meet
from domain.values import Source, independent_origins
from projections.accounts import according_to, happenings
from projections.contradiction import contradict

Kind = TypeVar("Kind", bound=Happening)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a question is about: a day, and a moment of knowledge with the position that it comes to."""

    as_of: date
    known_at: datetime | None
    position: int


@dataclass(frozen=True)
class Held:
    """A happening that had certainly or possibly occurred by the day, as the record held it."""

    entry: Entry
    """The report of it that comes first in time."""
    certainty: Certainty
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

    @cached_property
    def bounds(self) -> Bounds:
        """The days between which it happened: where all its reports can be right, those that all allow.

        Where they cannot, and where one tells how long it lasted, whichever report is right.
        """
        several = [report.bounds for report in self.reports]
        lasting = any(report.development.occurred.lasting for report in self.reports)
        return (None if lasting else meet(several)) or hull(several)

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources that report it."""
        return tuple(source for report in self.reports for source in report.sources)

    @property
    def standing(self) -> Standing:
        """How the record holds it; two origins that tell the same corroborate each other."""
        standings = [report.standing for report in self.reports]
        if "disputed" in standings or "retracted" in standings:
            return "disputed" if "disputed" in standings else "retracted"
        return "corroborated" if self.is_corroborated else standings[0]

    @cached_property
    def is_corroborated(self) -> bool:
        """Whether two independent origins report the same of it, whoever may dispute it."""
        alike = [
            report for report in self.reports if not contradict(self.entry.development, report.development)
        ]
        return independent_origins(tuple(one for report in alike for one in report.sources)) >= 2


@dataclass(frozen=True)
class Cut:
    """What a view is folded from. `held` is in the order of time; entries not yet begun are absent."""

    dossier: str
    moment: Moment
    held: tuple[Held, ...]
    retracted: frozenset[UUID] = frozenset()
    """The developments of the dossier that were retracted at that moment."""

    def of(self, *kinds: type[Kind]) -> Iterator[tuple[Held, Kind]]:
        """The entries of some kinds, each with its development."""
        for held in self.held:
            if isinstance(held.entry.development, kinds):
                yield held, held.entry.development

    def by(self, day: date) -> "Cut":
        """What it holds of what had occurred by an earlier day."""
        judged = (replace(held, certainty=held.bounds.occurred_by(day)) for held in self.held)
        begun = tuple(held for held in judged if held.certainty is not Certainty.NOT)
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
            return held.standing != "retracted"
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
    known_on = moment.known_at.date() if moment.known_at else date.max
    told = [according_to(lens.party, entry, known_on) if lens.party else entry for entry in entries]
    reports = happenings([entry for entry in told if entry is not None])
    held = [one for group in reports if (one := _held(group, moment.as_of)) and lens.shows(one)]
    return Cut(dossier, moment, tuple(sorted(held, key=_in_time)), frozenset(retracted))


def _held(reports: Sequence[Entry], as_of: date) -> Held | None:
    first, *others = sorted(reports, key=lambda entry: (_ends(entry.bounds), entry.position))
    held = Held(first, Certainty.CERTAIN, tuple(others))
    certainty = held.bounds.occurred_by(as_of)
    return None if certainty is Certainty.NOT else replace(held, certainty=certainty)


def _ends(bounds: Bounds) -> tuple[date, date]:
    return (bounds.earliest or date.min, bounds.latest or date.max)


def _in_time(held: Held) -> tuple[tuple[date, date], int]:
    return (_ends(held.entry.bounds), held.entry.position)
