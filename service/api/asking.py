"""What a read can ask for: both clocks, filters, pages. Unknown parameters are refused, not ignored."""

import re
from datetime import UTC, date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from domain.commands import Dossier
from domain.developments import KINDS
from domain.developments.examples import SOME_AGREEMENT
from domain.errors import Invalid
from domain.values import Slug
from projections.cut import Lens
from projections.pages import LIMIT
from projections.registry import VIEWS
from projections.timeline import Sought
from service.moments import Asked

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _day(text: object) -> object:
    if not (isinstance(text, date) or (isinstance(text, str) and _DAY.fullmatch(text))):
        raise ValueError("expected one day, such as 2025-06-14")
    return text


def _moment(text: object) -> object:
    if not (isinstance(text, datetime) or (isinstance(text, str) and _MOMENT.fullmatch(text))):
        raise ValueError(
            "expected a moment as RFC 3339 has it, with an offset, such as 2025-07-01T12:00:00Z "
            "(in an address, + is written %2B)"
        )
    return text


def _in_utc(moment: datetime) -> datetime:
    """The same moment in UTC: one moment has one answer, however it is spelled."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("it lies outside the years 0001 to 9999") from error


SOME_DOSSIER = Dossier.model_json_schema()["examples"][0]["id"]

DossierId = Annotated[
    str, Path(description="The dossier, by the id that it was opened under.", examples=[SOME_DOSSIER])
]
DevelopmentId = Annotated[
    UUID,
    Path(
        description="The development, by the id that its recording was answered with.",
        examples=[SOME_AGREEMENT],
    ),
]
Day = Annotated[date, BeforeValidator(_day)]
MomentInTime = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_in_utc)]
Position = Annotated[int, Field(ge=0, le=2**62)]
StandingName = Literal["reported", "claimed", "corroborated", "disputed", "retracted"]
SOME_MOMENT = "2021-07-01T09:30:00Z"

PageCursor = Annotated[str, Field(max_length=1_000)]
PageSize = Annotated[int, Field(ge=1, le=500)]


MIN_POSITION = Field(
    None,
    description="Answer no staler than this position, such as that of one's own last write.",
    examples=[1],
)


CURSOR = Field(None, description="Where the page begins, as `next` of the page before gave it.")


class Query(BaseModel):
    """Parameters of a read; one that is not among them is refused."""

    model_config = ConfigDict(extra="forbid")


class Knowledge(Query):
    """The clock of knowledge."""

    known_at: MomentInTime | None = Field(
        None,
        description="Answer from what the record knew at this moment (RFC 3339). Now if left out.",
        examples=[SOME_MOMENT],
    )
    at_position: Position | None = Field(
        None,
        description="The same clock as a position: answer from the first so many events.",
        examples=[3],
    )
    min_position: Position | None = MIN_POSITION

    def asked(self) -> Asked:
        """The clocks as they were given."""
        return Asked(None, self.known_at, self.at_position, self.min_position)


class Clocks(Knowledge):
    """Both clocks."""

    as_of: Day | None = Field(
        None,
        description="Answer with what had occurred by the end of this day. Today (UTC) if left out.",
        examples=["2021-03-31"],
    )

    def asked(self) -> Asked:
        """The clocks as they were given."""
        return Asked(self.as_of, self.known_at, self.at_position, self.min_position)


Party = Annotated[str, Field(min_length=1, max_length=300)]
ViewName = StrEnum("ViewName", {name: name for name in VIEWS})  # type: ignore[misc]
"""The views whose answers can be compared."""


class ViewQuery(Clocks):
    """Both clocks, and the standings that are taken in."""

    standing: list[StandingName] = Field(
        [],
        description="Only developments of these standings; all that are not retracted if left out.",
        examples=[["corroborated", "disputed"]],
    )
    according_to: Party | None = Field(
        None,
        description="Only the account of this party: what rests on chains that start with it, or with "
        "somebody who acts for it, and what it says instead where it disputes. A code or an id.",
        examples=["XA"],
    )

    def lens(self) -> Lens:
        """The lens that it asks for."""
        return Lens(self.according_to, tuple(self.standing))


RECEIPT = Field(
    default=False,
    description="Tie the answer to the log: a signed checkpoint, and for every development that it names "
    "the events behind it with their inclusion proofs.",
    examples=[False],
)


class DevelopmentQuery(Clocks):
    """One development."""

    proof: bool = Field(
        default=False,
        description="Prove the versions: `receipt` has a signed checkpoint, and every event with its "
        "inclusion proof.",
        examples=[False],
    )


class DiffQuery(Query):
    """Which answer, and between what: two moments of knowledge, or two days."""

    view: ViewName = Field(description="The view whose answer is compared.", examples=["ceasefire"])
    as_of: Day | None = Field(
        None, description="The day, between two moments. Today if left out.", examples=["2021-03-31"]
    )
    known_from: MomentInTime | None = Field(
        None,
        description="What was known at this moment; nothing, from before the beginning, if left out.",
        examples=[SOME_MOMENT],
    )
    known_to: MomentInTime | None = Field(
        None, description="And at this one; now if left out.", examples=["2021-07-01T10:30:00Z"]
    )
    as_of_from: Day | None = Field(
        None, description="Or else the first of two days.", examples=["2021-03-01"]
    )
    as_of_to: Day | None = Field(
        None, description="And the second; today if left out.", examples=["2021-03-31"]
    )
    known_at: MomentInTime | None = Field(
        None, description="The moment of knowledge, between two days.", examples=[SOME_MOMENT]
    )
    standing: list[StandingName] = Field(
        [], description="Only developments of these standings.", examples=[["corroborated", "disputed"]]
    )
    according_to: Party | None = Field(None, description="Only the account of this party.", examples=["XA"])
    min_position: Position | None = MIN_POSITION

    def require_one_clock(self) -> None:
        """Raise `Invalid` for a parameter that goes with the other form of the question."""
        of_days, of_moments = ("as_of_to", "known_at"), ("as_of", "known_from", "known_to")
        for name in of_moments if self.as_of_from else of_days:
            if getattr(self, name) is not None:
                raise Invalid(
                    name,
                    f"between two days, give as_of_from and {' or '.join(of_days)}; "
                    f"between two moments, {' or '.join(of_moments)}",
                )

    def lens(self) -> Lens:
        """The lens that it asks for."""
        return Lens(self.according_to, tuple(self.standing))


class TimelineQuery(ViewQuery):
    """A page of the timeline."""

    kind: list[Slug] = Field(
        [], max_length=100, description="Only these kinds.", examples=[["agreement-reached"]]
    )
    actor: Annotated[str, Field(max_length=300)] | None = Field(
        None,
        description="Only what this actor, or somebody who acts for it, took part in: a code or an id.",
        examples=["XA"],
    )
    place: Annotated[str, Field(min_length=1, max_length=300)] | None = Field(
        None, description="Only at this place: a part of its name, or a country's code.", examples=["Solace"]
    )
    category: Slug | None = Field(
        None, description="Only what names this category of persons.", examples=["aircrew"]
    )
    text: Annotated[str, Field(min_length=1, max_length=300)] | None = Field(
        None,
        description="Only what has this text, in either case, in the words that people wrote: summaries, "
        "contents, quotes, titles, labels, names.",
        examples=["ferry"],
    )
    receipt: bool = RECEIPT
    cursor: PageCursor | None = CURSOR
    limit: PageSize = Field(LIMIT, description="The most developments on a page.", examples=[2])

    def sought(self) -> Sought:
        """What is looked for; raise `Invalid` for a kind that there is not."""
        for kind in self.kind:
            if kind not in KINDS:
                raise _no_such_kind(kind)
        return Sought(
            kinds=tuple(self.kind),
            actor=self.actor,
            place=self.place,
            category=self.category,
            text=self.text,
            lens=self.lens(),
        )


class ChangesQuery(Query):
    """A page of what was recorded after one moment and up to another."""

    known_from: MomentInTime | None = Field(
        None, description="After this moment; from the beginning if left out.", examples=[SOME_MOMENT]
    )
    known_to: MomentInTime | None = Field(
        None, description="Up to and at this moment; now if left out.", examples=[SOME_MOMENT]
    )
    min_position: Position | None = MIN_POSITION
    cursor: PageCursor | None = CURSOR
    limit: PageSize = Field(LIMIT, description="The most changes on a page.", examples=[2])

    def require_order(self) -> None:
        """Raise `Invalid` for a window that ends before it begins."""
        if self.known_from and self.known_to and self.known_from > self.known_to:
            raise Invalid("known_from", "it lies after known_to, so nothing can be between them")


def _no_such_kind(kind: str) -> Invalid:
    near = get_close_matches(kind, KINDS, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ", as GET /v1/kinds lists them"
    return Invalid("kind", f"{kind!r} is no kind of development{hint}")
