"""What the service counts, for Prometheus: requests, what is recorded, how it is written, what is refused.

Nothing here says what was recorded or asked, or by whom: labels are routes, kinds and problems, of which
there are as many as the code has. Counting costs a request some microseconds.
"""

from collections.abc import Callable, Sequence
from http import HTTPMethod

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder

from service.store.writing import Taken

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
OTHER = "other"
"""What has no route or no method of its own: callers can make up any number of them."""
METHODS = frozenset(HTTPMethod)

Count = Callable[[float], None]
"""Counts one request that took so many seconds."""


class Metrics:
    """The counts of one application, in a registry of its own."""

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        ProcessCollector(registry=own)
        self._requests = Counter(
            "depositary_requests", "Requests answered.", ["method", "route", "status"], registry=own
        )
        self._seconds = Histogram(
            "depositary_request_seconds", "To the end of the answer.", ["method", "route"],
            buckets=SECONDS, registry=own,
        )  # fmt: skip
        self._problems = Counter(
            "depositary_problems", "Requests, and lines of imports, refused, by kind of problem.", ["type"],
            registry=own,
        )  # fmt: skip
        self._events = Counter(
            "depositary_events_recorded",
            "Events that this process recorded, by name.",
            ["event"],
            registry=own,
        )
        self._groups = Histogram(
            "depositary_commit_group_size", "Commands that shared a commit.", buckets=SIZES, registry=own
        )
        self._commits = Histogram(
            "depositary_commit_seconds", "To write a group, to the disk.", buckets=SECONDS, registry=own
        )
        self._waits = Histogram(
            "depositary_fresh_wait_seconds", "Reads that waited for a min_position.", ["met"],
            buckets=SECONDS, registry=own,
        )  # fmt: skip
        self._head = Gauge("depositary_head_position", "The last position seen.", registry=own)
        self._signed = Gauge(
            "depositary_signed_position", "The last position under a signed checkpoint.", registry=own
        )
        self._counts: dict[tuple[str, str | None, int], Count] = {}

    def count_request(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Count a request by the template of its route; `None` where it has none."""
        asked = method, route, status
        count = self._counts.get(asked) or self._count_of(*asked)
        count(seconds)

    def _count_of(self, method: str, route: str | None, status: int) -> Count:
        named = method if method in METHODS else OTHER
        requests = self._requests.labels(named, route or OTHER, str(status))
        seconds = self._seconds.labels(named, route or OTHER)

        def count(taken: float) -> None:
            requests.inc()
            seconds.observe(taken)

        if named == method:
            self._counts[method, route, status] = count
        return count

    def count_problem(self, slug: str) -> None:
        """Count a refusal."""
        self._problems.labels(slug).inc()

    def count_commit(self, outcomes: Sequence[Taken | Exception], seconds: float) -> None:
        """Count a group that was committed, and what each of its commands came to."""
        self._groups.observe(len(outcomes))
        self._commits.observe(seconds)
        for taken in outcomes:
            if not isinstance(taken, Exception):
                for event in taken:
                    self._events.labels(event.topic).inc()

    def count_wait(self, seconds: float, met: bool) -> None:  # noqa: FBT001 - what came of it is half of the count
        """Count a read that waited to be fresh enough, and whether it was in the end."""
        self._waits.labels(str(met).lower()).observe(seconds)

    def show_positions(self, head: Callable[[], int], signed: Callable[[], int]) -> None:
        """Have the positions told as these say when they are asked for; they wait for nothing."""
        self._head.set_function(head)
        self._signed.set_function(signed)

    def exposed(self, accept: str) -> tuple[bytes, str]:
        """All of it in a form that is accepted, and the media type of that."""
        encode, media_type = choose_encoder(accept)
        return encode(self.registry), media_type
