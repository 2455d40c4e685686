"""The library's SQLite datastore, made durable, and fair between processes that share a file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from eventsourcing.persistence import InfrastructureFactoryError, OperationalError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

LOCK_TIMEOUT = 30
"""Seconds to wait for the writers of other processes, where `SQLITE_LOCK_TIMEOUT` does not say.

SQLite's lock is not fair: of four processes that never pause, one was seen to wait for three seconds.
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
        self.pool = _DurablePool(
            db_name=plain.pool.db_name, lock_timeout=plain.pool.lock_timeout or LOCK_TIMEOUT
        )
        if self.pool.is_sqlite_memory_mode:
            raise InfrastructureFactoryError("the record is kept in a file: set SQLITE_DBNAME to its path")

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """A transaction, for writing if it is to be committed."""
        with (
            self.get_connection(commit=commit) as connection,
            _Transaction(connection, commit=commit) as cursor,
            cursor,
        ):
            yield cursor


class _Transaction(SQLiteTransaction):
    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        return cursor


class _DurablePool(SQLiteConnectionPool):
    def _create_connection(self) -> SQLiteConnection:
        try:
            connection = super()._create_connection()
            connection.cursor().execute("PRAGMA synchronous=FULL")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        return connection
