"""Which moment of knowledge, and which day, a question is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from threading import Semaphore
from time import monotonic
from typing import NamedTuple

from domain.errors import Invalid
from domain.time import last_day_anywhere
from projections.cut import Moment
from service.clock import Clock
from service.store.log import Log
from service.store.ports import OtherVersion
from service.store.recorder import Recorder

MOST_WAITING = 16
"""So many reads wait at once; more are told to ask again, so that waiting never takes up every thread."""


class NotFreshEnough(Exception):
    """The caller wants to see a position that has not come here in time."""

    def __init__(self, wanted: int, last: int) -> None:
        super().__init__(f"the record here reaches position {last}, not yet {wanted}: try again shortly")
        self.last = last


@dataclass(frozen=True, slots=True)
class Asked:
    """The clocks as a caller gives them; `None` is now."""

    as_of: date | None = None
    known_at: datetime | None = None
    at_position: int | None = None
    min_position: int | None = None


class Last(NamedTuple):
    """The position of the last event, and its moment, if there is one."""

    position: int
    moment: datetime | None


class Moments:
    """Settles what callers ask against the record's order of events and its clock."""

    def __init__(self, store: Recorder, clock: Clock, patience: float = 2.0, log: Log | None = None) -> None:
        """`log` is what is read from, where that is not the store itself."""
        self._store = store
        self._log = log or store
        self._clock = clock
        self._patience = patience
        self._waiting = Semaphore(MOST_WAITING)
        self.waited: Callable[[float, bool], None] = lambda seconds, met: None
        """Is told of each wait to be fresh enough: its seconds, and whether it came to that."""

    def settle(self, asked: Asked) -> Moment:
        """The day and the position; raise `Invalid` or `NotFreshEnough`.

        Where no moment of knowledge is given, it is that of the last event. Everything later is still
        to come, so the same question with the moment that is echoed has the same answer for ever.
        """
        position, known_at = self._known(asked, self._fresh(asked.min_position))
        return Moment(self.day(asked.as_of, "as_of"), known_at, position)

    def _fresh(self, wanted: int | None) -> Last:
        last = self._last()
        if wanted is None or wanted <= last.position:
            return last
        if self._waiting.acquire(blocking=False):
            began = monotonic()
            try:
                self._log.wait_for(wanted, self._patience)
            finally:
                self._waiting.release()
            last = self._last()
            self.waited(monotonic() - began, last.position >= wanted)
        if last.position < wanted:
            raise NotFreshEnough(wanted, last.position)
        return last

    def _last(self) -> Last:
        """The last event that can be shown: on a standby, none that the primary has not acknowledged.

        An asynchronous standby may be ahead of those who confirm, and lose that when another takes over.
        """
        head = self._store.head()
        if head.reflected is None and self._store.views:
            raise OtherVersion(f"there are no views {self._store.views!r} any more")
        last = Last(head.position, head.recorded_at)
        if self._log is not self._store and (behind := self._log.max_notification_id()) < last.position:
            last = Last(behind, self._store.moment_of(behind))
        if last.moment is not None:
            self._log.reads.reached(last.position, last.moment)
        return last

    def _known(self, asked: Asked, last: Last) -> tuple[int, datetime | None]:
        if asked.known_at is not None and asked.at_position is not None:
            raise Invalid("at_position", "give known_at or at_position, not both: they are one clock")
        if asked.at_position is not None:
            if asked.at_position > last.position:
                raise Invalid(
                    "at_position",
                    f"the record reaches position {last.position}, so nothing is known there yet",
                )
            return asked.at_position, self._log.moment_of(asked.at_position)
        if asked.known_at is not None:
            return self.position_at(asked.known_at, "known_at"), asked.known_at
        return last

    def now(self) -> datetime:
        """The last moment that can be asked for."""
        # Where the clock was set back, the last event may be ahead of it, and its moment is known.
        return max(self._clock(), self._store.head().closed_until)

    def position_at(self, moment: datetime, pointer: str) -> int:
        """The position known at a moment; raise `Invalid` for one that is still to come."""
        now = self.now()
        if moment > now:
            raise Invalid(
                pointer,
                f"{moment.isoformat()} is still to come (it is {now.isoformat()}): leave it out for now",
            )
        position = self._store.position_at(moment)
        if self._log is not self._store:
            self._fresh(position)
        return position

    def day(self, as_of: date | None, pointer: str) -> date:
        """The day, today where none is given; raise `Invalid` for one that is still to come."""
        now = self._clock()
        if as_of is not None and as_of > last_day_anywhere(now) and as_of > last_day_anywhere(self.now()):
            raise Invalid(
                pointer, f"{as_of} is still to come; what holds then cannot be known: leave it out for today"
            )
        return as_of or now.date()
