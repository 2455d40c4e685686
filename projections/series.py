"""Cumulative returns as series over days, for plotting: a point on each day on which one changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from domain.developments.agreements import Agreement
from domain.developments.humanitarian import (
    DetaineesReleased,
    ExchangeStageCarriedOut,
    RemainsRepatriated,
    Return,
)
from domain.quantity import Total, total_of
from domain.values import Slug, Value
from projections.cut import Cut
from projections.exchanges import of_kind
from projections.promises import promises
from projections.returns import CategoryTally, SideTally, Stage, StageCount, tally
from projections.view import Grounds, View, grounds, of_view

RESTS_ON = (Agreement, Return)
"""The kinds that this view is folded from."""


class Point(Value):
    """How many stages and persons by the end of one day, and until the next point."""

    day: date
    stages: StageCount
    persons: tuple[SideTally, ...]
    categories: tuple[CategoryTally, ...]
    """The categories that somebody had counted by then. They overlap: they do not add up."""


class Series(Value):
    """One kind of return, cumulative, on every day up to `as_of` on which it changes."""

    points: tuple[Point, ...]
    rests_on: Grounds


class ExchangeSeries(View):
    """The cumulative exchanges, and the releases and the remains beside them: they are never added up."""

    points: tuple[Point, ...]
    """The exchanges on every day up to `as_of` on which they change."""
    rests_on: Grounds
    """The stages of exchanges."""
    remains: Series
    releases: Series


def exchange_series(cut: Cut) -> ExchangeSeries:
    """Add up the returns day by day: each is possible from its earliest day on, certain from its latest.

    Which sides are waited for is as the terms stand on the last day, on every point alike.
    """
    stages = promises(cut).stages
    exchanged = _series(ExchangeStageCarriedOut, stages, cut)
    return ExchangeSeries(
        **of_view(cut),
        points=exchanged.points,
        rests_on=exchanged.rests_on,
        remains=_series(RemainsRepatriated, stages, cut),
        releases=_series(DetaineesReleased, stages, cut),
    )


def _series(kind: type[Return], stages: Sequence[Stage], cut: Cut) -> Series:
    own = of_kind(kind, stages)
    resting = grounds([stage.held for stage in own], cut.most)
    return Series(points=tuple(_points(own, cut.as_of)), rests_on=resting)


def _points(stages: Sequence[Stage], as_of: date) -> Iterator[Point]:
    begun, certain = _by_day(stages)
    so_far, sure = _Sums(), _Sums()
    for day in sorted({*begun, *certain}):
        if day <= as_of:
            so_far.add(begun.get(day, ()))
            sure.add(certain.get(day, ()))
            yield _point(day, so_far, sure)


Category = tuple[str, Slug]
"""One category of one side's persons."""


@dataclass(frozen=True, slots=True)
class _Added:
    """What one stage adds to each side's persons, and to those of each category that anybody counted."""

    sides: Mapping[str, Total]
    categories: Mapping[Category, Total]
    counted: frozenset[Category]
    """The categories that this very stage has a count of."""


def _by_day(stages: Sequence[Stage]) -> tuple[dict[date, list[_Added]], dict[date, list[_Added]]]:
    """What each stage adds, by the first day on which it may have taken place, and by the last."""
    sides = sorted({side for stage in stages for side in (*stage.between, *stage.listed)})
    categories = sorted({(side, one.category) for stage in stages for side, one in stage.counted})
    begun: dict[date, list[_Added]] = {}
    certain: dict[date, list[_Added]] = {}
    for stage in stages:
        added, bounds = _added(stage, sides, categories), stage.held.bounds
        begun.setdefault(bounds.earliest or date.min, []).append(added)
        certain.setdefault(bounds.latest or date.max, []).append(added)
    return begun, certain


def _added(stage: Stage, sides: Sequence[str], categories: Sequence[Category]) -> _Added:
    counts = stage.counts(sides)
    return _Added(
        {side: total_of(count) for side, count in sorted(counts.items())},
        {one: total_of(stage.of_category(*one)) for one in categories if one[0] in counts},
        frozenset((side, one.category) for side, one in stage.counted),
    )


class _Sums:
    """Sums per side, and per category of a side, that grow with the days."""

    def __init__(self) -> None:
        self.stages = 0
        self.sides: dict[str, Total] = {}
        self.categories: dict[Category, Total] = {}
        self.counted: set[Category] = set()

    def add(self, several: Sequence[_Added]) -> None:
        for added in several:
            self.stages += 1
            self.counted |= added.counted
            _grow(self.sides, added.sides)
            _grow(self.categories, added.categories)


Key = TypeVar("Key")


def _grow(sums: dict[Key, Total], added: Mapping[Key, Total]) -> None:
    for key, total in added.items():
        sums[key] = sums.get(key, Total()) + total


def _point(day: date, begun: _Sums, certain: _Sums) -> Point:
    return Point(
        day=day,
        stages=StageCount(certain=certain.stages, possible=begun.stages - certain.stages),
        persons=tuple(
            SideTally(side=side, persons=tally(certain.sides.get(side, Total()), begun.sides[side]))
            for side in sorted(begun.sides)
        ),
        categories=tuple(
            CategoryTally(
                side=one[0],
                category=one[1],
                persons=tally(certain.categories.get(one, Total()), begun.categories[one]),
            )
            for one in sorted(begun.counted)
        ),
    )
