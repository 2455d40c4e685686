"""The timeline: what happened, in the order of time, each certainly or possibly by the day."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from domain.entry import Standing
from domain.time import Certainty
from domain.values import Value
from projections.cut import Cut, Held, View, fallen_references


class Happened(Value):
    """One development on the timeline."""

    id: UUID
    version: int
    kind: str
    certainty: Certainty
    standing: Standing
    headline: str
    earliest: date | None
    """The first day on which it can have happened; null where no source bounds it."""
    latest: date | None
    """The last day on which it can have happened, given when it was published and recorded."""
    recorded_at: datetime
    rests_on_retracted: tuple[UUID, ...] = ()
    """Developments that it rests on and that have since been retracted."""
    development: dict[str, Any] = Field(description="The development, as it was put in; see its kind.")


class Timeline(View):
    """One page of what had happened by the day."""

    developments: tuple[Happened, ...]
    next: str | None = None
    """The cursor of the next page, which keeps to the same moment of knowledge."""


def happened(held: Held, retracted: frozenset[UUID]) -> Happened:
    """One entry as the timeline shows it."""
    entry = held.entry
    return Happened(
        id=entry.id,
        version=entry.version,
        kind=entry.development.kind,
        certainty=held.certainty,
        standing=entry.standing,
        headline=entry.development.headline(),
        earliest=entry.bounds.earliest,
        latest=entry.bounds.latest,
        recorded_at=entry.recorded_at,
        rests_on_retracted=fallen_references([held], retracted),
        development=told(held),
    )


def timeline(cut: Cut, next_page: str | None = None) -> Timeline:
    """The page that the cut holds."""
    return Timeline(
        dossier=cut.dossier,
        as_of=cut.as_of,
        known_at=cut.known_at,
        position=cut.position,
        developments=tuple(happened(held, cut.retracted) for held in cut.held),
        next=next_page,
    )


def told(held: Held) -> dict[str, Any]:
    """The development exactly as it was put in."""
    return held.entry.development.model_dump(mode="json", exclude_unset=True)
