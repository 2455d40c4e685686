"""A dossier kept in memory: what is recorded and said of it, and what any view answers of it.

    lake = Chronicle()
    truce = lake.record("ceasefire-agreed", "2031-03-28", start="2031-04-01")
    lake.record("ceasefire-terminated", "2031-04-10", ceasefire=truce)
    lake.ceasefire("2031-04-12").status

Decisions and states are the domain's, cuts and folds the projections'; there is no store.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain import decisions
from domain.commands import (
    AdoptRectification,
    Amend,
    Corroborate,
    Dispute,
    Dossier,
    JudgeNotSame,
    JudgeSame,
    Object,
    ProposeRectification,
    RefuseRectification,
    Reinstate,
    Resolve,
    Retract,
    Saying,
)
from domain.developments import DEVELOPMENT
from domain.developments.base import Happening
from domain.entry import Entry, replay
from domain.events import DossierOpened, Event, Stamped
from domain.plausibility import Plausibility
from domain.references import check_reference
from projections.agenda import Agenda, agenda
from projections.ceasefire import CeasefireStatus, ceasefire_status
from projections.cut import Cut, Lens, Moment, cut
from projections.exchanges import Exchanges, exchanges
from projections.history import History, history
from projections.on_record import DevelopmentOnRecord, on_record
from projections.registry import VIEWS
from projections.timeline import Timeline, timeline
from projections.view import View

DOSSIER = Dossier(id="solace-2031", title="The Port Solace talks (invented)")
GAZETTE = {"outlet": "The Port Solace Gazette (invented)"}
REASON = "So the test tells it."
OPENED = datetime(2031, 1, 1, 12, tzinfo=UTC)
TODAY = "2031-05-01"
"""When everything is recorded, unless a test says otherwise."""

COMMANDS: dict[str, type[Saying]] = {
    "amend": Amend,
    "corroborate": Corroborate,
    "dispute": Dispute,
    "resolve": Resolve,
    "propose": ProposeRectification,
    "object": Object,
    "adopt": AdoptRectification,
    "refuse": RefuseRectification,
    "judge-same": JudgeSame,
    "judge-not-same": JudgeNotSame,
    "retract": Retract,
    "reinstate": Reinstate,
}
"""For each verb its command."""
NOT_RETRACTED = ("reported", "claimed", "corroborated", "disputed")

REQUIRED: dict[str, dict[str, Any]] = {
    "agreement-reached": {},
    "agreement-ratified": {"by": "XA"},
    "agreement-rejected": {"by": "XB"},
    "ceasefire-declared": {"declaration": "unilateral", "declared_by": ["XA"]},
    "ceasefire-proposed": {"proposed_by": "XC"},
    "ceasefire-violation-reported": {"status": "alleged"},
    "answer-given": {"by": "XB"},
    "assessment-given": {"speaker": "XA", "content": "So it stands."},
    "demand-made": {"speaker": "XB", "content": "Withdraw."},
    "detainees-released": {"released_by": "XB"},
    "offer-made": {"speaker": "XA", "content": "A memorandum."},
    "other-development": {"label": "A ferry race"},
    "position-taken": {"speaker": "XA", "content": "A ceasefire first."},
    "proposal-made": {"speaker": "XC", "content": "A pause."},
    "round-held": {"parties": ["XA", "XB"]},
    "call-held": {"parties": ["XA", "XB"]},
    "statement-made": {"speaker": "XC", "content": "The delegations will return."},
    "step-planned": {"step": "A meeting of the two presidents.", "planned_by": "XC"},
    "ultimatum-issued": {
        "speaker": "XB",
        "content": "Open the harbour.",
        "consequence": "the talks end",
        "final": True,
    },
}
"""What a kind cannot do without, for tests that are about something else."""


def exactly(number: int) -> dict[str, Any]:
    """A count that is known."""
    return {"type": "exact", "value": number}


def persons(**counts: Any) -> list[dict[str, Any]]:
    """The persons of each side: `persons(XA=20, XB={"type": "unknown"})`."""
    return [
        {"side": side, "count": exactly(count) if isinstance(count, int) else count}
        for side, count in counts.items()
    ]


def agenda_of(**outcomes: str) -> list[dict[str, str]]:
    """What was on the table and how it was left: `agenda_of(ceasefire="deferred")`."""
    return [{"issue": issue, "outcome": outcome} for issue, outcome in outcomes.items()]


def moment(text: str) -> datetime:
    """A moment in UTC; a day stands for its noon."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00:00+00:00").astimezone(UTC)


