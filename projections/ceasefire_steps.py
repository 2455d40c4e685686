"""How developments move the status of a ceasefire, one step each."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from heapq import nlargest

from domain.developments.answers import AnswerGiven
from domain.developments.base import Happening
from domain.developments.ceasefires import CeasefireProposed
from domain.developments.contacts import Contact, Outcome
from domain.developments.utterances import (
    AssessmentGiven,
    DemandMade,
    OfferMade,
    PositionTaken,
    ProposalMade,
    UltimatumIssued,
)
from domain.time import Bounds
from domain.values import side_of
from projections.agenda import finder_of, outcomes_of
from projections.ceasefire_line import Status, StatusStep
from projections.ceasefire_threads import Thread, names
from projections.cut import Cut, Held
from projections.succession import Outlook, Step

ISSUE = "ceasefire"
TalkedOf = Callable[[Sequence[StatusStep]], Outlook[Status]]

_STRENGTH: dict[Status, int] = {"agreed": 1, "declared": 2, "suspended": 3, "in_effect": 4}
"""The states in which a ceasefire stands, weakest first; in any other, talk of one decides the status."""

_OF_OUTCOME: dict[Outcome, Status] = {
    "discussed": "under_discussion",
    "deferred": "under_discussion",
    "referred": "under_discussion",
    "no_agreement": "no_agreement",
    "dropped": "no_agreement",
    "agreed": "accepted_in_principle",
}
_OF_ANSWER: dict[str, Status] = {
    "accepted": "accepted_in_principle",
    "accepted_with_conditions": "accepted_in_principle",
    "countered": "under_discussion",
    "rejected": "rejected",
    "withdrawn": "no_agreement",
    "expired": "no_agreement",
}


def bears_on_ceasefire(said: Held) -> bool:
    """Whether something said is about a ceasefire, as any report of it has it."""
    return any(_is_about_ceasefire(report.development) for report in said.reports)


def _is_about_ceasefire(said: Happening) -> bool:
    match said:
        case PositionTaken(issue=issue) if issue == ISSUE:
            return True
        case DemandMade(condition_for=issue) if issue == ISSUE:
            return True
        case AssessmentGiven(finding=finding) if finding and finding.issue == ISSUE:
            return True
    return ISSUE in said.issues


def talk_steps(cut: Cut) -> Iterator[StatusStep]:
    """The steps that talk of a ceasefire makes: at a contact, by putting something forward, by a finding."""
    for held, told in cut.of(Contact, AssessmentGiven):
        for issue, outcome in outcomes_of(held):
            if issue == ISSUE:
                yield Step(_OF_OUTCOME[outcome], held.bounds, held, by=finder_of(told))
    for held, _ in cut.of(OfferMade, ProposalMade, DemandMade, UltimatumIssued):
        if bears_on_ceasefire(held):
            yield Step("under_discussion", held.bounds, held)


def talk_of(thread: Thread, cut: Cut) -> Iterator[StatusStep]:
    """The steps that proposals of one ceasefire and answers to them make."""
    for held, development in thread.members:
        match development:
            case CeasefireProposed(addressees=addressees):
                # It stands by itself, and before each of several who have to answer it.
                for by in (None, *(map(side_of, addressees) if len(addressees) > 1 else ())):
                    yield Step("proposed", held.bounds, held, names=names(held, cut), by=by)
            case AnswerGiven(answer=answer, by=by) if answer in _OF_ANSWER:
                yield Step(_OF_ANSWER[answer], held.bounds, held, names=names(held, cut), by=side_of(by))


def overall(lines: Sequence[Outlook[Status]], talked_of: TalkedOf) -> Outlook[Status]:
    """The status of some ceasefires: the strongest that stands; where none does, what was said or done last.

    It may leave open more than one course of things allows, and never less. `talked_of` tells how talk left
    the matter, with the steps that may have ended a ceasefire.
    """
    standing: AbstractSet[Status] = _may_be_strongest(lines)
    stands = [(line, standing) for line in lines if not standing.isdisjoint(line.possible)]
    if not any(all(status in _STRENGTH for status in line.possible) for line in lines):
        talked = talked_of([end for line in lines for end in _ends(line)])
        begun = any("none" not in line.possible for line in lines)
        stands.append((talked, {*talked.possible} - ({"none"} if begun else set())))
    return Outlook(
        tuple(dict.fromkeys(one for told, wanted in stands for one in told.possible if one in wanted)),
        tuple(step for told, wanted in stands for step in told.last if step.state in wanted),
        lambda: (step for told, wanted in stands for step in told.since if step.state in wanted),
    )


def _ends(line: Outlook[Status]) -> Iterator[StatusStep]:
    """The steps that may have ended a ceasefire; where one of several may have, none overrules the others."""
    for step in line.last:
        if step.state not in _STRENGTH:
            unsure = Bounds(step.bounds.earliest, None)
            yield step if len(line.possible) == 1 else replace(step, bounds=unsure)


def _may_be_strongest(lines: Sequence[Outlook[Status]]) -> set[Status]:
    """The states in which some ceasefire may be while every other may be in none stronger."""
    weakest = [min(_STRENGTH.get(one, 0) for one in line.possible) for line in lines]
    first, second = nlargest(2, [*weakest, 0, 0])
    return {
        status
        for line, least in zip(lines, weakest, strict=True)
        for status in line.possible
        if _STRENGTH.get(status, -1) >= (second if least == first else first)
    }
