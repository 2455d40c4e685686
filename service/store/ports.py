"""What an engine offers the store: queries, and one transaction at a time that writes.

Statements are SQL that SQLite and PostgreSQL both understand, with `?` for each value; texts sort by their
code points, moments and days are texts. Whatever else differs between the engines stands behind these ports.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from eventsourcing.persistence import OperationalError

LARGEST = 2**63 - 1
"""The largest number that a column holds, and so a limit that is none."""


class Disconnected(OperationalError):
    """The database cannot be reached, or the connection was lost: it may be there again in a moment."""


class NoRoom(OperationalError):
    """The disk is full: nothing of the transaction is there."""


class NotWritable(OperationalError):
    """What holds the record can be read and not written: nothing of the transaction is there."""


class OtherVersion(OperationalError):
    """Another version of Depositary has taken the record over from this process."""


class Cursor(Protocol):
    """Runs statements within one transaction, and sees what they have written."""

    def execute(self, statement: str, params: Sequence[Any] = ..., /) -> object:
        """Run one statement."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for each row."""

    def fetchone(self) -> Any:
        """The next row of the last query, or `None`."""

    def fetchall(self) -> Sequence[Any]:
        """The rows that are left of the last query."""


class Reads(Protocol):
    """Runs queries outside of any transaction that writes; none waits for a writer."""

    def fetch(self, statement: str, params: Sequence[object] = ..., /) -> list[tuple[Any, ...]]:
        """The rows of a query; raise `DatabaseError` where they cannot be read."""

    def reached(self, position: int, moment: datetime) -> None:
        """Have nothing that is read from now on be without the event of this position and moment."""

    def close(self) -> None:
        """Close every connection."""


class Database(Protocol):
    """One database that holds a record."""

    @property
    def reads(self) -> Reads:
        """What reads it, the last commit included."""

    @property
    def standby(self) -> Reads | None:
        """What reads a copy of it that follows, for the views; `None` where there is none."""

    @property
    def may_lose(self) -> bool:
        """Whether what can be read may be lost yet, though what is acknowledged never is."""

    def lay_out(self) -> None:
        """Make the tables of the log where there are none; raise `InfrastructureFactoryError` for others."""

    @property
    def is_readable(self) -> bool:
        """Whether the views are there that people read it by, where the engine has any."""

    def drop_readable(self, c: Cursor) -> None:
        """Drop these views, so that tables under them can be replaced."""

    def make_readable(self, c: Cursor) -> None:
        """Make these views as this version has them."""

    def writing(self) -> AbstractContextManager[Cursor]:
        """A transaction that holds the writers' lock from its beginning, and is on disk once it ends.

        Raise `OperationalError` where the lock cannot be had in time or the database cannot be written.
        """

    def forget(self) -> str | None:
        """Have the database itself forget what was overwritten; say what holds it still, if anything."""

    def close(self) -> None:
        """Close every connection."""


def listed(count: int) -> str:
    """So many values as a list: `(?,?,?)`."""
    return f"({','.join('?' * count)})"


def one_of(rows: Sequence[Sequence[object]]) -> tuple[str, list[object]]:
    """What follows `(a, b) IN`, for any of these pairs, and its values."""
    return f"(VALUES {','.join(listed(len(row)) for row in rows)})", [value for row in rows for value in row]
