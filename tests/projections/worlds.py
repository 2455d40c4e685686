"""Possible worlds: each development on one of the days on which it can have happened.

What is certain holds in every world, what is possible in one of them at least. Within one day,
developments whose day is known for certain come in the order of their recording; nothing is known of the
place of the others among them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import product
from math import prod
from typing import TypeVar

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


def last_of(world: World[Paper], papers: Iterable[Paper]) -> list[Paper]:
    """Those that may be the last of a world to have happened."""
    happened = [paper for paper in papers if world[paper] is not None]
    latest = max((world[paper] for paper in happened), default=None)
    candidates = [paper for paper in happened if world[paper] == latest]
    known = [paper for paper in candidates if paper.exact]
    return [
        paper for paper in candidates if not paper.exact or paper.position == max(p.position for p in known)
    ]


def certainty_of(found: Sequence[bool]) -> str:
    """Whether something holds in every world, in one of them, or in none."""
    if all(found):
        return "certain"
    return "possible" if any(found) else "not"
