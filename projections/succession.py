"""Which of several states holds when their days are only half known.

Each step begins a state that holds until the next one. With uncertain days more than one step may be
the last by a given day; then all of their states are possible and none is certain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

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
    overtaken: bool = False
    """Whether something certainly came in its place or after it, so that it is not the last."""
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
        if self.state == first.state or self.follows(later):
            return False
        return self in first.undone_by or not (self.state in first.outlasts or first.follows(self))

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
    latest_first = sorted(begun, key=lambda step: step.bounds.earliest or date.min, reverse=True)
    last = [
        step
        for step in begun
        if not (step.overtaken or any(other.overrules(step, day) for other in latest_first))
    ]
    certain = any(step.come_by(day) is Certainty.CERTAIN for step in begun)
    possible = tuple(dict.fromkeys([*([] if certain else [start]), *(step.state for step in last)]))
    since = [step for state in possible for step in _since(state, latest_first, day)]
    return Outlook(possible, tuple(last), tuple(since))


def _since(state: State, latest_first: Sequence[Step[State]], day: date) -> list[Step[State]]:
    """The steps that may have begun the present run of a state: no other state is certain to follow them."""
    others = [step for step in latest_first if step.state != state]
    run = [
        step
        for step in latest_first
        if step.state == state and not (step.overtaken or any(_ends(other, step, day) for other in others))
    ]
    first = [step for step in run if step.come_by(day) is Certainty.CERTAIN]
    return [
        step
        for step in reversed(run)
        if not any(step.follows(one) and not _parted(one, step, others) for one in first)
    ]


def _parted(first: Step[State], later: Step[State], others: Sequence[Step[State]]) -> bool:
    """Whether another state may lie between two steps to one state."""
    return any(other.may_part(first, later) for other in (*first.undone_by, *others))


def _ends(other: Step[State], step: Step[State], day: date) -> bool:
    """Whether another state certainly came after a step."""
    return other.overrules(step, day) and all(undoing.state != step.state for undoing in other.undone_by)
