"""The course of the ceasefire as a strip: a stretch for each status, hatched where several may have held."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from projections.course import CeasefireCourse, CourseStep
from service.web.drawing.axis import Axis
from service.words import days, states

TONES = {
    "none": "quiet",
    "under_discussion": "talk",
    "no_agreement": "refused",
    "proposed": "talk",
    "rejected": "refused",
    "accepted_in_principle": "near",
    "agreed": "near",
    "declared": "near",
    "in_effect": "holds",
    "suspended": "over",
    "lapsed": "over",
    "terminated": "over",
    "superseded": "over",
    "not_implemented": "refused",
}
"""Five tones are told apart at a glance; the words beside them tell the rest."""


@dataclass(frozen=True, slots=True)
class Span:
    """How it stood from one day until the next."""

    step: CourseStep
    x: float
    width: float
    tone: str
    open: bool
    """Whether more than one status may have held."""
    from_day: str
    breaches: str | None


@dataclass(frozen=True, slots=True)
class Strip:
    """All of it, with the words for both ends."""

    spans: Sequence[Span]
    breaks: Sequence[float]
    first: str
    last: str


def draw(course: CeasefireCourse) -> Strip:
    """Draw the steps of a course up to its day."""
    end = course.as_of + timedelta(days=1)
    steps = [next(several) for _, several in groupby(course.steps, _told)]
    begins = [step.day for step in steps]
    axis = Axis([*(day for day in begins if day > date.min), end], 0, 1_000)
    spans = [_span(step, axis, until) for step, until in zip(steps, [*begins, end][1:], strict=True)]
    first = days.day(axis.first) if begins and begins[0] > date.min else "an unknown day"
    return Strip(spans, axis.breaks, first, days.day(course.as_of))


def _told(step: CourseStep) -> Hashable:
    """What the strip tells of a step: two that follow each other and tell the same are one stretch."""
    return step.status, step.possible, step.violated.alleged, step.violated.confirmed


def _span(step: CourseStep, axis: Axis, until: date) -> Span:
    x = axis.x(step.day)
    return Span(
        step=step,
        x=x,
        width=max(round(axis.x(until) - x, 1), 2),
        tone=TONES[step.status or step.possible[-1]],
        open=step.status is None,
        from_day="From an unknown day" if step.day == date.min else f"From {days.day(step.day)}",
        breaches=states.violated(step.violated.alleged, step.violated.confirmed),
    )
