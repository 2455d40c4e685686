"""Reads how an answer changed: folds it anew after each event, or at each day, that can have changed it."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from domain.access import Authority
from domain.entry import Entry, evolve
from domain.errors import Invalid
from domain.events import DossierOpened, Stamped
from projections.cut import NO_LENS, Moment, cut
from projections.diff import (
    ChangedByKnowledge,
    ChangedByTime,
    Edge,
    KnowledgeDiff,
    TimeDiff,
    as_json,
    edge,
    edges,
)
from projections.difference import Difference, Traced, differences, trace
from projections.history import Change, change
from projections.registry import VIEWS
from service.moments import Asked
from service.paging import Question
from service.record import Record
from service.selecting import EVERY_KIND, kinds_of
from service.store.places import place_of
from service.store.versions import Selection
from service.views import Views

MOST_STEPS = 2_000
"""An answer is folded once for each event or day in the window; a longer one is to be asked in parts."""

Held = Mapping[UUID, Entry]
Cause = TypeVar("Cause")


class Diffs:
    """Answers how a view changed."""

    def __init__(self, record: Record, views: Views) -> None:
        self._reading = record.reading
        self._views = views
        self.moments = views.moments

    def as_seen_by(self, authority: Authority | None) -> "Diffs":
        """The same of what somebody may read."""
        seen = copy(self)
        seen._views = self._views.as_seen_by(authority)  # noqa: SLF001 - it is another of the same
        return seen

    def by_knowledge(
        self,
        question: Question,
        as_of: date | None,
        known_from: datetime | None,
        known_to: datetime | None,
    ) -> KnowledgeDiff:
        """How the answer about a day changed between two moments of knowledge, and which events did it."""
        first = self.moments.position_at(known_from, "known_from") if known_from else 0
        last = self._end(as_of, known_from, known_to)
        self._views.require(question.dossier, last.position, question.lens)
        start = self._held(question.dossier, first)
        answers = self._after_each_event(question, start, first, last)
        traced = trace(_fold(question, Moment(last.as_of, known_from, first), start), answers)
        return KnowledgeDiff(
            dossier=question.dossier,
            view=question.view,
            as_of=last.as_of,
            known_from=known_from,
            known_to=last.known_at,
            position_from=first,
            position_to=last.position,
            known_at=last.known_at,
            position=last.position,
            differences=tuple(ChangedByKnowledge(**_told(one)) for one in traced),
        )

    def by_time(self, question: Question, asked: Asked, as_of_from: date) -> TimeDiff:
        """How the answer changed between two days at one moment of knowledge, and what happened between."""
        self.moments.day(asked.as_of, "as_of_to")
        last = self.moments.settle(asked)
        if as_of_from > last.as_of:
            raise Invalid("as_of_from", "it lies after as_of_to, so nothing can be between them")
        self._views.require(question.dossier, last.position, question.lens)
        held = self._held(question.dossier, last.position)
        start = _fold(question, Moment(as_of_from, last.known_at, last.position), held)
        traced = trace(start, _on_each_day(question, held, as_of_from, last))
        return TimeDiff(
            dossier=question.dossier,
            view=question.view,
            as_of_from=as_of_from,
            as_of_to=last.as_of,
            known_at=last.known_at,
            position=last.position,
            differences=tuple(ChangedByTime(**_told(one)) for one in traced),
        )

    def with_another(
        self, dossier: str, entry: Entry, moment: Moment, views: Sequence[str]
    ) -> dict[str, list[Difference]]:
        """How the answer of each view would differ with one development as it is given, on record or not.

        An answer that does not rest on its kind is not folded: it cannot differ.
        """
        held, later = self._held(dossier, moment.position), replace(moment, position=moment.position + 1)
        found: dict[str, list[Difference]] = {view: [] for view in views}
        for view in views:
            if entry.development.kind in kinds_of(VIEWS[view].rests_on):
                one = Question(view, dossier, NO_LENS)
                after = _fold(one, later, {**held, entry.id: entry})
                found[view] = list(differences(_fold(one, moment, held), after))
        return found

    def _end(self, as_of: date | None, known_from: datetime | None, known_to: datetime | None) -> Moment:
        """Where a window ends; one that was left open, at the last event, but not before it begins."""
        if known_from and known_to and known_from > known_to:
            raise Invalid("known_from", "it lies after known_to, so nothing can be between them")
        if known_to:
            self.moments.position_at(known_to, "known_to")
        last = self.moments.settle(Asked(as_of=as_of, known_at=known_to))
        if known_from and last.known_at and known_from > last.known_at:
            return replace(last, known_at=known_from)
        return last

    def _held(self, dossier: str, position: int) -> dict[UUID, Entry]:
        entries = self._reading.versions.gathered(Selection(dossier, position, kinds=EVERY_KIND))
        return {one.id: one for one in sorted(entries, key=place_of)}

    def _after_each_event(
        self, question: Question, start: Held, first: int, last: Moment
    ) -> Iterator[tuple[tuple[Change, ...], Any]]:
        """The answer after each event that can have moved it, before the first on each day, and at the end.

        Before those and at the end a day that was set may have come without an event; nothing made that.
        """
        held, kinds, today = dict(start), kinds_of(VIEWS[question.view].rests_on), None
        for stamped in self._between(question.dossier, first, last.position):
            entry = evolve(held.get(stamped.originator_id), stamped)
            if entry.development.kind in kinds:
                moment = Moment(last.as_of, stamped.recorded_at, stamped.position)
                if today != (today := stamped.recorded_at.date()):
                    yield (), _fold(question, replace(moment, position=stamped.position - 1), held)
                made = change(stamped, entry.development.headline(), entry.development.kind)
                yield (made,), _fold(question, moment, {**held, entry.id: entry})
            held[entry.id] = entry
        yield (), _fold(question, last, held)

    def _between(self, dossier: str, first: int, last: int) -> Iterator[Stamped]:
        """What was recorded of developments after one position and up to another."""
        positions = self._reading.versions.positions_of(dossier, first, last, MOST_STEPS + 1)
        if len(positions) > MOST_STEPS:
            raise Invalid("known_to", f"more than {MOST_STEPS} events lie between: ask for a shorter time")
        found = (self._reading.at(position) for position in positions)
        return (stamped for stamped in found if not isinstance(stamped.event, DossierOpened))


def _on_each_day(
    question: Question, held: Held, first: date, last: Moment
) -> Iterator[tuple[tuple[Edge, ...], Any]]:
    """The answer on each day on which it can change, with the developments that have an edge there."""
    kinds = kinds_of(VIEWS[question.view].rests_on)
    by_day: dict[date, list[Edge]] = {}
    for entry in held.values():
        for day in edges(entry) if entry.development.kind in kinds else ():
            if first < day <= last.as_of:
                by_day.setdefault(day, []).append(edge(day, entry))
    if len(by_day) > MOST_STEPS:
        raise Invalid("as_of_to", f"more than {MOST_STEPS} days with changes lie between: ask for fewer")
    for day in sorted(by_day):
        yield tuple(by_day[day]), _fold(question, Moment(day, last.known_at, last.position), held)
    yield (), _fold(question, last, held)


def _fold(question: Question, moment: Moment, held: Held) -> Any:
    """The answer that a view gives of what was held, as JSON."""
    projection = VIEWS[question.view]
    retracted = [entry.id for entry in held.values() if entry.retracted]
    entries = [
        entry
        for entry in projection.moved_by(held.values())
        if not entry.retracted or "retracted" in question.lens.standings
    ]
    return as_json(projection.fold(cut(question.dossier, moment, entries, retracted, question.lens)))


def _told(traced: Traced[tuple[Cause, ...]]) -> dict[str, Any]:
    difference = traced.difference
    made_by = dict.fromkeys(cause for causes in traced.causes for cause in causes)
    return {
        "path": difference.path,
        "before": difference.before,
        "after": difference.after,
        "made_by": tuple(made_by),
    }
