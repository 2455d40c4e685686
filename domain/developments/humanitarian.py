"""Humanitarian developments: people and remains that returned, and ways that were opened."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.developments.agreements import Under
from domain.developments.base import (
    Actors,
    Codes,
    Contradiction,
    Happening,
    Reference,
    Slugs,
    actor_name,
    in_order,
    second_of_two,
)
from domain.developments.examples import SOME_AGREEMENT, SOURCE
from domain.errors import wrong_part
from domain.quantity import UNKNOWN, Count, Natural, NotApplicable, total_of
from domain.time import Edtf
from domain.values import Actor, Slug, Text, Value, side_of


class CategoryCount(Value):
    """How many of one side's persons were of one category. A person may be of several."""

    category: Slug
    count: Count


class PersonsReturned(Value):
    """The persons who returned to one side."""

    side: Actor
    """To whom they returned."""
    count: Count = UNKNOWN
    by_category: Annotated[tuple[CategoryCount, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _distinct_categories(self) -> Self:
        if (second := second_of_two(one.category for one in self.by_category)) is not None:
            raise wrong_part("each category is counted once for a side", "by_category", second, "category")
        return self


class Return(Happening):
    """What all returns of people have in common. A side that is not listed has no published count."""

    under: Under | None = None
    categories: Slugs = ()
    """Whom it covered, where no count per category is known."""
    persons: Annotated[tuple[PersonsReturned, ...], Field(max_length=50)] = ()
    mediators: Actors = ()

    @model_validator(mode="after")
    def _distinct_sides(self) -> Self:
        if (second := second_of_two(side_of(one.side) for one in self.persons)) is not None:
            raise wrong_part("each side's persons are listed once", "persons", second, "side")
        return self

    def references(self) -> Iterator[Reference]:
        """The agreement and stipulation that it carries out."""
        if self.under:
            yield self.under.reference()

    def contradictions(self) -> Iterator[Contradiction]:
        """More persons of one category than there can be in all."""
        for index, persons in enumerate(self.persons):
            yield from _more_than_all(persons, f"/persons/{index}")


def _more_than_all(persons: PersonsReturned, at: str) -> Iterator[Contradiction]:
    most = total_of(persons.count).max
    if most is None or isinstance(persons.count, NotApplicable):
        return
    for index, one in enumerate(persons.by_category):
        least = total_of(one.count).min
        if least > most:
            yield Contradiction(
                f"{at}/by_category/{index}/count",
                f"{at}/count",
                f"at least {least} of the category {one.category}, but at most {most} persons in all: "
                "whoever is of a category is one of all; correct one of the two",
            )


class ExchangeStageCarriedOut(Return):
    """One stage of an exchange of prisoners or detainees took place."""

    kind: Literal["exchange-stage-carried-out"]
    stage: Annotated[Natural, Field(ge=1)] | None = None
    """Which stage it was, where the stages are counted."""
    codes = Codes(plover="RETREAT", plover_mode="release", cameo="0841", acled="Agreement")
    example = {
        "kind": "exchange-stage-carried-out",
        "occurred": "2021-03-20",
        "parties": ["XA", "XB"],
        "under": {"agreement": SOME_AGREEMENT, "stipulation": "pilots"},
        "stage": 1,
        "persons": [
            {"side": "XA", "count": {"type": "exact", "value": 20}},
            {
                "side": "XB",
                "count": {
                    "type": "withheld",
                    "by": "XB",
                    "reason": "until the families are told",
                    "until": "2021-04",
                },
                "by_category": [{"category": "aircrew", "count": {"type": "at_least", "min": 2}}],
            },
        ],
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Which stage, between whom."""
        names = ", ".join(map(actor_name, self.parties))
        which = f"Exchange stage {self.stage}" if self.stage else "An exchange stage"
        return f"{which} carried out" + (f" between {names}" if names else "")


class RemainsRepatriated(Return):
    """The remains of the dead were returned."""

    kind: Literal["remains-repatriated"]
    codes = Codes(plover="RETREAT", cameo="084", acled="Agreement")
    example = {
        "kind": "remains-repatriated",
        "occurred": "2021-03-23",
        "parties": ["XA", "XB"],
        "persons": [{"side": "XA", "count": {"type": "between", "min": 30, "max": 34}}],
        "sources": [SOURCE],
    }


class DetaineesReleased(Return):
    """One side released persons without an exchange."""

    kind: Literal["detainees-released"]
    released_by: Actor
    codes = Codes(plover="RETREAT", plover_mode="release", cameo="0841")
    example = {
        "kind": "detainees-released",
        "occurred": "2021-03-24",
        "released_by": "XB",
        "persons": [{"side": "XA", "count": {"type": "exact", "value": 3}}],
        "sources": [SOURCE],
    }


class CorridorOpened(Happening):
    """A way was opened for civilians, aid or trade."""

    kind: Literal["corridor-opened"]
    route: Text
    opened_by: Actors = ()
    purpose: Literal["evacuation", "aid", "medical", "trade"] | None = None
    until: Edtf | None = None
    codes = Codes(plover="RETREAT", plover_mode="access", cameo="0863")
    example = {
        "kind": "corridor-opened",
        "occurred": "2021-03-25",
        "route": "From the eastern shore to Port Solace by ferry",
        "opened_by": ["XA", "XB"],
        "purpose": "evacuation",
        "until": "2021-03-31",
        "sources": [SOURCE],
    }

    def contradictions(self) -> Iterator[Contradiction]:
        """A way that was closed before it was opened."""
        yield from in_order(
            ("/occurred", self.occurred), ("/until", self.until), "a corridor closes after it opens"
        )

    def default_headline(self) -> str:
        """Which way."""
        return f"Corridor opened: {self.route}"
