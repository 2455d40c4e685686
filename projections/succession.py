"""Which of several states holds when their days are only half known.

Each step begins a state that holds until the next one. With uncertain days more than one step may be
the last by a given day; then all of their states are possible and none is certain.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
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
    """The order among several steps of one entry: agreed, then in effect, then lapsed."""
    due: Bounds | None = None
    """For a step that the entry only sets a day for: when that is, once the entry has come about."""
    sure: bool = True
    """Whether it comes about on its day at all; a plan may come to nothing."""
    undone_by: tuple["Step[State]", ...] = ()
    """Steps that may come after the entry and keep this one from coming about, or put an end to it."""
    overtaken_by: frozenset[State] = frozenset()
    """The states of what certainly came in its place or after it, so that it is not the last."""
    outlasts: frozenset[State] = frozenset()
    """States that a step after this one does not bring about: this one holds on."""

    def follows(self, other: "Step[State]") -> bool:
        """Whether this certainly came after the other; one day's steps are in the order of recording."""
        if self._same_entry(other):
            return self.stage > other.stage
        if self.bounds.after(other.bounds):
            return True
        same_day = self.bounds.day is not None and self.bounds.day == other.bounds.day
        return same_day and self.held.entry.position > other.held.entry.position

    def come_by(self, day: date) -> Certainty:
        """Whether it had come about by a day."""
        return self._within(self.bounds, day)

    def _within(self, bounds: Bounds, day: date) -> Certainty:
        certainty = bounds.occurred_by(day)
        return Certainty.POSSIBLE if certainty is Certainty.CERTAIN and not self.sure else certainty

    def overrules(self, other: "Step[State]", day: date) -> bool:
        """Whether the other cannot be the last by a day, because of this one or of what undid this one."""
        if self.state in other.outlasts or not self._had_come_with(other, day):
            return False
        if not (self.follows(other) or other.state in self.outlasts):
            return False
        same = self._same_entry(other)
        return all(
            undoing.state not in other.outlasts and (same or undoing.follows(other))
            for undoing in self.undone_by
        )

    def _had_come_with(self, other: "Step[State]", day: date) -> bool:
        """Whether it certainly had come about by a day on which the other had."""
        bounds = self.due if self.due is not None and self._same_entry(other) else self.bounds
        return self._within(bounds, day) is Certainty.CERTAIN

    def may_part(self, first: "Step[State]", later: "Step[State]") -> bool:
        """Whether it may lie between two steps to one state, and part them into two runs."""
        if self.state == first.state or self.state in first.outlasts:
            return False
        return not (first.follows(self) or self.follows(later))

    def _same_entry(self, other: "Step[State]") -> bool:
        return self.held.entry.id == other.held.entry.id


@dataclass(frozen=True, slots=True)
class Outlook(Generic[State]):
    """The states that may hold, the steps that may be the last, and those since which each may hold."""

    possible: tuple[State, ...]
    last: tuple[Step[State], ...]
    since: tuple[Step[State], ...]

    @property
    def state(self) -> State | None:
        """The state that certainly holds; `None` where more than one may."""
        return self.possible[0] if len(self.possible) == 1 else None


def outlook(steps: Iterable[Step[State]], day: date, start: State) -> Outlook[State]:
    """What holds at the end of a day; `start` holds before any step.

    A step may be the last if it may have happened by then and none overrules it.
    """
    begun = [step for step in steps if step.come_by(day) is not Certainty.NOT]
    rivals = _Rivals(begun)
    last = [
        step
        for step in begun
        if not (step.overtaken_by or any(other.overrules(step, day) for other in rivals.of(step)))
    ]
    certain = any(step.come_by(day) is Certainty.CERTAIN for step in begun)
    possible = tuple(dict.fromkeys([*([] if certain else [start]), *(step.state for step in last)]))
    since = [step for state in possible for step in _since(state, begun, day)]
    return Outlook(possible, tuple(last), tuple(since))


class _Rivals(Generic[State]):
    """Finds the few among many steps that may overrule one."""

    def __init__(self, steps: Sequence[Step[State]]) -> None:
        self._latest_first = sorted(
            steps, key=lambda step: (step.bounds.earliest or date.min, step.held.entry.position), reverse=True
        )
        self._lasting = [step for step in steps if step.outlasts]
        self._by_entry: dict[UUID, list[Step[State]]] = {}
        for step in steps:
            self._by_entry.setdefault(step.held.entry.id, []).append(step)

    def of(self, step: Step[State]) -> Iterator[Step[State]]:
        """Those of the same entry, those that hold on, and those that certainly do not begin sooner."""
        yield from self._by_entry.get(step.held.entry.id, ())
        yield from self._lasting
        latest = step.bounds.latest or date.max
        yield from takewhile(lambda other: (other.bounds.earliest or date.min) >= latest, self._latest_first)


def _since(state: State, begun: Sequence[Step[State]], day: date) -> list[Step[State]]:
    """The steps that may have begun the present run of a state: no other state is certain to follow them."""
    others = [step for step in begun if step.state != state]
    rivals = _Rivals(others)
    run = [
        step
        for step in begun
        if step.state == state
        and step.overtaken_by <= {state}
        and not any(_ends(other, step, day) for other in rivals.of(step))
    ]
    certain = [step for step in run if step.come_by(day) is Certainty.CERTAIN]
    certain.sort(key=lambda step: (step.bounds.latest or date.max, step.held.entry.position))
    return [step for step in run if not any(_goes_on(one, step, others) for one in _before(step, certain))]


def _before(step: Step[State], first_to_end: Sequence[Step[State]]) -> Iterator[Step[State]]:
    earliest = step.bounds.earliest or date.min
    return takewhile(lambda one: (one.bounds.latest or date.max) <= earliest, first_to_end)


def _goes_on(first: Step[State], later: Step[State], others: Sequence[Step[State]]) -> bool:
    """Whether a later step to the same state certainly changed nothing."""
    if not later.follows(first):
        return False
    undone = any(undoing.state != first.state and not undoing.follows(later) for undoing in first.undone_by)
    return not undone and not any(other.may_part(first, later) for other in others)


def _ends(other: Step[State], step: Step[State], day: date) -> bool:
    """Whether another state certainly came after a step."""
    return other.overrules(step, day) and all(undoing.state != step.state for undoing in other.undone_by)
