"""The clock of the record: the only place that reads the time."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Says what moment it is, in UTC."""


def system_clock() -> datetime:
    """The moment by the machine's clock."""
    return datetime.now(UTC)


class SetClock:
    """A clock that shows the moment that it is set to; set to none, it goes like the machine's."""

    def __init__(self) -> None:
        self.moment: datetime | None = None

    def __call__(self) -> datetime:
        """The moment that it shows."""
        return self.moment or system_clock()

    def set(self, moment: datetime | None) -> None:
        """Show a moment from now on; with none, go."""
        self.moment = moment
