"""Views as of random days and moments, over HTTP: against doing nothing, against folding, and at sizes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count, islice
from statistics import median
from time import perf_counter

from domain.entry import Entry, evolve
from projections.cut import Moment, cut
from projections.registry import VIEWS
from projections.timeline import timeline
from service.record import Record
from tests.benchmarks.generated import Plan, plans
from tests.benchmarks.load import Load, drive, get
from tests.benchmarks.measuring import Bench, Contestants, Figures, Reach, Row
from tests.benchmarks.questions import views
from tests.benchmarks.served import NOOP, SERVE, serving

EACH = 300
SECONDS = 10.0
"""A run asks so often, or for so long."""
M = 10_000
"""The size of the dossier that is folded."""
FOLDS = 3
"""So many answers are folded a run."""


@dataclass
class Asking:
    """Asks a service for views, one after the other; each run asks other ones."""

    port: int
    planned: list[Plan]
    noop: bool = False
    seeds: Iterator[int] = field(default_factory=count)

    def __call__(self) -> Figures:
        """The waits of one run, in milliseconds."""
        asked = islice(views(self.planned, next(self.seeds)), EACH)
        load = Load((self.port,), 1, [get(self._path(*question)) for question in asked], SECONDS)
        answers = drive(load).require(200)
        return {**answers.milliseconds(), "answered": len(answers.latencies)}

    def _path(self, dossier: str, name: str, query: str) -> str:
        return f"{'/noop' if self.noop else '/v1'}/dossiers/{dossier}/{'view' if self.noop else name}?{query}"


@contextmanager
def _against_nothing(bench: Bench) -> Iterator[Contestants]:
    planned = plans(bench.size)
    with serving(NOOP, bench.shelf.record(bench.size)) as service:
        yield {"view": Asking(service.port, planned), "no-op": Asking(service.port, planned, noop=True)}


@contextmanager
def _at_two_sizes(bench: Bench) -> Iterator[Contestants]:
    bench.require_larger()
    large, small = bench.shelf.record(bench.size), bench.shelf.record(bench.small)
    with serving(SERVE, large) as larger, serving(SERVE, small) as smaller:
        yield {
            "large": Asking(larger.port, plans(bench.size)),
            "small": Asking(smaller.port, plans(bench.small)),
        }


@contextmanager
def _with_corrections(bench: Bench) -> Iterator[Contestants]:
    corrected, plain = bench.shelf.corrected(bench.size), bench.shelf.record(bench.size)
    with serving(SERVE, corrected) as with_them, serving(SERVE, plain) as without:
        yield {
            "corrected": Asking(with_them.port, plans(bench.size)),
            "without": Asking(without.port, plans(bench.size)),
        }


@contextmanager
def _against_folding(bench: Bench) -> Iterator[Contestants]:
    plan = Plan("talks", M, seed=1)
    file = bench.shelf.dossier(plan)
    with serving(SERVE, file) as service, Record({"SQLITE_DBNAME": str(file)}) as record:
        asked = views([plan], seed=1)
        yield {
            "view": Asking(service.port, [plan]),
            "folding": lambda: {"median": median(_fold(record, *next(asked)) for _ in range(FOLDS)) * 1_000},
        }


def _fold(record: Record, dossier: str, name: str, query: str) -> float:
    """The same answer folded from every event that the record holds; the seconds that it takes."""
    as_of, known_at = (part.partition("=")[2] for part in query.split("&"))
    begun = perf_counter()
    moment = datetime.fromisoformat(known_at)
    position = record.store.position_at(moment)
    entries: dict[object, Entry] = {}
    for stored in record.store.select_notifications(2, position):
        if stored.id <= position:
            stamped = record._mapper.to_stamped(stored)
            entries[stamped.originator_id] = evolve(entries.get(stamped.originator_id), stamped)
    held = [one for one in entries.values() if not one.retracted]
    retracted = frozenset(one.id for one in entries.values() if one.retracted)
    what = cut(dossier, Moment(date.fromisoformat(as_of), moment, position), held, retracted)
    (timeline if name == "timeline" else VIEWS[name].fold)(what).model_dump_json()
    return perf_counter() - begun


def _median_and_p99(against: str, factor: float, p99_of: str, p99: float) -> list[Reach]:
    return [
        Reach("median", "ms", against, "median", "at most", factor),
        Reach("p99", "ms", against, p99_of, "at most", p99),
    ]


FOLDED = (
    "but for the timeline, contacts and disputes, a view is folded when it is asked for, from all rows that "
    "can move it, so it grows with its dossier"
)

ROWS = [
    Row(
        "as-of views, as many back-dated corrections in the record as developments",
        _with_corrections,
        _median_and_p99("without", 1.5, "p99", 1.5),
        "a corrected development has one row more, of which the later is looked at and left out",
    ),
    Row(
        "a view as of a random (D, K), over HTTP",
        _against_nothing,
        _median_and_p99("no-op", 3, "median", 10),
        FOLDED,
    ),
    Row(
        "the same, of a record of the full size",
        _at_two_sizes,
        _median_and_p99("small", 1.5, "p99", 1.5),
        f"{FOLDED}; the larger record has larger dossiers, which are asked about as often as they are large",
    ),
    Row(
        f"the same, of a dossier of {M}",
        _against_folding,
        [Reach("median", "ms", "folding", "median", "at most", 0.01)],
        FOLDED,
    ),
]
