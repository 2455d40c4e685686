"""What was asked, by demand, offer, proposal or ultimatum, and what each party answered."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from domain.developments.answers import AnswerGiven
from domain.developments.utterances import DemandMade, OfferMade, ProposalMade, UltimatumIssued
from domain.entry import Standing
from domain.time import Certainty
from domain.values import Slug, Text, Value, actor_key, side_of
from projections.cut import Cut, Held
from projections.deadlines import passed
from projections.succession import Step, outlook
from projections.view import Ground, Grounds, attributed_to, ground, grounds

Asking = DemandMade | OfferMade | ProposalMade | UltimatumIssued
Answers = list[tuple[Held, AnswerGiven]]

AskState = Literal[
    "open", "accepted", "accepted_with_conditions", "countered", "rejected", "ignored", "withdrawn", "expired"
]


class PartyAnswer(Value):
    """What one party answered last. Two parties who answer differently contradict nothing."""

    by: str
    addressed: bool
    """Whether it was asked: one of the addressees, or anybody where none is named."""
    answer: AskState | None
    """Null where more than one may be its last, as `possible` lists."""
    possible: tuple[AskState, ...]
    """`open` among them is that it may not have answered yet."""
    earliest: date | None
    latest: date | None
    certainty: Certainty
    """Of its last certain answer, else of its last possible one, as are the days."""
    rests_on: Grounds
    """All of its answers."""


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
    """Null where more than one may hold, or holds for one party each, as `possible` lists.

    Each addressee's last answer counts, and it is open for one that has not answered. Where no addressee
    is named the answer of each who answered counts. Who asked can end it for all: by withdrawing it.
    """
    possible: tuple[AskState, ...]
    answers: tuple[PartyAnswer, ...]
    """Each party's last answer; that of one who was not asked is listed, but does not move the state."""
    answered_by: tuple[Ground, ...]
    earliest: date | None
    latest: date | None
    certainty: Certainty
    standing: Standing
    attributed_to: tuple[str, ...]


def asked(held: Held, ask: Asking, answers: Answers, cut: Cut) -> Asked:
    """What was asked, and how it stands by the day."""
    ultimatum = ask if isinstance(ask, UltimatumIssued) else None
    possible = tuple(dict.fromkeys(_states(held, ask, answers, cut)))
    return Asked(
        id=held.entry.id,
        version=held.entry.version,
        kind=ask.kind,
        content=ask.content,
        addressees=tuple(actor_key(one) for one in ask.addressees),
        condition_for=ask.condition_for if isinstance(ask, DemandMade) else None,
        deadline=str(ultimatum.deadline) if ultimatum and ultimatum.deadline else None,
        consequence=ultimatum.consequence if ultimatum else None,
        final=bool(ultimatum and ultimatum.final),
        state=possible[0] if len(possible) == 1 else None,
        possible=possible,
        answers=tuple(_party_answers(ask, answers, cut)),
        answered_by=tuple(ground(one) for one, _ in answers),
        earliest=held.bounds.earliest,
        latest=held.bounds.latest,
        certainty=held.certainty,
        standing=held.standing,
        attributed_to=attributed_to(held.sources),
    )


# For each party an account of its own


def _states(held: Held, ask: Asking, answers: Answers, cut: Cut) -> Iterator[AskState]:
    """What may have become of it, by the account of each who was asked."""
    own = [answer for answer, by in _by_party(answers) if by == side_of(ask.speaker)]
    for party in _asked_of(ask, answers):
        told = [answer for answer, by in _by_party(answers) if by == party]
        yield from _account(held, ask, [*told, *(one for one in own if one not in told)], cut)


def _asked_of(ask: Asking, answers: Answers) -> Sequence[str | None]:
    """The addressees; where none is named those who answered, and where nobody has, whoever it was."""
    addressees = _addressees(ask)
    answered = (by for _, by in _by_party(answers) if by != side_of(ask.speaker))
    return addressees or list(dict.fromkeys(answered)) or [None]


def _addressees(ask: Asking) -> list[str]:
    return list(dict.fromkeys(side_of(one) for one in ask.addressees))


def _by_party(answers: Answers) -> Iterator[tuple[Held, str]]:
    return ((held, side_of(answer.by)) for held, answer in answers)


def _account(held: Held, ask: Asking, answers: Sequence[Held], cut: Cut) -> tuple[AskState, ...]:
    """Open until it is answered; an ultimatum that was not expires with its deadline."""
    steps = list(_steps(answers))
    deadline = ask.deadline if isinstance(ask, UltimatumIssued) else None
    if deadline is not None and not any(answer.certain for answer in answers):
        steps.append(Step("expired", passed(deadline.bounds, cut), held, stage=1))
    return outlook(steps, cut.as_of, "open").possible


def _steps(answers: Sequence[Held]) -> Iterator[Step[AskState]]:
    for answer in answers:
        for told in _told(answer):
            yield Step(told, answer.bounds, answer, stage=1)


def _told(answer: Held) -> Iterator[AskState]:
    """The answer as each report has it; all of them are possible."""
    told = (report.development for report in answer.reports)
    yield from dict.fromkeys(one.answer for one in told if isinstance(one, AnswerGiven))


def _party_answers(ask: Asking, answers: Answers, cut: Cut) -> Iterator[PartyAnswer]:
    addressees = _addressees(ask)
    for party in dict.fromkeys(by for _, by in _by_party(answers)):
        own = [answer for answer, by in _by_party(answers) if by == party]
        addressed = party in addressees or (not addressees and party != side_of(ask.speaker))
        yield _party_answer(party, own, cut.as_of, addressed=addressed)


def _party_answer(party: str, own: Sequence[Held], day: date, *, addressed: bool) -> PartyAnswer:
    last = outlook(_steps(own), day, "open")
    shown = ([one for one in own if one.certain] or own)[-1]
    return PartyAnswer(
        by=party,
        addressed=addressed,
        answer=last.state,
        possible=last.possible,
        earliest=shown.bounds.earliest,
        latest=shown.bounds.latest,
        certainty=shown.certainty,
        rests_on=grounds(own),
    )
