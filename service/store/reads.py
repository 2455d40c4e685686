"""Reading connections: one of its own for each thread, so that no read waits for a writer or a pool."""

import sqlite3
from collections.abc import Sequence
from threading import Lock, local
from typing import Any

from eventsourcing.persistence import OperationalError


class Reads:
    """Runs queries on the calling thread's own connection."""

    def __init__(self, database: str, lock_timeout: int | None = None) -> None:
        self._database = database
        self._timeout = lock_timeout or 5
        self._own = local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = Lock()

    def fetch(self, statement: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query; raise `OperationalError` where the database cannot be read."""
        try:
            return self._connection().execute(statement, params).fetchall()
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    def close(self) -> None:
        """Close every connection that was opened."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self._open()
        return connection

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._database, uri=True, check_same_thread=False, isolation_level=None, timeout=self._timeout
        )
        connection.execute("PRAGMA query_only=ON")
        with self._lock:
            self._opened.append(connection)
        return connection
