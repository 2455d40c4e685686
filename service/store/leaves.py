"""The log's tree as the store keeps it: a leaf for each event, and the tiles over the leaves.

Whatever transaction records an event extends the tree by it, so that the position of the last event is the
size of the tree. Extending it reads and writes the tiles at the right edge alone.
"""

import json
from collections.abc import Sequence
from secrets import token_bytes

from service.log.errors import OutOfTree
from service.log.form import SALT_BYTES, Form, commit
from service.log.tiles import WIDTH, TileHashes, grow
from service.log.tree import leaf_hash
from service.store.mapper import EventMapper, StampedNotification
from service.store.ports import Cursor, Reads, listed
from service.store.tables import CHUNK, COLUMNS, event_checks, moment_text, stamped_row


class Leaves:
    """Extends the tree within a transaction that records, and reads it outside of any."""

    def __init__(self, reads: Reads, mapper: EventMapper) -> None:
        self._reads = reads
        self._mapper = mapper

    # Writing

    def extend(
        self,
        c: Cursor,
        size: int,
        events: Sequence[StampedNotification],
        salts: Sequence[bytes] | None = None,
    ) -> None:
        """Add the events that come next to a tree of a size; raise `Malformed` where it is smaller.

        Events that were recorded elsewhere bring the salts that they have had from there.
        """
        salts = [token_bytes(SALT_BYTES) for _ in events] if salts is None else salts
        leaves = [self._leaf(*pair) for pair in zip(events, salts, strict=True)]
        c.executemany("INSERT INTO log_leaves VALUES (?,?,?,?)", leaves)
        grown = grow(lambda *at: _tile(c, *at), size, [leaf_hash(entry) for _, _, entry, _ in leaves])
        c.executemany(
            "INSERT INTO log_tiles VALUES (?,?,?) "
            "ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes",
            [(*at, tile) for at, tile in grown.items()],
        )

    def bring_up(self, c: Cursor) -> None:
        """Add what was recorded before there was a log, in the order of positions."""
        c.execute("SELECT max(position) FROM log_leaves")
        size = c.fetchone()[0] or 0
        while events := _events_after(c, size):
            self.extend(c, size, events)
            size += len(events)

    def hashes_within(self, c: Cursor) -> TileHashes:
        """The tree's hashes as a transaction sees them."""
        return TileHashes(lambda level, number: _tile(c, level, number))

    def _leaf(self, event: StampedNotification, salt: bytes) -> tuple[int, bytes, bytes, bytes]:
        return event.id, salt, commit(self.form(event), salt), event_checks(event, salt)

    def form(self, event: StampedNotification) -> Form:
        """What the log commits to of a stored event."""
        return form_of(event, self._mapper.unpack(event.state))

    # Reading

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        ((last,),) = self._reads.fetch("SELECT max(position) FROM log_leaves")
        return last or 0

    @property
    def hashes(self) -> TileHashes:
        """The tree's hashes, for its roots and proofs."""
        return TileHashes(self.tile)

    def tile(self, level: int, number: int) -> bytes:
        """All that a tile holds so far; raise `OutOfTree` where there is none."""
        rows = self._reads.fetch(
            "SELECT hashes FROM log_tiles WHERE level = ? AND number = ?", (level, number)
        )
        if not rows:
            raise OutOfTree(f"the tree has no tile {number} of level {level} yet")
        return bytes(rows[0][0])

    def entries(self, number: int) -> list[bytes]:
        """The entries of a bundle so far, at most 256."""
        first = number * WIDTH
        rows = self._reads.fetch(
            "SELECT entry FROM log_leaves WHERE position > ? AND position <= ? ORDER BY position",
            (first, first + WIDTH),
        )
        return [row[0] for row in rows]

    def salts(self, positions: Sequence[int]) -> dict[int, bytes]:
        """The salts of some events."""
        rows = self._reads.fetch(
            f"SELECT position, salt FROM log_leaves WHERE position IN {listed(len(positions))}",
            positions,
        )
        return dict(rows)


def form_of(event: StampedNotification, state: bytes) -> Form:
    """What the log commits to of a stored event whose state has been unpacked."""
    text = state.decode()
    return Form(
        position=event.id,
        principal=json.loads(text)["recorded_by"],
        recorded_at=moment_text(event.recorded_at),
        state=text,
        stream=str(event.originator_id),
        topic=event.topic,
        version=event.originator_version,
    )


def _events_after(c: Cursor, size: int) -> Sequence[StampedNotification]:
    c.execute(
        f"SELECT {COLUMNS} FROM stored_events WHERE position > ? ORDER BY position LIMIT ?", (size, CHUNK)
    )
    return [stamped_row(row) for row in c.fetchall()]


def _tile(c: Cursor, level: int, number: int) -> bytes:
    c.execute("SELECT hashes FROM log_tiles WHERE level = ? AND number = ?", (level, number))
    row = c.fetchone()
    return bytes(row[0]) if row else b""
