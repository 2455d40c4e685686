"""Sessions with a PostgreSQL server: how one is begun, what it bears, and when it is given up."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString, TypeVar

import psycopg
from eventsourcing.persistence import DatabaseError, IntegrityError, OperationalError
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from service.store.ports import Disconnected, NoRoom

Answer = TypeVar("Answer")

LONGEST = 15.0
"""Seconds that any statement may take. A server may hang, say over its disk, while its kernel keeps every
connection open, and another takes over meanwhile."""
DEFAULTS = {
    "application_name": "depositary",
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""What a connection string does not say: a host that has vanished is given up in time."""
SESSION = (
    # Whoever waits for the lock is told so before the server is taken to hang.
    "SET lock_timeout = '10s'",
    # A process that hangs amid a transaction keeps all others waiting for no longer than that.
    "SET idle_in_transaction_session_timeout = '60s'",
    """SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') IN ('off', 'local')""",
)
TIMELINE = """SELECT CASE WHEN pg_is_in_recovery() THEN NULL
    ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END"""
READ_ONLY = "SET default_transaction_read_only = on"
LOST = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.UndefinedTable,
)
"""Raised where a server is gone, is the primary no more, or has yet to hear of the record."""


class Session(psycopg.Connection[TupleRow]):
    """A connection that is given up where its server does not answer in time."""

    timeline: int | None = None
    """That of a server that writes; a standby has none of its own."""
    agrees_at: int = 0
    """The position at which its server was found to have what has been shown."""

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        """What the server answers; raise `OperationalError` where it does not, and be closed from then on."""
        try:
            return super().wait(gen, interval, LONGEST if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.info.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.close()  # An answer that may come yet would be taken for that of the next statement.
            raise


class Primaries:
    """Tells the primary of now from those before it: whichever takes over begins a new timeline.

    One that hung may go on without knowing that it was replaced. It cannot commit, since no standby follows
    it, but would be read.
    """

    def __init__(self) -> None:
        self._latest = 0

    def admit(self, session: Session) -> None:
        """Raise `OperationalError` where a session leads to a server that was replaced."""
        (session.timeline,) = session.execute(TIMELINE).fetchone() or (None,)
        if not self.is_current(session):
            raise psycopg.OperationalError(
                f"the server is on timeline {session.timeline}, and one on {self._latest} has taken over"
            )
        self._latest = max(self._latest, session.timeline or 0)

    def is_current(self, session: Session) -> bool:
        """Whether no later primary has been seen."""
        return session.timeline is None or session.timeline >= self._latest


def connect(dsn: str, primaries: Primaries, *statements: LiteralString) -> Session:
    """Begin one with these statements; it is no good without them."""
    session = Session.connect(dsn, autocommit=True)
    try:
        for statement in (*SESSION, *statements):
            session.execute(statement)
        primaries.admit(session)
    except psycopg.Error:
        session.close()
        raise
    return session


def is_usable(session: Session) -> bool:
    """Whether it can be used again, as far as it knows."""
    return not session.closed and session.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


def leads_to_primary(session: Session) -> bool:
    """Whether it leads to a server that writes, by asking; what is begun on it is not begun in vain."""
    try:
        return session.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)
    except psycopg.Error:
        return False


def with_defaults(dsn: str) -> str:
    """The connection string with all that it leaves to us."""
    return make_conninfo("", **{**DEFAULTS, **conninfo_to_dict(dsn)})


@contextmanager
def in_our_words() -> Iterator[None]:
    """Tell psycopg's errors as the library's."""
    try:
        yield
    except psycopg.errors.IntegrityError as error:
        raise IntegrityError(error) from error
    except psycopg.errors.LockNotAvailable as error:
        raise OperationalError(f"the database is locked by another writer for too long: {error}") from error
    except psycopg.errors.DiskFull as error:
        raise NoRoom(error) from error
    except LOST as error:
        raise Disconnected(error) from error
    except psycopg.Error as error:
        raise DatabaseError(error) from error
