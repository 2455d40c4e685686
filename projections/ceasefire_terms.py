"""What the terms of one ceasefire set a day for, and whether that day had come."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from domain.developments.ceasefires import CeasefireTerms
from domain.time import Bounds, Certainty, hull
from projections.cut import Cut, Held
from projections.succession import Latest, Step

_NEVER = Bounds(date.max, date.max)
_NO_DAY = Certainty.NOT, Bounds(None, None)

Due = tuple[Certainty, Bounds]
"""Whether a day that was set had come, and which."""


class Terms:
    """The terms that were agreed or declared of one ceasefire, with the starts and ends that they set."""

    def __init__(self, committed: Sequence[Held], cut: Cut) -> None:
        self._cut = cut
        self.committed = dict.fromkeys(committed)
        self._starts = {held: day for held in committed if (day := start_of(held))}
        self._ends = {held: day for held in committed if (day := after_end_of(held))}
        self._sure_ends = [_as_step(held) for held in self._ends if held.certain]
        begun = (held for held, day in self._starts.items() if self._come(day) is not Certainty.NOT)
        self._begun = list(islice(begun, 2))

    def start_due(self, step: Step[Any]) -> Due:
        """Whether a start had come, by its own terms or by others that may still hold.

        The one start that was certainly set before holds on as if these terms had set it.
        """
        own = self._starts.get(step.held)
        if own is not None and (come := self._come(own)) is not Certainty.NOT:
            return come, own
        if own is None and len(self._starts) == 1:
            ((held, day),) = self._starts.items()
            return self._come(day) if _is_set_before(held, step) else self._may_have_come(day), day
        if theirs := [held for held in self._begun if held is not step.held]:
            return Certainty.POSSIBLE, self._starts[theirs[0]]
        days = iter(self._starts.values())
        return Certainty.NOT, own or next(days, _NO_DAY[1])

    def end_due(self, step: Step[Any], *, suspended: bool) -> Due:
        """Whether an end had come, by its own terms or by others that were not put off before the step.

        The end of the only terms that were not holds for what was suspended under them.
        """
        if not self._ends:
            return _NO_DAY
        later = Latest([terms for terms in self._sure_ends if step.follows(terms)])
        own = self._ends.get(step.held)
        if own is not None and not later.follows(_as_step(step.held)):
            return self._come(own), own
        left = [held for held in self.committed if not later.follows(_as_step(held))]
        theirs = [(held, self._ends[held]) for held in left if held in self._ends and held is not step.held]
        if suspended and len(left) == 1:
            for held, day in theirs:
                if day.after(step.bounds) and _is_set_before(held, step):
                    return self._come(day), day
        come = [(self._may_have_come(day), day) for _, day in theirs]
        return next((one for one in come if one[0] is not Certainty.NOT), come[0] if come else _NO_DAY)

    def _come(self, due: Bounds) -> Certainty:
        """Whether a day that was set had come; after the last day of which anything is known none can say."""
        if due.occurred_by(self._cut.knowing_day) is Certainty.CERTAIN:
            return Certainty.CERTAIN
        return Certainty.NOT if due.occurred_by(self._cut.as_of) is Certainty.NOT else Certainty.POSSIBLE

    def _may_have_come(self, due: Bounds) -> Certainty:
        return Certainty.NOT if self._come(due) is Certainty.NOT else Certainty.POSSIBLE


def _is_set_before(held: Held, step: Step[Any]) -> bool:
    return held.certain and step.follows(_as_step(held))


def _as_step(held: Held) -> Step[Any]:
    return Step(None, held.bounds, held)


def start_of(committed: Held) -> Bounds | None:
    """When it was to take effect, whichever of its reports is right."""
    days = [terms.start.bounds for terms in _tellings(committed) if terms.start]
    return hull(days) if days else None


def after_end_of(committed: Held) -> Bounds | None:
    """The day after it was to end, whichever of its reports is right."""
    days = [terms.end.bounds for terms in _tellings(committed) if terms.end]
    days += [_NEVER for terms in _tellings(committed) if terms.open_ended]
    return _day_after(hull(days)) if days else None


def due_days(committed: Held) -> Iterator[Bounds]:
    """The days that each report of it sets for a start, and for the day after an end."""
    for terms in _tellings(committed):
        if terms.start:
            yield terms.start.bounds
        if terms.end:
            yield _day_after(terms.end.bounds)


def not_before(told: Bounds, due: Bounds, cut: Cut) -> Bounds:
    """The day that was set, but not before it was agreed; without a latest day where it may not have come."""
    earliest = max(told.earliest or date.min, due.earliest or date.min)
    if told.latest is None or due.latest is None or due.latest > cut.knowing_day:
        return Bounds(earliest, None)
    return Bounds(earliest, max(told.latest, due.latest))


def _tellings(committed: Held) -> list[CeasefireTerms]:
    told = (report.development for report in committed.reports)
    return [one for one in told if isinstance(one, CeasefireTerms)]


def _day_after(end: Bounds) -> Bounds:
    return Bounds(_next(end.earliest), _next(end.latest))


def _next(day: date | None) -> date | None:
    return day + timedelta(days=1) if day and day < date.max else day
