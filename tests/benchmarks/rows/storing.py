"""The store alone: 64 callers who save what is decided already, one in twenty of them in vain."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from threading import Thread
from time import perf_counter
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError

from domain.developments import DEVELOPMENT
from domain.events import DevelopmentRecorded
from service.record import Record
from tests.benchmarks.databases import two_databases
from tests.benchmarks.filling import CLERK
from tests.benchmarks.generated import Told
from tests.benchmarks.measuring import Bench, Contestants, Figures, Reach, Row, Run
from tests.benchmarks.questions import fresh, largest
from tests.benchmarks.stock import Note, on_sqlite

CALLERS = 64
EACH = 3_200
"""So many saves a run."""
CONFLICTS = 20
"""One save in so many is of a stream that is there already."""

Save = Callable[[], object]


@contextmanager
def contestants(bench: Bench, ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[Contestants]:
    """The record's `save` and the stock one, each in the environment that names its store."""
    plan = largest(bench.small)
    told = fresh(plan, EACH)
    with Record(dict(ours)) as record, closing(Application[UUID](env=dict(theirs))) as notes:
        record.open_dossier(plan.dossier(), CLERK)
        yield {
            "store": _run(lambda stream, one: _saving(record, stream, one), told),
            "stock": _run(lambda stream, one: _noting(notes, stream, one), told),
        }


def _run(saving: Callable[[UUID, Told], Save], told: Sequence[Told]) -> Run:
    taken = uuid4()
    saving(taken, told[0])()

    def run() -> Figures:
        streams = (uuid4() if number % CONFLICTS else taken for number in range(len(told)))
        return _save_all([saving(stream, one) for stream, one in zip(streams, told, strict=True)])

    return run


def _saving(record: Record, stream: UUID, told: Told) -> Save:
    development = DEVELOPMENT.validate_python(told.body)
    event = DevelopmentRecorded(
        originator_id=stream,
        originator_version=1,
        recorded_by=CLERK.principal,
        dossier=told.dossier,
        development=development,
    )
    return lambda: record.save(event, events=(event,))


def _noting(notes: Application[UUID], stream: UUID, told: Told) -> Save:
    note = Note(told.dossier, told.body, id=stream)
    return lambda: notes.save(note)


def _save_all(saves: Sequence[Save]) -> Figures:
    """Save it all, each caller its share; a conflict is an outcome like another."""
    conflicts: list[int] = []
    shares = [saves[caller::CALLERS] for caller in range(CALLERS)]
    threads = [Thread(target=lambda share=share: conflicts.append(_save(share))) for share in shares]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - begun
    assert sum(conflicts) == len(saves) // CONFLICTS, f"{sum(conflicts)} conflicts"
    assert len(conflicts) == CALLERS, "a caller was refused otherwise"
    return {"saves": len(saves) / seconds}


def _save(share: Sequence[Save]) -> int:
    conflicts = 0
    for save in share:
        try:
            save()
        except IntegrityError:
            conflicts += 1
    return conflicts


@contextmanager
def _on_sqlite(bench: Bench) -> Iterator[Contestants]:
    with (
        bench.shelf.scratch() as folder,
        contestants(
            bench, {"SQLITE_DBNAME": str(folder / "ours.db")}, on_sqlite(folder / "stock.db")
        ) as both,
    ):
        yield both


@contextmanager
def _on_postgres(bench: Bench) -> Iterator[Contestants]:
    with two_databases() as (ours, theirs), contestants(bench, ours, theirs) as both:
        yield both


ROWS = [
    Row(
        "saving from 64 callers, 5 % conflicts, SQLite",
        _on_sqlite,
        [Reach("saves", "/s", "stock", "saves", "at least", 3)],
        "the stock store writes no views, no log and no moments; all of it is made in one interpreter here",
    ),
    Row(
        "saving from 64 callers, 5 % conflicts, PostgreSQL",
        _on_postgres,
        [Reach("saves", "/s", "stock", "saves", "at least", 5)],
        "whoever writes holds the one lock of the record while views and log are made in Python",
    ),
]
