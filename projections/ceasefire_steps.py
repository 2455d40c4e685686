"""How developments move the status of a ceasefire, one step each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from domain.developments.answers import AnswerGiven
from domain.developments.base import Happening
from domain.developments.ceasefires import (
    CeasefireAgreed,
    CeasefireDeclared,
    CeasefireEvent,
    CeasefireLapsed,
    CeasefireProposed,
    CeasefireSuspended,
    CeasefireTerminated,
    CeasefireTerms,
)
from domain.developments.contacts import Contact, Outcome
from domain.developments.utterances import (
    AssessmentGiven,
    DemandMade,
    OfferMade,
    PositionTaken,
    ProposalMade,
    UltimatumIssued,
    Utterance,
)
from domain.time import Bounds, Edtf
from projections.cut import Cut, Held
from projections.succession import Outlook, Step, outlook
from projections.threads import root_of

ISSUE = "ceasefire"

Status = Literal[
    "none",
    "under_discussion",
    "no_agreement",
    "proposed",
    "rejected",
    "accepted_in_principle",
    "agreed",
    "declared",
    "in_effect",
    "suspended",
    "lapsed",
    "terminated",
]
StatusStep = Step[Status]
Thread = tuple[tuple[Held, Happening], ...]

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
_OF_EVENT: dict[type[Happening], Status] = {
    CeasefireProposed: "proposed",
    CeasefireAgreed: "agreed",
    CeasefireDeclared: "declared",
    CeasefireSuspended: "suspended",
    CeasefireLapsed: "lapsed",
    CeasefireTerminated: "terminated",
}


def bears_on_ceasefire(utterance: Utterance) -> bool:
    """Whether something said is about a ceasefire."""
    match utterance:
        case PositionTaken(issue=issue) if issue == ISSUE:
            return True
        case DemandMade(condition_for=issue) if issue == ISSUE:
            return True
        case AssessmentGiven(finding=finding) if finding and finding.issue == ISSUE:
            return True
    return ISSUE in utterance.issues


def talk_steps(cut: Cut) -> Iterator[StatusStep]:
    """The steps that talk of a ceasefire makes: at a contact, by putting something forward, by a finding."""
    for held, contact in cut.of(Contact):
        for item in contact.agenda:
            if item.issue == ISSUE:
                yield Step(_OF_OUTCOME[item.outcome], held.entry.bounds, held)
    for held, said in cut.of(Utterance):
        if (status := _said(said)) is not None:
            yield Step(status, held.entry.bounds, held)


def _said(said: Utterance) -> Status | None:
    match said:
        case AssessmentGiven(finding=finding) if finding and finding.issue == ISSUE:
            return _OF_OUTCOME[finding.outcome]
        case OfferMade() | ProposalMade() | DemandMade() | UltimatumIssued() if bears_on_ceasefire(said):
            return "under_discussion"
    return None


def threads(cut: Cut) -> dict[UUID, Thread]:
    """The ceasefires on record: each with all that carries it on, answers it or ends it."""
    parts = [
        (held, development, named)
        for held, development in cut.of(CeasefireTerms, CeasefireEvent, AnswerGiven)
        for named in [_names(development)]
    ]
    proposals = {held.entry.id for held, _ in cut.of(CeasefireTerms)}
    rests_on = {held.entry.id: named for held, _, named in parts if named is not None}
    gathered: dict[UUID, list[tuple[Held, Happening]]] = {}
    for held, development, named in parts:
        if not isinstance(development, AnswerGiven) or named in proposals:
            gathered.setdefault(root_of(held.entry.id, rests_on), []).append((held, development))
    return {root: tuple(members) for root, members in gathered.items()}


def _names(development: Happening) -> UUID | None:
    match development:
        case CeasefireTerms(ceasefire=named) | CeasefireEvent(ceasefire=named):
            return named
        case AnswerGiven(to=named):
            return named
    return None


def thread_steps(thread: Thread, cut: Cut) -> Iterator[StatusStep]:
    """The steps of one ceasefire, those by its own terms included: it takes effect and runs out."""
    for held, development in thread:
        match development:
            case AnswerGiven(answer=answer) if answer in _OF_ANSWER:
                yield Step(_OF_ANSWER[answer], held.entry.bounds, held)
            case _ if (status := _OF_EVENT.get(type(development))) is not None:
                yield Step(status, held.entry.bounds, held)
    yield from _scheduled([(h, d) for h, d in thread if _commits(d)], cut)


def _commits(development: Happening) -> bool:
    return isinstance(development, (CeasefireAgreed, CeasefireDeclared))


def _scheduled(committed: Sequence[tuple[Held, Happening]], cut: Cut) -> Iterator[StatusStep]:
    """What the terms set a day for. Later terms carry on the start, and put off the end, of earlier ones."""
    start: Edtf | None = None
    for index, (held, development) in enumerate(committed):
        assert isinstance(development, CeasefireTerms)
        start = development.start or start
        if start is not None:
            yield Step("in_effect", _due(start.bounds, held, cut), held, stage=1)
        if development.end is not None and not _renewed(development.end, committed[index + 1 :]):
            yield Step("lapsed", _due(_day_after(development.end.bounds), held, cut), held, stage=2)


def _renewed(end: Edtf, later: Iterable[tuple[Held, Happening]]) -> bool:
    """Whether later terms certainly came before the end that they put off."""
    return any(held.certain and not held.entry.bounds.after(end.bounds) for held, _ in later)


def _due(scheduled: Bounds, held: Held, cut: Cut) -> Bounds:
    """When a scheduled change came about: not before it was agreed; and unsure beyond what was known."""
    told = held.entry.bounds
    earliest = max(scheduled.earliest or date.min, told.earliest or date.min)
    if scheduled.latest is None or told.latest is None:
        return Bounds(earliest, None)
    latest = max(scheduled.latest, told.latest)
    return Bounds(earliest, latest if latest <= cut.knowing_day else None)


def _day_after(bounds: Bounds) -> Bounds:
    return Bounds(_next(bounds.earliest), _next(bounds.latest))


def _next(day: date | None) -> date | None:
    return day + timedelta(days=1) if day and day < date.max else day


def overall(outlooks: Sequence[Outlook[Status]], steps: Sequence[StatusStep], day: date) -> Outlook[Status]:
    """The dossier's status: the strongest ceasefire that stands; where none does, the last step of all."""
    standing = [status for status in _STRENGTH if _may_be_strongest(status, outlooks)]
    stands = [_only(one, lambda state: state in standing) for one in outlooks]
    if not any(all(status in _STRENGTH for status in one.possible) for one in outlooks):
        talked = outlook(steps, day, "none")
        stands.append(_only(talked, lambda state: state not in _STRENGTH))
    return Outlook(
        tuple(dict.fromkeys(status for one in stands for status in one.possible)),
        tuple(step for one in stands for step in one.last),
        tuple(step for one in stands for step in one.since),
    )


def _only(one: Outlook[Status], wanted: Callable[[Status], bool]) -> Outlook[Status]:
    return Outlook(
        tuple(status for status in one.possible if wanted(status)),
        tuple(step for step in one.last if wanted(step.state)),
        tuple(step for step in one.since if wanted(step.state)),
    )


def _may_be_strongest(status: Status, outlooks: Sequence[Outlook[Status]]) -> bool:
    """Whether some ceasefire may be in this state while every other may be in none stronger."""
    strength = _STRENGTH[status]
    weakest = [min(_STRENGTH.get(one, 0) for one in other.possible) for other in outlooks]
    return any(
        status in one.possible
        and all(least <= strength for index, least in enumerate(weakest) if index != place)
        for place, one in enumerate(outlooks)
    )
