"""A subscription: who wants which events where, how far delivery has come, and how it fares."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from service.feed.wanted import Wanted

_LOTS = SystemRandom()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far delivery has come, and how it fares."""

    position: int
    """All that is wanted up to it was taken, or is a dead letter."""
    attempts: int = 0
    """How often the next event was sent in vain."""
    failing_since: datetime | None = None
    """Since when nothing was taken; `None` where the last message was."""
    due: datetime | None = None
    """When it is sent again; `None` is at once."""
    error: str | None = None
    """Why the last message was not taken."""
    paused: str | None = None
    """Why nothing is sent any more, until somebody asks for it."""

    def taken(self, position: int) -> "Progress":
        """After an event that was taken."""
        return Progress(position)

    def reached(self, position: int) -> "Progress":
        """After events of which none is wanted."""
        return replace(self, position=max(position, self.position))


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook as it is kept."""

    id: UUID
    owner: str
    """Who subscribed, by the name that goes into the record."""
    url: str
    wanted: Wanted
    secret: str = field(repr=False)
    created_at: datetime
    progress: Progress
    letters: int = 0
    """How many dead letters it has,"""
    again: int = 0
    """and how many of them are to be sent again."""
    held_until: datetime | None = None
    """Until when one process has taken it on."""

    def message(self, position: int) -> str:
        """The id of the message about an event: the same whenever it is sent."""
        return f"msg_{self.id.hex}_{position}"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that a receiver did not take, however often it was sent."""

    position: int
    died_at: datetime
    attempts: int
    error: str
    again: bool = False
    """Whether it is to be sent once more."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often an event is sent, and how long a receiver may take nothing."""

    retries: Sequence[float]
    """Seconds after each attempt that failed; after the last there is no other."""
    give_up: float
    """Seconds without success after which the webhook is paused."""

    def failed(self, progress: Progress, position: int, error: str, now: datetime) -> Progress:
        """After an attempt that failed: when there is another, past it where there is none, or paused."""
        attempts, since = progress.attempts + 1, progress.failing_since or now
        failing = replace(progress, attempts=attempts, failing_since=since, error=error)
        if now - since > timedelta(seconds=self.give_up):
            return replace(failing, paused=f"nothing was taken since {since.isoformat(timespec='seconds')}")
        if attempts > len(self.retries):
            return replace(failing, position=position, attempts=0, due=None)
        # So that those who failed together do not all come again together.
        seconds = self.retries[attempts - 1] * _LOTS.uniform(0.9, 1.1)
        return replace(failing, due=now + timedelta(seconds=seconds))
