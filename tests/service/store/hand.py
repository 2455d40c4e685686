"""A process that writes to a record: `python -m tests.service.store.hand FILE write NAME COUNT THREADS`.

It prints each receipt as a line of JSON once it has it. `FILE once KEY FINGERPRINT` records one
development under an idempotency key, when a line comes in.
"""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Lock

from domain.errors import Refusal
from service.record import Receipt, Record
from tests.service.recording import DOSSIER, at_once, caller, now, open_record, relabel, tell

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


def write(record: Record, name: str, up_to: int) -> None:
    """Record and amend in turn, each under a key of its own; until killed where `up_to` is 0."""
    for number in count(1):
        first = record.record(DOSSIER.id, tell(f"{name}-{number}"), caller(f"{name}-{number}"))
        acknowledge(first)
        acknowledge(record.amend(first.id, relabel("amended"), [1], caller(f"{name}-{number}-amended")))
        if number == up_to:
            return


def write_in_threads(record: Record, name: str, up_to: str, threads: str) -> None:
    """Write with several hands."""
    raised = at_once([_hand(record, f"{name}-{index}", int(up_to)) for index in range(int(threads))])
    for error in filter(None, raised):
        raise error


def _hand(record: Record, name: str, up_to: int) -> Callable[[], None]:
    return lambda: write(record, name, up_to)


def once(record: Record, key: str, fingerprint: str) -> None:
    """Record one development under a key when a line comes in."""
    answer(ready=True)
    sys.stdin.readline()
    try:
        acknowledge(record.record(DOSSIER.id, tell(key), caller(key, fingerprint.encode())))
    except Refusal as refusal:
        answer(refused=type(refusal).__name__)


def behind(record: Record, name: str, up_to: str, threads: str) -> None:
    """Write with a clock that is an hour behind."""
    record.store.clock = lambda: now() - timedelta(hours=1)
    write_in_threads(record, name, up_to, threads)


def main(file: str, act: str, *arguments: str) -> None:
    """Open the record and do what is asked."""
    acts = {"write": write_in_threads, "once": once, "behind": behind}
    with open_record(Path(file)) as record:
        acts[act](record, *arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
