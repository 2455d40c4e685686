"""Places in the order of time, by which rows are sorted and pages begin."""

from dataclasses import dataclass
from datetime import date

from domain.entry import Entry


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Bounds, then the order of recording. A page starts after one."""

    earliest: str
    latest: str
    recorded: int


def place_of(entry: Entry) -> Place:
    """Where the entry lies in the order of time."""
    bounds = entry.bounds
    return Place(_day(bounds.earliest), _day(bounds.latest), entry.position)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
