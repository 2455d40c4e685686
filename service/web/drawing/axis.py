"""An axis of days on which long empty stretches are drawn shorter, and marked where they are."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import log2

from service.words.days import MONTHS

LONGEST_PLAIN = 20
"""So many days without any edge are drawn as long as they are; of longer stretches each doubling adds as many
days as a quarter of that."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis with its words."""

    x: float
    label: str


class Axis:
    """Places days between two ends of a drawing, in the order of time."""

    def __init__(self, edges: Iterable[date], start: float, end: float) -> None:
        self._days = sorted(set(edges)) or [date(2000, 1, 1)]
        self._start, self._end = start, end
        self._lengths = [0.0]
        for before, after in zip(self._days, self._days[1:], strict=False):
            self._lengths.append(self._lengths[-1] + _drawn((after - before).days))

    @property
    def first(self) -> date:
        """The first day of all."""
        return self._days[0]

    @property
    def last(self) -> date:
        """The last day of all."""
        return self._days[-1]

    def x(self, day: date) -> float:
        """Where the beginning of a day lies; days beyond the ends lie at the ends."""
        return round(self._start + (self._end - self._start) * self._along(day), 1)

    def _along(self, day: date) -> float:
        whole = self._lengths[-1]
        if day <= self.first or not whole:
            return 0.0
        if day >= self.last:
            return 1.0
        index = bisect_right(self._days, day) - 1
        before, after = self._days[index], self._days[index + 1]
        part = (day - before).days / (after - before).days
        return (self._lengths[index] + part * (self._lengths[index + 1] - self._lengths[index])) / whole

    @property
    def breaks(self) -> list[float]:
        """Where the middle of each stretch lies that is drawn shorter."""
        pairs = zip(self._days, self._days[1:], strict=False)
        return [self.x(one + (other - one) / 2) for one, other in pairs if (other - one).days > LONGEST_PLAIN]

    def ticks(self, apart: float) -> list[Tick]:
        """The beginnings of months and years, no two of them closer to each other than so much."""
        ticks: list[Tick] = []
        for day in (*_years(self.first, self.last), *_months(self.first, self.last), self.first):
            x = self.x(day)
            if x <= self._end - apart / 2 and all(abs(x - other.x) >= apart for other in ticks):
                ticks.append(Tick(x, _label(day)))
        return sorted(ticks, key=lambda tick: tick.x)


def _drawn(days: int) -> float:
    if days <= LONGEST_PLAIN:
        return float(days)
    return LONGEST_PLAIN + LONGEST_PLAIN / 4 * log2(days / LONGEST_PLAIN)


def _years(first: date, last: date) -> list[date]:
    return [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)][-50:]


def _months(first: date, last: date) -> list[date]:
    """The first days of months, of the last fifty years at most."""
    day, months = max(first, last - timedelta(days=18_262)).replace(day=1), []
    while (day := (day + timedelta(days=32)).replace(day=1)) <= last:
        months.append(day)
    return months


def _label(day: date) -> str:
    if day.day != 1:
        return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
    return str(day.year) if day.month == 1 else f"{MONTHS[day.month - 1][:3]} {day.year}"
