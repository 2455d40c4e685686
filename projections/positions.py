"""Positions: what each party holds on each issue, and what it has asked, offered and been answered."""

from collections.abc import Sequence
from datetime import date
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
from domain.time import Certainty
from domain.values import Slug, Text, Value, side_of
from projections.asked import Answers, Asked, Asking, asked
from projections.cut import Cut, Held
from projections.short import made
from projections.succession import Step, outlook
from projections.view import Grounds, View, attributed_to, grounds, of_view

RESTS_ON = (PositionTaken, DemandMade, OfferMade, ProposalMade, UltimatumIssued, AnswerGiven)
"""The kinds that this view is folded from."""

NO_ISSUE = "unspecified"

Stance = Literal["supports", "supports_with_conditions", "opposes", "neutral", "undecided", "none"]


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
    answers: dict[UUID, Answers],
    cut: Cut,
) -> OnIssue:
    taken = [(held, one) for held, one in said if isinstance(one, PositionTaken) and one.issue == issue]
    asks = [(held, one) for held, one in said if isinstance(one, Asking)]
    steps: list[Step[Stance]] = [
        Step(told, held.bounds, held) for held, _ in taken for told in _stances(held)
    ]
    held_now = outlook(steps, cut.as_of, "none")
    last = {step.held.entry.id for step in held_now.last}
    return OnIssue.model_construct(
        party=party,
        issue=issue,
        stance=held_now.state,
        possible=held_now.possible,
        red_lines=tuple(one.content for held, one in taken if one.red_line and held.entry.id in last),
        stances=made(lambda one: _stance(*one), taken, cut.most_within),
        asked=made(lambda one: asked(*one, answers.get(one[0].entry.id, []), cut), asks, cut.most_within),
        rests_on=grounds([*(held for held, _ in said), *_answers_to(asks, answers)], cut.most_within),
    )


def _answers_to(asks: Sequence[tuple[Held, Asking]], answers: dict[UUID, Answers]) -> list[Held]:
    return [answer for held, _ in asks for answer, _ in answers.get(held.entry.id, [])]


def _stances(held: Held) -> list[Stance]:
    """The stance as each report has it; all of them are possible."""
    told = (report.development for report in held.reports)
    return list(dict.fromkeys(one.stance for one in told if isinstance(one, PositionTaken)))


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
