"""The PostgreSQL store, for versions 15 to 18: several processes, on several hosts, write to one record.

Set `PERSISTENCE_MODULE=service.store.postgres:Factory`, and `DEPOSITARY_DSN` to a connection string of libpq,
which may name several hosts; or set the library's `POSTGRES_DBNAME`, `POSTGRES_HOST` and so on.

- Whoever writes locks the one row of `head` first. So writers come one after the other, in the order in which
  they ask, and positions are given out in the order of commits.
- A commit is on disk before anybody is answered, and on the standbys that `synchronous_standby_names` has.
- A connection that is lost is made again. Reads are repeated; a group of writers is written again, unless it
  turns out that it was committed (`Recorder`).
- A primary that was replaced and does not know it yet is neither read nor written (`Primaries`).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import BoundedSemaphore, Lock
from time import monotonic, sleep
from typing import Any, NoReturn

import psycopg
from eventsourcing.persistence import (
    InfrastructureFactory,
    InfrastructureFactoryError,
    TrackingRecorder,
)
from eventsourcing.utils import Environment
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from service.store.connections import Connections
from service.store.dialect import for_postgres
from service.store.ports import Cursor, Disconnected
from service.store.recorder import Recorder
from service.store.sessions import (
    READ_ONLY,
    Primaries,
    Session,
    connect,
    in_our_words,
    is_usable,
    leads_to_primary,
    with_defaults,
)
from service.store.tables import LAYOUT, lay_out, moment_text

PATIENCE = 20.0
"""Seconds for which reads are repeated until a server is there again."""
PAUSE = 0.1
"""Seconds between two attempts to reach a server."""
LOCK_TIMEOUT = 10
"""Seconds to wait for other writers, if `POSTGRES_LOCK_TIMEOUT` does not say; a server may take longer."""
MOST_CONNECTIONS = 40
"""So many reads run at once; more wait for them."""
MOST_STRANDED = 24
"""So many reads wait for a server at once; more are told that there is none, and leave a thread to others."""


class PostgresReads:
    """Runs queries, each on a connection that nobody else uses.

    Connections may lead to servers of which one is behind another, or still has what was lost when another
    took over. So one is asked first whether it has the last event that was shown, by its position and moment.
    """

    def __init__(
        self, dsn: str, primaries: Primaries, *, standby: bool = False, patience: float = PATIENCE
    ) -> None:
        self._connections = Connections(
            lambda: connect(dsn, primaries, READ_ONLY), is_usable, primaries.is_current
        )
        self._room = BoundedSemaphore(MOST_CONNECTIONS)
        self._stranded = BoundedSemaphore(MOST_STRANDED)
        self._patience = patience
        self._may_differ = standby or "," in str(conninfo_to_dict(dsn).get("host", ""))
        self._shown = (0, "")
        self._showing = Lock()
        self.close = self._connections.close

    def reached(self, position: int, moment: datetime) -> None:
        """Have nothing that is read from now on be without the event of this position and moment."""
        with self._showing:
            self._shown = max(self._shown, (position, moment_text(moment)))

    def fetch(self, statement: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query; raise `DatabaseError` where it fails, `Disconnected` where nobody answers."""
        if any(isinstance(one, str) and "\0" in one for one in params):
            return []  # PostgreSQL keeps no text with a NUL, so nothing is found by one.
        for _ in range(2):  # A connection that was kept may be dead while its server lives.
            with suppress(Disconnected):
                return self._fetch(statement, params)
            self._connections.forget()
        if not self._stranded.acquire(blocking=False):
            raise Disconnected("no server is there, and enough wait for one")
        try:
            return self._fetch_in_time(statement, params)
        finally:
            self._stranded.release()

    def _fetch(self, statement: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._room, in_our_words(), self._connections.lent() as session:
            self._require_shown(session)
            return session.execute(for_postgres(statement), params).fetchall()

    def _require_shown(self, session: Session) -> None:
        """Raise `Disconnected` where a server does not have what has been shown."""
        position, moment = self._shown
        if not self._may_differ or session.agrees_at >= position:
            return
        found = session.execute("SELECT recorded_at FROM stored_events WHERE position = %s", (position,))
        if found.fetchone() != (moment,):
            raise Disconnected(f"the server does not have the event of position {position} that was shown")
        session.agrees_at = position

    def _fetch_in_time(self, statement: str, params: Sequence[object]) -> list[tuple[Any, ...]]:
        deadline = monotonic() + self._patience
        while True:
            try:
                return self._fetch(statement, params)
            except Disconnected:
                self._connections.forget()
                if monotonic() > deadline:
                    raise
                sleep(PAUSE)


class PostgresDatabase:
    """A database of a server, or of whichever of several hosts is the primary."""

    may_lose = True
    """A primary that recovered from a crash shows what it had not acknowledged, and no standby may have."""

    def __init__(self, dsn: str, read_dsn: str | None = None, lock_timeout: int = LOCK_TIMEOUT) -> None:
        dsn, primaries = with_defaults(dsn), Primaries()
        self.reads = PostgresReads(dsn, primaries)
        self.standby = PostgresReads(with_defaults(read_dsn), primaries, standby=True) if read_dsn else None
        self._lock_timeout = lock_timeout
        self._connections = Connections(
            lambda: connect(dsn, primaries),
            is_usable,
            lambda session: primaries.is_current(session) and leads_to_primary(session),
        )

    def lay_out(self) -> None:
        """Make the tables of the log where there are none."""
        ((table,),) = self.reads.fetch("SELECT to_regclass('layout')")
        if table is None:
            with self._transaction() as c:
                c.execute("SELECT pg_advisory_xact_lock(hashtext('depositary'))")
                _lay_out(c)
        ((layout,),) = self.reads.fetch("SELECT number FROM layout")
        if layout < LAYOUT:
            with self._transaction() as c:
                c.execute("SELECT pg_advisory_xact_lock(hashtext('depositary'))")
                _lay_out(c)
            layout = LAYOUT
        if layout != LAYOUT:
            raise InfrastructureFactoryError(
                f"the database has layout {layout}, this version of Depositary knows {LAYOUT}: "
                "open it with the version that wrote it, or a later one"
            )

    is_readable = True
    """It has no views for people: PostgreSQL would not let go of the tables under them."""

    def drop_readable(self, c: Cursor) -> None:
        """There are none."""

    def make_readable(self, c: Cursor) -> None:
        """There are none."""

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        """A transaction that holds the lock on `head`."""
        with self._transaction() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{self._lock_timeout}s'")
            cursor.execute("SELECT 1 FROM head FOR UPDATE")
            yield cursor

    def forget(self) -> str | None:
        """Have the server write the table of keys anew; say what holds its old pages still."""
        with in_our_words(), self._connections.lent() as connection:
            connection.execute("VACUUM FULL personal_keys")
        return (
            "The server's write-ahead log, its standbys and its archive hold pages with the key until they "
            "are recycled: see to that where it must not wait."
        )

    def close(self) -> None:
        """Close every connection."""
        self.reads.close()
        if self.standby is not None:
            self.standby.close()
        self._connections.close()

    @contextmanager
    def _transaction(self) -> Iterator["_Cursor"]:
        try:
            with in_our_words(), self._connections.lent() as connection, connection.transaction():
                yield _Cursor(connection.cursor())
        except Disconnected:
            self._connections.forget()
            raise


class _Cursor:
    """Runs the store's statements within one transaction."""

    def __init__(self, cursor: psycopg.Cursor[TupleRow]) -> None:
        self._cursor = cursor
        self.fetchone = cursor.fetchone
        self.fetchall = cursor.fetchall

    def execute(self, statement: str, params: Sequence[Any] = (), /) -> None:
        """Run one statement."""
        self._cursor.execute(for_postgres(statement), params)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> None:
        """Run one statement for each row, without waiting for each."""
        self._cursor.executemany(for_postgres(statement), rows)


class Factory(InfrastructureFactory[TrackingRecorder]):
    """Builds the recorder for `PERSISTENCE_MODULE=service.store.postgres:Factory`."""

    def application_recorder(self) -> Recorder:
        """The recorder over the database that the environment names."""
        timeout = int(self.env.get("POSTGRES_LOCK_TIMEOUT") or LOCK_TIMEOUT)
        database = PostgresDatabase(dsn_of(self.env), self.env.get("DEPOSITARY_READ_DSN"), timeout)
        try:
            database.lay_out()
        except Exception:
            database.close()
            raise
        return Recorder(database)

    def aggregate_recorder(self, purpose: str = "events") -> NoReturn:
        """A record has one recorder."""
        raise NotImplementedError(f"{purpose} are kept by the application recorder alone")

    def tracking_recorder(self, tracking_recorder_class: object = None) -> NoReturn:
        """The views are tracked in the events' own transaction."""
        raise NotImplementedError("the record tracks its views by itself")

    def process_recorder(self) -> NoReturn:
        """The views are brought up in the events' own transaction."""
        raise NotImplementedError("the record brings up its views by itself")


def dsn_of(env: Environment) -> str:
    """The connection string: `DEPOSITARY_DSN`, or put together from the library's variables."""
    if dsn := env.get("DEPOSITARY_DSN"):
        return dsn
    names = ("DBNAME", "HOST", "PORT", "USER", "PASSWORD")
    given = {name.lower(): env.get(f"POSTGRES_{name}") for name in names}
    if not given["dbname"]:
        raise InfrastructureFactoryError("set DEPOSITARY_DSN, or POSTGRES_DBNAME and what else it takes")
    return make_conninfo("", **{name: value for name, value in given.items() if value})


def _lay_out(c: _Cursor) -> None:
    lay_out(c)
    c.execute("CREATE TABLE IF NOT EXISTS layout (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER)")
    c.execute(
        "INSERT INTO layout VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET number = excluded.number", (LAYOUT,)
    )
