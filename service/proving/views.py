"""The views' tables, which answers are read from: folded from the events anew, and every row compared."""

import sqlite3
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from typing import Any

from domain.events import Stamped
from service.proving.findings import Finding, Findings
from service.proving.snapshots import Snapshot
from service.store.entries import digest_of
from service.store.layout import make
from service.store.mapper import EventMapper
from service.store.projecting import Projection
from service.store.sealing import unseal_bytes

KEYS = {"dossiers": ("id",), "versions": ("development", "version"), "names": ("dossier", "key")}
"""The views' tables, and what their rows are found by."""
PACKED = {"body", "entry", "name"}
KEPT = "ATTACH ':memory:' AS kept"
COPIED = "CREATE TABLE kept.personal_keys (number INTEGER PRIMARY KEY, stream, since, key)"
"""The keys of personal texts are copied into memory alone: what is folded may go to a file, but sealed."""


class ViewCheck:
    """Folds the views into a file of its own, which is gone with it, and compares them in the end."""

    def __init__(self, connection: Snapshot, mapper: EventMapper) -> None:
        self._mapper = mapper
        self._scratch = sqlite3.connect("", isolation_level=None)
        self._scratch.row_factory = sqlite3.Row
        for statement in ("PRAGMA synchronous=OFF", "PRAGMA journal_mode=OFF", *make(), KEPT, COPIED):
            self._scratch.execute(statement)
        self._scratch.executemany(
            "INSERT OR IGNORE INTO personal_keys VALUES (?,?,?,?)",
            connection.execute("SELECT number, stream, since, key FROM personal_keys"),
        )
        self._scratch.execute("BEGIN")
        self._projection = Projection(mapper)
        self._cursor = self._scratch.cursor()
        self._whole = True

    def apply(self, stamped: Stamped | None) -> None:
        """Fold one more event; after one that cannot be read or folded, nothing can be compared."""
        try:
            if stamped is None or not self._whole:
                self._whole = False
            else:
                self._projection.project(self._cursor, [stamped])
        except Exception:  # noqa: BLE001 - an event in the wrong place, which is found as such
            self._whole = False

    def finish(self, connection: Snapshot, findings: Findings) -> None:
        """Compare every row."""
        for table, key in KEYS.items() if self._whole else ():
            for name, ours, theirs in _pairs(self._scratch, connection, table, key):
                if (wrong := self._wrong(ours, theirs)) is not None:
                    findings.add(_finding(table, wrong, name, ours or theirs or {}))
        self._scratch.close()

    def _wrong(self, ours: dict[str, Any] | None, theirs: dict[str, Any] | None) -> tuple[str, str] | None:
        if ours is None or theirs is None:
            return "*", "no event makes this row" if ours is None else "the row is missing"
        for name, value in ours.items():
            if value != theirs[name] and not self._same_inside(name, ours, theirs):
                return name, "it is not what the events come to: `depositary rebuild` folds them again"
        return None

    def _same_inside(self, name: str, ours: dict[str, Any], theirs: dict[str, Any]) -> bool:
        """Whether two packed values hold the same: what is encrypted or sealed twice looks different.

        So does its digest, which is that of its own row.
        """
        try:
            if name == "digest" and theirs["sealed_by"] is None:
                return bool(theirs[name] == digest_of(theirs["entry"]))
            return name in PACKED and self._opened(name, ours) == self._opened(name, theirs)
        except Exception:  # noqa: BLE001 - whatever a cipher or a broken value raises, it is not the same
            return False

    def _opened(self, name: str, row: dict[str, Any]) -> bytes:
        value = row[name]
        if row.get("sealed_by") is not None:
            found = self._scratch.execute(
                "SELECT key FROM personal_keys WHERE number = ?", (row["sealed_by"],)
            )
            value = unseal_bytes(value, found.fetchone()[0])
        return self._mapper.unpack(value)


def _finding(table: str, wrong: tuple[str, str], name: tuple[Any, ...], row: dict[str, Any]) -> Finding:
    column, says = wrong
    stream, version = (*name, None)[:2] if table == "versions" else (None, None)
    return Finding(f"{table}.{column}", says, position=row.get("known_from"), stream=stream, version=version)


def _pairs(
    ours: Snapshot, theirs: Snapshot, table: str, key: tuple[str, ...]
) -> Iterator[tuple[tuple[Any, ...], dict[str, Any] | None, dict[str, Any] | None]]:
    """The rows of both by their keys; `None` where one has none."""
    both = merge(_rows(ours, 0, table, key), _rows(theirs, 1, table, key), key=lambda one: one[0])
    for name, found in groupby(both, key=lambda one: one[0]):
        rows = {whose: row for _, whose, row in found}
        yield name, rows.get(0), rows.get(1)


def _rows(
    connection: Snapshot, whose: int, table: str, key: tuple[str, ...]
) -> Iterator[tuple[tuple[Any, ...], int, dict[str, Any]]]:
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY {', '.join(key)}")
    names = [column[0] for column in cursor.description]
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        yield tuple(row[name] for name in key), whose, row
