"""Whether what is told can have happened by the time of its telling."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.developments import Development
from domain.errors import ImprobableYear, LiesInFuture
from domain.time import Edtf, last_day_anywhere
from domain.values import Source, Value, walk
from domain.within import within

FIRST_PROBABLE_YEAR = 1000
FURTHEST_PLAN_IN_YEARS = 100


@dataclass(frozen=True, slots=True)
class Plausibility:
    """The checks of a telling against the moment it is told.

    A day that has begun anywhere on earth is not the future: a reporter in Kiritimati is half a day
    ahead of UTC.
    """

    now: datetime
    any_year: bool = False
    """Whether the caller has confirmed that improbable years are meant."""

    def check(self, development: Development, pointer: str = "") -> None:
        """Raise `ImprobableYear` or `LiesInFuture`, with the field that it is about."""
        self._check_years(development, pointer)
        self._check_past(development.occurred, f"{pointer}/occurred", "something that happened")
        for index, source in enumerate(development.sources):
            self._check_published(source, f"{pointer}/sources/{index}")

    def check_source(self, source: Source, pointer: str) -> None:
        """Raise `ImprobableYear` or `LiesInFuture` for a source on its own."""
        self._check_years(source, pointer)
        self._check_published(source, pointer)

    def check_sources(self, sources: Iterable[Source], pointer: str = "/sources") -> None:
        """Raise `ImprobableYear` or `LiesInFuture` for any source of a correction or a dispute."""
        for index, source in enumerate(sources):
            self.check_source(source, f"{pointer}/{index}")

    def _check_published(self, source: Source, pointer: str) -> None:
        if source.published:
            self._check_past(source.published, f"{pointer}/published", "something that was published")

    def _check_past(self, told: Edtf, pointer: str, what: str) -> None:
        today = last_day_anywhere(self.now)
        if told.earliest and told.earliest > today:
            raise LiesInFuture(
                pointer,
                f"{told.text!r} begins on {told.earliest}, after today ({today} where the day is furthest "
                f"on): {what} lies in the past; plans and deadlines have fields of their own",
            )

    def _check_years(self, told: Value, pointer: str) -> None:
        days = (one for one in within(told) if isinstance(one, Edtf))
        if self.any_year or all(self._improbable_year(one) is None for one in days):
            return
        for where, value in walk(told, pointer):
            if isinstance(value, Edtf) and (year := self._improbable_year(value)) is not None:
                raise ImprobableYear(where, value.text, year)

    def _improbable_year(self, told: Edtf) -> int | None:
        latest_probable = self.now.year + FURTHEST_PLAN_IN_YEARS
        years = (day.year for day in (told.earliest, told.latest) if day)
        return next((year for year in years if not FIRST_PROBABLE_YEAR <= year <= latest_probable), None)
