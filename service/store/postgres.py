"""The PostgreSQL store, for versions 15 to 18: several processes, on several hosts, write to one record.

Set `PERSISTENCE_MODULE=service.store.postgres:Factory`, and `DEPOSITARY_DSN` to a connection string of libpq,
which may name several hosts; or set the library's `POSTGRES_DBNAME`, `POSTGRES_HOST` and so on.

- Whoever writes locks the one row of `head` first. So writers come one after the other, in the order in which
  they ask, and positions are given out in the order of commits.
- A commit is on disk before anybody is answered, and on the standbys that `synchronous_standby_names` has.
- A connection that is lost is made again. Reads are repeated; a group of writers is written again, unless it
  turns out that it was committed (`Recorder`).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Any, LiteralString, NoReturn
from weakref import WeakKeyDictionary

import psycopg
from eventsourcing.persistence import (
    DatabaseError,
    InfrastructureFactory,
    InfrastructureFactoryError,
    IntegrityError,
    OperationalError,
    TrackingRecorder,
)
from eventsourcing.utils import Environment
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from service.store.connections import Connections
from service.store.dialect import for_postgres
from service.store.ports import Cursor, Disconnected
from service.store.recorder import Recorder
from service.store.tables import LAYOUT, lay_out

PATIENCE = 30.0
"""Seconds for which reads are repeated until a server is there again."""
PAUSE = 0.1
"""Seconds between two attempts to reach a server."""
MOST_CONNECTIONS = 40
"""So many reads run at once; more wait for them."""
DEFAULTS = {
    "application_name": "depositary",
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""What a connection string does not say: a host that has vanished is given up in time."""
LOCK_TIMEOUT = 30
"""Seconds to wait for other writers, where `POSTGRES_LOCK_TIMEOUT` does not say."""
SESSION = (
    # A process that hangs amid a transaction keeps all others waiting for no longer than that.
    "SET idle_in_transaction_session_timeout = '60s'",
    """SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') IN ('off', 'local')""",
)
READ_ONLY = "SET default_transaction_read_only = on"
LOST = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
)
"""Raised where a server is gone, or is the primary no more."""

Connection = psycopg.Connection[TupleRow]


