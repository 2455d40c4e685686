"""Durable single records over HTTP, 64 clients at a time."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice

from tests.benchmarks import stock
from tests.benchmarks.generated import Told
from tests.benchmarks.load import Load, drive, post
from tests.benchmarks.measuring import Bench, Contestants, Figures, Reach, Row
from tests.benchmarks.questions import fresh, largest
from tests.benchmarks.served import NOOP, STOCK, Service, serving

CLIENTS = 64
EACH = 3_000
"""So many requests a run."""


def record(services: Sequence[Service], path: str, sent: Iterator[Told]) -> Figures:
    """Record so many, from all clients; they are divided among the services."""
    requests = [post(path, one.body, services[0].token) for one in islice(sent, EACH)]
    answers = drive(Load(tuple(one.port for one in services), CLIENTS, requests)).require(201)
    return {"records": answers.rate, "client's share of a processor, %": answers.cpu * 100}


@contextmanager
def _open(bench: Bench) -> Iterator[Contestants]:
    plan = largest(bench.small)
    told = fresh(plan, EACH * bench.runs)
    path = f"/dossiers/{plan.id}/developments"
    with ExitStack() as opened:
        file = opened.enter_context(bench.shelf.copy(bench.shelf.record(bench.small)))
        service = opened.enter_context(serving(NOOP, file))
        plain_file = file.with_name("stock.db")
        plain = opened.enter_context(serving(STOCK, plain_file, stock.on_sqlite(plain_file)))
        yield {
            "service": partial(record, [service], f"/v1{path}", iter(told)),
            "no-op": partial(record, [service], f"/noop{path}", iter(told)),
            "stock": partial(record, [plain], path, iter(told)),
        }


ROWS = [
    Row(
        "durable single records over HTTP, 64 clients, one process",
        _open,
        [
            Reach("records", "/s", "no-op", "records", "at least", 0.7),
            Reach("records", "/s", "stock", "records", "at least", 3),
        ],
        "one interpreter decides, folds and writes each record beside answering HTTP, and the group's "
        "thread shares its lock with the threads that wait",
    )
]
