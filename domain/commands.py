"""Commands: what a caller asks the record to do, as the bodies of the API's requests.

To record a development, the command is the development itself; to open a dossier, the dossier.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from domain.values import Actor, Slug, Source, Text, Value

Reason = Text
Origins = Annotated[tuple[Source, ...], Field(max_length=100)]


class Amend(Value):
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


class Corroborate(Value):
    """Add a source that reports the same development."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"source": {"outlet": "Lake Radio (invented)", "published": "2021-04-02"}}]
        }
    )

    source: Source
    reason: Reason | None = None


class Dispute(Value):
    """Put on record that a party contradicts: some fields, with what it says instead, or all of it."""

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


class Resolve(Value):
    """Close a dispute."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"dispute": 2, "outcome": "upheld", "reason": "The host confirmed the later day."}]
        }
    )

    dispute: Annotated[int, Field(strict=True, ge=1)]
    """The version of the development that raised it."""
    outcome: Literal["upheld", "dismissed", "withdrawn"]
    """`upheld`: the record takes what the party said; otherwise what was recorded stands."""
    reason: Reason
    sources: Origins = ()


class Retract(Value):
    """Take back a development that should not have been recorded. It stays in the history."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The outlet withdrew its report."}]})

    reason: Reason
    sources: Origins = ()


class Reinstate(Value):
    """Put a retracted development back on record."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "A second outlet confirmed the report."}]}
    )

    reason: Reason
    sources: Origins = ()


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
