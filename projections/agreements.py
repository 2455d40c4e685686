"""Agreements: each on its separate clocks, and every stipulation's promise against its performance."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from domain.developments.agreements import (
    Agreement,
    AgreementAmended,
    AgreementEnteredIntoForce,
    AgreementEvent,
    AgreementReached,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
)
from domain.developments.base import Happening
from domain.developments.humanitarian import Return
from domain.developments.utterances import AssessmentGiven
from domain.time import Certainty
from domain.values import Value, actor_key
from projections.cut import Cut, Held
from projections.families import Families, named_by
from projections.performance import Performance, performance
from projections.promises import Promises, promises
from projections.succession import Step, outlook
from projections.view import Grounds, View, grounds, of_view

RESTS_ON = (Agreement, AgreementEvent, Return, AssessmentGiven)
"""The kinds that this view is folded from."""

State = Literal["none", "agreed", "signed", "in_force", "suspended", "ended"]

_STATE_OF: dict[type[Happening], State] = {
    AgreementReached: "agreed",
    AgreementSigned: "signed",
    AgreementEnteredIntoForce: "in_force",
    AgreementSuspended: "suspended",
    AgreementTerminated: "ended",
}
Thread = Sequence[tuple[Held, Agreement | AgreementEvent]]


class Clock(Value):
    """When one thing happened to an agreement, if it did by the day."""

    certainty: Certainty
    earliest: date | None
    latest: date | None
    rests_on: Grounds


class Clocks(Value):
    """The separate clocks of an agreement; each runs by itself."""

    agreed: Clock
    signed: Clock
    in_force: Clock
    amended: Clock
    suspended: Clock
    ended: Clock


class AgreementOnRecord(Value):
    """One agreement with all that signed, amended or ended it."""

    id: UUID
    """The development that the others rest on."""
    title: str | None
    parties: tuple[str, ...]
    form: str | None
    stage: str | None
    """Stage and substage in the terms of PA-X."""
    state: State | None
    """Null where more than one may hold, as `possible` lists."""
    possible: tuple[State, ...]
    clocks: Clocks
    stipulations: tuple[Performance, ...]
    retracted: bool
    """Whether the development that it rests on has been retracted."""
    rests_on: Grounds


class Agreements(View):
    """Every agreement by the day."""

    agreements: tuple[AgreementOnRecord, ...]


def agreements(cut: Cut) -> Agreements:
    """Fold the cut into agreements, in the order of their first beginning."""
    every = promises(cut)
    threads: dict[UUID, list[tuple[Held, Agreement | AgreementEvent]]] = {}
    for held, told in cut.of(Happening):
        if isinstance(told, Agreement | AgreementEvent):
            threads.setdefault(_root(held, told, every.families), []).append((held, told))
    return Agreements(
        **of_view(cut),
        agreements=tuple(_on_record(root, thread, every, cut) for root, thread in threads.items()),
    )


def _names(held: Held, told: Agreement | AgreementEvent, cut: Cut) -> frozenset[UUID]:
    named = told.agreement if isinstance(told, AgreementEvent) else named_by(held)
    return frozenset([cut.happening(named)] if named else [])


def _root(held: Held, told: Agreement | AgreementEvent, every: Families) -> UUID:
    return every.root(told.agreement if isinstance(told, AgreementEvent) else held.entry.id)


def _on_record(root: UUID, thread: Thread, every: Promises, cut: Cut) -> AgreementOnRecord:
    steps: list[Step[State]] = [
        Step(_STATE_OF[type(told)], held.bounds, held, names=_names(held, told, cut))
        for held, told in thread
        if type(told) in _STATE_OF
    ]
    state = outlook(steps, cut.as_of, "none")
    told = list(_told(every.families.members.get(root, ())))
    terms = [told for _, told in told]
    latest = [told for held, told in told if held.certain] or terms
    return AgreementOnRecord(
        id=root,
        title=next((one.title for one in terms if one.title), None),
        parties=tuple(dict.fromkeys(actor_key(party) for one in terms for party in one.parties)),
        form=next((one.form for one in reversed(latest) if one.form), None),
        stage=next((one.stage for one in reversed(latest) if one.stage), None),
        state=state.state,
        possible=state.possible,
        clocks=_clocks(thread),
        stipulations=tuple(performance(root, every, cut)),
        retracted=root in cut.retracted,
        rests_on=grounds([held for held, _ in thread]),
    )


def _told(family: Sequence[Held]) -> Iterator[tuple[Held, Agreement]]:
    for held in family:
        if isinstance(held.entry.development, Agreement):
            yield held, held.entry.development


def _clocks(thread: Thread) -> Clocks:
    return Clocks(
        agreed=_clock(thread, AgreementReached),
        signed=_clock(thread, AgreementSigned),
        in_force=_clock(thread, AgreementEnteredIntoForce),
        amended=_clock(thread, AgreementAmended),
        suspended=_clock(thread, AgreementSuspended),
        ended=_clock(thread, AgreementTerminated),
    )


def _clock(thread: Thread, kind: type[Happening]) -> Clock:
    """The last time that it happened, if it happened more than once."""
    held = [one for one, told in thread if isinstance(told, kind)]
    certain = [one for one in held if one.certain]
    if not held:
        return Clock(certainty=Certainty.NOT, earliest=None, latest=None, rests_on=Grounds())
    shown = (certain or held)[-1]
    return Clock(
        certainty=shown.certainty,
        earliest=shown.bounds.earliest,
        latest=shown.bounds.latest,
        rests_on=grounds(held),
    )
