"""Copies of a SQLite record, made beside whoever writes to it, and believed once they are proved.

A copy is one state of the record: SQLite's online backup reads within one transaction, so that no writer
makes it begin again, and none waits for it. It gets its name only when all of it was found to hold.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.log.checkpoint import Checkpoint
from service.proving.auditing import audit_record
from service.proving.checkpoints import Keys
from service.proving.findings import NotChecked
from service.proving.opening import mapper_of_environment, snapshot
from service.proving.verifying import Verified, check_file, verify

PAGES = 1_024
"""So many pages are copied between two looks at how far it is."""

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how far it is, and how far it has to go."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What a copy is checked against, besides itself."""

    keys: Keys
    since: Checkpoint | None = None
    """A checkpoint that was kept elsewhere."""


def copy(source: Path, target: Path, trust: Trust, progress: Progress) -> Verified:
    """Copy a record to a file that is not there yet, if it holds; else the copy is gone again.

    Raise `NotChecked` where it cannot be copied, and `Rewritten` where it does not go on from the checkpoint.
    """
    with _new(target) as part:
        _copy(source, part, lambda done, of: progress("Copying pages", done, of))
        verified = _proved(part, trust, progress)
        if verified.holds:
            _put_in_place(part, target)
    return verified


def _proved(part: Path, trust: Trust, progress: Progress) -> Verified:
    with snapshot(part) as connection:
        mapper = mapper_of_environment()
        verified = verify(
            connection, mapper, trust.keys, lambda done, of: progress("Verifying events", done, of)
        )
        check_file(connection, verified.findings)
        if trust.since is not None and verified.holds:
            audit_record(
                connection, mapper, trust.since, lambda done, of: progress("Computing leaves", done, of)
            )
    return verified


@contextmanager
def _new(target: Path) -> Iterator[Path]:
    """An empty file beside the target, for its owner alone, since a record holds keys; gone in the end."""
    part = target.with_name(target.name + ".part")
    for one in (target, part, *(target.with_name(target.name + ending) for ending in ("-wal", "-shm"))):
        if one.exists():
            raise NotChecked(f"{one} is there already, and nothing is written over it")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise NotChecked(f"{part} cannot be written: {error.strerror}") from error
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, part: Path, progress: Callable[[int, int], None]) -> None:
    try:
        with (
            closing(
                sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
            ) as read,
            closing(sqlite3.connect(part, isolation_level=None)) as written,
        ):
            read.execute("BEGIN")
            read.execute("SELECT 1 FROM sqlite_master").fetchone()  # From here on it sees one state.
            read.backup(written, pages=PAGES, progress=lambda _, left, of: progress(of - left, of))
            written.execute("PRAGMA journal_mode=DELETE")  # The copy is one file, with nothing beside it.
    except sqlite3.Error as error:
        raise NotChecked(f"{source} cannot be copied: {error}") from error


def _put_in_place(part: Path, target: Path) -> None:
    """Give the copy its name, lastingly, unless somebody else took it meanwhile."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise NotChecked(f"{target} is there already, and nothing is written over it") from None
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
