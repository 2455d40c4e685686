"""Dates as sources give them: EDTF, each with an earliest and a latest day, never a midpoint.

Source: ISO 8601-2:2019, which took up the Extended Date/Time Format of the Library of Congress.
Level 1 is taken whole but for years beyond four digits; of level 2, sets of days and qualifiers on a
part of a date. Single dates are read by the `edtf` library; this module adds the bounds that a
record needs:

- `2025-06~`, `?` and `%` widen the bounds by one unit each way, of the coarsest part that they qualify;
- a season is not tied to a hemisphere, so it may lie anywhere from the December before its year to
  the end of the February after it;
- an open or unknown end has no bound: `None`.
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from edtf import parse_edtf as parse_single_date
from edtf.parser.edtf_exceptions import EDTFParseException
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

LONGEST_TEXT = 200

_YEAR = r"(?:\d{4}|\d{3}X|\d\dXX|\dXXX)"
_MONTH = r"(?:[01]\d|2[1-4]|XX)"
_SINGLE = re.compile(
    rf"[~?%]?{_YEAR}[~?%]?(?:-[~?%]?{_MONTH}[~?%]?(?:-[~?%]?(?:\d\d|XX)[~?%]?)?)?"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)


_PLAIN = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_QUALIFIER = re.compile("[~?%]")


class ImpossibleDate(ValueError):
    """The text is not EDTF, or names a day that no calendar has."""


class Certainty(StrEnum):
    """Whether something had occurred by a day: for certain, possibly, or not."""

    CERTAIN = "certain"
    POSSIBLE = "possible"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The earliest and the latest day, both inclusive; `None` is an end that has no bound."""

    earliest: date | None
    latest: date | None

    def occurred_by(self, day: date) -> Certainty:
        """Whether what lies within these bounds had occurred by the end of `day`."""
        if self.latest is not None and self.latest <= day:
            return Certainty.CERTAIN
        if self.earliest is None or self.earliest <= day:
            return Certainty.POSSIBLE
        return Certainty.NOT

    def happened_by(self, day: date) -> "Bounds":
        """These bounds, given that it is known to have happened by `day`."""
        if self.latest is not None and self.latest <= day:
            return self
        return Bounds(self.earliest, max(day, self.earliest or day))

    def after(self, other: "Bounds") -> bool:
        """Whether this lies on a later day than the other, whatever the exact days are."""
        return bool(self.earliest and other.latest and self.earliest > other.latest)

    @property
    def ends(self) -> tuple[date, date]:
        """The earliest and the latest day; where there is none, that of the calendar."""
        return self.earliest or date.min, self.latest or date.max

    @property
    def day(self) -> date | None:
        """The one day, where the bounds leave only one."""
        return self.earliest if self.earliest == self.latest else None


def hull(several: Sequence[Bounds]) -> Bounds:
    """The bounds that hold whichever of several is right."""
    starts, ends = [one.earliest for one in several], [one.latest for one in several]
    return Bounds(
        None if None in starts else min(day for day in starts if day),
        None if None in ends else max(day for day in ends if day),
    )


