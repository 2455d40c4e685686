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

    def follows(self, other: "Step[State]") -> bool:
        """Whether this certainly came after the other; one day's steps are in the order of recording."""
        if self.held.entry.id == other.held.entry.id:
            return self.stage > other.stage
        if self.bounds.after(other.bounds):
            return True
        same_day = self.bounds.day is not None and self.bounds.day == other.bounds.day
        return same_day and self.held.entry.position > other.held.entry.position


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

    A step may be the last if it may have happened by then and no certain one follows it.
    """
    begun = [(step, step.bounds.occurred_by(day)) for step in steps]
    certain = [step for step, certainty in begun if certainty is Certainty.CERTAIN]
    last = [
        step
        for step, certainty in begun
        if certainty is not Certainty.NOT and not any(later.follows(step) for later in certain)
    ]
    possible = tuple(dict.fromkeys([*([] if certain else [start]), *(step.state for step in last)]))
    every = [step for step, certainty in begun if certainty is not Certainty.NOT]
    since = [step for state in possible for step in _since(state, every, certain)]
    return Outlook(possible, tuple(last), tuple(since))


def _since(state: State, begun: Sequence[Step[State]], certain: Sequence[Step[State]]) -> list[Step[State]]:
    """The steps that may have begun the present run of a state: nothing else is certain to follow them."""
    others = [step for step in certain if step.state != state]
    run = [step for step in begun if step.state == state and not any(o.follows(step) for o in others)]
    return [step for step in run if not any(step.follows(first) for first in run if first in certain)]
