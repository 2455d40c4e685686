"""Days and moments in words. An open end is said to be open; nothing is ever put in its place."""

from datetime import UTC, date, datetime

from domain.time import parse_edtf

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(one: date) -> str:
    """One day: `16 May 2025`."""
    return f"{one.day} {MONTHS[one.month - 1]} {one.year}"


def moment(one: datetime) -> str:
    """A moment, to the second and in UTC: `24 November 2026, 15:47:33 UTC`."""
    utc = one.astimezone(UTC)
    return f"{day(utc.date())}, {utc:%H:%M:%S} UTC"


def stamp(one: datetime) -> str:
    """A moment exactly, as it is asked for again: `2026-11-24T15:47:33.012345Z`."""
    return one.astimezone(UTC).isoformat().replace("+00:00", "Z")


def between(earliest: date | None, latest: date | None) -> str:
    """Where one unknown day lies, or the only day that is left: `on 16 May 2025`."""
    first, last = _bound(earliest), _bound(latest)
    if first and last:
        return f"on {day(first)}" if first == last else f"on a day from {_from_to(first, last)}"
    if first:
        return f"on {day(first)} or later"
    return f"by {day(last)}, from an unknown day on" if last else "on a day that no source gives"


def lasting(earliest: date | None, latest: date | None) -> str:
    """How long something lasted: `from 3 June to 26 June 2025`."""
    first, last = _bound(earliest), _bound(latest)
    if first and last and first != last:
        return f"from {_from_to(first, last)}"
    return between(first, last)


def written(text: str) -> str:
    """A date in EDTF, as a source or a plan gives it: `2021-09/..` is `on 1 September 2021 or later`."""
    told = parse_edtf(text)
    return lasting(told.earliest, told.latest) if told.lasting else between(told.earliest, told.latest)


def _from_to(first: date, last: date) -> str:
    """The year is said once where it is the same."""
    start = day(first) if first.year != last.year else f"{first.day} {MONTHS[first.month - 1]}"
    return f"{start} to {day(last)}"


def _bound(one: date | None) -> date | None:
    """The first and the last day of the calendar stand for no bound at all."""
    return None if one in {None, date.min, date.max} else one
