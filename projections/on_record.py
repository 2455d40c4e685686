"""One development as the record held it at one moment."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from domain.entry import Entry, OpenedDispute, Standing
from domain.time import Certainty
from domain.values import Text, Value, actor_key, independent_origins
from projections.cut import Held, View, fallen_references
from projections.timeline import told


class DisputeOnRecord(Value):
    """A party's contradiction, beside what is on record."""

    dispute: int
    by: str
    says: dict[str, Any]
    """Field by field what the party says instead; empty where it denies that it happened."""
    reason: Text
    sources: tuple[dict[str, Any], ...]
    outcome: Literal["upheld", "dismissed", "withdrawn"] | None
    """Null while it is open."""


class DevelopmentOnRecord(View):
    """A development at the version that was known, with all that has been said of it."""

    id: UUID
    version: int
    kind: str
    standing: Standing
    certainty: Certainty
    """Whether it had occurred by the day."""
    headline: str
    earliest: date | None
    latest: date | None
    recorded_at: datetime
    independent_origins: int
    """How many origins its sources certainly have."""
    development: dict[str, Any]
    """The development as it was put in, with all amendments."""
    corroborations: tuple[dict[str, Any], ...]
    """Sources that were added since."""
    disputes: tuple[DisputeOnRecord, ...]
    rests_on_retracted: tuple[UUID, ...]
    """Developments that it rests on and that have since been retracted."""


def on_record(
    entry: Entry, as_of: date, known_at: datetime | None, position: int, retracted: frozenset[UUID]
) -> DevelopmentOnRecord:
    """Show one entry."""
    held = Held(entry, entry.bounds.occurred_by(as_of))
    return DevelopmentOnRecord(
        dossier=entry.dossier,
        as_of=as_of,
        known_at=known_at,
        position=position,
        id=entry.id,
        version=entry.version,
        kind=entry.development.kind,
        standing=entry.standing,
        certainty=held.certainty,
        headline=entry.development.headline(),
        earliest=entry.bounds.earliest,
        latest=entry.bounds.latest,
        recorded_at=entry.recorded_at,
        independent_origins=independent_origins(entry.sources),
        development=told(held),
        corroborations=tuple(_as_put_in(source) for source in entry.corroborations),
        disputes=tuple(_dispute(dispute) for dispute in entry.disputes),
        rests_on_retracted=fallen_references([held], retracted),
    )


def _as_put_in(value: Value) -> dict[str, Any]:
    return value.model_dump(mode="json", exclude_unset=True)


def _dispute(dispute: OpenedDispute) -> DisputeOnRecord:
    account = _as_put_in(dispute.account) if dispute.account else {}
    return DisputeOnRecord(
        dispute=dispute.number,
        by=actor_key(dispute.by),
        says={field: account.get(field) for field in dispute.fields},
        reason=dispute.reason,
        sources=tuple(_as_put_in(source) for source in dispute.sources),
        outcome=dispute.outcome,
    )
