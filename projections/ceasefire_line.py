"""Whether one ceasefire stands: what was last reported of it, and what its terms set a day for.

What somebody reports (that it was agreed, declared, suspended, terminated, never implemented, or has lapsed)
makes a step, and so does a later ceasefire that takes its place: that ends it not before the later one is
agreed, and not after that one takes effect.
Terms that were agreed or declared last then say how they stand on the day: not yet in effect, in effect
since their start, or lapsed since the day after their end. Terms that set no start carry on the one that
was set before; whether they carry on an end nobody knows. What is set for a day after all that is known is
only a plan.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from domain.developments.base import Happening
from domain.developments.ceasefires import (
    CeasefireAgreed,
    CeasefireDeclared,
    CeasefireLapsed,
    CeasefireNotImplemented,
    CeasefireSuspended,
    CeasefireTerminated,
    CeasefireTerms,
)
from domain.time import Bounds, Certainty, hull
from projections.ceasefire_threads import Thread, names, supersedes
from projections.cut import Cut, Held
from projections.succession import Outlook, Step, outlook

Status = Literal[
    "none",
    "under_discussion",
    "no_agreement",
    "proposed",
    "rejected",
    "accepted_in_principle",
    "agreed",
    "declared",
    "in_effect",
    "suspended",
    "lapsed",
    "terminated",
    "superseded",
    "not_implemented",
]
StatusStep = Step[Status]

_OF_EVENT: dict[type[Happening], Status] = {
    CeasefireAgreed: "agreed",
    CeasefireDeclared: "declared",
    CeasefireSuspended: "suspended",
    CeasefireLapsed: "lapsed",
    CeasefireTerminated: "terminated",
    CeasefireNotImplemented: "not_implemented",
}
_NEVER = Bounds(date.max, date.max)
_ENDS = frozenset({"lapsed", "terminated", "superseded", "not_implemented"})


def line(thread: Thread, cut: Cut) -> Outlook[Status]:
    """How one ceasefire stands at the end of the day, talk of it left aside."""
    reported = [
        Step(_OF_EVENT[type(told)], held.bounds, held, names=names(held, cut))
        for held, told in thread.members
        if type(told) in _OF_EVENT
    ]
    reported += [
        Step("superseded", _takes_over(held, cut), held, names=supersedes(held, cut))
        for held in thread.superseded_by
    ]
    told = outlook(reported, cut.as_of, "none")
    if not reported:
        return told
    committed = thread.committed
    ends = [step for step in reported if step.state in _ENDS]
    last = [stand for step in told.last for stand in _stands(step, committed, cut, ends)]
    before: tuple[Status, ...] = ("none",) if "none" in told.possible else ()
    possible = tuple(dict.fromkeys([*before, *(step.state for step in last)]))

    def since() -> Iterator[StatusStep]:
        yield from (step for step in told.since if step.state in possible)
        yield from (one for step in last if step.stage for one in _run(step, reported, committed, cut))

    return Outlook(possible, tuple(last), since)


def moves(told: Happening) -> bool:
    """Whether it moves a ceasefire by itself: whatever is reported of it but a breach."""
    return type(told) in _OF_EVENT


def due_days(held: Held) -> Iterator[Bounds]:
    """The days that each report of it sets for a start, and for the day after an end."""
    for terms in _terms(held):
        if terms.start:
            yield terms.start.bounds
        if terms.end:
            yield _day_after(terms.end.bounds)


def _takes_over(later: Held, cut: Cut) -> Bounds:
    """When a later ceasefire takes the place of one: from the day of its agreement to that of its start."""
    start = _start(later)
    return (
        later.bounds
        if start is None
        else Bounds(later.bounds.earliest, _not_before(later.bounds, start, cut).latest)
    )


def _run(
    step: StatusStep, reported: Sequence[StatusStep], committed: Sequence[Held], cut: Cut
) -> list[StatusStep]:
    """The steps that may have begun what a step carries on: terms that extend a ceasefire do not begin it."""
    began = [step]
    if step.state != "in_effect":
        return began
    latest = replace(step, bounds=step.held.bounds, stage=0, names=names(step.held, cut))
    others = [one for one in reported if one.held in committed and one.held is not step.held]
    earlier = [one for one in others if not one.follows(latest)]
    for one in reversed(earlier):
        begun, since = _due(one, committed, cut, _start)
        carried_on = _carried_on(one, latest, reported)
        if carried_on is Certainty.NOT or begun is Certainty.NOT:
            continue
        first: StatusStep = Step("in_effect", _not_before(one.bounds, since, cut), one.held, stage=1)
        before = latest.bounds.after(first.bounds)
        sure = (
            latest.follows(one) and one.held.certain and before and begun is carried_on is Certainty.CERTAIN
        )
        began = [first] if sure else [*began, first]
    return began


def _carried_on(one: StatusStep, latest: StatusStep, reported: Sequence[StatusStep]) -> Certainty:
    """Whether nothing ended or suspended a ceasefire between two steps that commit to it."""
    breaks = [step for step in reported if step.state not in {"agreed", "declared"}]
    if any(step.held.certain and step.follows(one) and latest.follows(step) for step in breaks):
        return Certainty.NOT
    over = _after_end(one.held)
    if over and latest.bounds.after(over):
        return Certainty.NOT
    lasts = over is None or over.after(latest.bounds) or over == latest.bounds
    unbroken = all(one.follows(step) or step.follows(latest) for step in breaks)
    return Certainty.CERTAIN if lasts and unbroken else Certainty.POSSIBLE


def _stands(
    step: StatusStep, committed: Sequence[Held], cut: Cut, ends: Sequence[StatusStep]
) -> Iterator[StatusStep]:
    """How a step may stand on the day by the terms of the ceasefire; a suspension waits for their end.

    Where an end may have been reported before the suspension, their own end may come no more.
    """
    if step.state in _ENDS:
        yield step
        return
    over, after = _due(step, committed, cut, _after_end)
    if step.state == "suspended" and not all(end.follows(step) for end in ends):
        over = min(over, Certainty.POSSIBLE, key=_weight)
    begun, since = (Certainty.NOT, after) if step.state == "suspended" else _due(step, committed, cut, _start)
    if Certainty.CERTAIN not in {begun, over}:
        yield step
    if begun is not Certainty.NOT and over is not Certainty.CERTAIN:
        yield Step("in_effect", _not_before(step.bounds, since, cut), step.held, stage=1)
    if over is not Certainty.NOT:
        yield Step("lapsed", _not_before(step.bounds, after, cut), step.held, stage=2)


def _start(committed: Held) -> Bounds | None:
    """When it was to take effect, whichever of its reports is right."""
    days = [terms.start.bounds for terms in _terms(committed) if terms.start]
    return hull(days) if days else None


def _end(committed: Held) -> Bounds | None:
    days = [terms.end.bounds for terms in _terms(committed) if terms.end]
    days += [_NEVER for terms in _terms(committed) if terms.open_ended]
    return hull(days) if days else None


def _after_end(committed: Held) -> Bounds | None:
    end = _end(committed)
    return _day_after(end) if end else None


def _day_after(end: Bounds) -> Bounds:
    return Bounds(_next(end.earliest), _next(end.latest))


def _terms(committed: Held) -> list[CeasefireTerms]:
    told = (report.development for report in committed.reports)
    return [one for one in told if isinstance(one, CeasefireTerms)]


def _due(
    step: StatusStep, committed: Sequence[Held], cut: Cut, day_of: Callable[[Held], Bounds | None]
) -> tuple[Certainty, Bounds]:
    """Whether a day that was set had come, by its own terms or by others that may still hold; and which.

    The one start that was certainly set before holds on as if these terms had set it; and so does the end
    of the only terms that were not put off, for what was suspended under them.
    """
    if day_of is _after_end:
        committed = [held for held in committed if not _put_off(held, committed, step)]
    own = next((day for held in committed if held is step.held and (day := day_of(held))), None)
    theirs = [(held, day) for held in committed if held is not step.held and (day := day_of(held))]
    if own is not None and day_of is _after_end:
        theirs = []
    come = [(_come(own, cut), own)] if own is not None else []
    for held, day in theirs:
        alone = step.state == "suspended" and len(committed) == 1 and day.after(step.bounds)
        only = len(theirs) == 1 if day_of is _start else alone
        sure = own is None and only and held.certain and _before(held, step)
        come.append((_come(day, cut) if sure else min(_come(day, cut), Certainty.POSSIBLE, key=_weight), day))
    return max(come, key=lambda one: _weight(one[0]), default=(Certainty.NOT, Bounds(None, None)))


def _put_off(held: Held, committed: Sequence[Held], step: StatusStep) -> bool:
    """Whether later terms with an end of their own certainly took the place of some, before the step."""
    terms = Step(step.state, held.bounds, held)
    return any(
        other.certain
        and _end(other) is not None
        and _before(other, step)
        and Step(step.state, other.bounds, other).follows(terms)
        for other in committed
        if other is not held
    )


def _before(held: Held, step: StatusStep) -> bool:
    return step.follows(Step(step.state, held.bounds, held))


def _weight(certainty: Certainty) -> int:
    return (Certainty.NOT, Certainty.POSSIBLE, Certainty.CERTAIN).index(certainty)


def _come(due: Bounds, cut: Cut) -> Certainty:
    """Whether a day that was set had come; after the last day of which anything is known, nobody can say."""
    if due.occurred_by(cut.knowing_day) is Certainty.CERTAIN:
        return Certainty.CERTAIN
    return Certainty.NOT if due.occurred_by(cut.as_of) is Certainty.NOT else Certainty.POSSIBLE


def _not_before(told: Bounds, due: Bounds, cut: Cut) -> Bounds:
    """The day that was set, but not before it was agreed; without a latest day where it may not have come."""
    earliest = max(told.earliest or date.min, due.earliest or date.min)
    if told.latest is None or due.latest is None or due.latest > cut.knowing_day:
        return Bounds(earliest, None)
    return Bounds(earliest, max(told.latest, due.latest))


def _next(day: date | None) -> date | None:
    return day + timedelta(days=1) if day and day < date.max else day
