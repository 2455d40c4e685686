"""Whether one ceasefire stands: what was last reported of it, and what its terms set a day for.

What somebody reports (that it was agreed, declared, suspended, terminated, or has lapsed) makes a step.
Terms that were agreed or declared last then say how they stand on the day: not yet in effect, in effect
since their start, or lapsed since the day after their end. Terms that set no start carry on the one that
was set before; whether they carry on an end nobody knows. What is set for a day after all that is known is
only a plan.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from domain.developments.base import Happening
from domain.developments.ceasefires import (
    CeasefireAgreed,
    CeasefireDeclared,
    CeasefireLapsed,
    CeasefireSuspended,
    CeasefireTerminated,
    CeasefireTerms,
)
from domain.time import Bounds, Certainty
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
]
StatusStep = Step[Status]
Thread = tuple[tuple[Held, Happening], ...]
Terms = Sequence[tuple[Held, CeasefireTerms]]

_OF_EVENT: dict[type[Happening], Status] = {
    CeasefireAgreed: "agreed",
    CeasefireDeclared: "declared",
    CeasefireSuspended: "suspended",
    CeasefireLapsed: "lapsed",
    CeasefireTerminated: "terminated",
}


def line(thread: Thread, cut: Cut) -> Outlook[Status]:
    """How one ceasefire stands at the end of the day, talk of it left aside."""
    committed = [
        (held, told) for held, told in thread if isinstance(told, CeasefireAgreed | CeasefireDeclared)
    ]
    reported = [
        Step(_OF_EVENT[type(told)], held.bounds, held) for held, told in thread if type(told) in _OF_EVENT
    ]
    told = outlook(reported, cut.as_of, "none")
    last = [stand for step in told.last for stand in _stands(step, committed, cut)]
    before: tuple[Status, ...] = ("none",) if "none" in told.possible else ()
    possible = tuple(dict.fromkeys([*before, *(step.state for step in last)]))
    reported_since = [step for step in told.since if step.state in possible]
    return Outlook(possible, tuple(last), (*reported_since, *(step for step in last if step.stage)))


def moves(told: Happening) -> bool:
    """Whether it moves a ceasefire by itself: whatever is reported of it but a breach."""
    return type(told) in _OF_EVENT


def _stands(step: StatusStep, committed: Terms, cut: Cut) -> Iterator[StatusStep]:
    """How a step may stand on the day by the terms of the ceasefire; a suspension waits for their end."""
    if step.state in {"lapsed", "terminated"}:
        yield step
        return
    over, after = _due(step, committed, cut, _after_end)
    begun, since = (Certainty.NOT, after) if step.state == "suspended" else _due(step, committed, cut, _start)
    if Certainty.CERTAIN not in {begun, over}:
        yield step
    if begun is not Certainty.NOT and over is not Certainty.CERTAIN:
        yield Step("in_effect", _not_before(step.bounds, since, cut), step.held, stage=1)
    if over is not Certainty.NOT:
        yield Step("lapsed", _not_before(step.bounds, after, cut), step.held, stage=2)


def _start(terms: CeasefireTerms) -> Bounds | None:
    return terms.start.bounds if terms.start else None


def _after_end(terms: CeasefireTerms) -> Bounds | None:
    return Bounds(_next(terms.end.earliest), _next(terms.end.latest)) if terms.end else None


def _due(
    step: StatusStep, committed: Terms, cut: Cut, day_of: Callable[[CeasefireTerms], Bounds | None]
) -> tuple[Certainty, Bounds]:
    """Whether a day that was set had come, by its own terms or by others that may still hold; and which.

    The one start that was certainly set before holds on as if these terms had set it; and so does the end
    of the only terms that were not put off, for what was suspended under them.
    """
    if day_of is _after_end:
        committed = [one for one in committed if not _put_off(one[0], committed, step)]
    own = next((day for held, terms in committed if held is step.held and (day := day_of(terms))), None)
    theirs = [(held, day) for held, terms in committed if held is not step.held and (day := day_of(terms))]
    if own is not None and day_of is _after_end:
        theirs = []
    come = [(_come(own, cut), own)] if own is not None else []
    for held, day in theirs:
        alone = step.state == "suspended" and len(committed) == 1 and day.after(step.bounds)
        only = len(theirs) == 1 if day_of is _start else alone
        sure = own is None and only and held.certain and _before(held, step)
        come.append((_come(day, cut) if sure else min(_come(day, cut), Certainty.POSSIBLE, key=_weight), day))
    return max(come, key=lambda one: _weight(one[0]), default=(Certainty.NOT, Bounds(None, None)))


def _put_off(held: Held, committed: Terms, step: StatusStep) -> bool:
    """Whether later terms with an end of their own certainly took the place of some, before the step."""
    terms = Step(step.state, held.bounds, held)
    return any(
        other.certain
        and told.end is not None
        and _before(other, step)
        and Step(step.state, other.bounds, other).follows(terms)
        for other, told in committed
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
