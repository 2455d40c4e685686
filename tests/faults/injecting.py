"""A store in which what was planned goes wrong: at a statement, before, amid or after a commit, or at a read.

It stands between the recorder and the real database, at the ports of `service.store.ports`; name it with
`PERSISTENCE_MODULE=tests.faults.injecting:OnFile`, or `:OnPostgres`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventsourcing.persistence import OperationalError

from service.store import postgres, sqlite
from service.store.ports import Cursor, Database, Disconnected, NoRoom, Reads
from service.store.recorder import Recorder


class Killed(Exception):
    """The process ended here; nothing that it was about to do is done."""


RAISED: dict[str, Callable[[], Exception]] = {
    "lost": lambda: Disconnected("the connection was lost"),
    "full": lambda: NoRoom("database or disk is full"),
    "failed": lambda: OperationalError("disk I/O error"),
    "killed": Killed,
}


def raised(what: str) -> Exception:
    """The error of a plan."""
    return RAISED[what]()


@dataclass(frozen=True)
class Plan:
    """What goes wrong in the next transaction that writes, or the next read."""

    what: str
    """One of `RAISED`."""
    at: int
    """At which statement; 0 is after the last one and before the commit, -1 after the commit."""


class FaultyReads:
    """Reads of which one is planned to fail."""

    def __init__(self, real: Reads) -> None:
        self._real = real
        self.plan: Plan | None = None
        self.reached: Callable[[int, datetime], None] = real.reached
        self.close = real.close

    def fetch(self, statement: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query, unless this is the one that fails."""
        if self.plan is not None:
            plan, self.plan = self.plan, None
            if plan.at <= 1:
                raise raised(plan.what)
            self.plan = Plan(plan.what, plan.at - 1)
        return self._real.fetch(statement, params)


class FaultyDatabase:
    """A database of which what was planned goes wrong, each plan once and in their order."""

    standby = None

    def __init__(self, real: Database) -> None:
        self.real = real
        self.reads = FaultyReads(real.reads)
        self.may_lose = real.may_lose
        self.plans: list[Plan] = []
        self.committing: Callable[[], None] = lambda: None
        """Called just before a commit that is planned to be the last thing that a process does."""
        self.lay_out, self.forget, self.close = real.lay_out, real.forget, real.close
        self.is_readable = real.is_readable
        self.drop_readable, self.make_readable = real.drop_readable, real.make_readable

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        """A transaction, as far as it comes."""
        plan = self.plans.pop(0) if self.plans else Plan("", 0)
        with self.real.writing() as c:
            yield _Cursor(c, plan) if plan.at > 0 else c
            if plan.what and plan.at == 0:
                raise raised(plan.what)
            if plan.what == "killed" and plan.at < 0:
                self.committing()
        if plan.what and plan.at < 0:
            raise raised(plan.what)


class _Cursor:
    """Runs statements until the one at which something goes wrong."""

    def __init__(self, real: Cursor, plan: Plan) -> None:
        self._real, self._plan, self._count = real, plan, 0
        self.fetchone, self.fetchall = real.fetchone, real.fetchall

    def execute(self, statement: str, params: Sequence[Any] = (), /) -> object:
        """Run one statement."""
        self._go_on()
        return self._real.execute(statement, params)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for each row."""
        self._go_on()
        return self._real.executemany(statement, rows)

    def _go_on(self) -> None:
        self._count += 1
        if self._count == self._plan.at:
            raise raised(self._plan.what)


def _faulty(recorder: Recorder) -> Recorder:
    return Recorder(FaultyDatabase(recorder.database))


class OnFile(sqlite.Factory):
    """Over a file of SQLite."""

    def application_recorder(self) -> Recorder:
        """The recorder, with what can go wrong beneath it."""
        return _faulty(super().application_recorder())


class OnPostgres(postgres.Factory):
    """Over a database of PostgreSQL."""

    def application_recorder(self) -> Recorder:
        """The recorder, with what can go wrong beneath it."""
        return _faulty(super().application_recorder())
