"""The log as it is read: events in the order of positions, or of one stream's versions."""

from collections.abc import Sequence
from datetime import datetime
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from service.store.mapper import StampedNotification
from service.store.ports import LARGEST, Cursor, Reads, listed
from service.store.tables import (
    COLUMNS,
    HEAD,
    Head,
    head_row,
    read_moment,
    stamped_row,
    stream_text,
)

LONGEST_PAUSE = 0.008
"""Seconds between looks for what other processes have committed, at most."""


class Log:
    """Reads the record's own tables, wherever their rows come from."""

    def __init__(self, reads: Reads, views: str = "") -> None:
        """`views` is the name under which the views note how far they have come."""
        self.reads = reads
        self.views = views

    def head(self) -> Head:
        """Where the record ends."""
        (row,) = self.reads.fetch(HEAD, (self.views,))
        return head_row(row)

    def wait_for(self, position: int, timeout: float) -> int:
        """Wait until the position is there, at most `timeout` seconds; answer the last position."""
        deadline, pause = monotonic() + timeout, LONGEST_PAUSE / 8
        while (last := self.max_notification_id()) < position and (left := deadline - monotonic()) > 0:
            self._pause(min(left, pause))
            pause = min(2 * pause, LONGEST_PAUSE)
        return last

    def _pause(self, seconds: float) -> None:
        sleep(seconds)

    def head_within(self, c: Cursor) -> Head:
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
        where, params = "1 = 1", list[Any]()
        if topics:
            where, params = f"topic IN {listed(len(topics))}", list(topics)
        return self._select(where, params, "position", gt=gt, lte=stop, desc=False, limit=limit)

    def select_these(self, positions: Sequence[int]) -> Sequence[StampedNotification]:
        """The events at positions, in the order of these."""
        if not positions:
            return []
        statement = (
            f"SELECT {COLUMNS} FROM stored_events WHERE position IN {listed(len(positions))} ORDER BY 1"
        )
        return [stamped_row(row) for row in self.reads.fetch(statement, tuple(positions))]

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
        bounds = (gt or 0, LARGEST if lte is None else lte, LARGEST if limit is None else limit)
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
