"""Possible worlds: each development on one of the days on which it can have happened.

What is certain holds in every world, what is possible in one of them at least. Within one day,
developments whose day is known for certain come in the order of their recording; nothing is known of the
place of the others among them.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import product
from math import prod
from typing import Any, TypeVar

from hypothesis import assume

from tests.projections.clerk import Paper

Key = TypeVar("Key")

MOST = 3_000
LONG_AGO = date(2031, 2, 20)
"""Stands for any day before those that a history tells of."""

Span = tuple[date | None, date | None]
World = dict[Key, date | None]
"""For each development its day, `None` for one after the day that is asked about."""


def days_of(span: Span, as_of: date) -> list[date | None]:
    """The days on which it may have happened by a day, and `None` if it may come later."""
    first, last = span
    start = first or LONG_AGO
    count = (min(last or as_of, as_of) - start).days + 1
    by_then: list[date | None] = [start + timedelta(days=n) for n in range(count)]
    if first is None:
        by_then = [LONG_AGO, *(one for one in by_then if one >= date(2031, 3, 1))]
    return [*by_then, *([None] if last is None or last > as_of else [])]


def worlds(spans: dict[Key, Span], as_of: date) -> Iterator[World[Key]]:
    """Every possible world. A history with too many of them is not tried."""
    options = {key: days_of(span, as_of) for key, span in spans.items()}
    assume(prod(map(len, options.values())) <= MOST)
    for days in product(*options.values()):
        yield dict(zip(options, days, strict=True))


def worlds_in_turn(papers: Sequence[Paper], as_of: date) -> list[World[Paper]]:
    """Every world in which none happened before what it names, where their days leave that open."""
    spans = {paper: paper.span for paper in papers}
    found = [world for world in worlds(spans, as_of) if in_turn(world, papers)]
    assume(found)
    return found


def in_turn(world: World[Any], papers: Sequence[Paper]) -> bool:
    """Whether none happened before what it names, except where their days leave nothing else."""
    pairs = [(one, named) for one in papers for named in named_by(one, papers)]
    return all(
        (world[named] or date.max) <= (world[one] or date.max)
        for one, named in pairs
        if one.span[1] >= (named.span[0] or date.min)
    )


def named_by(paper: Paper, among: Iterable[Paper]) -> list[Paper]:
    """What a development carries on, answers or ends."""
    names = {paper.told.get(name) for name in ("agreement", "ceasefire", "to")}
    return [one for one in among if str(one.id) in names and one is not paper]


def known_days(found: Sequence[World[Key]]) -> dict[Key, date]:
    """Each development of which all worlds agree on the day."""
    days = {key: {world[key] for world in found} for key in found[0]}
    return {key: day for key, (day, *more) in days.items() if day and not more}


def last_of(
    world: World[Paper], papers: Iterable[Paper], known: Container[Paper] | None = None
) -> list[Paper]:
    """Those that may be the last of a world to have happened; `known` are those of a certain day."""
    known = [paper for paper in papers if paper.exact] if known is None else known
    happened = [paper for paper in papers if world[paper] is not None]
    latest = max((world[paper] for paper in happened), default=None)
    candidates = [paper for paper in happened if world[paper] == latest]
    last = [one for one in candidates if not any(comes_after(other, one, known) for other in candidates)]
    return last or candidates


def comes_after(one: Paper, other: Paper, known: Container[Paper]) -> bool:
    """Whether one is known to have come after another of the same day."""
    if named_by(one, [other]) or named_by(other, [one]):
        return bool(named_by(one, [other]))
    return one in known and other in known and one.position > other.position


def certainty_of(found: Sequence[bool]) -> str:
    """Whether something holds in every world, in one of them, or in none."""
    if all(found):
        return "certain"
    return "possible" if any(found) else "not"
