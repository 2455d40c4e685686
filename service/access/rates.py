"""How often somebody may ask: a bucket of requests for each, which fills again as time goes by."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Lock
from time import monotonic

MOST_KNOWN = 10_000
"""So many are told apart; whoever has not asked for longest is forgotten, and so may ask in full again."""


class TooMany(Exception):
    """Somebody asks too often."""

    def __init__(self, allowed: int, wait: int) -> None:
        super().__init__(f"no more than {allowed} requests a minute are answered: ask again in {wait} s")
        self.wait = wait


@dataclass(slots=True)
class _Bucket:
    left: float
    since: float


class Rates:
    """Lets everybody ask so often a minute, and all of that at once if they like."""

    def __init__(self, a_minute: int, now: Callable[[], float] = monotonic) -> None:
        """0 is no limit."""
        self._allowed = a_minute
        self._now = now
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, who: str) -> None:
        """Count a request; raise `TooMany` where it is one too many."""
        self._ask(who, 1)

    def require(self, who: str) -> None:
        """Raise `TooMany` where one more would be too many; count nothing."""
        self._ask(who, 0)

    def _ask(self, who: str, taken: int) -> None:
        if not self._allowed:
            return
        with self._lock:
            bucket = self._filled(who)
            if bucket.left < 1:
                raise TooMany(self._allowed, ceil((1 - bucket.left) * 60 / self._allowed))
            bucket.left -= taken

    def _filled(self, who: str) -> _Bucket:
        now = self._now()
        bucket = self._buckets.pop(who, None) or _Bucket(self._allowed, now)
        bucket.left = min(self._allowed, bucket.left + (now - bucket.since) * self._allowed / 60)
        bucket.since = now
        self._buckets[who] = bucket
        while len(self._buckets) > MOST_KNOWN:
            self._buckets.popitem(last=False)
        return bucket
