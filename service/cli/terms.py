"""What the commands share: their options, where they print, and how they fail."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.configuration import Unfit, settings_from
from service.settings import Settings

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
    try:
        settings = settings_from(database=database)
    except Unfit as error:
        raise fail(str(error)) from error
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    return settings


def fail(message: str, code: int = 1) -> typer.Exit:
    """Say why a command fails; raise what this answers."""
    errors.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(code)
