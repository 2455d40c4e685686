"""Whom the service refused, counted for a moment and then put into the administrative stream.

So each refusal is on record, and nobody can fill the disk by being refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from domain.access import RequestsRefused
from service.clock import Clock

MOST_KINDS = 1_000
"""So many different refusals are told apart between two writings; more are counted with the last."""
ITSELF = "depositary"


@dataclass(slots=True)
class _Times:
    first: datetime
    last: datetime
    times: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Who was refused what, and as which kind of problem."""

    principal: str | None
    problem: str
    method: str
    route: str


OTHERS = Refusal(None, "refused", "*", "*")
"""What is counted together, where there is too much to tell apart."""


class Refusals:
    """Counts refusals until they are taken to be written."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._counted: dict[Refusal, _Times] = {}

    def note(self, refusal: Refusal) -> None:
        """Count one."""
        now = self._clock()
        with self._lock:
            if refusal not in self._counted and len(self._counted) >= MOST_KINDS:
                refusal = OTHERS
            counted = self._counted.setdefault(refusal, _Times(now, now))
            counted.times += 1
            counted.last = now

    def take(self) -> Sequence[RequestsRefused]:
        """What was counted since the last time."""
        with self._lock:
            counted, self._counted = self._counted, {}
        return [
            RequestsRefused(
                by=ITSELF,
                principal=refusal.principal,
                problem=refusal.problem,
                method=refusal.method,
                route=refusal.route,
                times=times.times,
                first_at=times.first,
                last_at=times.last,
            )
            for refusal, times in counted.items()
        ]
