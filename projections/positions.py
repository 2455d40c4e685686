"""Positions: what each party holds on each issue, and what it has asked, offered and been answered."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from domain.developments.answers import AnswerGiven
from domain.developments.utterances import (
    DemandMade,
    OfferMade,
    PositionTaken,
    ProposalMade,
    UltimatumIssued,
    Utterance,
)
from domain.entry import Standing
from domain.time import Bounds, Certainty
from domain.values import Slug, Text, Value, actor_key, side_of
from projections.cut import Cut, Held
from projections.succession import Outlook, Step, outlook
from projections.view import Ground, Grounds, View, attributed_to, ground, grounds, of_view

RESTS_ON = (PositionTaken, DemandMade, OfferMade, ProposalMade, UltimatumIssued, AnswerGiven)
"""The kinds that this view is folded from."""

Asking = DemandMade | OfferMade | ProposalMade | UltimatumIssued
NO_ISSUE = "unspecified"

Stance = Literal["supports", "supports_with_conditions", "opposes", "neutral", "undecided", "none"]
AskState = Literal[
    "open", "accepted", "accepted_with_conditions", "countered", "rejected", "ignored", "withdrawn", "expired"
]


class StanceTaken(Value):
    """One stance that a party took, with its words."""

    id: UUID
    version: int
    stance: Stance
    content: Text
    red_line: bool
    preconditions: tuple[Text, ...]
    earliest: date | None
    latest: date | None
    certainty: Certainty
    standing: Standing
    attributed_to: tuple[str, ...]


class Asked(Value):
    """A demand, an ultimatum, an offer or a proposal, and how it was answered."""

    id: UUID
    version: int
    kind: str
    content: Text
    addressees: tuple[str, ...]
    condition_for: Slug | None
    deadline: str | None
    consequence: Text | None
    final: bool
    state: AskState | None
    """Null where more than one may hold, as `possible` lists."""
    possible: tuple[AskState, ...]
    answered_by: tuple[Ground, ...]
    earliest: date | None
    latest: date | None
    certainty: Certainty
    standing: Standing
    attributed_to: tuple[str, ...]


class OnIssue(Value):
    """One party on one issue."""

    party: str
    issue: Slug
    stance: Stance | None
    """The stance that it certainly held; null where more than one may be its last, as `possible` lists."""
    possible: tuple[Stance, ...]
    red_lines: tuple[Text, ...]
    """What it called a line that it will not cross, in the stances that may be its last."""
    stances: tuple[StanceTaken, ...]
    asked: tuple[Asked, ...]
    rests_on: Grounds


class Positions(View):
    """Every party's position on every issue by the day."""

    positions: tuple[OnIssue, ...]


def positions(cut: Cut) -> Positions:
    """Fold the cut into positions, by party and issue."""
    said: dict[tuple[str, str], list[tuple[Held, Utterance]]] = {}
    for held, utterance in cut.of(PositionTaken, DemandMade, OfferMade, ProposalMade, UltimatumIssued):
        for issue in _issues(utterance):
            said.setdefault((side_of(utterance.speaker), issue), []).append((held, utterance))
    answers = _answers(cut)
    return Positions(
        **of_view(cut),
        positions=tuple(
            _on_issue(party, issue, said[party, issue], answers, cut) for party, issue in sorted(said)
        ),
    )


def _issues(utterance: Utterance) -> tuple[str, ...]:
    named = [*utterance.issues]
    if isinstance(utterance, PositionTaken):
        named.append(utterance.issue)
    if isinstance(utterance, DemandMade) and utterance.condition_for is not None:
        named.append(utterance.condition_for)
    return tuple(dict.fromkeys(named)) or (NO_ISSUE,)


def _answers(cut: Cut) -> dict[UUID, list[tuple[Held, AnswerGiven]]]:
    answers: dict[UUID, list[tuple[Held, AnswerGiven]]] = {}
    for held, answer in cut.of(AnswerGiven):
        answers.setdefault(cut.happening(answer.to), []).append((held, answer))
    return answers


