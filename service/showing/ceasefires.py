"""The ceasefire and its course, for people."""

from collections.abc import Iterator

from rich.console import RenderableType

from domain.time import Certainty
from projections.ceasefire import CeasefireOnRecord, CeasefireStatus, Since, Violated
from projections.ceasefire_said import Said
from projections.course import CeasefireCourse, CourseStep
from service.showing.tables import table
from service.showing.words import ADVERBS, days, either, lines, plain


def ceasefire(answer: CeasefireStatus) -> Iterator[RenderableType]:
    """The status, each ceasefire, and what each party put on record."""
    status = [
        ("status", either(answer.status, answer.possible)),
        ("in effect", ADVERBS[answer.in_effect]),
        ("violated", violated(answer.violated)),
        ("since", lines(map(since, answer.since)) or "the beginning"),
    ]
    yield table("The ceasefire", ("", ""), status)
    yield table(
        "Ceasefires",
        ("ceasefire", "status", "in effect", "start", "end", "scope", "violated"),
        map(_ceasefire, answer.ceasefires),
        "none is on record",
    )
    said = ((one.party, *_said(told)) for one in answer.on_record for told in one.said)
    yield table("Put on record", ("party", "what", "words", "when", "attributed to"), said, "nothing")


def course(answer: CeasefireCourse) -> Iterator[RenderableType]:
    """Step by step how it stood."""
    yield table(
        "The course of the ceasefire",
        ("from the end of", "status", "in effect", "violated"),
        map(_step, answer.steps),
        "none at any time",
    )


def since(one: Since) -> str:
    """A step with which a status may have begun."""
    return f"{plain(one.status)}: {days(one.earliest, one.latest)}"


def violated(breaches: Violated) -> str:
    """Whether breaches were alleged or confirmed."""
    told = {"alleged": breaches.alleged, "confirmed": breaches.confirmed}
    return lines(f"{ADVERBS[how]} {what}" for what, how in told.items() if how is not Certainty.NOT) or "not"


def what_was_said(said: Said) -> str:
    """Whether it is a condition, a stance, or what else."""
    return "condition" if said.condition else plain(said.stance or said.kind)


def _ceasefire(one: CeasefireOnRecord) -> tuple[str, ...]:
    return (
        str(one.id),
        either(one.status, one.possible),
        ADVERBS[one.in_effect],
        one.start or "unknown",
        one.end or "none set",
        ", ".join(one.scope) or "unknown",
        violated(one.violated),
    )


def _said(said: Said) -> tuple[str, ...]:
    when = days(said.earliest, said.latest)
    if said.certainty is not Certainty.CERTAIN:
        when = f"{ADVERBS[said.certainty]}, {when}"
    return what_was_said(said), said.content, when, lines(said.attributed_to)


def _step(step: CourseStep) -> tuple[str, ...]:
    day = "the beginning" if step.day.toordinal() == 1 else str(step.day)
    return day, either(step.status, step.possible), ADVERBS[step.in_effect], violated(step.violated)
