"""What a record is verified from: one state of it throughout, whichever engine keeps it."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol

import psycopg
from psycopg.rows import TupleRow

from service.proving.findings import NotChecked
from service.store.dialect import for_postgres
from service.store.sessions import with_defaults
from service.store.tables import LAYOUT

AT_A_TIME = 2_000
"""So many rows of a whole table are in memory at once."""


class Rows(Protocol):
    """The rows that a query has found."""

    @property
    def description(self) -> Any:
        """A tuple for each column, of which the first item is its name."""

    def fetchone(self) -> Any:
        """The next one, or `None`."""

    def fetchall(self) -> list[Any]:
        """All that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Snapshot(Protocol):
    """Runs queries, all of which see the same state."""

    def execute(self, statement: str, params: Sequence[Any] = ..., /) -> Rows:
        """Run a query in the store's SQL."""


class PostgresSnapshot:
    """A snapshot within a transaction that only reads."""

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        self._connection = connection
        self._whole: list[psycopg.ServerCursor[TupleRow]] = []

    def execute(self, statement: str, params: Sequence[Any] = (), /) -> Rows:
        """Run a query; one without parameters is of a whole table, so its rows are fetched by and by."""
        if params:
            return self._connection.execute(for_postgres(statement), params)
        cursor = self._connection.cursor(f"whole_{len(self._whole)}")
        self._whole.append(cursor)
        cursor.itersize = AT_A_TIME
        return cursor.execute(for_postgres(statement))

    def close(self) -> None:
        """End the queries of whole tables."""
        for cursor in self._whole:
            cursor.close()


@contextmanager
def snapshot_of_database(dsn: str) -> Iterator[Snapshot]:
    """One state of a record in PostgreSQL, read beside whatever services write on; raise `NotChecked`."""
    try:
        with psycopg.connect(with_defaults(dsn)) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            _require_layout(connection)
            with closing(PostgresSnapshot(connection)) as found:
                yield found
    except psycopg.Error as error:
        raise NotChecked(f"the database cannot be read: {error}") from error


def _require_layout(connection: psycopg.Connection[TupleRow]) -> None:
    found = connection.execute("SELECT to_regclass('layout')").fetchone()
    row = connection.execute("SELECT number FROM layout").fetchone() if found and found[0] else None
    if row is None:
        raise NotChecked("the database holds no record")
    if row[0] != LAYOUT:
        raise NotChecked(
            f"the database has layout {row[0]}, this version of Depositary knows {LAYOUT}: "
            "verify it with the version that wrote it"
        )
