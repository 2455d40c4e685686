"""A machine on which processes hold a record: a kill leaves what was on disk just then, and nothing else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from unittest.mock import patch
from uuid import UUID

from service.clock import Clock
from service.record import Record
from service.views import Views
from tests.faults.injecting import FaultyDatabase
from tests.service.recording import ADA, DOSSIER
from tests.service.stores import dsn_of, environment


@contextmanager
def drawing(lots: Random) -> Iterator[None]:
    """Have all that is drawn come from a seed."""
    with (
        patch("service.store.leaves.token_bytes", lots.randbytes),
        patch("service.store.sealing.token_bytes", lots.randbytes),
        patch("service.store.rebuilding.BATCH", 5),
    ):
        yield


NO_COMMIT = (b"", 0)
"""What the file and the length of its log were before a commit that was the last: there was none."""


class Process:
    """A record that is opened, as a service has it open."""

    def __init__(self, name: str, file: Path, clock: Clock, new_id: Callable[[], UUID]) -> None:
        self.name = name
        on = "OnPostgres" if dsn_of(file) else "OnFile"
        module = f"tests.faults.injecting:{on}"
        self.record = Record(environment(file) | {"PERSISTENCE_MODULE": module}, clock, new_id)
        self.views = Views(self.record, clock)
        self.record.store.pause = lambda seconds: None
        database = self.record.store.database
        assert isinstance(database, FaultyDatabase)
        self.database = database

    def close(self) -> None:
        """End it; what it was amid was rolled back."""
        self.record.close()


class Machine:
    """Two processes over one record; where it is a file, a kill leaves a copy of the file to go on from."""

    def __init__(self, file: Path, clock: Clock, lots: Random) -> None:
        self.file = file
        self._clock, self._lots = clock, lots
        self._copies = 0
        self._before = NO_COMMIT
        self._ids = Random(lots.getrandbits(64))
        self.processes = [self._opened(name) for name in ("a", "b")]
        self.processes[0].record.open_dossier(DOSSIER, ADA)

    def _opened(self, name: str) -> Process:
        process = Process(
            name, self.file, self._clock, lambda: UUID(int=self._ids.getrandbits(128), version=4)
        )
        if not dsn_of(self.file):
            process.database.committing = self._note
        return process

    def _note(self) -> None:
        self._before = (self.file.read_bytes(), self._log.stat().st_size)

    @property
    def _log(self) -> Path:
        return self.file.with_name(self.file.name + "-wal")

    def restart(self, process: Process) -> Process:
        """One process ends, and another takes its place."""
        process.close()
        fresh = self._opened(process.name)
        self.processes[self.processes.index(process)] = fresh
        return fresh

    def crash(self) -> None:
        """All processes end at once; of a commit that one was amid, the log may hold a part."""
        if not dsn_of(self.file):
            self._go_on_from_a_copy()
        for process in list(self.processes):
            self.restart(process)

    def _go_on_from_a_copy(self) -> None:
        self._copies += 1
        copy = self.file.with_name(f"record-{self._copies}.db")
        data = self.file.read_bytes()
        log = self._log.read_bytes() if self._log.exists() else b""
        before, size = self._before
        if data == before and size < len(log):
            log = log[: self._lots.randrange(size, len(log) + 1)]
        self._before = NO_COMMIT
        copy.write_bytes(data)
        copy.with_name(copy.name + "-wal").write_bytes(log)
        self.file = copy

    def close(self) -> None:
        """End all processes in order."""
        for process in self.processes:
            process.close()
