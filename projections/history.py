"""The history of one development: every version, who made it, when, why, and field by field what changed."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import JsonValue

from domain.developments import Development
from domain.entry import Entry, Standing, differing_fields, evolve
from domain.events import Corroborated, DevelopmentRecorded, Disputed, DisputeResolved, Event, Stamped
from domain.personal import Marks
from domain.values import Source, Value, actor_key
from projections.cut import Moment
from projections.receipt import Receipt
from projections.said import AnySaid, said


class Difference(Value):
    """What one version changed in one field. Null is a field that is not given."""

    field: str
    before: JsonValue
    after: JsonValue


class Contradiction(Value):
    """What a party says of one field, against what is on record."""

    field: str
    on_record: JsonValue
    says: JsonValue


class DisputeRaised(Value):
    """A dispute as this version raised it. Without fields the party denies that it happened."""

    dispute: int
    by: str
    contradicts: tuple[Contradiction, ...]


class DisputeClosed(Value):
    """A dispute as this version closed it."""

    dispute: int
    outcome: Literal["upheld", "dismissed", "withdrawn"]


class Version(Value):
    """One version of a development, and the event that made it."""

    version: int
    event: str
    recorded_at: datetime
    position: int
    recorded_by: str
    reason: str | None
    sources: tuple[dict[str, Any], ...]
    """What this version brought or rests on, each source as it was put in."""
    said: AnySaid
    """All that the event says: who, of what, what was proposed or disputed, and how it ended."""
    standing: Standing
    """The standing from this version on."""
    differences: tuple[Difference, ...]
    raised: DisputeRaised | None = None
    closed: DisputeClosed | None = None
    erased: Marks = ()
    """Where in the event personal texts have been erased, as pointers; each reads as `[erased …]`."""


class History(Value):
    """All versions of a development, first to last, known at one moment."""

    id: UUID
    dossier: str
    kind: str
    as_of: date
    known_at: datetime | None
    position: int
    versions: tuple[Version, ...]
    receipt: Receipt | None = None
    """What ties the versions to the log of the record, where that was asked."""


class Change(Value):
    """One event of a dossier: what was recorded, by whom and why."""

    position: int
    recorded_at: datetime
    recorded_by: str
    event: str
    id: UUID | None
    """The development; null where the dossier itself was opened."""
    version: int
    kind: str | None
    headline: str
    reason: str | None


class ChangeInFull(Change):
    """One event of a dossier, with all that it says."""

    said: AnySaid


class Changes(Value):
    """What was recorded in a dossier after one moment and up to another."""

    dossier: str
    known_from: datetime | None
    known_to: datetime | None
    position_from: int
    position_to: int
    known_at: datetime | None
    """The moment that the answer reflects: the later end."""
    position: int
    changes: tuple[ChangeInFull, ...]
    next: str | None = None


def history(stream: Iterable[Stamped], moment: Moment) -> History | None:
    """The history that a stream tells; `None` for an empty one."""
    versions: list[Version] = []
    entry: Entry | None = None
    for stamped in stream:
        before, entry = entry, evolve(entry, stamped)
        versions.append(_version(before, entry, stamped))
    if entry is None:
        return None
    return History(
        id=entry.id,
        dossier=entry.dossier,
        kind=entry.development.kind,
        as_of=moment.as_of,
        known_at=moment.known_at,
        position=moment.position,
        versions=tuple(versions),
    )


def change(stamped: Stamped, headline: str, kind: str | None) -> Change:
    """One event: what was recorded, by whom and why."""
    return Change(
        position=stamped.position,
        recorded_at=stamped.recorded_at,
        recorded_by=stamped.event.recorded_by,
        event=stamped.event.stored_name,
        id=stamped.originator_id if kind else None,
        version=stamped.originator_version,
        kind=kind,
        headline=headline,
        reason=reason_of(stamped.event),
    )


def change_in_full(stamped: Stamped, headline: str, kind: str | None) -> ChangeInFull:
    """One event as the list of changes shows it."""
    return ChangeInFull(**dict(change(stamped, headline, kind)), said=said(stamped.event))


def reason_of(event: Event) -> str | None:
    """Why it was recorded, where the event says so."""
    reason: str | None = getattr(event, "reason", None)
    return reason


def differences(before: Development | None, after: Development) -> Iterator[Difference]:
    """Field by field what changed; of a first version, every field that it gives."""
    old = _values(before) if before else {}
    new = _values(after)
    fields = differing_fields(before, after) if before else tuple(new)
    for field in fields:
        yield Difference(field=field, before=old.get(field), after=new.get(field))


def _version(before: Entry | None, entry: Entry, stamped: Stamped) -> Version:
    event = stamped.event
    return Version(
        version=entry.version,
        event=event.stored_name,
        recorded_at=stamped.recorded_at,
        position=stamped.position,
        recorded_by=event.recorded_by,
        reason=reason_of(event),
        sources=tuple(source.model_dump(mode="json", exclude_unset=True) for source in _sources(event)),
        said=said(event),
        standing=entry.standing,
        differences=tuple(differences(before.development if before else None, entry.development)),
        raised=_raised(entry, event) if isinstance(event, Disputed) else None,
        closed=(
            DisputeClosed(dispute=event.dispute, outcome=event.outcome)
            if isinstance(event, DisputeResolved)
            else None
        ),
        erased=event.erased(),
    )


def _sources(event: Event) -> tuple[Source, ...]:
    match event:
        case DevelopmentRecorded(development=development):
            return development.sources
        case Corroborated(source=source):
            return (source,)
    sources: tuple[Source, ...] = getattr(event, "sources", ())
    return sources


def _raised(entry: Entry, event: Disputed) -> DisputeRaised:
    on_record = _values(entry.development)
    says = _values(event.account) if event.account else {}
    return DisputeRaised(
        dispute=event.originator_version,
        by=actor_key(event.by),
        contradicts=tuple(
            Contradiction(field=field, on_record=on_record.get(field), says=says.get(field))
            for field in event.fields
        ),
    )


def _values(development: Development) -> dict[str, Any]:
    return development.model_dump(mode="json", exclude_unset=True)
