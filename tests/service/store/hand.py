"""A process that writes to a record: `python -m tests.service.store.hand FILE write NAME COUNT THREADS`.

It prints each receipt as a line of JSON once it has it. See `main` for what else it can be asked to do.
"""

import json
import resource
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Lock
from time import sleep
from uuid import UUID

from eventsourcing.persistence import PersistenceError

from domain.commands import Erase
from domain.errors import Refusal
from service.callers import Receipt
from service.record import Record
from tests.service.recording import ADA, DOSSIER, at_once, caller, now, open_record, relabel, tell

_PRINTING = Lock()


def answer(**told: object) -> None:
    """Print an answer, whole and at once."""
    with _PRINTING:
        print(json.dumps(told, default=str), flush=True)


def acknowledge(receipt: Receipt) -> None:
    """Print a receipt."""
    answer(
        id=receipt.id,
        version=receipt.version,
        position=receipt.position,
        recorded_at=receipt.recorded_at.isoformat(),
    )


def write(record: Record, name: str, up_to: int, pause: float) -> None:
    """Record and amend in turn, each under a key of its own; until killed where `up_to` is 0."""
    for number in count(1):
        first = record.record(DOSSIER.id, tell(f"{name}-{number}"), caller(f"{name}-{number}"))
        acknowledge(first)
        acknowledge(record.say(first.id, relabel("amended"), [1], caller(f"{name}-{number}-amended")))
        if number == up_to:
            return
        sleep(pause)


def write_in_threads(record: Record, name: str, up_to: str, threads: str, pause: str = "0") -> None:
    """Write with several hands, each of which pauses after each turn."""
    hands = [_hand(record, f"{name}-{index}", int(up_to), float(pause)) for index in range(int(threads))]
    raised = at_once(hands)
    for error in filter(None, raised):
        raise error


def _hand(record: Record, name: str, up_to: int, pause: float) -> Callable[[], None]:
    return lambda: write(record, name, up_to, pause)


def once(record: Record, key: str, fingerprint: str) -> None:
    """Record one development under a key when a line comes in."""
    answer(ready=True)
    sys.stdin.readline()
    try:
        acknowledge(record.record(DOSSIER.id, tell(key), caller(key, fingerprint.encode())))
    except Refusal as refusal:
        answer(refused=type(refusal).__name__)


def erase(record: Record, one: str) -> None:
    """Erase what is marked personal in a development."""
    acknowledge(record.erase(UUID(one), Erase(reason="On request."), ADA))


def behind(record: Record, *arguments: str) -> None:
    """Write with a clock that is an hour behind."""
    record.store.clock = lambda: now() - timedelta(hours=1)
    write_in_threads(record, *arguments)


def without_room(record: Record) -> None:
    """Write before, while and after no file may grow any more; say what came of each write."""
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    attempt(record, "before")
    log = Path(f"{record.store.database.datastore.pool.db_name}-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 4096, unlimited[1]))
    at_once([lambda n=n: attempt(record, f"without room {n}") for n in range(12)])
    resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    attempt(record, "after")


def attempt(record: Record, label: str) -> None:
    """Record one development under a key; say how it went."""
    try:
        acknowledge(record.record(DOSSIER.id, tell(label), caller(label)))
    except PersistenceError as error:
        answer(failed=str(error))


def main(file: str, act: str, *arguments: str) -> None:
    """Open the record and do what is asked."""
    acts = {
        "write": write_in_threads,
        "once": once,
        "erase": erase,
        "behind": behind,
        "without-room": without_room,
    }
    with open_record(Path(file)) as record:
        acts[act](record, *arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
