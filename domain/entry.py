"""One development's life in the record: what may be decided of it, and how its state follows.

A decision takes the state and a command and returns the event, or raises a `Refusal`; it changes
nothing. `evolve` takes the state and a stamped event and returns the next state; it refuses nothing
that was once recorded.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from domain.commands import Amend, Corroborate, Dispute, Reinstate, Resolve, Retract
from domain.developments import DEVELOPMENT, Development
from domain.errors import (
    DisputeClosed,
    IsRetracted,
    NoSuchDispute,
    NothingChanged,
    NotRetracted,
    UnknownField,
)
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
from domain.plausibility import Plausibility
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


def record(
    development: Development, dossier: str, identity: UUID, recorder: str, plausible: Plausibility
) -> DevelopmentRecorded:
    """Take in a new development; raise `Invalid` where it cannot have happened as told."""
    plausible.check(development)
    return DevelopmentRecorded(
        originator_id=identity,
        originator_version=1,
        recorded_by=recorder,
        dossier=dossier,
        development=development,
    )


def amend(entry: Entry, command: Amend, recorder: str, plausible: Plausibility) -> Amended:
    """Correct fields; raise `IsRetracted`, `NothingChanged`, `UnknownField` or `Invalid`."""
    _refuse_retracted(entry)
    amended = _with(entry.development, command.changes, "/changes")
    fields = differing_fields(entry.development, amended)
    if not fields:
        raise NothingChanged("/changes", "every field has this value already")
    plausible.check(amended, "/changes")
    plausible.check_sources(command.sources)
    return Amended(
        **_next(entry, recorder),
        fields=fields,
        development=amended,
        reason=command.reason,
        sources=command.sources,
    )


def corroborate(entry: Entry, command: Corroborate, recorder: str, plausible: Plausibility) -> Corroborated:
    """Add a source; raise `IsRetracted`, or `NothingChanged` for one that is there already."""
    _refuse_retracted(entry)
    if command.source in entry.sources:
        raise NothingChanged("/source", "this source is on record for the development already")
    plausible.check_source(command.source, "/source")
    return Corroborated(**_next(entry, recorder), source=command.source, reason=command.reason)


def dispute(entry: Entry, command: Dispute, recorder: str, plausible: Plausibility) -> Disputed:
    """Put a contradiction on record; raise `IsRetracted`, `NothingChanged`, `UnknownField` or `Invalid`."""
    _refuse_retracted(entry)
    account = _with(entry.development, command.says, "/says") if command.says else None
    fields = differing_fields(entry.development, account) if account else ()
    if account is not None:
        if not fields:
            raise NothingChanged("/says", "the party says what is on record, so it disputes nothing")
        plausible.check(account, "/says")
    plausible.check_sources(command.sources)
    return Disputed(
        **_next(entry, recorder),
        by=command.by,
        fields=fields,
        account=account,
        reason=command.reason,
        sources=command.sources,
    )


def resolve(entry: Entry, command: Resolve, recorder: str) -> DisputeResolved:
    """Close a dispute; raise `NoSuchDispute`, `DisputeClosed`, `IsRetracted`."""
    _refuse_retracted(entry)
    numbers = [one.number for one in entry.disputes]
    if command.dispute not in numbers:
        known = ", ".join(map(str, numbers)) or "none"
        raise NoSuchDispute("/dispute", f"no dispute {command.dispute}; the disputes on record: {known}")
    opened = next(one for one in entry.disputes if one.number == command.dispute)
    if opened.outcome is not None:
        raise DisputeClosed(command.dispute)
    upheld = command.outcome == "upheld" and opened.account is not None
    return DisputeResolved(
        **_next(entry, recorder),
        dispute=command.dispute,
        outcome=command.outcome,
        development=account_of(entry, opened) if upheld else None,
        reason=command.reason,
        sources=command.sources,
    )


def retract(entry: Entry, command: Retract, recorder: str) -> Retracted:
    """Take it back; raise `IsRetracted` if it has been."""
    _refuse_retracted(entry)
    return Retracted(**_next(entry, recorder), reason=command.reason, sources=command.sources)


def reinstate(entry: Entry, command: Reinstate, recorder: str) -> Reinstated:
    """Put it back; raise `NotRetracted` if it has not been taken back."""
    if not entry.retracted:
        raise NotRetracted
    return Reinstated(**_next(entry, recorder), reason=command.reason, sources=command.sources)


def evolve(entry: Entry | None, stamped: Stamped) -> Entry:
    """The state after one more event; raise `OutOfOrder` where the stream is broken."""
    match entry, stamped.event:
        case None, DevelopmentRecorded() as event:
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
    """The stream does not begin with its recording, or has an event that cannot follow."""

    def __init__(self, entry: Entry | None, stamped: Stamped) -> None:
        after = f"version {entry.version}" if entry else "nothing"
        super().__init__(
            f"stream {stamped.originator_id}: {stamped.event.stored_name} at position "
            f"{stamped.position} cannot follow {after}"
        )


def account_of(entry: Entry, opened: OpenedDispute) -> Development:
    """The development as the disputing party tells it: its own fields over those on record now."""
    assert opened.account is not None
    theirs = opened.account
    return DEVELOPMENT.validate_python(
        {**_told(entry.development), **{field: getattr(theirs, field) for field in opened.fields}}
    )


def differing_fields(before: Development, after: Development) -> tuple[str, ...]:
    """The names of the fields in which two tellings of one development differ."""
    return tuple(
        name for name in type(after).model_fields if getattr(before, name, None) != getattr(after, name)
    )


def _told(development: Development) -> dict[str, Any]:
    return {name: getattr(development, name) for name in development.model_fields_set}


def _with(development: Development, changes: Mapping[str, Any], pointer: str) -> Development:
    known = type(development).model_fields.keys() - {"kind"}
    for field in changes:
        if field not in known:
            raise UnknownField(f"{pointer}/{field}", field, known)
    return type(development).model_validate({**_told(development), **changes})


def _next(entry: Entry, recorder: str) -> dict[str, Any]:
    return {
        "originator_id": entry.id,
        "originator_version": entry.version + 1,
        "recorded_by": recorder,
    }


def _refuse_retracted(entry: Entry) -> None:
    if entry.retracted:
        raise IsRetracted


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
