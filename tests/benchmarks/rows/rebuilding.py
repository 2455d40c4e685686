"""Folding all views again, against decoding as many events and doing nothing with them."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from time import perf_counter
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import StoredEvent

from service.record import Record
from service.serving import rest_collector
from tests.benchmarks.generated import Told, plans, steps
from tests.benchmarks.measuring import Bench, Contestants, Figures, Reach, Row
from tests.benchmarks.stock import Note

CHUNK = 5_000


@contextmanager
def _open(bench: Bench) -> Iterator[Contestants]:
    file = bench.shelf.record(bench.size)
    rest_collector()  # as `depositary rebuild` does
    with (
        Record({"SQLITE_DBNAME": str(file)}) as record,
        closing(Application[UUID](env={"PERSISTENCE_MODULE": "eventsourcing.popo"})) as notes,
    ):
        yield {
            "rebuild": lambda: _rebuild(record),
            "decoding": lambda: _decode(notes, bench.size),
            "own decoding": lambda: _decode_ours(record),
        }


def _rebuild(record: Record) -> Figures:
    begun = perf_counter()
    record.rebuild(lambda done, of: None)
    return {"events": record.store.max_notification_id() / (perf_counter() - begun)}


def _decode(notes: Application[UUID], size: int) -> Figures:
    """Decode the stock events of the same developments, read from the store beforehand."""
    mapper, seconds = notes.mapper, 0.0
    for chunk in _stored(notes, size):
        begun = perf_counter()
        for one in chunk:
            mapper.to_domain_event(one)
        seconds += perf_counter() - begun
    return {"events": size / seconds}


def _stored(notes: Application[UUID], size: int) -> Iterator[Sequence[StoredEvent]]:
    told = (step for step in steps(plans(size)) if isinstance(step, Told))
    while chunk := list(islice(told, CHUNK)):
        events = [Note(one.dossier, one.body, id=one.id).collect_events()[0] for one in chunk]
        yield [notes.mapper.to_stored_event(event) for event in events]


def _decode_ours(record: Record) -> Figures:
    """Decode the record's own events, which are validated as they were when they were told."""
    position, last, seconds = 0, record.store.max_notification_id(), 0.0
    while position < last:
        chunk = record.store.select_notifications(position + 1, CHUNK)
        begun = perf_counter()
        for one in chunk:
            record._mapper.to_stamped(one)
        seconds += perf_counter() - begun
        position = chunk[-1].id
    return {"events": last / seconds}


ROWS = [
    Row(
        "rebuilding all views",
        _open,
        [Reach("events", "/s", "decoding", "events", "at least", 0.5)],
        "the stock mapper gives back dicts; here every event is validated as a value, and each row written "
        "with what it can be selected by",
    )
]
