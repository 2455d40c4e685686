"""Counts and lengths of time as intervals: what is not known never becomes a number.

`unknown`, `withheld`, `not_applicable` and an exact zero are four different things, and stay so in
every sum.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from domain.errors import wrong_part
from domain.time import Edtf
from domain.values import Actor, Text, Value

Natural = Annotated[int, Field(strict=True, ge=0, le=10**12)]


class Exact(Value):
    """Exactly so many; zero is a count like any other."""

    type: Literal["exact"]
    value: Natural


class AtLeast(Value):
    """So many or more."""

    type: Literal["at_least"]
    min: Natural


class AtMost(Value):
    """So many or fewer."""

    type: Literal["at_most"]
    max: Natural


class Between(Value):
    """No fewer than `min` and no more than `max`."""

    type: Literal["between"]
    min: Natural
    max: Natural

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise wrong_part("min should not exceed max", "min")
        return self


class Unknown(Value):
    """No source says how many."""

    type: Literal["unknown"]


UNKNOWN = Unknown(type="unknown")


class Withheld(Value):
    """Somebody knows how many and keeps it back."""

    type: Literal["withheld"]
    by: Actor
    reason: Text
    until: Edtf | None = None


class NotApplicable(Value):
    """The question does not arise: a side that was to return nobody."""

    type: Literal["not_applicable"]


Count = Annotated[
    Exact | AtLeast | AtMost | Between | Unknown | Withheld | NotApplicable, Field(discriminator="type")
]


def reconciled(counts: Iterable[Count]) -> Count:
    """One count that holds whichever of several tellings is right: their hull.

    A telling that gives no number contradicts none. Where none gives one, a withheld count outweighs an
    unknown one, for somebody knows it.
    """
    told = tuple(dict.fromkeys(counts))
    if len(told) == 1:
        return told[0]
    numbers = [total_of(count) for count in told if isinstance(count, Exact | AtLeast | AtMost | Between)]
    if not numbers:
        return next((count for count in told if isinstance(count, Withheld)), UNKNOWN)
    least = min(one.min for one in numbers)
    ends = [one.max for one in numbers]
    if None in ends:
        return AtLeast(type="at_least", min=least)
    most = max(end for end in ends if end is not None)
    return Exact(type="exact", value=least) if least == most else Between(type="between", min=least, max=most)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of counts: its bounds, and how many of its parts no source gave a number for."""

    min: int = 0
    max: int | None = 0
    parts: int = 0
    unknown: int = 0
    withheld: int = 0

    def __add__(self, other: "Total") -> "Total":
        return Total(
            self.min + other.min,
            None if self.max is None or other.max is None else self.max + other.max,
            self.parts + other.parts,
            self.unknown + other.unknown,
            self.withheld + other.withheld,
        )


def total_of(count: Count) -> Total:
    """One count as a total of one part; a count that does not apply is no part of any total."""
    match count:
        case Exact(value=value):
            return Total(value, value, 1)
        case AtLeast(min=least):
            return Total(least, None, 1)
        case AtMost(max=most):
            return Total(0, most, 1)
        case Between(min=least, max=most):
            return Total(least, most, 1)
        case Unknown():
            return Total(0, None, 1, unknown=1)
        case Withheld():
            return Total(0, None, 1, withheld=1)
        case NotApplicable():
            return Total()


def total(counts: Iterable[Count]) -> Total:
    """The sum of counts as an interval; the empty sum is exactly zero of zero parts."""
    parts = [total_of(count) for count in counts]
    ends = [one.max for one in parts if one.max is not None]
    return Total(
        sum(one.min for one in parts),
        sum(ends) if len(ends) == len(parts) else None,
        sum(one.parts for one in parts),
        sum(one.unknown for one in parts),
        sum(one.withheld for one in parts),
    )


def _iso_duration(value: object) -> object:
    if not isinstance(value, timedelta | str) or (isinstance(value, str) and not value.startswith("P")):
        raise ValueError("expected a length of time as ISO 8601 has it, such as PT1H or P2DT30M")
    return value


Duration = Annotated[timedelta, BeforeValidator(_iso_duration), Field(ge=timedelta(0))]


class Period(Value):
    """A length of time as ISO 8601 durations; exact where both ends agree, open where one is left out."""

    at_least: Duration | None = None
    at_most: Duration | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError('give at_least, at_most or both, such as {"at_least": "PT1H"}')
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise wrong_part("at_least should not exceed at_most", "at_least")
        return self
