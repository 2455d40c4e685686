"""What the commands share: their options, where they print, and how they fail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from service.settings import Settings

if TYPE_CHECKING:
    from service.record import Record

WIDTH = 140
"""How wide tables are where no terminal says."""

LOCAL = "http://127.0.0.1:8000"

errors = Console(stderr=True)
console = Console()
if not console.is_terminal:
    console = Console(width=WIDTH)

Database = Annotated[
    str | None,
    typer.Option(
        help="The record: a SQLite file, or the DSN of a PostgreSQL database; else SQLITE_DBNAME or "
        "DEPOSITARY_DSN.",
        show_default=False,
    ),
]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Token = Annotated[str, typer.Option(envvar="DEPOSITARY_TOKEN", help="A token of the service.")]
Url = Annotated[str, typer.Option(envvar="DEPOSITARY_URL", help="The service.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65_535)]


def settings_of(database: str | Path | None) -> Settings:
    """The settings of a record, whose directory is made where there is none."""
    settings = Settings.of(database)
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    return settings


@contextmanager
def opened(
    settings: Settings, progress: Callable[[int, int], None] = lambda done, of: None
) -> "Iterator[Record]":
    """The record itself; fail with what the store says where it cannot be opened, read or written."""
    from eventsourcing.persistence import InfrastructureFactoryError, PersistenceError

    from service.record import Record

    try:
        with Record(settings.store_environment, progress=progress) as record:
            yield record
    except (PersistenceError, InfrastructureFactoryError) as error:
        named = "the database" if settings.dsn else settings.database
        raise fail(f"{named}: {error}") from error


def fail(message: str, code: int = 1) -> typer.Exit:
    """Say why a command fails; raise what this answers."""
    errors.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(code)
