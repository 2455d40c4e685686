"""Events: what the record has taken in, in the past tense, immutable.

Stored names are chosen by hand and written in the log for ever. The rules of their evolution: a name
is never reused, a field never changes its type or its default, a new field has a default.
`tests/golden/` keeps one event of each as it was once stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

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
from domain.developments import KINDS, Development
from domain.developments.base import Reference
from domain.values import Actor, Slug, Source, Text, Value


class Event(Value):
    """One thing recorded in one stream, by somebody.

    `originator_id` and `originator_version` name the stream and the place in it, in the words of the
    `eventsourcing` library.
    """

    name: ClassVar[str]
    command: ClassVar[type[Saying]]
    """What it answers, of a development that is on record."""
    told_at: ClassVar[str | None] = ""
    """Where the command holds what the event tells; `None` where it takes over what was told before."""

    originator_id: UUID
    originator_version: int
    recorded_by: Text

    @property
    def stored_name(self) -> str:
        """The name under which it is stored."""
        return self.name

    def as_command(self) -> Value:
        """The command that it answers: what the caller said, as it could be said again."""
        own = type(self).model_fields.keys() & self.command.model_fields.keys() & self.model_fields_set
        told = {name: getattr(self, name) for name in own}
        return self.command(**told, **({self.told_at[1:]: self._retold()} if self.told_at else {}))

    def _retold(self) -> dict[str, Any]:
        """The fields that it tells anew, as they were put in."""
        told = getattr(self, "development", None) or getattr(self, "account", None)
        values = told.model_dump(mode="json", exclude_unset=True) if told is not None else {}
        return {field: values.get(field) for field in getattr(self, "fields", ())}

    def references(self) -> Iterator[Reference]:
        """The other developments that what it tells rests on, each at its place in the command."""
        at = self.told_at
        if at is None:
            return  # They were checked when it was told.
        for told in (getattr(self, "development", None), getattr(self, "account", None)):
            for one in told.references() if told is not None else ():
                yield replace(one, pointer=at + one.pointer, part_pointer=at + one.part_pointer)


class DossierOpened(Event):
    """A dossier was opened, on a stream of its own."""

    name = "dossier-opened"
    dossier: Dossier

    def as_command(self) -> Dossier:
        """The dossier itself."""
        return self.dossier


class DevelopmentRecorded(Event):
    """A development was recorded. It is stored under the name of its kind."""

    name = "development-recorded"
    dossier: Slug
    development: Development

    @property
    def stored_name(self) -> str:
        """The development's kind, so that the log can be read by kind."""
        return self.development.kind

    def as_command(self) -> Development:
        """The development itself."""
        return self.development


class Amended(Event):
    """Fields of a development were corrected."""

    name = "amended"
    command = Amend
    told_at = "/changes"
    fields: tuple[str, ...]
    development: Development
    """The whole development as it stands after the correction."""
    reason: Text
    sources: tuple[Source, ...] = ()


class Corroborated(Event):
    """One more source reports the development."""

    name = "corroborated"
    command = Corroborate
    source: Source
    reason: Text | None = None


class Disputed(Event):
    """A party contradicts."""

    name = "disputed"
    command = Dispute
    told_at = "/says"
    by: Actor
    fields: tuple[str, ...]
    account: Development | None = None
    """The development as the party tells it; `None` where it denies that it happened."""
    reason: Text
    sources: tuple[Source, ...] = ()


class DisputeResolved(Event):
    """A dispute was closed."""

    name = "dispute-resolved"
    command = Resolve
    told_at = None
    dispute: int
    outcome: Literal["upheld", "dismissed", "withdrawn"]
    development: Development | None = None
    """The development as it stands from then on, where an account was upheld."""
    reason: Text
    sources: tuple[Source, ...] = ()


class Retracted(Event):
    """The development was taken back."""

    name = "retracted"
    command = Retract
    reason: Text
    sources: tuple[Source, ...] = ()


class Reinstated(Event):
    """A retracted development was put back on record."""

    name = "reinstated"
    command = Reinstate
    reason: Text
    sources: tuple[Source, ...] = ()


class RectificationProposed(Event):
    """A correction was proposed, with a time for objections."""

    name = "rectification-proposed"
    command = ProposeRectification
    told_at = "/changes"
    fields: tuple[str, ...]
    development: Development
    """The whole development as it would stand."""
    objections_until: date
    reason: Text
    sources: tuple[Source, ...] = ()


class ObjectionRaised(Event):
    """A party objected to a proposed rectification."""

    name = "objection-raised"
    command = Object
    rectification: int
    by: Actor
    reason: Text
    sources: tuple[Source, ...] = ()


class RectificationAdopted(Event):
    """A proposed rectification was adopted: from now on the development stands so."""

    name = "rectification-adopted"
    command = AdoptRectification
    told_at = None
    rectification: int
    fields: tuple[str, ...]
    development: Development
    reason: Text
    sources: tuple[Source, ...] = ()


class RectificationRefused(Event):
    """A proposed rectification was refused."""

    name = "rectification-refused"
    command = RefuseRectification
    rectification: int
    reason: Text
    sources: tuple[Source, ...] = ()


class SameAs(Event):
    """The development was judged to be the same happening as another."""

    name = "same-as"
    command = JudgeSame
    kind: str
    """The kind of both: two reports of one happening are of one kind."""
    other: UUID
    reason: Text
    sources: tuple[Source, ...] = ()

    def references(self) -> Iterator[Reference]:
        """The other report, which is of the same kind."""
        yield Reference("/other", self.other, (self.kind,))


class NotSameAs(Event):
    """The judgement that it is the same happening as another was taken back."""

    name = "not-same-as"
    command = JudgeNotSame
    other: UUID
    reason: Text
    sources: tuple[Source, ...] = ()


EVENTS: dict[str, type[Event]] = {
    **dict.fromkeys(KINDS, DevelopmentRecorded),
    **{
        event.name: event
        for event in (
            DossierOpened,
            Amended,
            Corroborated,
            Disputed,
            DisputeResolved,
            RectificationProposed,
            ObjectionRaised,
            RectificationAdopted,
            RectificationRefused,
            SameAs,
            NotSameAs,
            Retracted,
            Reinstated,
        )
    },
}
"""The class of every stored name."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """An event with what only the store gives it: its position and the moment it was recorded."""

    position: int
    recorded_at: datetime
    event: Event

    @property
    def originator_id(self) -> UUID:
        """The stream that it belongs to."""
        return self.event.originator_id

    @property
    def originator_version(self) -> int:
        """Its place in that stream."""
        return self.event.originator_version
