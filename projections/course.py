"""The course of the ceasefire: its status over time, step by step, in all and of each ceasefire."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import Any

from domain.time import Certainty
from domain.values import Value
from projections.ceasefire import RESTS_ON, Violated, in_effect, violated
from projections.ceasefire_line import Status
from projections.ceasefire_parts import CeasefireStep, Part, Stood, parts
from projections.ceasefire_steps import overall, talk_steps
from projections.ceasefire_talk import Talk
from projections.cut import Cut
from projections.view import Grounds, View, grounds, of_view

__all__ = ["RESTS_ON", "CeasefireCourse", "ceasefire_course"]


class CourseStep(Value):
    """How it stood from the end of a day until the next step."""

    day: date
    """The first day of the calendar, 0001-01-01, for what no source gives a beginning of."""
    status: Status | None
    """Null where more than one may have held, as `possible` lists."""
    possible: tuple[Status, ...]
    in_effect: Certainty
    violated: Violated
    """Whether breaches were reported by then of any that may have been in effect."""
    ceasefires: tuple[CeasefireStep, ...]
    rests_on: Grounds
    """What the status rests on by that day."""


class CeasefireCourse(View):
    """The status of the ceasefire on every day up to `as_of` on which it changes; before the first, none."""

    steps: tuple[CourseStep, ...]
    rests_on: Grounds
    """All that any step rests on, also what leaves it as it was before."""


def ceasefire_course(cut: Cut) -> CeasefireCourse:
    """Ask each part for its status on each day on which it can change, and keep those on which all does."""
    course = _Course(cut)
    steps = tuple(course.steps(cut.as_of))
    return CeasefireCourse(**of_view(cut), steps=steps, rests_on=course.rests_on(cut.as_of))


NOTHING = {
    "status": "none",
    "possible": {"none"},
    "in_effect": Certainty.NOT,
    "violated": Violated(),
    "ceasefires": (),
}
"""How it stands while nothing is on record."""


class _Course:
    """The ceasefires and the talk of them, day by day."""

    def __init__(self, cut: Cut) -> None:
        self._parts = parts(cut)
        steps = list(talk_steps(cut))
        self._of_none = dict.fromkeys(step.held for step in steps)
        named = {cut.happening(one) for part in self._parts for one in part.named}
        self._talk = Talk(steps, named)
        self._stood: dict[Part, list[Stood]] = {}

    def steps(self, as_of: date) -> Iterator[CourseStep]:
        """The days up to one on which it came to stand otherwise."""
        moving: dict[date, list[Part]] = {day: [] for day in self._talk.days}
        for part in self._parts:
            for day in part.days:
                moving.setdefault(day, []).append(part)
        before = NOTHING
        for day in sorted(day for day in moving if day <= as_of):
            stands = self._on(day, moving[day])
            if _compared(stands) != before:
                before = _compared(stands)
                yield CourseStep(day=day, **stands, rests_on=self.rests_on(day))

    def _on(self, day: date, moving: Sequence[Part]) -> dict[str, Any]:
        self._stood |= {part: part.stood(day) for part in moving}
        self._talk.go_on(day, (step for part in moving for one in self._stood[part] for step in one.talk))
        every = sorted(chain.from_iterable(self._stood.values()), key=attrgetter("place"))
        begun = [one.stands for one in every if one.stands.last]
        talk = [one.talk for one in every]
        status = overall(begun, lambda ends: self._talk.outlook(talk, ends, day))
        return {
            "status": status.state,
            "possible": status.possible,
            "in_effect": in_effect(begun),
            "violated": _violated(one.step for one in every),
            "ceasefires": tuple(one.step for one in every),
        }

    def rests_on(self, day: date) -> Grounds:
        """What the status rests on by a day: what moved ceasefires, talk of each, and talk of none."""
        each = sorted((one for part in self._parts for one in part.resting(day)), key=attrgetter("place"))
        talk = grounds([held for one in self._of_none if (held := one.by(day))])
        several = [*(one.moving for one in each), *(one.talk for one in each), talk]
        return Grounds(
            certain=tuple(ground for one in several for ground in one.certain),
            possible=tuple(ground for one in several for ground in one.possible),
        )


def _violated(steps: Iterable[CeasefireStep]) -> Violated:
    """Whether breaches were reported of any ceasefire that may have been in effect."""
    told = [one.violated for one in steps if one.in_effect is not Certainty.NOT]
    alleged = (("alleged", one.alleged) for one in told if one.alleged is not Certainty.NOT)
    confirmed = (("confirmed", one.confirmed) for one in told if one.confirmed is not Certainty.NOT)
    return violated((*alleged, *confirmed))


def _compared(stands: dict[str, Any]) -> dict[str, Any]:
    return {**stands, "possible": set(stands["possible"])}
