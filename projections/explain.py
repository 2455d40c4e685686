"""Explanations: for every status and number of an answer, the rule that gave it and what it rests on."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from projections.actors import ActorOnRecord
from projections.agenda import Issue, PlannedStep
from projections.agreements import AgreementOnRecord, Clock
from projections.asked import PartyAnswer
from projections.ceasefire import CeasefireOnRecord, CeasefireStatus
from projections.contacts import SidesInContact
from projections.course import CourseStep
from projections.performance import Performance
from projections.positions import OnIssue
from projections.returns import Returned
from projections.series import ExchangeSeries, Series
from projections.view import Explained, Grounds, View

LAST = (
    "the last step that had certainly or possibly come by the day; more than one may be the last where "
    "their days overlap, and then none is certain"
)
COUNTED = (
    "a stage is certain from its latest possible day on and possible from its earliest; its latest day is "
    "capped by the publication of a source that reports it and by its first recording"
)
SUMMED = (
    "the sum of the published counts as an interval; a stage without a published count leaves the upper "
    "bound open, and a possible stage may add all of its count or nothing"
)

NAMED = (
    "a happening is counted once, however many of its reports and sources name them; it is certain from its "
    "latest possible day on"
)

RULES: dict[type[BaseModel], dict[str, str]] = {
    CeasefireStatus: {
        "status": "the strongest ceasefire that stands; where none does, what was said or done last of one",
        "in_effect": "whether any ceasefire was agreed or declared, its start had come, and it had not ended",
        "violated": "whether a breach was alleged or confirmed of one that may be in effect; neither ends it",
        "since": "the first step of the present run of each status that may hold",
    },
    CeasefireOnRecord: {
        "status": "what was last reported of it, and what its latest terms set for the day",
        "in_effect": "whether its start had come and nothing had ended or suspended it",
        "violated": "whether a breach of it was alleged or confirmed by the day; it does not end it",
    },
    CourseStep: {
        "status": "the status as of this day, which holds until the next step",
        "in_effect": "whether any ceasefire was in effect as of this day",
    },
    Returned: {"stages": COUNTED, "without_count": COUNTED, "persons": SUMMED, "categories": SUMMED},
    ExchangeSeries: {"points": f"{COUNTED}. {SUMMED.capitalize()}"},
    Series: {"points": f"{COUNTED}. {SUMMED.capitalize()}"},
    AgreementOnRecord: {"state": LAST},
    Clock: {"certainty": "whether the last of these had occurred by the day"},
    Performance: {
        "level": "the last assessment where somebody gave one; else the levels that promised and returned "
        "counts leave open, and full only where the counts say so",
    },
    OnIssue: {
        "stance": LAST,
        "asked": "for each addressee open until it answers, or its deadline passes without that; each one's "
        "last answer counts, and who asked can end it for all",
    },
    PartyAnswer: {"answer": LAST},
    Issue: {"outcome": LAST},
    PlannedStep: {
        "state": "planned until it is recorded as fulfilled or dropped",
        "certainty": COUNTED,
        "overdue": "whether the last day that it was planned for had passed while it was still only planned; "
        "possible beyond what the record knew of",
    },
    ActorOnRecord: {"developments": NAMED},
    SidesInContact: {
        "contacts": COUNTED,
        "length": "the sum of the lengths as an interval; an unknown one leaves it open",
    },
}
"""For each part of an answer, the fields that are weighed or counted, and how."""


def explain(answer: View) -> tuple[Explained, ...]:
    """Open every status and number of an answer."""
    return tuple(_explained(answer, "", Grounds()))


def _explained(part: Any, path: str, resting: Grounds) -> Iterator[Explained]:
    if isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from _explained(item, f"{path}/{index}", resting)
    if not isinstance(part, BaseModel):
        return
    grounds = getattr(part, "rests_on", resting)
    for field, rule in RULES.get(type(part), {}).items():
        told = part.model_dump(mode="json", include={field})[field]
        yield Explained(path=f"{path}/{field}", answer=told, rule=rule, rests_on=grounds)
    for field in type(part).model_fields:
        yield from _explained(getattr(part, field), f"{path}/{field}", grounds)
