"""The clock of the record: the only place that reads the time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Says what moment it is, in UTC."""


def system_clock() -> datetime:
    """The moment by the machine's clock."""
    return datetime.now(UTC)
