"""Bulk import over HTTP: validated, logged, views up to date, each line with an outcome."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPResponse
from itertools import islice
from socket import create_connection
from threading import Thread
from time import perf_counter
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate

from tests.benchmarks.generated import Told
from tests.benchmarks.load import post
from tests.benchmarks.measuring import Bench, Contestants, Figures, NotMeasured, Reach, Row
from tests.benchmarks.questions import fresh, largest
from tests.benchmarks.served import SERVE, Service, serving
from tests.benchmarks.stock import on_sqlite

EACH = 5_000
AT_A_TIME = 100


@contextmanager
def _open(bench: Bench) -> Iterator[Contestants]:
    plan = largest(bench.small)
    sent = iter(fresh(plan, EACH * bench.runs))
    with (
        bench.shelf.copy(bench.shelf.record(bench.small)) as file,
        serving(SERVE, file) as service,
        closing(Application[UUID](env=dict(on_sqlite(file.with_name("stock.db"))))) as stock,
    ):
        _import(service, plan.id, fresh(plan, 1))
        yield {
            "import": lambda: _import(service, plan.id, list(islice(sent, EACH))),
            "stock": lambda: _save(stock),
        }


def _import(service: Service, dossier: str, told: list[Told]) -> Figures:
    lines = b"".join(json.dumps(one.body).encode() + b"\n" for one in told)
    path = f"/v1/dossiers/{dossier}/developments:import"
    request = post(path, lines, service.token, "application/x-ndjson")
    begun = perf_counter()
    with create_connection(("127.0.0.1", service.port)) as connection:
        sending = Thread(target=connection.sendall, args=(request,))  # it is answered while it is sent
        sending.start()
        with HTTPResponse(connection, method="POST") as response:
            response.begin()
            content = response.read()
        sending.join()
    seconds = perf_counter() - begun
    if response.status in {404, 405}:
        raise NotMeasured("there is no such route yet")
    assert json.loads(content.splitlines()[-1])["recorded"] == len(told), content[-500:]
    return {"developments": len(told) / seconds}


def _save(stock: Application[UUID]) -> Figures:
    """Save as many bare aggregates, a hundred at a time."""
    begun = perf_counter()
    for _ in range(EACH // AT_A_TIME):
        stock.save(*(Aggregate() for _ in range(AT_A_TIME)))
    return {"developments": EACH / (perf_counter() - begun)}


ROWS = [
    Row(
        "bulk import over HTTP, validated, logged, views up to date",
        _open,
        [Reach("developments", "/s", "stock", "developments", "at least", 1)],
        "a bare aggregate holds nothing: here a body is parsed, validated, decided, folded and logged",
    )
]
