"""Commands: what a caller asks the record to do, as the bodies of the API's requests.

To record a development, the command is the development itself; to open a dossier, the dossier.
"""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from domain.access import Right
from domain.personal import Marks
from domain.values import Actor, Slug, Source, Text, Value

Reason = Text
Origins = Annotated[tuple[Source, ...], Field(max_length=100)]
Numbered = Annotated[int, Field(strict=True, ge=1)]
"""What was opened at a version of the development is known by the number of that version."""


class Said(Value):
    """What can be said of a development, with the texts in it that are about persons."""

    right: ClassVar[Right] = Right.EDIT
    """What allows it."""

    personal: Marks = ()
    """JSON Pointers to texts about persons in this request, such as `/reason`: they are kept sealed.

    What is marked in the development is marked in what is said of it too."""


class Erase(Value):
    """Erase what is marked personal in a development, for good."""

    reason: Reason


class Amend(Said):
    """Correct fields of a development: each named field takes the whole value given here."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "changes": {"occurred": "2021-03-08"},
                    "reason": "The host's own chronology gives the day.",
                    "sources": [{"outlet": "Chronicle of the host (invented)"}],
                }
            ]
        }
    )

    changes: Annotated[dict[Slug, Any], Field(min_length=1, max_length=100)]
    """Field by field the new value, in the form that the kind's schema gives it."""
    reason: Reason
    sources: Origins = ()
    """What the correction rests on; the development's own sources are changed under `changes`."""


class Corroborate(Said):
    """Add a source that reports the same development."""

    right = Right.RECORD

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"source": {"outlet": "Lake Radio (invented)", "published": "2021-04-02"}}]
        }
    )

    source: Source
    reason: Reason | None = None


class Dispute(Said):
    """Put on record that a party contradicts: some fields, with what it says instead, or all of it."""

    right = Right.RECORD

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "by": "XB",
                    "says": {"occurred": "2021-03-10"},
                    "reason": "Its foreign ministry gives another day.",
                    "sources": [{"outlet": "Ministry of Belmark (invented)"}],
                }
            ]
        }
    )

    by: Actor
    says: Annotated[dict[Slug, Any], Field(max_length=100, default_factory=dict)]
    """Field by field what the party says instead; empty where it denies that it happened."""
    reason: Reason
    sources: Origins = ()


class Resolve(Said):
    """Close a dispute."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"dispute": 2, "outcome": "upheld", "reason": "The host confirmed the later day."}]
        }
    )

    dispute: Numbered
    """The version of the development that raised it."""
    outcome: Literal["upheld", "dismissed", "withdrawn"]
    """`upheld`: the record takes what the party said; otherwise what was recorded stands."""
    reason: Reason
    sources: Origins = ()


class Retract(Said):
    """Take back a development that should not have been recorded. It stays in the history."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The outlet withdrew its report."}]})

    reason: Reason
    sources: Origins = ()


class Reinstate(Said):
    """Put a retracted development back on record."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "A second outlet confirmed the report."}]}
    )

    reason: Reason
    sources: Origins = ()


class ProposeRectification(Said):
    """Propose a correction as a treaty depositary does: it is adopted if nobody objects in time.

    Source: Vienna Convention on the Law of Treaties, article 79.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "changes": {"occurred": "2021-03-08"},
                    "objections_until": "2026-12-31",
                    "reason": "The host's own chronology gives the day.",
                }
            ]
        }
    )

    changes: Annotated[dict[Slug, Any], Field(min_length=1, max_length=100)]
    """Field by field the proposed value, in the form that the kind's schema gives it."""
    objections_until: date
    """The last day (UTC) on which an objection can be raised."""
    reason: Reason
    sources: Origins = ()


class Object(Said):
    """Object to a proposed rectification, for a party."""

    right = Right.RECORD

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"rectification": 2, "by": "XB", "reason": "Its minutes give the earlier day."}]
        }
    )

    rectification: Numbered
    """The version of the development that proposed it."""
    by: Actor
    reason: Reason
    sources: Origins = ()


class AdoptRectification(Said):
    """Adopt a proposed rectification, once the time for objections has passed without one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rectification": 2, "reason": "No objection was raised."}]}
    )

    rectification: Numbered
    reason: Reason
    sources: Origins = ()


class RefuseRectification(Said):
    """Refuse a proposed rectification: what was recorded stands."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rectification": 2, "reason": "A party objected."}]}
    )

    rectification: Numbered
    reason: Reason
    sources: Origins = ()


class JudgeSame(Said):
    """Judge that two developments are reports of one happening, so that it is counted once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "other": "9b7e4c3d-2f1a-4d6c-b8e7-1a2b3c4d5e33",
                    "reason": "Both outlets describe the exchange on the ferry.",
                }
            ]
        }
    )

    other: UUID
    reason: Reason
    sources: Origins = ()


class JudgeNotSame(Said):
    """Take back the judgement that two developments are one happening."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "other": "9b7e4c3d-2f1a-4d6c-b8e7-1a2b3c4d5e33",
                    "reason": "The second was on the other shore.",
                }
            ]
        }
    )

    other: UUID
    reason: Reason
    sources: Origins = ()


Saying = (
    Amend
    | Corroborate
    | Dispute
    | Resolve
    | ProposeRectification
    | Object
    | AdoptRectification
    | RefuseRectification
    | JudgeSame
    | JudgeNotSame
    | Retract
    | Reinstate
)
"""All that can be said of a development."""


class Party(Value):
    """A party to the process, or one who observes it."""

    actor: Actor
    name: Text | None = None
    """What to call it; an invented state under a user-assigned code needs one."""


Parties = Annotated[tuple[Party, ...], Field(max_length=200)]


class Dossier(Value):
    """One process or track that is kept together."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "solace-2021",
                    "title": "The Port Solace talks (invented)",
                    "parties": [{"actor": "XA", "name": "Arvenia"}, {"actor": "XB", "name": "Belmark"}],
                }
            ]
        }
    )

    id: Slug
    title: Text
    parties: Parties = ()
    observers: Parties = ()
    description: Text | None = None
