"""One development as the record holds it, and how its state follows from its events.

`evolve` takes the state and a stamped event and returns the next state; it refuses nothing that was
once recorded. What may be recorded next is decided in `domain.decisions`.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from domain.developments import Development
from domain.events import (
    Amended,
    Corroborated,
    DevelopmentRecorded,
    Disputed,
    DisputeResolved,
    Reinstated,
    Retracted,
    Stamped,
)
from domain.time import Bounds
from domain.values import Actor, Slug, Source, Text, Value, independent_origins

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
    retracted: bool = False

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
        occurred = self.development.occurred
        published = [source.published.latest for source in self.sources if source.published]
        sound = [day for day in published if day and day >= (occurred.earliest or day)]
        return occurred.reported_by(min([self.known_by, *sound]))


def evolve(entry: Entry | None, stamped: Stamped) -> Entry:
    """The state after one more event; raise `OutOfOrder` where the stream is broken."""
    if entry is not None and (stamped.originator_id, stamped.originator_version) != (
        entry.id,
        entry.version + 1,
    ):
        raise OutOfOrder(entry, stamped)
    match entry, stamped.event:
        case None, DevelopmentRecorded(originator_version=1) as event:
            return Entry(
                id=event.originator_id,
                dossier=event.dossier,
                version=event.originator_version,
                development=event.development,
                position=stamped.position,
                recorded_at=stamped.recorded_at,
                known_by=stamped.recorded_at.date(),
            )
        case Entry() as held, Amended() as event:
            return _retold(held, event.development, stamped)
        case Entry() as held, Corroborated() as event:
            return _changed(held, stamped, corroborations=(*held.corroborations, event.source))
        case Entry() as held, Disputed() as event:
            return _changed(held, stamped, disputes=(*held.disputes, _opened(event)))
        case Entry() as held, DisputeResolved() as event:
            return _resolved(held, event, stamped)
        case Entry() as held, Retracted():
            return _changed(held, stamped, retracted=True)
        case Entry() as held, Reinstated():
            return _changed(held, stamped, retracted=False)
    raise OutOfOrder(entry, stamped)


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


def differing_fields(before: Development, after: Development) -> tuple[str, ...]:
    """The names of the fields in which two tellings of one development differ."""
    return tuple(
        name for name in type(after).model_fields if getattr(before, name, None) != getattr(after, name)
    )


def _opened(event: Disputed) -> OpenedDispute:
    return OpenedDispute(
        number=event.originator_version,
        by=event.by,
        fields=event.fields,
        account=event.account,
        reason=event.reason,
        sources=event.sources,
    )


def _changed(entry: Entry, stamped: Stamped, **update: Any) -> Entry:
    return entry.model_copy(update={"version": stamped.originator_version, **update})


def _retold(entry: Entry, development: Development, stamped: Stamped, **update: Any) -> Entry:
    """A new telling. If it lies after the day of the first one, only its own recording bounds it."""
    earliest = development.occurred.earliest
    later = earliest is not None and earliest > entry.known_by
    known_by = stamped.recorded_at.date() if later else entry.known_by
    return _changed(entry, stamped, development=development, known_by=known_by, **update)


def _resolved(entry: Entry, event: DisputeResolved, stamped: Stamped) -> Entry:
    disputes = tuple(
        one.model_copy(update={"outcome": event.outcome}) if one.number == event.dispute else one
        for one in entry.disputes
    )
    if event.development is not None:
        return _retold(entry, event.development, stamped, disputes=disputes)
    denial_upheld = event.outcome == "upheld"
    return _changed(entry, stamped, disputes=disputes, retracted=entry.retracted or denial_upheld)
