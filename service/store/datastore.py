"""The library's SQLite datastore, made durable, and fair between processes that share a file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from types import TracebackType

from eventsourcing.persistence import InfrastructureFactoryError, OperationalError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from service.store.ports import NoRoom, NotWritable

LOCK_TIMEOUT = 30
"""Seconds to wait for the writers of other processes, where `SQLITE_LOCK_TIMEOUT` does not say."""

PAUSE = 0.001
"""Seconds between looks whether the writers' lock is free.

SQLite's own pauses grow to a tenth of a second: of four busy processes one waited for two seconds then.
"""


class DurableDatastore(SQLiteDatastore):
    """Commits to disk, and takes the writers' lock at the beginning of a transaction that is to write.

    A transaction that reads before it takes the lock fails at once where another process has written in
    between; SQLite does not let it wait. And what is read under the lock cannot change before it is used.
    """

    def __init__(self, plain: SQLiteDatastore) -> None:
        super().__init__(
            plain.pool.db_name,
            single_row_tracking=plain.single_row_tracking,
            originator_id_type=plain.originator_id_type,
        )
        self.lock_timeout = plain.pool.lock_timeout or LOCK_TIMEOUT
        self.pool = _DurablePool(db_name=plain.pool.db_name, lock_timeout=self.lock_timeout)
        if self.pool.is_sqlite_memory_mode:
            raise InfrastructureFactoryError("the record is kept in a file: set SQLITE_DBNAME to its path")

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A transaction, for writing if it is to be committed."""
        with (
            self.get_connection(commit=commit) as connection,
            _Transaction(connection, commit=commit, lock_timeout=self.lock_timeout) as cursor,
            cursor,
        ):
            yield cursor


class _Transaction(SQLiteTransaction):
    def __init__(self, connection: SQLiteConnection, *, commit: bool, lock_timeout: float) -> None:
        super().__init__(connection, commit=commit)
        self._lock_timeout = lock_timeout

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        deadline = monotonic() + self._lock_timeout
        while not _begin(cursor, "BEGIN IMMEDIATE" if self.commit else "BEGIN"):
            if monotonic() > deadline:
                raise OperationalError("the database is locked by another writer, and has been for too long")
            sleep(PAUSE)
        return cursor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            super().__exit__(kind, error, trace)
        except OperationalError as failed:
            self.connection.rollback()  # Where it was the commit that failed, the transaction is open still.
            if isinstance(failed.__cause__, sqlite3.OperationalError):
                raise _meant(failed.__cause__) from failed
            raise


def _meant(error: sqlite3.OperationalError) -> OperationalError:
    """What an error of SQLite means to whoever asked."""
    meanings = {sqlite3.SQLITE_FULL: NoRoom, sqlite3.SQLITE_READONLY: NotWritable}
    return meanings.get(error.sqlite_errorcode & 0xFF, OperationalError)(error)


def _begin(cursor: SQLiteCursor, statement: str) -> bool:
    """Begin, unless another process holds the lock."""
    try:
        cursor.execute(statement)
    except sqlite3.OperationalError as error:
        if _is_busy(error):
            return False
        raise _meant(error) from error
    return True


def _is_busy(error: sqlite3.OperationalError) -> bool:
    """Whether somebody else holds the file just now."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


class _DurablePool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        deadline = monotonic() + (self.lock_timeout or LOCK_TIMEOUT)
        while True:
            try:
                return _durable(super()._create_connection())
            except sqlite3.OperationalError as error:
                # Of several that make one file, one sets its kind of journal, and none may wait for that.
                if not _is_busy(error) or monotonic() > deadline:
                    raise OperationalError(error) from error
            sleep(PAUSE)


def _durable(connection: SQLiteConnection) -> SQLiteConnection:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")  # A key that is destroyed leaves no trace.
    cursor.execute("PRAGMA busy_timeout=0")  # From here on it is `_Transaction` that waits.
    return connection