class Chronicle:
    """One dossier; each event is recorded on the day that is given, and after the last one."""

    def __init__(self) -> None:
        opened = DossierOpened(
            originator_id=UUID(int=0), originator_version=1, recorded_by="ada", dossier=DOSSIER
        )
        self.history: list[Stamped] = [Stamped(1, OPENED, opened)]
        self._recorded = 0

    # Writing

    def record(self, kind: str, occurred: str, *, on: str | datetime | None = None, **told: Any) -> UUID:
        """Record a development; raise a `Refusal`."""
        plain = {"kind": kind, "occurred": occurred, "sources": [GAZETTE]}
        return self.take_in({**plain, **REQUIRED.get(kind, {}), **told}, on)

    def take_in(
        self, told: dict[str, Any], on: str | datetime | None = None, identity: UUID | None = None
    ) -> UUID:
        """Record a development as a body of the API tells it; raise a `Refusal`."""
        identity, at = identity or UUID(int=self._recorded + 1), self._next_moment(on or TODAY)
        development = DEVELOPMENT.validate_python(told)
        event = decisions.record(development, DOSSIER.id, identity, "ada", Plausibility(at))
        self._check(event, set(), identity)
        self._recorded += 1
        self._stamp(event, at)
        return identity

    def say(self, verb: str, of: UUID, body: dict[str, Any], on: str | datetime | None = None) -> None:
        """Say something of a development; raise a `Refusal`."""
        entry, at = self.entry(of), self._next_moment(on or TODAY)
        event = decisions.decide(entry, COMMANDS[verb].model_validate(body), "ada", Plausibility(at))
        self._check(event, {(one.id, one.part) for one in entry.development.references()}, of)
        self._stamp(event, at)

    def amend(self, of: UUID, *, on: str | None = None, **changes: Any) -> None:
        """Correct fields."""
        self.say("amend", of, {"changes": changes, "reason": REASON}, on)

    def corroborate(self, of: UUID, *, on: str | None = None, **source: Any) -> None:
        """Add a source."""
        self.say("corroborate", of, {"source": source}, on)

    def dispute(self, of: UUID, *, by: str = "XB", on: str | None = None, **says: Any) -> None:
        """Put on record what a party says instead, or its denial."""
        self.say("dispute", of, {"by": by, "says": says, "reason": REASON}, on)

    def resolve(self, of: UUID, dispute: int, outcome: str, *, on: str | None = None) -> None:
        """Close a dispute."""
        self.say("resolve", of, {"dispute": dispute, "outcome": outcome, "reason": REASON}, on)

    def judge_same(self, of: UUID, other: UUID, *, on: str | None = None) -> None:
        """Judge two developments to be reports of one happening."""
        self.say("judge-same", of, {"other": other, "reason": REASON}, on)

    def judge_not_same(self, of: UUID, other: UUID, *, on: str | None = None) -> None:
        """Take that judgement back."""
        self.say("judge-not-same", of, {"other": other, "reason": REASON}, on)

    def retract(self, of: UUID, *, on: str | None = None) -> None:
        """Take it back."""
        self.say("retract", of, {"reason": REASON}, on)

    def reinstate(self, of: UUID, *, on: str | None = None) -> None:
        """Put it back."""
        self.say("reinstate", of, {"reason": REASON}, on)

    # Reading

    def entry(self, of: UUID, position: int | None = None) -> Entry:
        """A development as it was known at a position."""
        entry = replay(None, self.stream(of, position))
        if entry is None:
            raise LookupError(of)
        return entry

    def stream(self, of: UUID, position: int | None = None) -> list[Stamped]:
        """The events of one development up to a position."""
        return [one for one in self.known(position) if one.originator_id == of]

    def known(self, position: int | None = None) -> list[Stamped]:
        """The events up to a position."""
        return self.history if position is None else self.history[:position]

    def position_at(self, known_at: str | datetime | None) -> int:
        """How many events were recorded by a moment."""
        if known_at is None:
            return len(self.history)
        at = moment(known_at) if isinstance(known_at, str) else known_at
        return sum(one.recorded_at <= at for one in self.history)

    def cut(
        self,
        as_of: str | date = TODAY,
        known_at: str | datetime | None = None,
        without: Iterable[UUID] = (),
        standings: Sequence[str] = NOT_RETRACTED,
        according_to: str | None = None,
        kinds: tuple[type[Happening], ...] = (Happening,),
    ) -> Cut:
        """What a view is folded from; some developments may be left out, as if never recorded."""
        position = self.position_at(known_at)
        day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
        at = moment(known_at) if isinstance(known_at, str) else known_at or self.history[-1].recorded_at
        ids = {one.originator_id for one in self.known(position)[1:]} - set(without)
        entries = [self.entry(one, position) for one in sorted(ids)]
        chosen = [
            one
            for one in entries
            if isinstance(one.development, kinds) and ("retracted" in standings or not one.retracted)
        ]
        retracted = [one.id for one in entries if one.retracted]
        lens = Lens(according_to, tuple(standings))
        return cut(DOSSIER.id, Moment(day, at, position), chosen, retracted, lens)

    def view(self, name: str, as_of: str | date = TODAY, **asked: Any) -> View:
        """Any view by its name, folded from the kinds that it rests on."""
        projection = VIEWS[name]
        return projection.fold(self.cut(as_of, kinds=projection.rests_on, **asked))

    def timeline(self, as_of: str = TODAY, known_at: str | None = None) -> Timeline:
        """What had happened."""
        return timeline(self.cut(as_of, known_at))

    def ceasefire(self, as_of: str = TODAY, known_at: str | None = None) -> CeasefireStatus:
        """The status of the ceasefire."""
        return ceasefire_status(self.cut(as_of, known_at))

    def exchanges(self, as_of: str = TODAY, known_at: str | None = None) -> Exchanges:
        """Cumulative exchanges."""
        return exchanges(self.cut(as_of, known_at))

    def agenda(self, as_of: str = TODAY, known_at: str | None = None) -> Agenda:
        """Issues and planned steps."""
        return agenda(self.cut(as_of, known_at))

    def told_of(self, of: UUID, known_at: str | None = None) -> History:
        """Every version of one development."""
        position = self.position_at(known_at)
        moment = Moment(date.fromisoformat(TODAY), self.history[position - 1].recorded_at, position)
        told = history(self.stream(of, position), moment)
        assert told is not None
        return told

    def development(self, of: UUID, as_of: str = TODAY, known_at: str | None = None) -> DevelopmentOnRecord:
        """One development."""
        known = self.cut(as_of, known_at)
        return on_record(self.entry(of, known.moment.position), known.moment, known.retracted)

    # Stamping

    def _next_moment(self, on: str | datetime) -> datetime:
        at = moment(on) if isinstance(on, str) else on
        return max(at, self.history[-1].recorded_at + timedelta(seconds=1))

    def _check(self, event: Event, known: set[tuple[UUID, str | None]], identity: UUID) -> None:
        recorded = {one.originator_id for one in self.history[1:]}
        for reference in event.references():
            if (reference.id, reference.part) not in known:
                found = self.entry(reference.id) if reference.id in recorded else None
                check_reference(reference, found, DOSSIER.id, identity, self._of_kinds)

    def _of_kinds(self, kinds: Sequence[str]) -> list[Entry]:
        entries = map(self.entry, sorted({one.originator_id for one in self.history[1:]}))
        return [entry for entry in entries if entry.development.kind in kinds]

    def _stamp(self, event: Event, at: datetime) -> None:
        self.history.append(Stamped(len(self.history) + 1, at, event))
