"""Which engine a test's records are kept by: a SQLite file, or a schema of PostgreSQL that a file names.

`tests/conftest.py` runs every test of the service that opens a record on both.
"""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from service.proving.opening import opened
from service.proving.snapshots import Snapshot
from service.settings import Settings
from tests.postgres import server

NOTE = "# The record is in PostgreSQL: "
"""How a file begins that names a schema; other processes of a test find the record by it too."""
LONGEST_NOTE = 4096
"""A file of SQLite that holds anything is longer, and is not looked into (see `bytes_of`)."""


class Engine:
    """The engine on which records are opened from now on."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._server: str | None = None
        self._made: list[str] = []
        self.postgres = False

    def note(self, file: Path) -> None:
        """Have a file name a new schema."""
        if self._server is None:
            # Each test has its own schema; nothing of any outlives this process, so no disk is waited for.
            self._server = self._stack.enter_context(server(fsync=False)).dsn
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        self._made.append(name)
        file.write_text(NOTE + make_conninfo(self._server, options=f"-c search_path={name}"))

    @contextmanager
    def tidied(self) -> Iterator[None]:
        """Drop in the end what was made meanwhile."""
        before = len(self._made)
        yield
        made, self._made = self._made[before:], self._made[:before]
        if made and self._server:
            with psycopg.connect(self._server, autocommit=True) as connection:
                connection.execute("SET client_min_messages = 'warning'")
                connection.execute(f"DROP SCHEMA {', '.join(made)} CASCADE")

    def close(self) -> None:
        """Stop the server."""
        self._server = None
        self._stack.close()


ENGINE = Engine()


def dsn_of(file: Path) -> str | None:
    """The connection string that a file holds; `None` for a file of SQLite, or one that is to become one."""
    if ENGINE.postgres and not file.exists():
        ENGINE.note(file)
    if file.exists() and file.stat().st_size < LONGEST_NOTE and file.read_bytes().startswith(NOTE.encode()):
        return file.read_text().removeprefix(NOTE)
    return None


def bytes_of(file: Path) -> bytes:
    """All that lies in a file of SQLite and beside it.

    Another process reads it: whoever closes a file of its own record gives up all locks on it (POSIX), and
    the next process that opens the record takes its write-ahead log away.
    """
    files = sorted(file.parent.glob(file.name + "*"))
    assert files
    return subprocess.run(["cat", *files], stdout=subprocess.PIPE, check=True).stdout


def settings_for(file: Path, **settings: Any) -> Settings:
    """The settings of a service whose record is kept there."""
    dsn = dsn_of(file)
    return Settings(SQLITE_DBNAME=file, **({"dsn": dsn} if dsn else {}), **settings)


def environment(file: Path, **env: str) -> dict[str, str]:
    """The store's part of the settings."""
    return settings_for(file).store_environment | env


def place_of(file: Path) -> str:
    """How the record is named to a command: a path, or a connection string."""
    return dsn_of(file) or str(file)


def snapshot_of(file: Path) -> AbstractContextManager[Snapshot]:
    """The record as it is verified, while others may be writing to it."""
    return opened(place_of(file))


def run_on(file: Path, *statements: str) -> list[tuple[Any, ...]]:
    """What another program sees or does: the rows of the last statement."""
    dsn = dsn_of(file)
    with closing(psycopg.connect(dsn) if dsn else sqlite3.connect(file)) as connection:
        for statement in statements:
            cursor = connection.execute(statement.replace(" BLOB", " BYTEA") if dsn else statement)
        rows = cursor.fetchall() if cursor.description else []
        connection.commit()
    return rows
