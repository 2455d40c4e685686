"""Reading connections: as many as there are reads at once, so that no read waits for a writer or a pool.

They are kept for later reads and belong to no thread: threads come and go.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from eventsourcing.persistence import DatabaseError, OperationalError


class SQLiteReads:
    """Runs queries, each on a connection that nobody else uses."""

    def __init__(self, database: str, lock_timeout: int | None = None) -> None:
        self._database = database
        self._timeout = lock_timeout or 5
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._lock = Lock()

    def fetch(self, statement: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query; raise `DatabaseError` where the file cannot be read."""
        try:
            with self._lent() as connection:
                return connection.execute(statement, params).fetchall()
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        except sqlite3.DatabaseError as error:
            raise DatabaseError(error) from error

    def close(self) -> None:
        """Close every connection, and keep none any more.

        Those whose writes were committed last have yet to read what they are answered with.
        """
        with self._lock:
            self._closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        connection = self._take() or self._open()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _take(self) -> sqlite3.Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._database, uri=True, check_same_thread=False, isolation_level=None, timeout=self._timeout
        )
        connection.execute("PRAGMA query_only=ON")
        return connection
