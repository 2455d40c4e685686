"""Walks a whole record once and says whether all of it holds, in memory that does not grow with it."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.log.keys import encode
from service.log.tiles import WIDTH
from service.log.tree import HASH_BYTES
from service.proving.administration import check_administration
from service.proving.checkpoints import CheckpointCheck, Keys
from service.proving.ends import (
    check_ends,
    check_keys,
    check_personal_keys,
    check_tracking,
    earlier_views,
    end_of,
    kept_back,
)
from service.proving.events import EVENT, LEAF, ROWS, EventCheck, Row
from service.proving.findings import Finding, Findings
from service.proving.snapshots import Snapshot
from service.proving.tree import TreeCheck
from service.proving.views import ViewCheck
from service.store.mapper import EventMapper

Progress = Callable[[int, int], None]
"""Is told the position reached and the last one."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a record holds, and what of it does not hold."""

    events: int
    dossiers: int
    checkpoints: int
    cosignatures: int
    strangers: int
    """Cosignatures of witnesses whose keys were not given, and so not checked."""
    root: bytes
    checked_by: str | None
    """The key that the checkpoints' signatures were checked by; `None` where they were not checked."""
    keys_kept_back: int
    """Keys of personal texts that were kept back when the record was carried here."""
    earlier_views: str | None
    """The name of the views, where an earlier version made them: they were not compared."""
    last_act: str | None
    """The last administrative act, as it is kept elsewhere."""
    findings: Findings

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not len(self.findings)

    def as_json(self) -> dict[str, Any]:
        """All of it for machines."""
        return {
            "holds": self.holds,
            "events": self.events,
            "dossiers": self.dossiers,
            "checkpoints": self.checkpoints,
            "cosignatures": self.cosignatures,
            "cosignatures_of_strangers": self.strangers,
            "root": encode(self.root),
            "keys_kept_back": self.keys_kept_back,
            "views_of_earlier_version": self.earlier_views,
            "last_act": self.last_act,
            "signatures_checked_by": self.checked_by,
            "findings": [one.as_json() for one in self.findings],
            "findings_not_shown": self.findings.more,
        }


def verify(
    connection: Snapshot,
    mapper: EventMapper,
    keys: Keys,
    progress: Progress = lambda done, of: None,
    *,
    with_views: bool = True,
) -> Verified:
    """Verify the record behind a connection, which sees one state of it throughout.

    The views are folded anew only where that is asked for: it takes as long as all else.
    """
    findings = Findings()
    mapper = mapper.reading(lambda statement, params: connection.execute(statement, params).fetchall())
    earlier = earlier_views(connection)
    views = ViewCheck(connection, mapper) if with_views and earlier is None else None
    end = end_of(connection)
    events = EventCheck(connection, mapper, findings, views.apply if views else None)
    tree = TreeCheck(connection, findings)
    checkpoints = CheckpointCheck(connection, keys, findings)
    checkpoints.reached(0, tree.frontier.root)
    for size in range(0, end, WIDTH):
        hashes = _leaves(connection, size, min(size + WIDTH, end), events, tree, findings)
        tree.grow(size, hashes)
        _reach(checkpoints, tree, hashes)
        progress(size + len(hashes), end)
    tree.finish(end)
    checkpoints.finish(end)
    check_ends(connection, end, events.last_moment, findings)
    check_tracking(connection, end, findings)
    check_keys(connection, mapper, findings)
    check_personal_keys(connection, findings)
    last_act = check_administration(connection, findings)
    if views is not None:
        views.finish(connection, findings)
    return Verified(
        events=end,
        dossiers=events.dossiers,
        checkpoints=checkpoints.count,
        cosignatures=checkpoints.cosignatures,
        strangers=checkpoints.strangers,
        root=tree.frontier.root,
        checked_by=keys.log.format() if keys.log else None,
        keys_kept_back=kept_back(connection),
        earlier_views=earlier,
        last_act=last_act,
        findings=findings,
    )


def check_file(connection: Snapshot, findings: Findings) -> None:
    """Have SQLite look through its own file: an index that leaves something out would hide it from reads."""
    if not isinstance(connection, sqlite3.Connection):
        return
    for (line,) in connection.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            findings.add(Finding("the file", f"SQLite finds: {line}"))


def _leaves(
    connection: Snapshot,
    after: int,
    last: int,
    events: EventCheck,
    tree: TreeCheck,
    findings: Findings,
) -> list[bytes]:
    """The hashes of the leaves of one tile, once each of their events has been checked."""
    found = {row.position: row for row in map(Row.of, connection.execute(ROWS, (after, last) * 2))}
    in_tile = tree.in_tile(after // WIDTH)
    hashes = []
    for index, position in enumerate(range(after + 1, last + 1)):
        row = found.get(position, Row(None, None))
        _say_missing(row, position, findings)
        # Where event, leaf and tile are gone, that is found; the tree only goes on.
        hashes.append(events.leaf(row, in_tile[index]) or bytes(HASH_BYTES))
    return hashes


def _say_missing(row: Row, position: int, findings: Findings) -> None:
    for table, there in ((EVENT, row.event), (LEAF, row.leaf)):
        if there is None:
            says = "there is nothing at this position"
            findings.add(Finding(f"{table}.position", says, position=position))


def _reach(checkpoints: CheckpointCheck, tree: TreeCheck, hashes: list[bytes]) -> None:
    for one in hashes:
        tree.frontier.append(one)
        if tree.frontier.size == checkpoints.next_size:
            checkpoints.reached(tree.frontier.size, tree.frontier.root)
