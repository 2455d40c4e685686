"""The SQLite store: one file, with nothing to start.

Set `PERSISTENCE_MODULE=service.store.sqlite:Factory` and `SQLITE_DBNAME` to a file. A commit is on disk
(WAL, synchronous=FULL) before anybody is answered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from eventsourcing.persistence import InfrastructureFactoryError
from eventsourcing.sqlite import SQLiteFactory

from service.store.datastore import LOCK_TIMEOUT, PAUSE, DurableDatastore
from service.store.ports import Cursor
from service.store.readable import are_made, drop_views, make_views
from service.store.reads import SQLiteReads
from service.store.recorder import Recorder
from service.store.tables import FIRST_LAYOUT, LAYOUT, add_checks, lay_out

STILL_HELD = (
    "The write-ahead log still holds pages with the key, for somebody was reading all the time: run this "
    "command again, or stop the service once."
)


class SQLiteDatabase:
    """A file, written by one connection at a time and read by as many as there are reads."""

    may_lose = False
    """What can be read is on disk."""

    def __init__(self, datastore: DurableDatastore) -> None:
        self.datastore = datastore
        self.reads = SQLiteReads(datastore.pool.db_name, datastore.pool.lock_timeout)
        self.standby = None

    def lay_out(self) -> None:
        """Lay out a new file; one that is laid out is left as it is, and no lock is taken."""
        ((layout,),) = self.reads.fetch("PRAGMA user_version")
        if layout > LAYOUT:
            raise InfrastructureFactoryError(
                f"the file has layout {layout}, this version of Depositary knows up to {LAYOUT}: "
                "open it with the version that wrote it, or a later one"
            )
        if layout < LAYOUT:
            with self.writing() as c:
                _lay_out(c)

    @property
    def is_readable(self) -> bool:
        """Whether the file has the views of this version."""
        return are_made(self.reads)

    def drop_readable(self, c: Cursor) -> None:
        """Drop the views: SQLite renames no table while a view reads one that is gone."""
        drop_views(c)

    def make_readable(self, c: Cursor) -> None:
        """Make the views anew."""
        make_views(c)

    @contextmanager
    def writing(self) -> Iterator[Cursor]:
        """A transaction that holds the file's lock for writers."""
        with self.datastore.transaction(commit=True) as cursor:
            yield cursor

    def forget(self) -> str | None:
        """Have the file itself forget what was overwritten; say what holds it still, if anything.

        What was erased is overwritten in its place (`PRAGMA secure_delete`), but the write-ahead log holds
        the pages as they were until it is emptied, for which it waits for those who read and write.
        """
        deadline = monotonic() + LOCK_TIMEOUT
        while not (forgotten := self._empty_log()) and monotonic() < deadline:
            sleep(PAUSE)
        return None if forgotten else STILL_HELD

    def _empty_log(self) -> bool:
        with self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, *_ = cursor.fetchone()
        return not busy

    def close(self) -> None:
        """Close the reading connections; the library closes the others."""
        self.reads.close()


def _lay_out(c: Cursor) -> None:
    c.execute("PRAGMA user_version")
    layout = c.fetchone()[0]
    if layout == LAYOUT:
        return  # Another process was first.
    if layout == FIRST_LAYOUT:
        add_checks(c)
    lay_out(c)
    c.execute(f"PRAGMA user_version={LAYOUT}")


class Factory(SQLiteFactory):
    """Builds the recorder for `PERSISTENCE_MODULE=service.store.sqlite:Factory`."""

    def __init__(self, env: Any) -> None:
        super().__init__(env)
        self.datastore: DurableDatastore = DurableDatastore(self.datastore)

    def application_recorder(self) -> Recorder:
        """The recorder over the file that `SQLITE_DBNAME` names."""
        database = SQLiteDatabase(self.datastore)
        try:
            database.lay_out()
        except Exception:
            database.close()
            raise
        return Recorder(database)
