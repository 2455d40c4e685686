"""Rows: what is measured, against what, and how far it has to reach.

A row opens its contestants together, and each is run in turn, again and again, so that whatever else the
machine does meanwhile falls on all of them alike. A run answers figures by name; what counts is the median
over the runs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import median
from typing import Literal

from tests.benchmarks.filling import Shelf

Figures = Mapping[str, float]
Run = Callable[[], Figures]
Contestants = Mapping[str, Run]
"""By name; the first is the product's own."""


class NotMeasured(Exception):
    """The row cannot be measured here; the words say why."""


@dataclass(frozen=True)
class Bench:
    """What all rows share: the filled records, the sizes, and how often each run is repeated."""

    shelf: Shelf
    small: int
    size: int
    runs: int

    def require_larger(self) -> None:
        """Raise `NotMeasured` where there is no larger record to compare the small one with."""
        if self.size <= self.small:
            raise NotMeasured(f"it compares a larger record with one of {self.small}")


@dataclass(frozen=True)
class Reach:
    """How a figure of the product has to compare with one of a reference."""

    figure: str
    unit: str
    against: str
    of: str
    bound: Literal["at least", "at most"]
    factor: float

    def is_reached(self, factor: float) -> bool:
        """Whether it is far enough."""
        return factor >= self.factor if self.bound == "at least" else factor <= self.factor


@dataclass(frozen=True)
class Row:
    """Something that is measured, with all that it is compared with."""

    name: str
    open: Callable[[Bench], AbstractContextManager[Contestants]]
    reaches: Sequence[Reach]
    held_back: str
    """What holds it back where it is not reached."""


@dataclass(frozen=True)
class Spread:
    """The figures of several runs."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """What counts."""
        return median(self.runs)

    @property
    def off(self) -> float:
        """How far the farthest run lies off the median, as a part of it."""
        return max(abs(run - self.median) for run in self.runs) / self.median if self.median else 0.0


@dataclass(frozen=True)
class Line:
    """One line of the table: a figure of a row against one of a reference, or why there is none."""

    row: Row
    reach: Reach
    own: Spread | None = None
    reference: Spread | None = None
    why_not: str = ""
    beside: Mapping[str, float] | None = None
    """What else was measured of the contestants: medians by `contestant: figure`."""

    @property
    def factor(self) -> float | None:
        """How many times the reference."""
        if self.own is None or self.reference is None:
            return None
        return self.own.median / self.reference.median

    @property
    def is_reached(self) -> bool:
        """Whether it was measured, and is far enough."""
        return self.factor is not None and self.reach.is_reached(self.factor)


def measure(row: Row, bench: Bench) -> Iterator[Line]:
    """Run all contestants in turn; the lines of the row."""
    try:
        measured = _run(row, bench)
    except NotMeasured as reason:
        yield from (Line(row, reach, why_not=str(reason)) for reach in row.reaches)
        return
    own = next(iter(measured))
    beside = {
        f"{name}: {figure}": spread.median
        for name, figures in measured.items()
        for figure, spread in figures.items()
    }
    for reach in row.reaches:
        yield Line(row, reach, measured[own][reach.figure], measured[reach.against][reach.of], beside=beside)


def _run(row: Row, bench: Bench) -> dict[str, dict[str, Spread]]:
    with row.open(bench) as contestants:
        runs: dict[str, list[Figures]] = {name: [] for name in contestants}
        for _ in range(bench.runs):
            for name, run in contestants.items():
                runs[name].append(run())
    return {
        name: {figure: Spread(tuple(one[figure] for one in several)) for figure in several[0]}
        for name, several in runs.items()
    }
