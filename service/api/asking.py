"""What a read can ask for: both clocks, filters, pages. Unknown parameters are refused, not ignored."""

import base64
import binascii
import json
import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.errors import Invalid
from domain.values import Slug
from service.moments import Asked
from service.store.versions import Place
from service.views import Filters

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _day(text: object) -> object:
    if isinstance(text, str) and not _DAY.fullmatch(text):
        raise ValueError("expected one day, such as 2025-06-14")
    return text


def _moment(text: object) -> object:
    if isinstance(text, str) and not _MOMENT.fullmatch(text):
        raise ValueError(
            "expected a moment as RFC 3339 has it, with an offset, such as 2025-07-01T12:00:00Z "
            "(in an address, + is written %2B)"
        )
    return text


Day = Annotated[date, BeforeValidator(_day)]
MomentInTime = Annotated[datetime, BeforeValidator(_moment)]
Position = Annotated[int, Field(ge=0, le=2**62)]
StandingName = Literal["reported", "claimed", "corroborated", "disputed", "retracted"]


class Query(BaseModel):
    """Parameters of a read; one that is not among them is refused."""

    model_config = ConfigDict(extra="forbid")


class Knowledge(Query):
    """The clock of knowledge."""

    known_at: MomentInTime | None = Field(
        None, description="Answer from what the record knew at this moment (RFC 3339). Now if left out."
    )
    at_position: Position | None = Field(
        None, description="The same clock as a position: answer from the first so many events."
    )
    min_position: Position | None = Field(
        None, description="Answer no staler than this position, such as that of one's own last write."
    )

    def asked(self) -> Asked:
        """The clocks as they were given."""
        return Asked(None, self.known_at, self.at_position, self.min_position)


class Clocks(Knowledge):
    """Both clocks."""

    as_of: Day | None = Field(
        None, description="Answer with what had occurred by the end of this day. Today (UTC) if left out."
    )

    def asked(self) -> Asked:
        """The clocks as they were given."""
        return Asked(self.as_of, self.known_at, self.at_position, self.min_position)


class ViewQuery(Clocks):
    """Both clocks, and the standings that are taken in."""

    standing: list[StandingName] = Field(
        [], description="Only developments of these standings; all that are not retracted if left out."
    )


class TimelineQuery(ViewQuery):
    """A page of the timeline."""

    kind: list[Slug] = Field([], max_length=100, description="Only these kinds.")
    actor: Annotated[str, Field(max_length=300)] | None = Field(
        None, description="Only what this actor, or somebody who acts for it, took part in: a code or an id."
    )
    cursor: Annotated[str, Field(max_length=1_000)] | None = Field(
        None, description="Where the page begins, as `next` of the page before gave it."
    )
    limit: Annotated[int, Field(ge=1, le=500)] = Field(100, description="The most developments on a page.")

    def filters(self) -> Filters:
        """The filters as they were given."""
        return Filters(self.kind, self.standing, self.actor)


class ChangesQuery(Query):
    """A page of what was recorded after one moment and up to another."""

    known_from: MomentInTime | None = Field(
        None, description="After this moment; from the beginning if left out."
    )
    known_to: MomentInTime | None = Field(None, description="Up to and at this moment; now if left out.")
    cursor: Annotated[str, Field(max_length=1_000)] | None = Field(
        None, description="Where the page begins, as `next` of the page before gave it."
    )
    limit: Annotated[int, Field(ge=1, le=500)] = Field(100, description="The most changes on a page.")


def to_cursor(**values: Any) -> str:
    """A page's place as an opaque text."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def from_cursor(text: str, *names: str) -> dict[str, Any]:
    """What a cursor holds; raise `Invalid` for one that this service did not give."""
    try:
        values = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise _strange_cursor() from error
    if not isinstance(values, dict) or set(values) != set(names):
        raise _strange_cursor()
    return values


def place_from(values: dict[str, Any]) -> Place:
    """The place in the order of time that a cursor holds."""
    earliest, latest, recorded = values["earliest"], values["latest"], values["recorded"]
    if not (isinstance(earliest, str) and isinstance(latest, str) and isinstance(recorded, int)):
        raise _strange_cursor()
    return Place(earliest, latest, recorded)


def _strange_cursor() -> Invalid:
    return Invalid("cursor", "not a cursor of this view: follow `next`, or start without one")
