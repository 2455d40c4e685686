"""What the commands share: their options, where they print, how they fail, and with which exit codes."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

if TYPE_CHECKING:
    from service.settings import Settings

REFUSED = 1
"""The service refused it, or what was to be proved does not hold."""
NOT_CARRIED_OUT = 2
"""The command was wrong, no service answers, or it does not take the token."""

if TYPE_CHECKING:
    from service.record import Record

WIDTH = 140
"""How wide tables are where no terminal says."""

LOCAL = "http://127.0.0.1:8000"

errors = Console(stderr=True)
console = Console()
if not console.is_terminal:
    console = Console(width=WIDTH)

At = Annotated[
    str,
    typer.Option(
        "--at",
        "--url",
        envvar=["DEPOSITARY_AT", "DEPOSITARY_URL"],
        metavar="FILE|DSN|URL",
        help="The record: a SQLite file, a PostgreSQL database, or the address of a running service.",
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="NAME",
        help="Of a file or a database: who records, as the record will say; else the name of the system's "
        "user. Whoever may write to it may give any name. A service knows who records by the token.",
        show_default=False,
    ),
]
Database = Annotated[
    str | None,
    typer.Option(
        "--at",
        "--database",
        envvar="DEPOSITARY_AT",
        metavar="FILE|DSN",
        help="The record itself: a SQLite file, or the DSN of a PostgreSQL database; else SQLITE_DBNAME or "
        "DEPOSITARY_DSN.",
        show_default=False,
    ),
]
Keeper = Annotated[
    str | None,
    typer.Option(
        "--at",
        "--database",
        "--url",
        envvar="DEPOSITARY_AT",
        metavar="FILE|DSN|URL",
        help="The record itself, a SQLite file or the DSN of a PostgreSQL database, for whoever may write to "
        "it; or the address of a running service, for its administrators. Else SQLITE_DBNAME or "
        "DEPOSITARY_DSN.",
        show_default=False,
    ),
]
Only = Annotated[
    str | None,
    typer.Option(
        metavar="PART", help="Print one part of the answer: id, exchanges.stages", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Token = Annotated[str, typer.Option(envvar="DEPOSITARY_TOKEN", help="A token of the service.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65_535)]


def is_url(named: str) -> bool:
    """Whether what names a record is the address of a service that runs."""
    return named.startswith(("http://", "https://"))


def settings_of(database: str | Path | None) -> "Settings":
    """The settings of a record, whose directory is made where there is none."""
    from service.configuration import Unfit, settings_from

    if is_url(str(database)):
        message = (
            f"{database} is a running service: this works on the record itself, a file or a DSN; name it "
            "with --at"
        )
        raise fail(message, NOT_CARRIED_OUT)
    try:
        settings = settings_from(database=database)
    except Unfit as error:
        raise fail(str(error)) from error
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    return settings


@contextmanager
def opened(
    settings: "Settings", progress: Callable[[int, int], None] = lambda done, of: None
) -> "Iterator[Record]":
    """The record itself; fail with what the store says where it cannot be opened, read or written."""
    from eventsourcing.persistence import InfrastructureFactoryError, PersistenceError

    from service.record import Record

    try:
        with Record(settings.store_environment, progress=progress) as record:
            yield record
    except (PersistenceError, InfrastructureFactoryError) as error:
        named = "the database" if settings.dsn else settings.database
        raise fail(f"{named}: {error}", NOT_CARRIED_OUT) from error


def fail(message: str, code: int = REFUSED) -> typer.Exit:
    """Say why a command fails; raise what this answers."""
    errors.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(code)


def say_line(line: str) -> None:
    """Print a line as it is."""
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def print_json(answer: Any) -> None:
    """Print an answer for machines: indented, and coloured on a terminal alone."""
    console.print_json(data=answer)


def print_part(answer: Any, only: str | None, *, as_json: bool = False) -> None:
    """Print an answer, or one part of it as JSON; a text stands as it is, unless JSON is asked for."""
    for step in only.split(".") if only else ():
        try:
            answer = answer[int(step)] if isinstance(answer, list) else answer[step]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise fail(f"the answer has no {only!r}") from error
    if isinstance(answer, str) and not as_json:
        sys.stdout.write(answer + "\n")
    else:
        print_json(answer)


def kind_names() -> list[str]:
    """The kinds of development, to complete one."""
    from domain.developments import KINDS

    return sorted(KINDS)


def view_names() -> list[str]:
    """The views, to complete one."""
    from projections.registry import VIEWS

    return ["timeline", *VIEWS]


def read_json(text: str, what: str) -> Any:
    """The JSON in an argument, or on standard input where it is `-`."""
    try:
        return json.loads(sys.stdin.read() if text == "-" else text)
    except (ValueError, RecursionError) as error:
        raise fail(f"{what} is not JSON: {error}", NOT_CARRIED_OUT) from error
