"""Deadlines: when a day that something was set for has passed, as far as that was known."""

from datetime import date, timedelta

from domain.time import Bounds
from projections.cut import Cut


def passed(deadline: Bounds, cut: Cut) -> Bounds:
    """When the deadline has passed: the day after, and unsure beyond what was known."""
    first = deadline.earliest + timedelta(days=1) if deadline.earliest else None
    last = deadline.latest + timedelta(days=1) if deadline.latest and deadline.latest < date.max else None
    return Bounds(first, last if last and last <= cut.knowing_day else None)
