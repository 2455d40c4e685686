"""Whether one ceasefire stands: what was reported of it, and what its terms set a day for.

Terms take effect on the day that they set for their start, and lapse after the one that they set for
their end, unless something comes in between: an end of another sort, a suspension, or later terms that
set another day. What was set for a day after all that is known is only a plan.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
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
from domain.time import Bounds, Edtf
from projections.cut import Cut, Held
from projections.succession import Step

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

_OF_EVENT: dict[type[Happening], Status] = {
    CeasefireAgreed: "agreed",
    CeasefireDeclared: "declared",
    CeasefireSuspended: "suspended",
    CeasefireLapsed: "lapsed",
    CeasefireTerminated: "terminated",
}
ENDED: frozenset[Status] = frozenset({"lapsed", "terminated"})
"""The states in which a ceasefire stands no more."""
_STOPPED: frozenset[Status] = ENDED | {"suspended"}
_COMMITTED: frozenset[Status] = frozenset({"agreed", "declared"})
"""What does not take a ceasefire out of effect."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """Terms that were agreed or declared, with all that was reported of the ceasefire."""

    step: StatusStep
    terms: CeasefireTerms
    told: Sequence[StatusStep]

    def later(self, states: frozenset[Status]) -> list[StatusStep]:
        """The steps to some states that may have come after it."""
        return [one for one in self.told if one.state in states and not self.step.follows(one)]

    def cut_short_by(self, states: frozenset[Status]) -> list[StatusStep]:
        """The steps to some states that certainly came after it."""
        return [one for one in self.later(states) if one.held.certain and one.follows(self.step)]


def line_steps(thread: Thread, cut: Cut) -> list[StatusStep]:
    """The steps of one ceasefire, those by its own terms included; talk of it makes none."""
    reported = [
        (Step(status, held.bounds, held), development)
        for held, development in thread
        if (status := _OF_EVENT.get(type(development))) is not None
    ]
    told = [step for step, _ in reported]
    agreed = [_Terms(step, terms, told) for step, terms in reported if isinstance(terms, CeasefireTerms)]
    lapses = [(one, lapse) for one in agreed for lapse in _lapses(one, agreed, cut)]
    starts = [(one, start) for one in agreed for start in _starts(one, agreed, [s for _, s in lapses], cut)]
    return [
        *told,
        *(replace(start, overtaken_by=_instead_of_start(one, start, agreed)) for one, start in starts),
        *(replace(lapse, overtaken_by=_instead_of_lapse(one, agreed)) for one, lapse in lapses),
    ]


# The end that terms set


def _lapses(one: _Terms, agreed: Sequence[_Terms], cut: Cut) -> Iterator[StatusStep]:
    """The lapse, unless it was certainly put off. Later terms that set no end leave open whether it was."""
    if one.terms.end is None:
        return
    lapse = _scheduled("lapsed", _day_after(one.terms.end.bounds), one, cut, stage=2)
    renewed = [other for other in _after(one, agreed) if not other.step.follows(lapse)]
    if not any(_put_off(one, other) and lapse.follows(other.step) for other in renewed):
        yield replace(lapse, undone_by=(*one.later(ENDED), *(other.step for other in renewed)))


def _instead_of_lapse(one: _Terms, agreed: Sequence[_Terms]) -> frozenset[Status]:
    """What certainly ended the ceasefire otherwise, or agreed on it anew with another end."""
    renewed = [other.step for other in _after(one, agreed) if _put_off(one, other)]
    return frozenset(step.state for step in (*one.cut_short_by(ENDED), *renewed))


def _put_off(one: _Terms, other: _Terms) -> bool:
    """Whether the other terms certainly came after and set an end of their own."""
    return other.terms.end is not None and other.step.held.certain and other.step.follows(one.step)


# The start that terms set


def _starts(
    one: _Terms, agreed: Sequence[_Terms], lapses: Sequence[StatusStep], cut: Cut
) -> Iterator[StatusStep]:
    for start, surely in _set_for(one, agreed):
        step = _scheduled("in_effect", start.bounds, one, cut, stage=1)
        moved = [other.step for other in _moved(one, agreed) if not other.step.follows(step)]
        ended = [*one.later(_STOPPED), *(lapse for lapse in lapses if not one.step.follows(lapse))]
        yield replace(step, sure=step.sure and surely, undone_by=(*ended, *moved), outlasts=_COMMITTED)


def _set_for(one: _Terms, agreed: Sequence[_Terms]) -> list[tuple[Edtf, bool]]:
    """The start that it sets, or that earlier terms set; and whether it is certain which were earlier."""
    if one.terms.start is not None:
        return [(one.terms.start, True)]
    before = [other for other in agreed if other is not one and not other.step.follows(one.step)]
    starts = [(other.terms.start, other.step) for other in before if other.terms.start is not None]
    in_order = [*(step for _, step in starts), one.step]
    surely = all(later.follows(earlier) for earlier, later in pairwise(in_order))
    return [(start, surely) for start, _ in (starts[-1:] if surely else starts)]


def _instead_of_start(one: _Terms, start: StatusStep, agreed: Sequence[_Terms]) -> frozenset[Status]:
    """What certainly stopped the ceasefire, or set another start before this one came."""
    moved = [
        other.step
        for other in _moved(one, agreed)
        if other.step.held.certain and other.step.follows(one.step) and start.follows(other.step)
    ]
    return frozenset(step.state for step in (*one.cut_short_by(_STOPPED), *moved))


def _moved(one: _Terms, agreed: Sequence[_Terms]) -> list[_Terms]:
    """Terms that may have come after and set a start of their own."""
    return [other for other in _after(one, agreed) if other.terms.start is not None]


# When it comes about


def _after(one: _Terms, agreed: Sequence[_Terms]) -> list[_Terms]:
    """Terms that may have come after."""
    return [other for other in agreed if other is not one and not one.step.follows(other.step)]


def _scheduled(status: Status, due: Bounds, one: _Terms, cut: Cut, *, stage: int) -> StatusStep:
    """A change that terms set a day for: not before they were agreed; and unsure beyond what was known."""
    told = one.step.bounds
    earliest = max(due.earliest or date.min, told.earliest or date.min)
    latest = max(due.latest, told.latest) if due.latest and told.latest else None
    known = due.latest is not None and due.latest <= cut.knowing_day
    return Step(status, Bounds(earliest, latest), one.step.held, stage=stage, due=due, sure=known)


def _day_after(bounds: Bounds) -> Bounds:
    return Bounds(_next(bounds.earliest), _next(bounds.latest))


def _next(day: date | None) -> date | None:
    return day + timedelta(days=1) if day and day < date.max else day
