"""One development as the record holds it, and how its state follows from its events.

`evolve` takes the state and a stamped event and returns the next state; it refuses nothing that was
once recorded. What may be recorded next is decided in `domain.decisions`.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from domain.developments import Development
from domain.events import (
    Amended,
    Corroborated,
    DevelopmentRecorded,
    Disputed,
    DisputeResolved,
    Event,
    NotSameAs,
    ObjectionRaised,
    PersonalDataErased,
    RectificationAdopted,
    RectificationProposed,
    RectificationRefused,
    Reinstated,
    Retracted,
    SameAs,
    Stamped,
)
from domain.kept_marks import kept_marks
from domain.personal import Erasure, Marks
from domain.time import Bounds
from domain.values import Actor, Slug, Source, Text, Value, independent_origins

Change = dict[str, Any]
"""Fields of an entry, and what they are from one version on."""

Opened = TypeVar("Opened", "OpenedDispute", "Rectification")

Standing = Literal["reported", "claimed", "corroborated", "disputed", "retracted"]


class OpenedDispute(Value):
    """A dispute on a development, and how it was closed if it was."""

    number: int
    """The version of the development that raised it."""
    by: Actor
    fields: tuple[str, ...]
    account: Development | None
    reason: Text
    sources: tuple[Source, ...]
    outcome: Literal["upheld", "dismissed", "withdrawn"] | None = None


class Objection(Value):
    """A party's objection to a proposed rectification."""

    by: Actor
    reason: Text
    sources: tuple[Source, ...]


class Rectification(Value):
    """A proposed correction, the objections to it, and what became of it."""

    number: int
    """The version of the development that proposed it."""
    fields: tuple[str, ...]
    development: Development
    objections_until: date
    reason: Text
    sources: tuple[Source, ...]
    objections: tuple[Objection, ...] = ()
    outcome: Literal["adopted", "refused"] | None = None


