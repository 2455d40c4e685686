"""A process that folds the views of a record anew, again and again: `python -m tests.faults.rebuilder FILE`.

It prints a line for each time that it came to an end.
"""

import sys
from contextlib import suppress
from pathlib import Path
from time import sleep

from eventsourcing.persistence import PersistenceError

from service.record import Record
from tests.service.stores import environment

PAUSE = 0.05
"""Seconds between two rebuilds."""


def main(file: str) -> None:
    """Fold them until killed; where the database is gone, begin again."""
    while True:
        with suppress(PersistenceError), Record(environment(Path(file))) as record:
            while True:
                record.rebuild()
                print("rebuilt", flush=True)
                sleep(PAUSE)


if __name__ == "__main__":
    main(*sys.argv[1:])
