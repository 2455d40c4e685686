"""Pressure and support from outside: sanctions and aid."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from domain.developments.base import Codes, Happening, Reference, actor_name
from domain.developments.examples import SOME_SANCTION, SOURCE
from domain.quantity import Count
from domain.time import Edtf
from domain.values import Actor, Currency, Text, Value


class SanctionImposed(Happening):
    """An actor imposed a sanction on another."""

    kind: Literal["sanction-imposed"]
    imposed_by: Actor
    target: Actor
    measures: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    in_force_from: Edtf | None = None
    codes = Codes(plover="SANCTION", cameo="163")
    example = {
        "kind": "sanction-imposed",
        "occurred": "2021-04-06",
        "imposed_by": {"type": "organisation", "id": "lake-league", "name": "The Lake League"},
        "target": "XB",
        "measures": ["a ban on the sale of marine diesel"],
        "in_force_from": "2021-05-01",
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who sanctioned whom."""
        return f"{actor_name(self.imposed_by)} imposed a sanction on {actor_name(self.target)}"


class SanctionLifted(Happening):
    """An actor lifted a sanction, or part of one."""

    kind: Literal["sanction-lifted"]
    lifted_by: Actor
    target: Actor
    sanction: UUID | None = None
    measures: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    codes = Codes(plover="RETREAT", cameo="085")
    example = {
        "kind": "sanction-lifted",
        "occurred": "2021-06-01",
        "lifted_by": {"type": "organisation", "id": "lake-league", "name": "The Lake League"},
        "target": "XB",
        "sanction": SOME_SANCTION,
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who lifted it, for whom."""
        return f"{actor_name(self.lifted_by)} lifted a sanction on {actor_name(self.target)}"

    def references(self) -> Iterator[Reference]:
        """The sanction that was lifted."""
        if self.sanction:
            yield Reference("/sanction", self.sanction, ("sanction-imposed",))


class Money(Value):
    """An amount in whole units of a currency, as an interval."""

    currency: Currency
    """ISO 4217."""
    amount: Count


class AidPledged(Happening):
    """An actor promised aid to another. A pledge is not a delivery."""

    kind: Literal["aid-pledged"]
    pledged_by: Actor
    recipient: Actor
    aid: Literal["military", "economic", "humanitarian", "other"] | None = None
    value: Money | None = None
    content: Text | None = None
    codes = Codes(plover="AGREE", cameo="033")
    example = {
        "kind": "aid-pledged",
        "occurred": "2021-04-08",
        "pledged_by": "XC",
        "recipient": "XA",
        "aid": "humanitarian",
        "value": {"currency": "EUR", "amount": {"type": "at_most", "max": 2000000}},
        "sources": [SOURCE],
    }

    def default_headline(self) -> str:
        """Who pledged aid to whom."""
        return f"{actor_name(self.pledged_by)} pledged aid to {actor_name(self.recipient)}"
