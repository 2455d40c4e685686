"""Events: what the record has taken in, in the past tense, immutable.

Stored names are chosen by hand and written in the log for ever. The rules of their evolution: a name
is never reused, a field never changes its type or its default, a new field has a default. What cannot keep to
them gets another version (`domain.versions`). `tests/golden/` keeps events of each as they were once stored.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from domain import commands
from domain.commands import Dossier, Erase, Saying
from domain.developments import KINDS, Development
from domain.developments.base import Reference
from domain.personal import Marks, plus_marks
from domain.told import Told
from domain.values import Actor, Slug, Source, Text, Value


class Event(Told):
    """One thing recorded in one stream, by somebody.

    `originator_id` and `originator_version` name the stream and the place in it, in the words of the
    `eventsourcing` library.
    """

    name: ClassVar[str]
    class_version: ClassVar[int] = 1
    """The version that is written; see `domain.versions`."""
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
        if marks := self.marks_retold(self.told_at, getattr(self, "fields", ())):
            told["personal"] = plus_marks(told.get("personal", ()), marks)
        return self.command(**told, **({self.told_at[1:]: self.retold()} if self.told_at else {}))

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


class Said(Event):
    """Something was said of a development."""

    personal: Marks = ()
    """The texts about persons that it brings besides a telling of the development: `/reason`."""

    def marks(self) -> Marks:
        """Those of its own, and those of the development as it tells it."""
        return self.personal + super().marks()


class Amended(Said):
    """Fields of a development were corrected."""

    name = "amended"
    command = commands.Amend
    told_at = "/changes"
    fields: tuple[str, ...]
    development: Development
    """The whole development as it stands after the correction."""
    reason: Text
    sources: tuple[Source, ...] = ()


class Corroborated(Said):
    """One more source reports the development."""

    name = "corroborated"
    command = commands.Corroborate
    source: Source
    reason: Text | None = None


class Disputed(Said):
    """A party contradicts."""

    name = "disputed"
    command = commands.Dispute
    told_at = "/says"
    by: Actor
    fields: tuple[str, ...]
    account: Development | None = None
    """The development as the party tells it; `None` where it denies that it happened."""
    reason: Text
    sources: tuple[Source, ...] = ()


class DisputeResolved(Said):
    """A dispute was closed."""

    name = "dispute-resolved"
    command = commands.Resolve
    told_at = None
    dispute: int
    outcome: Literal["upheld", "dismissed", "withdrawn"]
    development: Development | None = None
    """The development as it stands from then on, where an account was upheld."""
    reason: Text
    sources: tuple[Source, ...] = ()


class Retracted(Said):
    """The development was taken back."""

    name = "retracted"
    command = commands.Retract
    reason: Text
    sources: tuple[Source, ...] = ()


class Reinstated(Said):
    """A retracted development was put back on record."""

    name = "reinstated"
    command = commands.Reinstate
    reason: Text
    sources: tuple[Source, ...] = ()


class RectificationProposed(Said):
    """A correction was proposed, with a time for objections."""

    name = "rectification-proposed"
    command = commands.ProposeRectification
    told_at = "/changes"
    fields: tuple[str, ...]
    development: Development
    """The whole development as it would stand."""
    objections_until: date
    reason: Text
    sources: tuple[Source, ...] = ()


class ObjectionRaised(Said):
    """A party objected to a proposed rectification."""

    name = "objection-raised"
    command = commands.Object
    rectification: int
    by: Actor
    reason: Text
    sources: tuple[Source, ...] = ()


class RectificationAdopted(Said):
    """A proposed rectification was adopted: from now on the development stands so."""

    name = "rectification-adopted"
    command = commands.AdoptRectification
    told_at = None
    rectification: int
    fields: tuple[str, ...]
    development: Development
    reason: Text
    sources: tuple[Source, ...] = ()


class RectificationRefused(Said):
    """A proposed rectification was refused."""

    name = "rectification-refused"
    command = commands.RefuseRectification
    rectification: int
    reason: Text
    sources: tuple[Source, ...] = ()


class SameAs(Said):
    """The development was judged to be the same happening as another."""

    name = "same-as"
    command = commands.JudgeSame
    kind: str
    """The kind of both: two reports of one happening are of one kind."""
    other: UUID
    reason: Text
    sources: tuple[Source, ...] = ()

    def references(self) -> Iterator[Reference]:
        """The other report, which is of the same kind."""
        yield Reference("/other", self.other, (self.kind,))


class NotSameAs(Said):
    """The judgement that it is the same happening as another was taken back."""

    name = "not-same-as"
    command = commands.JudgeNotSame
    other: UUID
    reason: Text
    sources: tuple[Source, ...] = ()


class PersonalDataErased(Event):
    """The texts that had been marked personal until then were erased: their key was destroyed."""

    name = "personal-data-erased"
    reason: Text

    def as_command(self) -> Erase:
        """What was asked for at the record itself; nobody can say it by an address."""
        return Erase(reason=self.reason)


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
            PersonalDataErased,
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
