"""Counts in words: bounds are said as bounds, and how much of a sum nobody has published."""

from collections.abc import Mapping

from domain.quantity import AtLeast, AtMost, Between, Count, Exact, NotApplicable, Withheld
from domain.values import actor_key
from projections.contacts import Length
from projections.returns import Persons, StageCount

NARROW = "\N{NARROW NO-BREAK SPACE}"


def number(value: float) -> str:
    """A number with its thousands apart: `1 000`."""
    return f"{value:,}".replace(",", NARROW)


def plural(value: int, one: str, many: str | None = None) -> str:
    """So many of something: `1 stage`, `7 stages`."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def stages(count: StageCount, noun: str = "stage") -> str:
    """How many had certainly taken place, and how many more possibly."""
    if not count.certain and not count.possible:
        return f"no {noun} on record"
    certain = f"certainly {plural(count.certain, noun)}" if count.certain else f"certainly no {noun}"
    return f"{certain}, possibly {number(count.possible)} more" if count.possible else certain


def persons(told: Persons) -> str:
    """A number of persons as an interval, and of how many parts of it no count is known."""
    if not told.stages:
        return "none"
    if not told.at_least and told.unknown == told.stages:
        whole = f"any of {plural(told.stages, 'stage')}" if told.stages > 1 else "the only stage"
        return f"no count is published for {whole}, so no number can be given"
    return "; ".join([_bounds(told.at_least, told.at_most), *_gaps(told)])


def _bounds(least: int, most: int | None) -> str:
    if most is None:
        floor = f"at least {number(least)}" if least else "no lower bound above zero"
        return f"{floor}; upper bound unknown"
    if least == most:
        return f"exactly {number(least)}"
    return f"at least {number(least)}, at most {number(most)}"


def _gaps(told: Persons) -> list[str]:
    of = f"of {plural(told.stages, 'stage')}"
    gaps = [f"{number(told.unknown)} {of} without a published count"] if told.unknown else []
    return [*gaps, f"{number(told.withheld)} {of} with a count that is withheld"] if told.withheld else gaps


def certain_and_possible(certain: int, possible: int) -> str:
    """Two bounds of a number of things: `7`, `7, possibly 3 more`, `possibly 3`."""
    if not possible:
        return number(certain)
    return (
        f"{number(certain)}, possibly {number(possible)} more" if certain else f"possibly {number(possible)}"
    )


def length(told: Length) -> str:
    """A length of time as an interval, and of how many contacts none is known."""
    if told.unknown == told.contacts:
        return "length not given"
    least, most = (
        _minutes(told.at_least),
        "no upper bound" if told.at_most is None else _minutes(told.at_most),
    )
    span = least if least == most else f"{least} or more" if told.at_most is None else f"{least} to {most}"
    return (
        f"{span}; {number(told.unknown)} of {number(told.contacts)} without a length"
        if told.unknown
        else span
    )


def _minutes(value: float) -> str:
    hours, minutes = divmod(round(value), 60)
    told = [f"{number(hours)} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours)
    return " ".join(told)


def count(told: Count, names: Mapping[str, str] | None = None) -> str:
    """One count as a source gives it. Unknown, withheld, not applicable and zero stay four things."""
    match told:
        case Exact(value=value):
            return number(value)
        case AtLeast(min=least):
            return f"at least {number(least)}"
        case AtMost(max=most):
            return f"at most {number(most)}"
        case Between(min=least, max=most):
            return f"from {number(least)} to {number(most)}"
        case Withheld(by=by, reason=reason, until=until):
            name = (names or {}).get(actor_key(by), actor_key(by))
            return f"withheld by {name}{f' until {until}' if until else ''}: {reason}"
        case NotApplicable():
            return "not applicable"
    return "unknown: no source gives a number"
