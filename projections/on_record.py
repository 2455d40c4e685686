"""One development as the record held it at one moment."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from domain.entry import Entry, OpenedDispute, Rectification, Standing
from domain.kept_marks import marked_on_record
from domain.personal import Erasure, Marks, is_erased
from domain.time import Certainty
from domain.values import Source, Text, Value, actor_key, independent_origins
from projections.cut import Held, Moment
from projections.timeline import told
from projections.view import Ground, View, accounts, contested, fallen_references


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


class ObjectionOnRecord(Value):
    """A party's objection to a proposed rectification."""

    by: str
    reason: Text
    sources: tuple[dict[str, Any], ...]


class RectificationOnRecord(Value):
    """A proposed correction, and what became of it. Until it is adopted it changes nothing."""

    rectification: int
    proposes: dict[str, Any]
    """Field by field the proposed value."""
    objections_until: date
    reason: Text
    sources: tuple[dict[str, Any], ...]
    objections: tuple[ObjectionOnRecord, ...]
    outcome: Literal["adopted", "refused"] | None
    """Null while it is open."""


class IdentificationOnRecord(Value):
    """A judgement that it is the same happening as another."""

    other: UUID
    said_of: Ground
    """Of which of the two it was said, so where it can be taken back, at the version that was known."""
    counted_once: bool
    """Whether the two are counted as one: not while either of them is retracted."""


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
    rectifications: tuple[RectificationOnRecord, ...]
    same_as: tuple[UUID, ...]
    """Other developments that are judged to be the same happening, of whichever of the two it was said."""
    identifications: tuple[IdentificationOnRecord, ...]
    rests_on_retracted: tuple[UUID, ...]
    """Developments that it rests on and that have since been retracted."""
    erased: Marks
    """Where in this answer personal texts have been erased, by now if not by the moment of knowledge."""
    erasures: tuple[Erasure, ...]
    """The erasures of personal texts, by the version that each made."""


def on_record(
    entry: Entry, moment: Moment, retracted: frozenset[UUID], naming: Sequence[Entry] = ()
) -> DevelopmentOnRecord:
    """Show one entry, by itself: what else is judged to be the same happening is named, not joined.

    `naming` are the entries that were judged to be the same as this one.
    """
    identifications = tuple(_identifications(entry, naming, retracted))
    bounds = entry.bounds
    held = Held(entry, bounds.occurred_by(moment.as_of), bounds)
    return DevelopmentOnRecord(
        dossier=entry.dossier,
        as_of=moment.as_of,
        known_at=moment.known_at,
        position=moment.position,
        contested=(contested(held),) if accounts(held) else (),
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
        corroborations=_all_as_put_in(entry.corroborations),
        disputes=tuple(_dispute(dispute) for dispute in entry.disputes),
        rectifications=tuple(_rectification(one) for one in entry.rectifications),
        same_as=tuple(dict.fromkeys(one.other for one in identifications)),
        identifications=identifications,
        rests_on_retracted=fallen_references([held], retracted),
        erased=_erased(entry),
        erasures=entry.erasures,
    )


def _erased(entry: Entry) -> Marks:
    places = (_place(entry, mark) for mark, text in marked_on_record(entry).items() if is_erased(text))
    return tuple(place for place in places if place is not None)


def _place(entry: Entry, mark: str) -> str | None:
    """A place in the entry as one in the answer; `None` for what the answer leaves out."""
    match mark[1:].split("/"):
        case ["disputes", index, "account", field, *rest]:
            shown = field in entry.disputes[int(index)].fields
            return "/".join(["/disputes", index, "says", field, *rest]) if shown else None
        case ["rectifications", index, "development", field, *rest]:
            shown = field in entry.rectifications[int(index)].fields
            return "/".join(["/rectifications", index, "proposes", field, *rest]) if shown else None
    return mark


def _identifications(
    entry: Entry, naming: Sequence[Entry], retracted: frozenset[UUID]
) -> Iterator[IdentificationOnRecord]:
    judged = [*((entry, other) for other in entry.same_as), *((other, other.id) for other in naming)]
    for said_of, other in judged:
        yield IdentificationOnRecord(
            other=other,
            said_of=Ground(id=said_of.id, version=said_of.version),
            counted_once=not retracted & {entry.id, other},
        )


def _all_as_put_in(sources: Sequence[Source]) -> tuple[dict[str, Any], ...]:
    return tuple(_as_put_in(source) for source in sources)


def _rectification(one: Rectification) -> RectificationOnRecord:
    proposed = _as_put_in(one.development)
    return RectificationOnRecord(
        rectification=one.number,
        proposes={field: proposed.get(field) for field in one.fields},
        objections_until=one.objections_until,
        reason=one.reason,
        sources=_all_as_put_in(one.sources),
        objections=tuple(
            ObjectionOnRecord(
                by=actor_key(objection.by),
                reason=objection.reason,
                sources=_all_as_put_in(objection.sources),
            )
            for objection in one.objections
        ),
        outcome=one.outcome,
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
        sources=_all_as_put_in(dispute.sources),
        outcome=dispute.outcome,
    )
