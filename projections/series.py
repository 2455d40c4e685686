"""Cumulative returns as series over days, for plotting: a point on each day on which one changes."""

from collections.abc import Iterator, Sequence
from datetime import date

from domain.developments.agreements import Agreement
from domain.developments.humanitarian import (
    DetaineesReleased,
    ExchangeStageCarriedOut,
    RemainsRepatriated,
    Return,
)
from domain.quantity import Total, total_of
from domain.values import Value
from projections.cut import Cut
from projections.exchanges import of_kind
from projections.promises import promises
from projections.returns import SideTally, Stage, StageCount, tally
from projections.view import Grounds, View, grounds, of_view

RESTS_ON = (Agreement, Return)
"""The kinds that this view is folded from."""


class Point(Value):
    """How many stages and persons by the end of one day, and until the next point."""

    day: date
    stages: StageCount
    persons: tuple[SideTally, ...]


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
    every = sorted({side for stage in stages for side in (*stage.between, *stage.listed)})
    begun, certain = _by_day(stages, every)
    so_far, sure = _Sums(every), _Sums(every)
    for day in sorted({*begun, *certain}):
        if day <= as_of:
            so_far.add(begun.get(day, ()))
            sure.add(certain.get(day, ()))
            yield _point(day, so_far, sure)


Counted = dict[str, Total]


def _by_day(
    stages: Sequence[Stage], every: Sequence[str]
) -> tuple[dict[date, list[Counted]], dict[date, list[Counted]]]:
    """What each stage adds, by the first day on which it may have taken place, and by the last."""
    begun: dict[date, list[Counted]] = {}
    certain: dict[date, list[Counted]] = {}
    for stage in stages:
        counted = {side: total_of(count) for side, count in stage.counts(every).items()}
        bounds = stage.held.bounds
        begun.setdefault(bounds.earliest or date.min, []).append(counted)
        certain.setdefault(bounds.latest or date.max, []).append(counted)
    return begun, certain


class _Sums:
    """Sums per side that grow with the days."""

    def __init__(self, sides: Sequence[str]) -> None:
        self.stages = 0
        self.by_side = dict.fromkeys(sides, Total())
        self.seen: set[str] = set()

    def add(self, several: Sequence[Counted]) -> None:
        for counted in several:
            self.stages += 1
            self.seen |= counted.keys()
            for side, sum_of in counted.items():
                self.by_side[side] += sum_of


def _point(day: date, begun: _Sums, certain: _Sums) -> Point:
    return Point(
        day=day,
        stages=StageCount(certain=certain.stages, possible=begun.stages - certain.stages),
        persons=tuple(
            SideTally(side=side, persons=tally(certain.by_side[side], begun.by_side[side]))
            for side in begun.by_side
            if side in begun.seen
        ),
    )