def _on_issue(
    party: str,
    issue: str,
    said: Sequence[tuple[Held, Utterance]],
    answers: dict[UUID, list[tuple[Held, AnswerGiven]]],
    cut: Cut,
) -> OnIssue:
    taken = [(held, one) for held, one in said if isinstance(one, PositionTaken) and one.issue == issue]
    asked = [(held, one) for held, one in said if isinstance(one, Asking)]
    steps: list[Step[Stance]] = [
        Step(told, held.bounds, held) for held, _ in taken for told in _stances(held)
    ]
    held_now = outlook(steps, cut.as_of, "none")
    last = {step.held.entry.id for step in held_now.last}
    return OnIssue(
        party=party,
        issue=issue,
        stance=held_now.state,
        possible=held_now.possible,
        red_lines=tuple(one.content for held, one in taken if one.red_line and held.entry.id in last),
        stances=tuple(_stance(held, one) for held, one in taken),
        asked=tuple(_asked(held, one, answers.get(held.entry.id, []), cut) for held, one in asked),
        rests_on=grounds([*(held for held, _ in said), *_answers_to(asked, answers)]),
    )


def _answers_to(
    asked: Sequence[tuple[Held, Asking]], answers: dict[UUID, list[tuple[Held, AnswerGiven]]]
) -> list[Held]:
    return [answer for held, _ in asked for answer, _ in answers.get(held.entry.id, [])]


def _stances(held: Held) -> list[Stance]:
    """The stance as each report has it; all of them are possible."""
    told = (report.development for report in held.reports)
    return list(dict.fromkeys(one.stance for one in told if isinstance(one, PositionTaken)))


def _given(answer: Held) -> list[AskState]:
    told = (report.development for report in answer.reports)
    return list(dict.fromkeys(one.answer for one in told if isinstance(one, AnswerGiven)))


def _stance(held: Held, taken: PositionTaken) -> StanceTaken:
    return StanceTaken(
        id=held.entry.id,
        version=held.entry.version,
        stance=taken.stance,
        content=taken.content,
        red_line=taken.red_line,
        preconditions=taken.preconditions,
        earliest=held.bounds.earliest,
        latest=held.bounds.latest,
        certainty=held.certainty,
        standing=held.standing,
        attributed_to=attributed_to(held.sources),
    )


def _asked(held: Held, asked: Asking, answers: Sequence[tuple[Held, AnswerGiven]], cut: Cut) -> Asked:
    ultimatum = asked if isinstance(asked, UltimatumIssued) else None
    state = _state(held, ultimatum, answers, cut)
    return Asked(
        id=held.entry.id,
        version=held.entry.version,
        kind=asked.kind,
        content=asked.content,
        addressees=tuple(actor_key(one) for one in asked.addressees),
        condition_for=asked.condition_for if isinstance(asked, DemandMade) else None,
        deadline=str(ultimatum.deadline) if ultimatum and ultimatum.deadline else None,
        consequence=ultimatum.consequence if ultimatum else None,
        final=bool(ultimatum and ultimatum.final),
        state=state.state,
        possible=state.possible,
        answered_by=tuple(ground(one) for one, _ in answers),
        earliest=held.bounds.earliest,
        latest=held.bounds.latest,
        certainty=held.certainty,
        standing=held.standing,
        attributed_to=attributed_to(held.sources),
    )


def _state(
    held: Held, ultimatum: UltimatumIssued | None, answers: Sequence[tuple[Held, AnswerGiven]], cut: Cut
) -> Outlook[AskState]:
    """Open until it is answered; an ultimatum that nobody has answered expires with its deadline."""
    steps: list[Step[AskState]] = [
        Step(told, answer.bounds, answer, stage=1) for answer, _ in answers for told in _given(answer)
    ]
    certain = any(answer.certain for answer, _ in answers)
    if ultimatum is not None and ultimatum.deadline is not None and not certain:
        steps.append(Step("expired", _passed(ultimatum.deadline.bounds, cut), held, stage=1))
    return outlook(steps, cut.as_of, "open")


def _passed(deadline: Bounds, cut: Cut) -> Bounds:
    """When the deadline has passed: the day after, and unsure beyond what was known."""
    first = deadline.earliest + timedelta(days=1) if deadline.earliest else None
    last = deadline.latest + timedelta(days=1) if deadline.latest and deadline.latest < date.max else None
    return Bounds(first, last if last and last <= cut.knowing_day else None)
