"""What a service costs to keep: its memory, and the time until it answers, at two sizes of the record."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter

from tests.benchmarks.generated import plans
from tests.benchmarks.load import Load, drive, get
from tests.benchmarks.measuring import Bench, Contestants, Figures, Reach, Row
from tests.benchmarks.questions import views
from tests.benchmarks.served import SERVE, serving, started, wait_for

ASKED = 200
SECONDS = 10.0


def _peak(file: Path, size: int) -> Figures:
    """The most memory that a service has held once it has answered some views."""
    asked = islice(views(plans(size), seed=1), ASKED)
    requests = [get(f"/v1/dossiers/{dossier}/{name}?{query}") for dossier, name, query in asked]
    with serving(SERVE, file) as service:
        drive(Load((service.port,), 4, requests, SECONDS)).require(200)
        return {"memory": service.peak}


def _first_answer(file: Path, size: int) -> Figures:
    """The time from the start of the process to its first view."""
    smallest = min(plans(size), key=lambda plan: plan.size)
    begun = perf_counter()
    with started(SERVE, file) as service:
        wait_for(service, f"/v1/dossiers/{smallest.id}/timeline?limit=10")
        return {"start": perf_counter() - begun}


@contextmanager
def _memory(bench: Bench) -> Iterator[Contestants]:
    bench.require_larger()
    yield {name: partial(_peak, bench.shelf.record(size), size) for name, size in _sizes(bench)}


@contextmanager
def _start(bench: Bench) -> Iterator[Contestants]:
    bench.require_larger()
    yield {name: partial(_first_answer, bench.shelf.record(size), size) for name, size in _sizes(bench)}


def _sizes(bench: Bench) -> list[tuple[str, int]]:
    return [("large", bench.size), ("small", bench.small)]


ROWS = [
    Row(
        "memory of the service, of a record of the full size",
        _memory,
        [Reach("memory", "MB", "small", "memory", "at most", 1.5)],
        "an answer is folded from all rows of its kinds, which are held in memory while it is",
    ),
    Row(
        "start to first answer, of a record of the full size",
        _start,
        [Reach("start", "s", "small", "start", "at most", 1.5)],
        "something is read in full before anything is answered",
    ),
]
