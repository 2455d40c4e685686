"""Reading a SQLite file: on connections of their own, so that no read waits for a writer or a pool."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eventsourcing.persistence import DatabaseError, OperationalError

from service.store.connections import Connections


class SQLiteReads:
    """Runs queries, each on a connection that nobody else uses."""

    def __init__(self, database: str, lock_timeout: int | None = None) -> None:
        self._database = database
        self._timeout = lock_timeout or 5
        self._connections = Connections(self._open)
        self.close = self._connections.close

    def fetch(self, statement: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query; raise `DatabaseError` where the file cannot be read."""
        try:
            with self._connections.lent() as connection:
                return connection.execute(statement, params).fetchall()
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        except sqlite3.DatabaseError as error:
            raise DatabaseError(error) from error

    def reached(self, position: int, moment: datetime) -> None:
        """A file is never older than it was."""

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._database, uri=True, check_same_thread=False, isolation_level=None, timeout=self._timeout
        )
        connection.execute("PRAGMA query_only=ON")
        return connection
