"""The log as it is read: the library's recorder over the record's own tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from eventsourcing.persistence import InfrastructureFactoryError
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore, SQLiteProcessRecorder

from service.store.mapper import StampedNotification
from service.store.reads import Reads
from service.store.tables import (
    COLUMNS,
    FIRST_LAYOUT,
    HEAD,
    LAYOUT,
    TABLES,
    Head,
    add_checks,
    head_row,
    read_moment,
    stamped_row,
    stream_text,
)

_LARGEST = 2**63 - 1


class SQLiteLog(SQLiteProcessRecorder):
    """Lays out the tables, and reads events in the order of positions or of one stream's versions."""

    views: str = ""
    """The name under which the views note how far they have come."""

    def __init__(self, datastore: SQLiteDatastore, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self.reads = Reads(datastore.pool.db_name, datastore.pool.lock_timeout)

    # The tables

    def construct_create_table_statements(self) -> list[str]:
        """The library's tracking table, and the tables of the log."""
        tracking = super().construct_create_table_statements()[1:]
        return [*tracking, *TABLES]

    def create_table(self) -> None:
        """Lay out a new file; one that is laid out is left as it is, and no lock is taken."""
        ((layout,),) = self.reads.fetch("PRAGMA user_version")
        if layout > LAYOUT:
            raise InfrastructureFactoryError(
                f"the file has layout {layout}, this version of Depositary knows up to {LAYOUT}: "
                "open it with the version that wrote it, or a later one"
            )
        if layout < LAYOUT:
            super().create_table()

    def _create_table(self, c: SQLiteCursor) -> None:
        c.execute("PRAGMA user_version")
        layout = c.fetchone()[0]
        if layout == LAYOUT:
            return  # Another process was first.
        if layout == FIRST_LAYOUT:
            add_checks(c)
        super()._create_table(c)
        c.execute(f"PRAGMA user_version={LAYOUT}")

    # Reading

    def head(self) -> Head:
        """Where the record ends."""
        (row,) = self.reads.fetch(HEAD, (self.views,))
        return head_row(row)

    def head_within(self, c: SQLiteCursor) -> Head:
        """Where the record ends, under the lock of a transaction that writes."""
        c.execute(HEAD, (self.views,))
        return head_row(c.fetchone())

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StampedNotification]:
        """The events of one stream, in the order of their versions."""
        where, params = "originator_id = ?", [stream_text(originator_id)]
        return self._select(where, params, "originator_version", gt=gt, lte=lte, desc=desc, limit=limit)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[StampedNotification]:
        """Events in the order of positions: every one that is committed, none twice."""
        gt = None if start is None else start - inclusive_of_start
        where, params = "1", list[Any]()
        if topics:
            where, params = f"topic IN ({','.join('?' * len(topics))})", list(topics)
        return self._select(where, params, "position", gt=gt, lte=stop, desc=False, limit=limit)

    def _select(
        self,
        where: str,
        params: Sequence[Any],
        order: str,
        *,
        gt: int | None,
        lte: int | None,
        desc: bool,
        limit: int | None,
    ) -> Sequence[StampedNotification]:
        statement = (
            f"SELECT {COLUMNS} FROM stored_events "
            f"WHERE {where} AND {order} > ? AND {order} <= ? "
            f"ORDER BY {order} {'DESC' if desc else 'ASC'} LIMIT ?"
        )
        bounds = (gt or 0, _LARGEST if lte is None else lte, _LARGEST if limit is None else limit)
        return [stamped_row(row) for row in self.reads.fetch(statement, (*params, *bounds))]

    def find_key(self, principal: str, key: str) -> tuple[bytes, int] | None:
        """What the key was used for, and the position of what it recorded."""
        rows = self.reads.fetch(
            "SELECT fingerprint, position FROM idempotency_keys WHERE principal = ? AND key = ?",
            (principal, key),
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def moment_of(self, position: int) -> datetime | None:
        """When the event at a position was recorded; `None` for position 0, before the first."""
        rows = self.reads.fetch("SELECT recorded_at FROM stored_events WHERE position = ?", (position,))
        return read_moment(rows[0][0]) if rows else None

    def max_notification_id(self) -> int:
        """The last position; 0 where there is none."""
        return self.head().position
