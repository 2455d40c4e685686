"""The course of the ceasefire: its status over time, step by step, in all and of each ceasefire."""

from datetime import date
from uuid import UUID

from domain.time import Certainty
from domain.values import Value
from projections.ceasefire import RESTS_ON, CeasefireStatus, Violated, ceasefire_status
from projections.ceasefire_line import Status
from projections.cut import Cut
from projections.diff import edges
from projections.view import Grounds, View, of_view

__all__ = ["RESTS_ON", "CeasefireCourse", "ceasefire_course"]


class CeasefireStep(Value):
    """How one ceasefire stood from a day on."""

    id: UUID
    status: Status | None
    possible: tuple[Status, ...]
    in_effect: Certainty
    violated: Violated


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


NOTHING = ("none", {"none"}, Certainty.NOT, Violated(), ())
"""How it stands while nothing is on record."""


def ceasefire_course(cut: Cut) -> CeasefireCourse:
    """Ask for the status on each day on which it can change, and keep the days on which it does."""
    reports = [report for held in cut.held for report in held.reports]
    always = {date.min} if any(report.bounds.earliest is None for report in reports) else set[date]()
    steps: list[CourseStep] = []
    for day in sorted(always.union(*map(edges, reports))):
        if day <= cut.as_of:
            step = _step(day, ceasefire_status(cut.by(day)))
            if _stands(step) != (_stands(steps[-1]) if steps else NOTHING):
                steps.append(step)
    return CeasefireCourse(**of_view(cut), steps=tuple(steps), rests_on=ceasefire_status(cut).rests_on)


def _step(day: date, status: CeasefireStatus) -> CourseStep:
    return CourseStep(
        day=day,
        status=status.status,
        possible=status.possible,
        in_effect=status.in_effect,
        violated=status.violated,
        ceasefires=tuple(
            CeasefireStep(
                id=one.id,
                status=one.status,
                possible=one.possible,
                in_effect=one.in_effect,
                violated=one.violated,
            )
            for one in status.ceasefires
        ),
        rests_on=status.rests_on,
    )


def _stands(step: CourseStep) -> tuple[object, ...]:
    return (step.status, set(step.possible), step.in_effect, step.violated, step.ceasefires)
