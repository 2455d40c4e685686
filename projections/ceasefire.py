"""The ceasefire: whether one holds, what has been agreed or refused, and what each side said of it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from domain.developments.answers import AnswerGiven
from domain.developments.ceasefires import (
    CeasefireDeclared,
    CeasefireEvent,
    CeasefireProposed,
    CeasefireTerms,
    CeasefireViolationReported,
)
from domain.developments.contacts import Contact
from domain.developments.utterances import Utterance
from domain.entry import Standing
from domain.time import Certainty
from domain.values import Slug, Text, Value, actor_key
from projections.ceasefire_line import Status, StatusStep, line, moves
from projections.ceasefire_said import PartyOnRecord, said_by_party
from projections.ceasefire_steps import overall, talk_of, talk_steps
from projections.ceasefire_threads import Thread, threads
from projections.cut import Cut, Held
from projections.short import made
from projections.succession import Outlook, outlook
from projections.view import (
    Ground,
    Grounds,
    View,
    attributed_to,
    fallen_references,
    ground,
    grounds,
    of_view,
)

RESTS_ON = (Contact, Utterance, AnswerGiven, CeasefireTerms, CeasefireEvent)
"""The kinds that this view is folded from."""


class Since(Value):
    """A step with which the status may have begun: which, when, and what it rests on."""

    status: Status
    earliest: date | None
    latest: date | None
    """Null where no source bounds it, or where the day was still to come for all that was known."""
    rests_on: Ground


class Violation(Value):
    """A reported breach. It does not end a ceasefire."""

    id: UUID
    version: int
    status: Literal["alleged", "confirmed"]
    accused: str | None
    content: Text | None
    earliest: date | None
    latest: date | None
    certainty: Certainty
    standing: Standing
    attributed_to: tuple[str, ...]
    """The chains that report it, each from its origin to its outlet: who alleges or confirms it."""


class Violated(Value):
    """Whether breaches were reported by the day: alleged by somebody, or confirmed."""

    alleged: Certainty = Certainty.NOT
    confirmed: Certainty = Certainty.NOT


class Term(Value):
    """A term in one party's own words."""

    party: str
    term: Text


class CeasefireOnRecord(Value):
    """One ceasefire, from its proposal to its end, in its latest terms.

    The terms are those that were certainly agreed or declared; where none were, those that possibly
    were; where none may have been, those that were proposed.
    """

    id: UUID
    """The development that the others carry on."""
    status: Status | None
    """Null where more than one status may hold, as `possible` lists."""
    possible: tuple[Status, ...]
    in_effect: Certainty
    ceasefire_class: str | None
    form: str | None
    declaration: str | None
    scope: tuple[Slug, ...]
    start: str | None
    end: str | None
    party_terms: tuple[Term, ...]
    violated: Violated
    violations: tuple[Violation, ...]
    rests_on: Grounds
    rests_on_retracted: tuple[UUID, ...] = ()
    """Developments that any of them rests on and that have since been retracted."""


class CeasefireStatus(View):
    """Where the matter of a ceasefire stood at the end of the day."""

    status: Status | None
    """The status that certainly held; null where more than one may have, as `possible` lists."""
    possible: tuple[Status, ...]
    in_effect: Certainty
    """Whether any ceasefire was in effect."""
    violated: Violated
    """Whether breaches were reported of any that may be in effect: they do not end it."""
    since: tuple[Since, ...]
    """The steps with which what may hold may have begun."""
    ceasefires: tuple[CeasefireOnRecord, ...]
    on_record: tuple[PartyOnRecord, ...]
    """Positions, conditions, offers and assessments of each party, with who attributes them to it."""
    rests_on: Grounds


def ceasefire_status(cut: Cut) -> CeasefireStatus:
    """Fold the cut into the status of the ceasefire, of each one on record, and of what was said."""
    on_record = threads(cut)
    lines = {root: line(thread, cut) for root, thread in on_record.items()}
    talk = {root: list(talk_of(thread, cut)) for root, thread in on_record.items()}
    every = [*(step for steps in talk.values() for step in steps), *talk_steps(cut)]
    status = overall(list(lines.values()), lambda ends: outlook([*every, *ends], cut.as_of, "none"))
    begun = [root for root, stands in lines.items() if "in_effect" in stands.possible]
    moving = [held for thread in on_record.values() for held in moving_in(thread)]
    return CeasefireStatus.model_construct(
        **of_view(cut),
        status=status.state,
        possible=status.possible,
        in_effect=in_effect(lines.values()),
        since=tuple(_since(step) for step in status.since),
        violated=violated(
            (told.status, held.certainty) for root in begun for held, told in _breaches(on_record[root])
        ),
        ceasefires=made(
            lambda root: _ceasefire(root, on_record[root], lines[root], talk[root], cut),
            list(on_record),
            cut.most,
        ),
        on_record=said_by_party(cut),
        rests_on=grounds([*moving, *(step.held for step in every)], cut.most),
    )


