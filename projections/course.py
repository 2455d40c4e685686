"""The course of the ceasefire: its status over time, step by step, in all and of each ceasefire."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from operator import attrgetter
from typing import Any

from domain.time import Certainty
from domain.values import Value
from projections.ceasefire import RESTS_ON, Violated, in_effect, violated
from projections.ceasefire_line import Status
from projections.ceasefire_parts import CeasefireStep, Part, Stood, parts
from projections.ceasefire_steps import overall, talk_steps
from projections.ceasefire_talk import Talk
from projections.cut import Cut, Held
from projections.short import made, short, size_of
from projections.view import Ground, Grounds, View, grounds, of_view

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
    steps = list(course.steps(cut.as_of))
    return CeasefireCourse.model_construct(
        **of_view(cut),
        steps=made(course.step, steps, cut.most),
        rests_on=course.rests_on(cut.as_of, cut.most),
    )


NOTHING = {
    "status": "none",
    "possible": {"none"},
    "in_effect": Certainty.NOT,
    "violated": Violated(),
    "ceasefires": (),
}
"""How it stands while nothing is on record."""


Stands = tuple[date, dict[str, Any]]
"""A day, and how it stood from then on."""


class _Course:
    """The ceasefires and the talk of them, day by day."""

    def __init__(self, cut: Cut) -> None:
        self._within = cut.most_within
        self._parts = sorted(parts(cut), key=attrgetter("begins"))
        steps = list(talk_steps(cut))
        of_none = enumerate(dict.fromkeys(step.held for step in steps))
        self._of_none = sorted(of_none, key=_begins)
        named = {cut.happening(one) for part in self._parts for one in part.named}
        self._talk = Talk(steps, named)
        self._stood: dict[Part, list[Stood]] = {}

    def step(self, stood: "Stands") -> CourseStep:
        """How it stood from a day on, and what that rests on; the days are asked for in their order."""
        day, stands = stood
        return CourseStep.model_construct(day=day, **stands, rests_on=self.rests_on(day, self._within))

    def steps(self, as_of: date) -> Iterator["Stands"]:
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
                yield day, stands

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

    def rests_on(self, day: date, most: int | None) -> Grounds:
        """What the status rests on by a day: what moved ceasefires, talk of each, and talk of none."""
        begun = self._parts[: bisect_right(self._parts, day, key=attrgetter("begins"))]
        each = sorted((one for part in begun for one in part.resting(day)), key=attrgetter("place"))
        talked = sorted(self._of_none[: bisect_right(self._of_none, day, key=_begins)])
        talk = grounds((held for _, one in talked if (held := one.by(day))), most)
        several = [*(one.moving for one in each), *(one.talk for one in each), talk]
        return Grounds.model_construct(
            certain=_first([one.certain for one in several], most),
            possible=_first([one.possible for one in several], most),
        )


def _first(several: Sequence[tuple[Ground, ...]], most: int | None) -> tuple[Ground, ...]:
    return short(islice(chain.from_iterable(several), most), sum(map(size_of, several)))


def _begins(one: tuple[int, Held]) -> date:
    return one[1].bounds.ends[0]


def _violated(steps: Iterable[CeasefireStep]) -> Violated:
    """Whether breaches were reported of any ceasefire that may have been in effect."""
    told = [one.violated for one in steps if one.in_effect is not Certainty.NOT]
    alleged = (("alleged", one.alleged) for one in told if one.alleged is not Certainty.NOT)
    confirmed = (("confirmed", one.confirmed) for one in told if one.confirmed is not Certainty.NOT)
    return violated((*alleged, *confirmed))


def _compared(stands: dict[str, Any]) -> dict[str, Any]:
    return {**stands, "possible": set(stands["possible"])}
