"""The envelope of an event that is told to others: CloudEvents 1.0, structured, in JSON.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal

from fastapi.sse import ServerSentEvent
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from domain.values import Value
from projections.history import ChangeInFull
from service.feed.wanted import Facts

TYPES = "org.depositary."
"""What every `type` begins with. A name after it is never reused, as a stored name is not."""
MEDIA_TYPE = "application/cloudevents+json"
SCHEMA = "/openapi.json#/components/schemas/ChangeInFull"


class CloudEvent(Value):
    """One event of the record, in the envelope of CloudEvents 1.0.

    `data` is what `GET /v1/dossiers/{dossier}/changes` says of it.
    """

    specversion: Literal["1.0"]
    id: str
    """The position. Together with `source` it names the event."""
    source: str
    """The dossier: its address, from the service's own on where that is set."""
    type: Annotated[str, Field(pattern=r"^org\.depositary\.[a-z0-9-]+$")]
    """`org.depositary.` and the name of the event: `org.depositary.amended`, or the kind of what was
    recorded, `org.depositary.call-held`."""
    subject: str | None = None
    """The development; left out where the dossier itself was opened."""
    time: datetime
    """When it was recorded."""
    datacontenttype: Literal["application/json"]
    dataschema: str | None = None
    """Where the schema of `data` is, where the service's own address is set."""
    dossier: str
    """The id of the dossier."""
    data: ChangeInFull

    @model_serializer(mode="wrap")
    def _without_what_is_not_given(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """An attribute of CloudEvents that has no value is left out; in `data` null has its meaning."""
        given: dict[str, Any] = plain(self)
        return {name: value for name, value in given.items() if value is not None}


def enclose(change: ChangeInFull, dossier: str, address: str | None) -> CloudEvent:
    """Put an event into its envelope; `address` is the service's own, if it is known."""
    base = (address or "").rstrip("/")
    return CloudEvent(
        specversion="1.0",
        id=str(change.position),
        source=f"{base}/v1/dossiers/{dossier}",
        type=TYPES + change.event,
        subject=str(change.id) if change.id else None,
        time=change.recorded_at,
        datacontenttype="application/json",
        dataschema=base + SCHEMA if base else None,
        dossier=dossier,
        data=change,
    )


@dataclass(frozen=True)
class Told:
    """An event as it is told: written once, for all who hear of it."""

    position: int
    facts: Facts
    body: str
    """The envelope, as JSON."""

    @cached_property
    def message(self) -> ServerSentEvent:
        """It as a message of a stream, whose `id` is the position to go on after."""
        return ServerSentEvent(raw_data=self.body, id=str(self.position))
