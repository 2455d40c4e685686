"""Which of several states holds when their days are only half known.

Each step begins a state that holds until the next one. With uncertain days more than one step may be
the last by a given day; then all of their states are possible and none is certain. A step that names
another came after it, whatever their days leave open. What one actor finds alone does not end what another
one found: each has an account of its own, and all of them are possible.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar
from uuid import UUID

from domain.time import Bounds, Certainty
from projections.cut import Held

State = TypeVar("State", bound=str)


@dataclass(frozen=True, slots=True)
class Step(Generic[State]):
    """A state that begins within bounds, and the entry that it rests on."""

    state: State
    bounds: Bounds
    held: Held
    stage: int = 0
    """0 for what the entry reports, more for what comes of its terms: in effect, then lapsed."""
    names: frozenset[UUID] = frozenset()
    """The entries that it carries on, answers or ends, and so came after."""
    by: str | None = None
    """Whose finding it is, where one actor speaks for itself alone."""

    def follows(self, other: "Step[State]") -> bool:
        """Whether this certainly came after the other; one day's steps are in the order of recording."""
        entry, others = self.held.entry, other.held.entry
        if self.bounds.after(other.bounds) or other.bounds.after(self.bounds):
            return self.bounds.after(other.bounds)
        if self.is_after(other) != other.is_after(self):  # Two that name each other say nothing of it.
            return self.is_after(other)
        same_day = self.bounds.day is not None and self.bounds == other.bounds
        return same_day and entry.position > others.position

    def is_after(self, other: "Step[State]") -> bool:
        """Whether it names what the other reports; what comes of that by its terms it may well precede."""
        named = other.held.entry.id
        return other.stage == 0 and named in self.names and named != self.held.entry.id


@dataclass(frozen=True)
class Outlook(Generic[State]):
    """The states that may hold, the steps that may be the last, and those since which each may hold."""

    possible: tuple[State, ...]
    last: tuple[Step[State], ...]
    traced: Callable[[], Iterable[Step[State]]]
    """Tells `since`: few ask, and it costs more than all the rest."""
    tangled: bool = False
    """Whether each step is followed by another, as reports contradict each other about the order."""

    @cached_property
    def since(self) -> tuple[Step[State], ...]:
        """The steps that may have begun what may hold."""
        return tuple(self.traced())

    @property
    def state(self) -> State | None:
        """The state that certainly holds; `None` where more than one may."""
        return self.possible[0] if len(self.possible) == 1 else None


def outlook(steps: Iterable[Step[State]], day: date, start: State) -> Outlook[State]:
    """What holds at the end of a day, by the account of each who speaks alone; `start` holds before any step.

    A step may be the last if it may have happened by then and no certain one follows it.
    """
    told = _in_turn(list(steps))
    if not told:
        return Outlook((start,), (), tuple)
    accounts = list(_accounts(told)) or [told]
    outlooks = [_of_account(account, day, start) for account in accounts]
    if len(outlooks) == 1:
        return outlooks[0]
    return Outlook(
        tuple(dict.fromkeys(state for one in outlooks for state in one.possible)),
        _once(step for one in outlooks for step in one.last),
        lambda: _once(step for one in outlooks for step in one.since),
        tangled=any(one.tangled for one in outlooks),
    )


def _accounts(told: Sequence[Step[State]]) -> Iterator[list[Step[State]]]:
    """For each who speaks alone what they tell, in its place among what is told by all."""
    by_all = [place for place, step in enumerate(told) if step.by is None]
    by_each: dict[str, list[int]] = {}
    for place, step in enumerate(told):
        if step.by is not None:
            by_each.setdefault(step.by, []).append(place)
    for own in by_each.values():
        yield [told[place] for place in sorted([*by_all, *own])]


def _in_turn(steps: list[Step[State]]) -> list[Step[State]]:
    """The steps, each begun no earlier than those that it names."""
    if not any(step.names for step in steps):
        return steps
    begins: dict[UUID, date] = {}
    for step in steps:
        if step.stage == 0:
            _begin(begins, step)
    while True:
        narrowed = [_begun_after(step, begins) for step in steps]
        if all(one is step for one, step in zip(narrowed, steps, strict=True)):
            return steps
        steps = narrowed


def _begin(begins: dict[UUID, date], step: Step[State]) -> None:
    entry, earliest = step.held.entry.id, step.bounds.earliest or date.min
    begins[entry] = min(begins.get(entry, earliest), earliest)


