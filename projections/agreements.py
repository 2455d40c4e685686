"""Agreements: each on its separate clocks, and every stipulation's promise against its performance.

A ratification binds one party alone and brings nothing into force, so it has a clock and no state of its
own. A rejection by any party ends the way into force until that party ratifies after all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from domain.developments.agreements import (
    Agreement,
    AgreementAmended,
    AgreementEnteredIntoForce,
    AgreementEvent,
    AgreementMade,
    AgreementReached,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
)
from domain.developments.base import Happening
from domain.developments.humanitarian import Return
from domain.developments.ratifications import AgreementRatified, AgreementRejected, ConsentDecided
from domain.developments.utterances import AssessmentGiven
from domain.entry import Standing
from domain.time import Certainty
from domain.values import Value, actor_key, side_of
from projections.cut import Cut, Held
from projections.families import Families, named_by, replaced_by
from projections.performance import Performance, performances
from projections.promises import promises
from projections.succession import Step, outlook
from projections.view import Grounds, View, attributed_to, grounds, of_view

RESTS_ON = (Agreement, AgreementEvent, Return, AssessmentGiven)
"""The kinds that this view is folded from."""

State = Literal["none", "agreed", "signed", "in_force", "suspended", "ended", "rejected", "superseded"]

_STATE_OF: dict[type[Happening], State] = {
    AgreementReached: "agreed",
    AgreementSigned: "signed",
    AgreementEnteredIntoForce: "in_force",
    AgreementSuspended: "suspended",
    AgreementTerminated: "ended",
    AgreementRejected: "rejected",
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
    ratified: Clock
    rejected: Clock
    superseded: Clock


class Consent(Value):
    """What one party decided on being bound by the agreement."""

    id: UUID
    version: int
    by: str
    outcome: Literal["ratified", "rejected"]
    how: Literal["parliament", "referendum", "executive", "other"] | None
    earliest: date | None
    latest: date | None
    certainty: Certainty
    standing: Standing
    attributed_to: tuple[str, ...]


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
    consents: tuple[Consent, ...]
    """Every ratification and rejection by the day; of each party the last counts."""
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
    newer, performed = _newer(cut, every.families), performances(every, cut)
    each = (
        _Gathered(
            root,
            thread,
            newer.get(root, ()),
            tuple(_told(every.families.members.get(root, ()))),
            performed.get(root, ()),
        )
        for root, thread in threads.items()
    )
    return Agreements(**of_view(cut), agreements=tuple(_on_record(one, cut) for one in each))


@dataclass(frozen=True, slots=True)
class _Gathered:
    """All that is on record of one agreement."""

    root: UUID
    thread: Thread
    newer: Sequence[Held]
    family: Sequence[tuple[Held, Agreement]]
    stipulations: Sequence[Performance]


def _names(held: Held, told: Agreement | AgreementEvent, cut: Cut) -> frozenset[UUID]:
    named = told.agreement if isinstance(told, AgreementEvent) else named_by(held)
    return frozenset([cut.happening(named)] if named else [])


def _root(held: Held, told: Agreement | AgreementEvent, every: Families) -> UUID:
    return every.root(told.agreement if isinstance(told, AgreementEvent) else held.entry.id)


def _newer(cut: Cut, every: Families) -> dict[UUID, list[Held]]:
    """For each agreement the later ones that take its place; none takes the place of its own family."""
    newer: dict[UUID, list[Held]] = {}
    for held, _ in cut.of(AgreementMade):
        older = replaced_by(held, cut)
        if older is not None and every.root(older) != every.root(held.entry.id):
            newer.setdefault(every.root(older), []).append(held)
    return newer


def _steps(thread: Thread, newer: Sequence[Held], cut: Cut) -> Iterator[Step[State]]:
    rejecting = {side_of(one.by) for _, one in thread if isinstance(one, AgreementRejected)}
    for held, told in thread:
        if (state := _state(told, rejecting)) is not None:
            yield Step(state, held.bounds, held, names=_names(held, told, cut))
    for held in newer:
        older = replaced_by(held, cut)
        yield Step("superseded", held.bounds, held, names=frozenset([older] if older else []))


def _state(told: Agreement | AgreementEvent, rejecting: set[str]) -> State | None:
    """The state that it begins; a ratification takes back its party's own rejection, if no other rejected."""
    if isinstance(told, AgreementRatified):
        return "signed" if rejecting == {side_of(told.by)} else None
    return _STATE_OF.get(type(told))


def _on_record(one: _Gathered, cut: Cut) -> AgreementOnRecord:
    state = outlook(_steps(one.thread, one.newer, cut), cut.as_of, "none")
    terms = [told for _, told in one.family]
    latest = [told for held, told in one.family if held.certain] or terms
    return AgreementOnRecord(
        id=one.root,
        title=next((told.title for told in terms if told.title), None),
        parties=tuple(dict.fromkeys(actor_key(party) for told in terms for party in told.parties)),
        form=next((told.form for told in reversed(latest) if told.form), None),
        stage=next((told.stage for told in reversed(latest) if told.stage), None),
        state=state.state,
        possible=state.possible,
        clocks=_clocks(one.thread, one.newer),
        consents=tuple(_consents(one.thread)),
        stipulations=tuple(one.stipulations),
        retracted=one.root in cut.retracted,
        rests_on=grounds([*(held for held, _ in one.thread), *one.newer], cut.most_within),
    )


def _told(family: Sequence[Held]) -> Iterator[tuple[Held, Agreement]]:
    for held in family:
        if isinstance(held.entry.development, Agreement):
            yield held, held.entry.development


def _consents(thread: Thread) -> Iterator[Consent]:
    for held, told in thread:
        if isinstance(told, ConsentDecided):
            yield Consent(
                id=held.entry.id,
                version=held.entry.version,
                by=side_of(told.by),
                outcome="ratified" if isinstance(told, AgreementRatified) else "rejected",
                how=told.how,
                earliest=held.bounds.earliest,
                latest=held.bounds.latest,
                certainty=held.certainty,
                standing=held.standing,
                attributed_to=attributed_to(held.sources),
            )


def _clocks(thread: Thread, newer: Sequence[Held]) -> Clocks:
    return Clocks(
        agreed=_clock(thread, AgreementReached),
        signed=_clock(thread, AgreementSigned),
        in_force=_clock(thread, AgreementEnteredIntoForce),
        amended=_clock(thread, AgreementAmended),
        suspended=_clock(thread, AgreementSuspended),
        ended=_clock(thread, AgreementTerminated),
        ratified=_clock(thread, AgreementRatified),
        rejected=_clock(thread, AgreementRejected),
        superseded=_last_of(newer),
    )


def _clock(thread: Thread, kind: type[Happening]) -> Clock:
    return _last_of([one for one, told in thread if isinstance(told, kind)])


def _last_of(held: Sequence[Held]) -> Clock:
    """The last time that it happened, if it happened more than once."""
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
