"""How an answer changed: between two moments of knowledge, or between two days."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from domain.entry import Entry
from domain.time import Bounds, Edtf
from domain.values import Slug, Value, walk
from projections.history import Change


class ChangedByKnowledge(Value):
    """One field of the answer that is otherwise than it was, and the events that made it so."""

    path: str
    """The place in the answer. Items of a list are named by what they are about."""
    before: JsonValue
    after: JsonValue
    made_by: tuple[Change, ...]
    """The events that moved it, in order, each with its author and its reason."""


class KnowledgeDiff(Value):
    """How the answer about one day changed between two moments of knowledge."""

    dossier: Slug
    view: str
    as_of: date
    known_from: datetime | None
    known_to: datetime | None
    position_from: int
    position_to: int
    known_at: datetime | None
    """The moment that the later answer reflects."""
    position: int
    differences: tuple[ChangedByKnowledge, ...]


class Edge(Value):
    """A development of which something began or ended on a day."""

    day: date
    id: UUID
    version: int
    kind: str
    headline: str


class ChangedByTime(Value):
    """One field of the answer that is otherwise on the later day, and the developments that made it so."""

    path: str
    before: JsonValue
    after: JsonValue
    made_by: tuple[Edge, ...]


class TimeDiff(Value):
    """How the answer changed between two days, at one moment of knowledge."""

    dossier: Slug
    view: str
    as_of_from: date
    as_of_to: date
    known_at: datetime | None
    position: int
    differences: tuple[ChangedByTime, ...]


def edges(entry: Entry) -> set[date]:
    """The days on which the entry can change an answer: those of its bounds; its terms' and the next."""
    dated = list(_dated(entry.development, besides="/occurred"))
    for dispute in entry.disputes:
        dated += _dated(dispute.account) if dispute.account else ()
    terms = {day for bounds in dated for day in (bounds.earliest, bounds.latest) if day}
    happened = {day for day in (entry.bounds.earliest, entry.bounds.latest) if day}
    return happened | terms | {day + timedelta(days=1) for day in terms if day < date.max}


def _dated(told: Value, besides: str = "") -> Iterator[Bounds]:
    return (value.bounds for where, value in walk(told) if isinstance(value, Edtf) and where != besides)


def edge(day: date, entry: Entry) -> Edge:
    """An entry that changes an answer on a day."""
    return Edge(
        day=day,
        id=entry.id,
        version=entry.version,
        kind=entry.development.kind,
        headline=entry.development.headline(),
    )


def as_json(answer: Value) -> Any:
    """An answer as it is compared."""
    return answer.model_dump(mode="json")
