"""Opens the file of a record to be read and for nothing else: what is verified is left as it was found."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from eventsourcing.persistence import BaseInfrastructureFactory, JSONTranscoder, TrackingRecorder
from eventsourcing.utils import Environment

from service.proving.findings import NotChecked
from service.proving.snapshots import Snapshot, snapshot_of_database
from service.settings import is_dsn
from service.store.mapper import EventMapper
from service.store.tables import LAYOUT


@contextmanager
def opened(named: str) -> Iterator[Snapshot]:
    """One state of the record that a path, a `file:` address or a DSN names; raise `NotChecked`."""
    with snapshot_of_database(named) if is_dsn(named) else snapshot(file_of(named)) as found:
        yield found


def file_of(named: str) -> Path:
    """The file of a record, by its path or as a `file:` address; raise `NotChecked` for anything else."""
    address = urlsplit(named)
    if "://" in named and address.scheme != "file":
        raise NotChecked(
            f"a record is in a SQLite file or a PostgreSQL database, not at {address.scheme}://…: give the "
            "path of the file, or postgresql://…"
        )
    file = Path(unquote(address.path) if address.scheme == "file" else named)
    if not file.is_file():
        raise NotChecked(f"there is no file {file}")
    return file


def mapper_of_environment() -> EventMapper:
    """How the states of events are read: with the cipher and compressor that the environment names."""
    codecs = BaseInfrastructureFactory[TrackingRecorder](Environment("Record", dict(os.environ)))
    return EventMapper(JSONTranscoder(), codecs.compressor(), codecs.cipher())


@contextmanager
def snapshot(file: Path) -> Iterator[sqlite3.Connection]:
    """One state of a record, read beside whatever service writes on; raise `NotChecked`.

    A file without a write-ahead log beside it is nobody's just then. It is read without locks, for SQLite
    would make files beside it to lock; so it may lie on a medium that cannot be written. That nobody began
    to write is checked in the end.
    """
    quiet = not _log_of(file).exists()
    before = file.stat()
    connection = _connect(file, "mode=ro&immutable=1" if quiet else "mode=ro")
    try:
        _begin(connection, file)
        yield connection
    except sqlite3.DatabaseError as error:
        raise NotChecked(f"{file} cannot be read as a SQLite database: {error}") from error
    finally:
        connection.close()
    after = file.stat()
    if quiet and (_log_of(file).exists() or _stamp(before) != _stamp(after)):
        raise NotChecked(f"{file} was written to while it was read: verify it again")


def readable(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A connection that reads text as it is stored, whether or not it is UTF-8 any more."""
    connection.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
    return connection


def _connect(file: Path, how: str) -> sqlite3.Connection:
    try:
        return readable(sqlite3.connect(f"{file.resolve().as_uri()}?{how}", uri=True, isolation_level=None))
    except sqlite3.OperationalError as error:
        raise NotChecked(f"{file} cannot be opened: {error}") from error


def _begin(connection: sqlite3.Connection, file: Path) -> None:
    connection.execute("PRAGMA query_only=ON")
    connection.execute("BEGIN")
    ((layout,),) = connection.execute("PRAGMA user_version").fetchall()
    if layout < LAYOUT:
        raise NotChecked(
            f"{file} has no log yet (its layout is {layout}): it gets one when the service opens it"
        )
    if layout > LAYOUT:
        raise NotChecked(
            f"{file} has layout {layout}, this version of Depositary knows up to {LAYOUT}: verify it with "
            "the version that wrote it"
        )


def _log_of(file: Path) -> Path:
    return file.with_name(file.name + "-wal")


def _stamp(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_mtime_ns, found.st_ino, found.st_size