class PostgresReads:
    """Runs queries, each on a connection that nobody else uses.

    Where a connection string names several hosts, connections may lead to different ones, of which one is
    behind another. So a connection on which an older state was seen last is asked how far it has come.
    """

    def __init__(self, dsn: str, patience: float = PATIENCE) -> None:
        self._connections = Connections(lambda: _connect(dsn, *SESSION, READ_ONLY), _is_usable)
        self._room = BoundedSemaphore(MOST_CONNECTIONS)
        self._patience = patience
        self._floor = 0
        self._seen: WeakKeyDictionary[Connection, int] = WeakKeyDictionary()
        self._may_differ = "," in str(conninfo_to_dict(dsn).get("host", ""))
        self.close = self._connections.close

    def reached(self, position: int) -> None:
        """Have nothing that is read from now on be older than this position."""
        if self._may_differ:
            self._floor = max(self._floor, position)

    def fetch(self, statement: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query; raise `DatabaseError` where it fails, `Disconnected` where nobody answers."""
        if any(isinstance(one, str) and "\0" in one for one in params):
            return []  # PostgreSQL keeps no text with a NUL, so nothing is found by one.
        deadline = monotonic() + self._patience
        while True:
            try:
                with self._room, _in_our_words(), self._connections.lent() as connection:
                    self._require_floor(connection)
                    return connection.execute(for_postgres(statement), params).fetchall()
            except Disconnected:
                self._connections.forget()
                if monotonic() > deadline:
                    raise
                sleep(PAUSE)

    def _require_floor(self, connection: Connection) -> None:
        """Raise `Disconnected` where a connection leads to a server that is behind what has been told."""
        if self._seen.get(connection, 0) >= self._floor:
            return
        (position,) = connection.execute("SELECT position FROM head").fetchone() or (0,)
        self._seen[connection] = position
        if position < self._floor:
            raise Disconnected(f"the server has come to position {position}, not yet to {self._floor}")


class PostgresDatabase:
    """A database of a server, or of whichever of several hosts is the primary."""

    def __init__(self, dsn: str, read_dsn: str | None = None, lock_timeout: int = LOCK_TIMEOUT) -> None:
        dsn = with_defaults(dsn)
        self._lock_timeout = lock_timeout
        self.reads = PostgresReads(dsn)
        self.standby = PostgresReads(with_defaults(read_dsn)) if read_dsn else None
        self._connections = Connections(lambda: _connect(dsn, *SESSION), _is_usable, _answers)

    def lay_out(self) -> None:
        """Make the tables of the log where there are none."""
        ((table,),) = self.reads.fetch("SELECT to_regclass('layout')")
        if table is None:
            with self._transaction() as c:
                c.execute("SELECT pg_advisory_xact_lock(hashtext('depositary'))")
                _lay_out(c)
        ((layout,),) = self.reads.fetch("SELECT number FROM layout")
        if layout != LAYOUT:
            raise InfrastructureFactoryError(
                f"the database has layout {layout}, this version of Depositary knows {LAYOUT}: "
                "open it with the version that wrote it, or a later one"
            )

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        """A transaction that holds the lock on `head`."""
        with self._transaction() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{self._lock_timeout}s'")
            cursor.execute("SELECT 1 FROM head FOR UPDATE")
            yield cursor

    def forget(self) -> str | None:
        """Have the server write the table of keys anew; say what holds its old pages still."""
        with _in_our_words(), self._connections.lent() as connection:
            connection.execute("VACUUM FULL personal_keys")
        return (
            "The server's write-ahead log, its standbys and its archive hold pages with the key until they "
            "are recycled: see to that where it must not wait."
        )

    def assure(self) -> None:
        """Commit something: whatever is read is on the standbys then.

        A primary that recovered from a crash shows what it had not acknowledged, and a transaction that
        writes nothing waits for nobody.
        """
        with self._transaction() as c:
            c.execute("SELECT pg_logical_emit_message(true, 'depositary', '')")

    def close(self) -> None:
        """Close every connection."""
        self.reads.close()
        if self.standby is not None:
            self.standby.close()
        self._connections.close()

    @contextmanager
    def _transaction(self) -> Iterator["_Cursor"]:
        with _in_our_words(), self._connections.lent() as connection, connection.transaction():
            yield _Cursor(connection.cursor())


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
        database.lay_out()
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


def with_defaults(dsn: str) -> str:
    """The connection string with all that it leaves to us."""
    return make_conninfo("", **{**DEFAULTS, **conninfo_to_dict(dsn)})


def _connect(dsn: str, *statements: LiteralString) -> Connection:
    connection = psycopg.connect(dsn, autocommit=True)
    for statement in statements:
        connection.execute(statement)
    return connection


def _is_usable(connection: Connection) -> bool:
    return not connection.closed and connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def _answers(connection: Connection) -> bool:
    """Whether it leads to a server that writes, by asking; what is begun on it is not begun in vain."""
    try:
        return connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)
    except psycopg.Error:
        return False


def _lay_out(c: _Cursor) -> None:
    lay_out(c)
    c.execute("CREATE TABLE IF NOT EXISTS layout (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER)")
    c.execute("INSERT INTO layout VALUES (1, ?) ON CONFLICT DO NOTHING", (LAYOUT,))


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Tell psycopg's errors as the library's."""
    try:
        yield
    except psycopg.errors.IntegrityError as error:
        raise IntegrityError(error) from error
    except psycopg.errors.LockNotAvailable as error:
        raise OperationalError(f"the database is locked by another writer for too long: {error}") from error
    except LOST as error:
        raise Disconnected(error) from error
    except psycopg.Error as error:
        raise DatabaseError(error) from error
