"""What a proof costs in a record of a thousand events and in one of a million, tiles read from the file."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from service.clock import system_clock
from service.record import Record
from service.store.mapper import StampedNotification
from service.transparency import Transparency
from tests.service.recording import open_record

BEGINNING = datetime(2021, 7, 1, tzinfo=UTC)
STATE = b'{"recorded_by":"ada","reason":"So the benchmark tells it."}'
CHUNK = 50_000


def event(position: int) -> StampedNotification:
    """An event that is told to the log alone."""
    return StampedNotification(
        id=position,
        originator_id=UUID(int=position),
        originator_version=1,
        topic="retracted",
        state=STATE,
        recorded_at=BEGINNING + timedelta(seconds=position),
    )


@pytest.fixture(scope="module", params=[1_000, 1_000_000], ids=lambda size: f"{size} events")
def logged(request, tmp_path_factory) -> Iterator[tuple[Transparency, int]]:
    """A log of so many events."""
    with open_record(tmp_path_factory.mktemp("logged") / "record.db") as record:
        _fill(record, request.param)
        yield Transparency(record, system_clock, None), request.param


def _fill(record: Record, size: int) -> None:
    held = record.leaves.size
    while held < size:
        positions = range(held + 1, min(held + CHUNK, size) + 1)
        with record.store.database.writing() as c:
            record.leaves.extend(c, held, [event(position) for position in positions])
        held += len(positions)


def test_prove_that_a_development_is_in_the_log(benchmark, logged):
    log, size = logged
    some = iter(Random(7).choices(range(1, size + 1), k=100_000))
    benchmark(lambda: log.inclusion(next(some), size))


def test_prove_that_the_log_goes_on_from_half_its_size(benchmark, logged):
    log, size = logged
    benchmark(lambda: log.consistency(size // 2, size))


def test_the_root_of_the_log(benchmark, logged):
    log, size = logged
    benchmark(lambda: log.root(size))