def moving_in(thread: Thread) -> list[Held]:
    """What moves a ceasefire by itself, and the breaches reported of it."""
    return [
        held for held, told in thread.members if moves(told) or isinstance(told, CeasefireViolationReported)
    ]


def _since(step: StatusStep) -> Since:
    return Since(
        status=step.state,
        earliest=step.bounds.earliest,
        latest=step.bounds.latest,
        rests_on=ground(step.held),
    )


def in_effect(outlooks: Iterable[Outlook[Status]]) -> Certainty:
    """Whether any of some ceasefires was in effect."""
    may_be = [one for one in outlooks if "in_effect" in one.possible]
    if any(one.state == "in_effect" for one in may_be):
        return Certainty.CERTAIN
    return Certainty.POSSIBLE if may_be else Certainty.NOT


def status_of(stands: Outlook[Status], talk: Sequence[StatusStep], day: date) -> Outlook[Status]:
    """The status of one ceasefire: talk decides it for one that has not begun, not talk of its renewal."""
    if "none" not in stands.possible:
        return stands
    return overall([stands], lambda ends: outlook([*talk, *ends], day, "none"))


def _ceasefire(
    root: UUID, thread: Thread, stands: Outlook[Status], talk: Sequence[StatusStep], cut: Cut
) -> CeasefireOnRecord:
    state = status_of(stands, talk, cut.as_of)
    terms = _terms(thread)
    declared = [one.declaration for one in terms if isinstance(one, CeasefireDeclared)]
    violations = _violations(thread)
    members = [held for held, _ in thread.members] + list(thread.superseded_by)
    return CeasefireOnRecord(
        id=root,
        status=state.state,
        possible=state.possible,
        in_effect=in_effect([stands]),
        ceasefire_class=_latest(terms, "ceasefire_class"),
        form=_latest(terms, "form"),
        declaration=declared[-1] if declared else None,
        scope=next((one.scope for one in reversed(terms) if one.scope), ()),
        start=_latest(terms, "start"),
        end=None if terms and terms[-1].open_ended else _latest(terms, "end"),
        party_terms=tuple(_party_terms(thread)),
        violated=violated((one.status, one.certainty) for one in violations),
        violations=tuple(violations),
        rests_on=grounds(members, cut.most_within),
        rests_on_retracted=fallen_references(members, cut.retracted),
    )


def _terms(thread: Thread) -> list[CeasefireTerms]:
    told = [(held, terms) for held, terms in thread.members if isinstance(terms, CeasefireTerms)]
    agreed = [(held, terms) for held, terms in told if not isinstance(terms, CeasefireProposed)] or told
    return [terms for held, terms in agreed if held.certain] or [terms for _, terms in agreed]


def _latest(terms: Sequence[CeasefireTerms], field: str) -> str | None:
    values = [getattr(one, field) for one in terms if getattr(one, field) is not None]
    return str(values[-1]) if values else None


def _party_terms(thread: Thread) -> Iterator[Term]:
    for _, terms in thread.members:
        if isinstance(terms, CeasefireTerms):
            yield from (Term(party=actor_key(one.by), term=one.term) for one in terms.party_terms)


def _breaches(thread: Thread) -> list[tuple[Held, CeasefireViolationReported]]:
    return [
        (held, reported)
        for held, reported in thread.members
        if isinstance(reported, CeasefireViolationReported)
    ]


def _violations(thread: Thread) -> list[Violation]:
    return [
        Violation(
            id=held.entry.id,
            version=held.entry.version,
            status=reported.status,
            accused=actor_key(reported.accused) if reported.accused else None,
            content=reported.content,
            earliest=held.bounds.earliest,
            latest=held.bounds.latest,
            certainty=held.certainty,
            standing=held.standing,
            attributed_to=attributed_to(held.sources),
        )
        for held, reported in _breaches(thread)
    ]


def violated(breaches: Iterable[tuple[str, Certainty]]) -> Violated:
    """Whether breaches were reported, by the status of each and its certainty."""
    reported: dict[str, Certainty] = {}
    for status, certainty in breaches:
        if reported.get(status) is not Certainty.CERTAIN:
            reported[status] = certainty
    return Violated(**reported)