def _begun_after(step: Step[State], begins: dict[UUID, date]) -> Step[State]:
    """The step; narrowed it is noted at once, so that those which name it in their turn see it."""
    earliest, latest = step.bounds.earliest, step.bounds.latest
    named = max((begins[one] for one in step.names if one in begins), default=date.min)
    if named <= (earliest or date.min) or (latest and latest < named):
        return step
    begins[step.held.entry.id] = named
    return replace(step, bounds=Bounds(named, latest))


def _once(steps: Iterable[Step[State]]) -> tuple[Step[State], ...]:
    return tuple({id(step): step for step in steps}.values())


def _of_account(steps: Sequence[Step[State]], day: date, start: State) -> Outlook[State]:
    judged = [(step, step.bounds.occurred_by(day)) for step in steps]
    begun = [step for step, certainty in judged if certainty is not Certainty.NOT]
    certain = [step for step, certainty in judged if certainty is Certainty.CERTAIN]
    latest = Latest(certain)
    unfollowed = [step for step in begun if not latest.follows(step)]
    # Where reports contradict each other about the order, any of them may be the last.
    last = unfollowed or begun
    possible = tuple(dict.fromkeys([*([] if certain else [start]), *(step.state for step in last)]))
    return Outlook(
        possible,
        tuple(last),
        lambda: (one for state in possible for one in _since(state, begun, certain)),
        tangled=not unfollowed and bool(begun),
    )


def _since(
    state: State, begun: Sequence[Step[State]], certain: Sequence[Step[State]]
) -> Iterator[Step[State]]:
    """The steps that may have begun the present run of a state: nothing else is certain to follow them."""
    others = Latest([step for step in certain if step.state != state])
    run = [step for step in begun if step.state == state and not others.follows(step)]
    sure = {id(step) for step in certain}
    first = _First([step for step in run if id(step) in sure])
    return (step for step in run if not first.precedes(step))


class Latest(Generic[State]):
    """Tells whether any of many steps follows one, without asking each: only the latest can matter."""

    def __init__(self, steps: Sequence[Step[State]]) -> None:
        self._begins = max((step.bounds.earliest for step in steps if step.bounds.earliest), default=date.min)
        self._on_day = _by_day(steps, latest_first=True)
        self._naming: dict[UUID, list[Step[State]]] = {}
        for step in steps:
            for named in step.names:
                self._naming.setdefault(named, []).append(step)

    def follows(self, step: Step[State]) -> bool:
        """Whether one of them certainly came after the step."""
        entry, bounds = step.held.entry.id, step.bounds
        return (
            (bounds.latest is not None and self._begins > bounds.latest)
            or any(one.follows(step) for one in self._naming.get(entry, ()))
            or self._followed_on_its_day(step)
        )

    def _followed_on_its_day(self, step: Step[State]) -> bool:
        for one in self._on_day.get(step.bounds.day, ()):
            if one.held.entry.position <= step.held.entry.position:
                return False
            if one.follows(step):
                return True
        return False


class _First(Generic[State]):
    """Tells whether one step follows any of many, without asking each: only the first can matter."""

    def __init__(self, steps: Sequence[Step[State]]) -> None:
        self._ends = min((step.bounds.latest for step in steps if step.bounds.latest), default=date.max)
        self._on_day = _by_day(steps, latest_first=False)
        self._of_entry: dict[UUID, list[Step[State]]] = {}
        for step in steps:
            self._of_entry.setdefault(step.held.entry.id, []).append(step)

    def precedes(self, step: Step[State]) -> bool:
        """Whether the step certainly came after one of them."""
        return (
            (step.bounds.earliest is not None and step.bounds.earliest > self._ends)
            or any(step.follows(one) for named in step.names for one in self._of_entry.get(named, ()))
            or self._precedes_on_its_day(step)
        )

    def _precedes_on_its_day(self, step: Step[State]) -> bool:
        for one in self._on_day.get(step.bounds.day, ()):
            if one.held.entry.position >= step.held.entry.position:
                return False
            if step.follows(one):
                return True
        return False


def _by_day(steps: Sequence[Step[State]], *, latest_first: bool) -> dict[date | None, list[Step[State]]]:
    """The steps whose day is known, in the order of recording, or the last recorded first."""
    ordered = sorted(steps, key=lambda step: step.held.entry.position, reverse=latest_first)
    on_day: dict[date | None, list[Step[State]]] = {}
    for step in ordered:
        if step.bounds.day is not None:
            on_day.setdefault(step.bounds.day, []).append(step)
    return on_day