def meet(several: Sequence[Bounds]) -> Bounds | None:
    """The bounds that hold where all of several are right; `None` where they cannot all be."""
    starts = [one.earliest for one in several if one.earliest]
    ends = [one.latest for one in several if one.latest]
    both = Bounds(max(starts, default=None), min(ends, default=None))
    return None if both.earliest and both.latest and both.earliest > both.latest else both


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date as the source gave it. `str()` gives back exactly what was written."""

    text: str
    bounds: Bounds
    lasting: bool
    """Whether it covers its whole span (`2025-06-03/2025-06-26`), not one day within it."""

    def __str__(self) -> str:
        return self.text

    @property
    def earliest(self) -> date | None:
        """The first possible day; `None` where the start is open."""
        return self.bounds.earliest

    @property
    def latest(self) -> date | None:
        """The last possible day; `None` where the end is open."""
        return self.bounds.latest

    def reported_by(self, day: date) -> Bounds:
        """The bounds of something that was reported, on `day`, as having happened.

        It had happened by then, so an open end closes there. A stated end of something that lasts
        is kept: a visit reported on its second day may go on as announced.
        """
        if self.lasting and self.latest is not None:
            return self.bounds
        return self.bounds.happened_by(day)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from_text = core_schema.no_info_after_validator_function(
            parse_edtf, core_schema.str_schema(max_length=LONGEST_TEXT, strict=True)
        )
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.no_info_wrap_validator_function(
                lambda value, read: value if isinstance(value, cls) else read(value), from_text
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "format": "edtf",
            "maxLength": LONGEST_TEXT,
            "description": "A date in EDTF (ISO 8601-2): a day, month or year, an interval that it "
            "lasted (`A/B`), or one unknown day among several (`[A..B]`).",
            "examples": ["2025-05-16", "2025-06~", "2025-06-03/2025-06-26", "[2025-05-16..]"],
        }


@lru_cache(maxsize=65_536)
def parse_edtf(text: str) -> Edtf:
    """Read an EDTF text; raise `ImpossibleDate`, which says what would be right."""
    if len(text) > LONGEST_TEXT:
        raise ImpossibleDate(f"a date has at most {LONGEST_TEXT} characters")
    bounds, lasting = _composite(text)
    if bounds.earliest and bounds.latest and bounds.earliest > bounds.latest:
        raise ImpossibleDate(f"{text!r} ends before it begins")
    if bounds.earliest is None and bounds.latest is None:
        raise _impossible(text, "any day at all could be meant, and one end may be open, not both")
    return Edtf(text, bounds, lasting)


def _composite(text: str) -> tuple[Bounds, bool]:
    if text[:1] + text[-1:] in {"[]", "{}"}:
        return _set(text), text[0] == "{"
    if "/" in text:
        return _interval(text), True
    return _single(text), False


def _interval(text: str) -> Bounds:
    ends = text.split("/")
    open_ends = [end in {"", ".."} for end in ends]
    if len(ends) != 2 or all(open_ends):
        raise _impossible(text, "an interval is START/END, of which one may be '..' (open)")
    start, end = (None if is_open else _single(one) for one, is_open in zip(ends, open_ends, strict=True))
    return _span(start, end)


def _set(text: str) -> Bounds:
    return hull([_member(member) for member in text[1:-1].split(",")])


def _member(text: str) -> Bounds:
    if ".." not in text:
        return _single(text)
    ends = text.split("..")
    if len(ends) != 2 or ends == ["", ""]:
        raise _impossible(text, "a range of days is FIRST..LAST, of which one may be left out")
    first, last = (_single(end) if end else None for end in ends)
    bounds = _span(first, last)
    if bounds.earliest and bounds.latest and bounds.earliest > bounds.latest:
        raise ImpossibleDate(f"{text!r} ends before it begins")
    return bounds


def _span(first: Bounds | None, last: Bounds | None) -> Bounds:
    return Bounds(first.earliest if first else None, last.latest if last else None)


@lru_cache(maxsize=65_536)
def _single(text: str) -> Bounds:
    if not _SINGLE.fullmatch(text):
        raise _impossible(text, "for example 2025-05-16, 2025-05, 2025-06~, 2025-06-03/2025-06-26")
    if text.startswith("0000"):
        raise ImpossibleDate("year 0000 lies outside the calendar of this record (0001 to 9999)")
    if _season(text):
        return _season_bounds(int(text[:4]))
    try:
        strict = _plain(text) or _parsed(text)
    except (EDTFParseException, ValueError) as error:
        raise _impossible(text, "no calendar has it, or not in this form") from error
    return _widened(text, strict) if _QUALIFIER.search(text) else strict


def _plain(text: str) -> Bounds | None:
    """The bounds of a day, a month or a year; the library takes a thousand times as long for them."""
    if not _PLAIN.fullmatch(stripped := _QUALIFIER.sub("", text)):
        return None
    parts = [int(part) for part in stripped.split("-")]
    first = date(*parts, *[1] * (3 - len(parts)))
    if len(parts) == 3:
        return Bounds(first, first)
    return Bounds(first, _end_of_month(first.year, 12 if len(parts) == 1 else first.month))


def _parsed(text: str) -> Bounds:
    parsed = parse_single_date(text)
    return Bounds(date(*parsed.lower_strict()[:3]), date(*parsed.upper_strict()[:3]))


def _season(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-2[1-4][~?%]?", text))


def _season_bounds(year: int) -> Bounds:
    return Bounds(
        date(year - 1, 12, 1) if year > 1 else date.min,
        _end_of_month(year + 1, 2) if year < 9999 else date.max,
    )


def _widened(text: str, strict: Bounds) -> Bounds:
    """One unit each way of the coarsest part that is in doubt: `2025-05~` may be an April or a June."""
    unit = next(index for index, part in enumerate(text.split("-")) if _QUALIFIER.search(part))
    assert strict.earliest is not None
    assert strict.latest is not None
    first, last = strict.earliest, strict.latest
    try:
        if unit == 2:
            return Bounds(first - timedelta(days=1), last + timedelta(days=1))
        if unit == 1:
            return Bounds(_shifted(first, -1), _shifted(last, 1))
        return Bounds(_shifted(first, -12), _shifted(last, 12))
    except (OverflowError, ValueError) as error:
        raise ImpossibleDate(f"{text!r} reaches beyond the years 0001 to 9999") from error


def _shifted(day: date, months: int) -> date:
    """The same day of another month; the last of it stays the last, as the last of February may be."""
    years, month = divmod(day.month - 1 + months, 12)
    last = _end_of_month(day.year + years, month + 1)
    return last if day == _end_of_month(day.year, day.month) else last.replace(day=min(day.day, last.day))


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _impossible(text: str, expected: str) -> ImpossibleDate:
    return ImpossibleDate(f"{text!r} is not a date in EDTF (ISO 8601-2): {expected}")


def last_day_anywhere(moment: datetime) -> date:
    """The day that it is at `moment` in the zone furthest ahead, UTC+14."""
    return (moment + timedelta(hours=14)).date()
