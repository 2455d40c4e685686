"""Talk of ceasefires from day to day: what something later certainly overtook is not gone through again."""

from collections import deque
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from itertools import chain
from uuid import UUID

from domain.time import Certainty
from projections.ceasefire_line import Status, StatusStep
from projections.succession import Outlook, outlook

Steps = Sequence[StatusStep]


class Talk:
    """Talk that is of no one ceasefire, day by day, and how all talk together left the matter."""

    def __init__(self, steps: Iterable[StatusStep], named: AbstractSet[UUID]) -> None:
        """`named` are the entries that others name, and so came after."""
        self._named = named
        self._ahead = deque(sorted(enumerate(steps), key=lambda one: one[1].bounds.ends[0]))
        self._begun: list[tuple[int, StatusStep]] = []
        self._left: list[tuple[int, StatusStep]] = []
        self._overtaken = date.min
        self.days = {day for _, step in self._ahead for day in step.bounds.ends}

    def go_on(self, day: date, others: Iterable[StatusStep]) -> None:
        """Take in what had begun by the end of a later day; `others` are of ceasefires that moved on it."""
        while self._ahead and self._ahead[0][1].bounds.ends[0] <= day:
            self._begun.append(self._ahead.popleft())
            self._left.append(self._begun[-1])
        for step in chain(others, (step for _, step in self._left)):
            if step.bounds.occurred_by(day) is Certainty.CERTAIN and self._is_plain(step):
                self._overtaken = max(self._overtaken, step.bounds.ends[0])
        self._left = [one for one in self._left if self._may_be_last(one[1])]

    def outlook(self, of_each: Sequence[Steps], ends: Steps, day: date) -> Outlook[Status]:
        """How talk of each ceasefire and of none left the matter, with the steps that may have ended one."""
        own = [step for steps in of_each for step in steps]
        told = outlook([*filter(self._may_be_last, own), *_in_turn(self._left), *ends], day, "none")
        if not told.tangled:
            return told
        return outlook([*own, *_in_turn(self._begun), *ends], day, "none")

    def _may_be_last(self, step: StatusStep) -> bool:
        """Whether it may be the last, or says of others what came after what."""
        return step.bounds.ends[1] >= self._overtaken or not self._is_plain(step)

    def _is_plain(self, step: StatusStep) -> bool:
        """Whether nothing but its days says what it came before or after, in everybody's account alike."""
        return step.by is None and not step.names and step.held.entry.id not in self._named


def _in_turn(steps: Sequence[tuple[int, StatusStep]]) -> list[StatusStep]:
    return [step for _, step in sorted(steps, key=lambda one: one[0])]