class Entry(Value):
    """A development as the record holds it at one version."""

    id: UUID
    dossier: Slug
    version: int
    development: Development
    position: int
    """The place of its first recording in the order of all events."""
    recorded_at: datetime
    """When the record first learned of it."""
    known_by: date
    """The day by which what it tells had happened, as far as its recording says."""
    corroborations: tuple[Source, ...] = ()
    disputes: tuple[OpenedDispute, ...] = ()
    rectifications: tuple[Rectification, ...] = ()
    same_as: tuple[UUID, ...] = ()
    """Other developments that were judged to be reports of the same happening."""
    retracted: bool = False
    sealed: bool = False
    """Whether it holds texts that are marked personal and have not been erased."""
    personal: Marks = ()
    """Where in it texts stand that were marked by what was said: `/corroborations/0/quote`."""
    erasures: tuple[Erasure, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources that report it."""
        return self.development.sources + self.corroborations

    @property
    def open_disputes(self) -> tuple[OpenedDispute, ...]:
        """The disputes that nobody has resolved."""
        return tuple(dispute for dispute in self.disputes if dispute.outcome is None)

    @property
    def standing(self) -> Standing:
        """How the record holds it: the gravest thing that can be said of it."""
        if self.retracted:
            return "retracted"
        if self.open_disputes:
            return "disputed"
        if independent_origins(self.sources) >= 2:
            return "corroborated"
        return self.development.standing

    @property
    def bounds(self) -> Bounds:
        """The days between which it happened.

        It had happened when a source that reports it was published, and when it was recorded. A source
        that was published before it can have happened says nothing of that kind.
        """
        occurred, known_by = self.development.occurred, self.known_by
        earliest = occurred.earliest or date.min
        for source in self.sources:
            if source.published is not None:
                published = source.published.latest
                if published is not None and earliest <= published < known_by:
                    known_by = published
        return occurred.reported_by(known_by)


def evolve(entry: Entry | None, stamped: Stamped) -> Entry:
    """The state after one more event; raise `OutOfOrder` where the stream is broken."""
    event, follows = stamped.event, _FOLLOWS.get(type(stamped.event))
    if entry is None and isinstance(event, DevelopmentRecorded) and event.originator_version == 1:
        return _begun(event, stamped)
    if entry is None or follows is None or not _is_next(entry, stamped):
        raise OutOfOrder(entry, stamped)
    update = {"version": event.originator_version, **follows(entry, event, stamped)}
    if event.tells_personal():
        update["sealed"] = True
    if marks := kept_marks(entry, event):
        update["personal"] = entry.personal + marks
    return entry.model_copy(update=update)


def replay(entry: Entry | None, history: Iterable[Stamped]) -> Entry | None:
    """The state after all events of a stream, in order."""
    for stamped in history:
        entry = evolve(entry, stamped)
    return entry


class OutOfOrder(RuntimeError):
    """The stream does not begin with its recording, has a gap, or an event that cannot follow."""

    def __init__(self, entry: Entry | None, stamped: Stamped) -> None:
        after = f"version {entry.version}" if entry else "nothing"
        super().__init__(
            f"stream {stamped.originator_id}: version {stamped.originator_version}, "
            f"{stamped.event.stored_name} at position {stamped.position}, cannot follow {after}"
        )
        self.position = stamped.position


def differing_fields(before: Development, after: Development) -> tuple[str, ...]:
    """The names of the fields in which two tellings of one development differ; marks tell nothing of it."""
    return tuple(
        name
        for name in type(after).model_fields
        if name != "personal" and getattr(before, name, None) != getattr(after, name)
    )


def _begun(event: DevelopmentRecorded, stamped: Stamped) -> Entry:
    sealed = {"sealed": True} if event.tells_personal() else {}
    return Entry(
        **sealed,
        id=event.originator_id,
        dossier=event.dossier,
        version=1,
        development=event.development,
        position=stamped.position,
        recorded_at=stamped.recorded_at,
        known_by=stamped.recorded_at.date(),
    )


def _is_next(entry: Entry, stamped: Stamped) -> bool:
    return (stamped.originator_id, stamped.originator_version) == (entry.id, entry.version + 1)


def _retold(entry: Entry, development: Development, stamped: Stamped) -> Change:
    """A new telling. If it lies after the day of the first one, only its own recording bounds it."""
    earliest = development.occurred.earliest
    later = earliest is not None and earliest > entry.known_by
    known_by = stamped.recorded_at.date() if later else entry.known_by
    return {"development": development, "known_by": known_by}


def _amended(entry: Entry, event: Amended, stamped: Stamped) -> Change:
    return _retold(entry, event.development, stamped)


def _corroborated(entry: Entry, event: Corroborated, _: Stamped) -> Change:
    return {"corroborations": (*entry.corroborations, event.source)}


def _disputed(entry: Entry, event: Disputed, _: Stamped) -> Change:
    opened = OpenedDispute(
        number=event.originator_version,
        by=event.by,
        fields=event.fields,
        account=event.account,
        reason=event.reason,
        sources=event.sources,
    )
    return {"disputes": (*entry.disputes, opened)}


def _resolved(entry: Entry, event: DisputeResolved, stamped: Stamped) -> Change:
    disputes = _with_one(entry.disputes, event.dispute, outcome=event.outcome)
    if event.development is not None:
        return {"disputes": disputes, **_retold(entry, event.development, stamped)}
    denial_upheld = event.outcome == "upheld"
    return {"disputes": disputes, "retracted": entry.retracted or denial_upheld}


def _proposed(entry: Entry, event: RectificationProposed, _: Stamped) -> Change:
    proposed = Rectification(
        number=event.originator_version,
        fields=event.fields,
        development=event.development,
        objections_until=event.objections_until,
        reason=event.reason,
        sources=event.sources,
    )
    return {"rectifications": (*entry.rectifications, proposed)}


def _objected(entry: Entry, event: ObjectionRaised, _: Stamped) -> Change:
    objection = Objection(by=event.by, reason=event.reason, sources=event.sources)
    (proposed,) = (one for one in entry.rectifications if one.number == event.rectification)
    objections = (*proposed.objections, objection)
    return {"rectifications": _with_one(entry.rectifications, proposed.number, objections=objections)}


def _adopted(entry: Entry, event: RectificationAdopted, stamped: Stamped) -> Change:
    closed = _with_one(entry.rectifications, event.rectification, outcome="adopted")
    return {"rectifications": closed, **_retold(entry, event.development, stamped)}


def _refused(entry: Entry, event: RectificationRefused, _: Stamped) -> Change:
    return {"rectifications": _with_one(entry.rectifications, event.rectification, outcome="refused")}


def _judged_same(entry: Entry, event: SameAs, _: Stamped) -> Change:
    return {"same_as": (*entry.same_as, event.other)}


def _judged_not_same(entry: Entry, event: NotSameAs, _: Stamped) -> Change:
    return {"same_as": tuple(other for other in entry.same_as if other != event.other)}


def _erased(entry: Entry, event: PersonalDataErased, _: Stamped) -> Change:
    """What is told is told again by the store, which cannot read the erased texts any more."""
    erasure = Erasure(number=event.originator_version, reason=event.reason)
    return {"sealed": False, "erasures": (*entry.erasures, erasure)}


def _with_one(opened: tuple[Opened, ...], number: int, **update: object) -> tuple[Opened, ...]:
    return tuple(one.model_copy(update=update) if one.number == number else one for one in opened)


_FOLLOWS: dict[type[Event], Callable[[Entry, Any, Stamped], Change]] = {
    Amended: _amended,
    Corroborated: _corroborated,
    Disputed: _disputed,
    DisputeResolved: _resolved,
    RectificationProposed: _proposed,
    ObjectionRaised: _objected,
    RectificationAdopted: _adopted,
    RectificationRefused: _refused,
    SameAs: _judged_same,
    NotSameAs: _judged_not_same,
    Retracted: lambda entry, event, stamped: {"retracted": True},
    Reinstated: lambda entry, event, stamped: {"retracted": False},
    PersonalDataErased: _erased,
}
"""What each event changes of the state."""
