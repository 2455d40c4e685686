"""Whether one ceasefire stands: what was last reported of it, and what its terms set a day for.

What somebody reports (that it was agreed, declared, suspended, terminated, never implemented, or has lapsed)
makes a step, and so does a later ceasefire that takes its place: that ends it not before the later one is
agreed, and not after that one takes effect.
Terms that were agreed or declared last then say how they stand on the day: not yet in effect, in effect
since their start, or lapsed since the day after their end. Terms that set no start carry on the one that
was set before; whether they carry on an end nobody knows. What is set for a day after all that is known is
only a plan.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from domain.developments.base import Happening
from domain.developments.ceasefires import (
    CeasefireAgreed,
    CeasefireDeclared,
    CeasefireLapsed,
    CeasefireNotImplemented,
    CeasefireSuspended,
    CeasefireTerminated,
)
from domain.time import Bounds, Certainty
from projections.ceasefire_terms import Terms, after_end_of, not_before, start_of
from projections.ceasefire_threads import Thread, names, supersedes
from projections.cut import Cut, Held
from projections.succession import Latest, Outlook, Step, outlook

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
    terms = Terms(thread.committed, cut)
    ends = [step for step in reported if step.state in _ENDS]
    last = [stand for step in told.last for stand in _stands(step, terms, ends, cut)]
    before: tuple[Status, ...] = ("none",) if "none" in told.possible else ()
    possible = tuple(dict.fromkeys([*before, *(step.state for step in last)]))

    def since() -> Iterator[StatusStep]:
        yield from (step for step in told.since if step.state in possible)
        yield from (one for step in last if step.stage for one in _run(step, reported, terms, cut))

    return Outlook(possible, tuple(last), since)


def moves(told: Happening) -> bool:
    """Whether it moves a ceasefire by itself: whatever is reported of it but a breach."""
    return type(told) in _OF_EVENT


def _takes_over(later: Held, cut: Cut) -> Bounds:
    """When a later ceasefire takes the place of one: from the day of its agreement to that of its start."""
    start = start_of(later)
    if start is None:
        return later.bounds
    return Bounds(later.bounds.earliest, not_before(later.bounds, start, cut).latest)


def _run(step: StatusStep, reported: Sequence[StatusStep], terms: Terms, cut: Cut) -> Iterable[StatusStep]:
    """The steps that may have begun what a step carries on: terms that extend a ceasefire do not begin it."""
    began = [step]
    if step.state != "in_effect":
        return began
    latest = replace(step, bounds=step.held.bounds, stage=0, names=names(step.held, cut))
    others = [one for one in reported if one.held in terms.committed and one.held is not step.held]
    breaks = _Breaks([one for one in reported if one.state not in {"agreed", "declared"}], latest)
    for one in reversed([one for one in others if not one.follows(latest)]):
        carried_on = breaks.carried_on(one)
        if carried_on is Certainty.NOT:
            continue
        begun, since = terms.start_due(one)
        if begun is Certainty.NOT:
            continue
        first: StatusStep = Step("in_effect", not_before(one.bounds, since, cut), one.held, stage=1)
        before = latest.bounds.after(first.bounds)
        sure = (
            latest.follows(one) and one.held.certain and before and begun is carried_on is Certainty.CERTAIN
        )
        if sure:
            began.clear()
        began.append(first)
    return began


class _Breaks:
    """What may have ended or suspended a ceasefire before its latest terms."""

    def __init__(self, breaks: Sequence[StatusStep], latest: StatusStep) -> None:
        self._latest = latest
        self._sure = Latest([one for one in breaks if one.held.certain and latest.follows(one)])
        self._loose = [one for one in breaks if not one.follows(latest)]

    def carried_on(self, one: StatusStep) -> Certainty:
        """Whether nothing ended or suspended it between a step that commits to it and the latest terms."""
        if self._sure.follows(one):
            return Certainty.NOT
        latest, over = self._latest.bounds, after_end_of(one.held)
        if over and latest.after(over):
            return Certainty.NOT
        lasts = over is None or over.after(latest) or over == latest
        unbroken = all(one.follows(step) for step in self._loose)
        return Certainty.CERTAIN if lasts and unbroken else Certainty.POSSIBLE


def _stands(step: StatusStep, terms: Terms, ends: Sequence[StatusStep], cut: Cut) -> Iterator[StatusStep]:
    """How a step may stand on the day by the terms of the ceasefire; a suspension waits for their end.

    Where an end may have been reported before the suspension, their own end may come no more.
    """
    if step.state in _ENDS:
        yield step
        return
    over, after = terms.end_due(step, suspended=step.state == "suspended")
    if step.state == "suspended" and over is Certainty.CERTAIN and not all(end.follows(step) for end in ends):
        over = Certainty.POSSIBLE
    begun, since = (Certainty.NOT, after) if step.state == "suspended" else terms.start_due(step)
    if Certainty.CERTAIN not in {begun, over}:
        yield step
    if begun is not Certainty.NOT and over is not Certainty.CERTAIN:
        yield Step("in_effect", not_before(step.bounds, since, cut), step.held, stage=1)
    if over is not Certainty.NOT:
        yield Step("lapsed", not_before(step.bounds, after, cut), step.held, stage=2)
