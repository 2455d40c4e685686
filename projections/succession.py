"""Which of several states holds when their days are only half known.

Each step begins a state that holds until the next one. With uncertain days more than one step may be
the last by a given day; then all of their states are possible and none is certain.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
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
    judged = [(step, step.bounds.occurred_by(day)) for step in steps]
    begun = [step for step, certainty in judged if certainty is not Certainty.NOT]
    certain = [step for step, certainty in judged if certainty is Certainty.CERTAIN]
    latest = _Latest(certain)
    last = [step for step in begun if not latest.follows(step)]
    possible = tuple(dict.fromkeys([*([] if certain else [start]), *(step.state for step in last)]))
    since = [step for state in possible for step in _since(state, begun, certain)]
    return Outlook(possible, tuple(last), tuple(since))


def _since(
    state: State, begun: Sequence[Step[State]], certain: Sequence[Step[State]]
) -> Iterator[Step[State]]:
    """The steps that may have begun the present run of a state: nothing else is certain to follow them."""
    others = _Latest([step for step in certain if step.state != state])
    run = [step for step in begun if step.state == state and not others.follows(step)]
    sure = {id(step) for step in certain}
    first = _First([step for step in run if id(step) in sure])
    return (step for step in run if not first.precedes(step))


class _Latest(Generic[State]):
    """Tells whether any of many steps follows one, without asking each: only the latest can matter."""

    def __init__(self, steps: Sequence[Step[State]]) -> None:
        self._begins = max((step.bounds.earliest for step in steps if step.bounds.earliest), default=date.min)
        self._on_day: dict[date, int] = {}
        self._of_entry: dict[UUID, int] = {}
        for step in steps:
            entry, day = step.held.entry, step.bounds.day
            self._of_entry[entry.id] = max(step.stage, self._of_entry.get(entry.id, 0))
            if day is not None:
                self._on_day[day] = max(entry.position, self._on_day.get(day, 0))

    def follows(self, step: Step[State]) -> bool:
        """Whether one of them certainly came after the step."""
        entry, bounds = step.held.entry, step.bounds
        return (
            self._of_entry.get(entry.id, 0) > step.stage
            or (bounds.latest is not None and self._begins > bounds.latest)
            or (bounds.day is not None and self._on_day.get(bounds.day, 0) > entry.position)
        )


class _First(Generic[State]):
    """Tells whether one step follows any of many, without asking each: only the first can matter."""

    def __init__(self, steps: Sequence[Step[State]]) -> None:
        self._ends = min((step.bounds.latest for step in steps if step.bounds.latest), default=date.max)
        self._on_day: dict[date, int] = {}
        for step in steps:
            position, day = step.held.entry.position, step.bounds.day
            if day is not None:
                self._on_day[day] = min(position, self._on_day.get(day, position))

    def precedes(self, step: Step[State]) -> bool:
        """Whether the step certainly came after one of them."""
        position, bounds = step.held.entry.position, step.bounds
        return (bounds.earliest is not None and bounds.earliest > self._ends) or (
            bounds.day is not None and self._on_day.get(bounds.day, position) < position
        )
