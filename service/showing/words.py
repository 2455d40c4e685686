"""What is certain, possible, unknown or withheld, as short as the cell of a table needs it.

Nothing is rounded to a number. The page says the same in sentences: `service.words`.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from domain.time import Certainty
from projections.contacts import Length
from projections.returns import Persons, StageCount, Tally

ADVERBS = {Certainty.CERTAIN: "certainly", Certainty.POSSIBLE: "possibly", Certainty.NOT: "not"}


def plain(name: object) -> str:
    """A name of the record's own, such as `under_discussion`, as people write it."""
    return str(name).replace("_", " ")


def either(state: str | None, possible: Sequence[str]) -> str:
    """A status, or those of which any may hold."""
    return plain(state) if state is not None else "one of: " + ", ".join(map(plain, possible))


def days(earliest: date | None, latest: date | None) -> str:
    """On which day, or between which."""
    if earliest is None:
        return f"{latest} or earlier" if latest else "on an unknown day"
    if latest is None:
        return f"{earliest} or later"
    return str(earliest) if earliest == latest else f"between {earliest} and {latest}"


def when(certainty: Certainty, earliest: date | None, latest: date | None) -> str:
    """Whether it had happened, and on which day."""
    return "not" if certainty is Certainty.NOT else f"{ADVERBS[certainty]}, {days(earliest, latest)}"


def moment(at: datetime | None) -> str:
    """A moment to the second."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else "nothing recorded"


def stages(count: StageCount) -> str:
    """How many certainly, and how many more possibly."""
    return f"{count.certain}, and possibly {count.possible} more" if count.possible else str(count.certain)


def tally(both: Tally) -> str:
    """How many persons for certain, and how many where the possible stages are counted in."""
    certain, possible = persons(both.certain), persons(both.with_possible)
    return certain if certain == possible else f"{certain}; with the possible stages {possible}"


def persons(counted: Persons) -> str:
    """How many persons, as an interval, with the stages that no count is published of."""
    if counted.stages == 0:
        return "none"
    unpublished = counted.unknown + counted.withheld
    if unpublished == counted.stages and counted.at_least == 0:
        return "no published count" + (f" ({counted.withheld} withheld)" if counted.withheld else "")
    span = interval(counted.at_least, counted.at_most)
    gaps = [f"{counted.unknown} unpublished"] * bool(counted.unknown)
    gaps += [f"{counted.withheld} withheld"] * bool(counted.withheld)
    return f"{span} ({', '.join(gaps)}, of {counted.stages} stages)" if gaps else span


def interval(least: float, most: float | None) -> str:
    """From a least to a most, where there is one."""
    if most is None:
        return f"{_number(least)} or more"
    return _number(least) if least == most else f"{_number(least)} to {_number(most)}"


def _number(exact: float) -> str:
    return str(int(exact) if exact == int(exact) else exact)


def length(told: Length) -> str:
    """How many minutes, with the contacts whose length nobody gives."""
    if told.unknown == told.contacts:
        return "of unknown length"
    unknown = f" ({told.unknown} of {told.contacts} of unknown length)" if told.unknown else ""
    return f"{interval(told.at_least, told.at_most)} minutes{unknown}"


def count(told: Any) -> str:
    """A count as the record has it, in one of its seven types."""
    given = told if isinstance(told, Mapping) else told.model_dump()
    match given["type"]:
        case "exact":
            return str(given["value"])
        case "at_least":
            return f"{given['min']} or more"
        case "at_most":
            return f"{given['max']} or fewer"
        case "between":
            return f"{given['min']} to {given['max']}"
    return plain(given["type"])


def value(told: Any) -> str:
    """A value of a field, as short as it can be told."""
    match told:
        case None:
            return "nothing"
        case str():
            return told
        case list() | tuple() if all(isinstance(one, str) for one in told):
            return ", ".join(told) or "nothing"
        case {"type": str(), **rest} if set(rest) <= {"value", "min", "max"}:
            return count(told)
    return json.dumps(told, ensure_ascii=False)


def in_words(told: Any) -> str:
    """Any part of an answer: figures as intervals, and of the rest whatever is not empty."""
    match told:
        case _ if told in _EMPTY:
            return "nothing"
        case bool():
            return "yes" if told else "no"
        case str():
            return plain(told) if NAME.fullmatch(told) else told
        case list() | tuple():
            return "; ".join(map(in_words, told))
        case dict():
            return _figure(told) or ", ".join(
                f"{plain(name)} {in_words(part)}"
                for name, part in told.items()
                if part not in _EMPTY and name not in LEFT_OUT
            )
    return str(told)


NAME = re.compile("[a-z_]+")
_EMPTY: tuple[Any, ...] = (None, [], {}, ())
LEFT_OUT = {"rests_on", "version", "attributed_to"}
"""What a sentence leaves out."""


def _figure(told: Mapping[str, Any]) -> str | None:
    names = set(told)
    if names == set(Persons.model_fields):
        return persons(Persons.model_validate(told))
    if names == set(Tally.model_fields):
        return tally(Tally.model_validate(told))
    if names == set(StageCount.model_fields) and all(isinstance(one, int) for one in told.values()):
        return stages(StageCount.model_validate(told))
    return count(told) if "type" in names and names <= {"type", "value", "min", "max"} else None


def lines(several: Iterable[str]) -> str:
    """Several things in one cell, a line for each."""
    return "\n".join(several)
