"""Commands that ask a running service, or have it record something."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer
from rich.progress import Progress

from service.chronology import Played, UnreadableChronology, play, read
from service.cli.terms import LOCAL, Token, Url, console, errors, fail
from service.client import Client, Refused


def load(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A chronology; see seeds/README.md.")
    ],
    url: Url = LOCAL,
    token: Token = "",
) -> None:
    """Play a chronology to a running service. Played again, it records nothing twice."""
    with talking(url, token) as client:
        played = play_file(file, client)
    console.print(f"{len(played.ids)} developments of {played.dossier} are on record.")


def get(
    path: Annotated[str, typer.Argument(help="An address of the service: /v1/dossiers/ua-ru-2025/ceasefire")],
    query: Annotated[list[str] | None, typer.Argument(help="Parameters: as_of=2025-06-14")] = None,
    only: Annotated[str | None, typer.Option(help="One part of the answer: exchanges.stages")] = None,
    url: Url = LOCAL,
    token: Token = "",
) -> None:
    """Ask a running service something, and print its answer."""
    parameters = dict(parameter.partition("=")[::2] for parameter in query or [])
    with talking(url, token) as client:
        _print(client.get(path, **parameters), only)


def post(
    path: Annotated[str, typer.Argument(help="An address: /v1/dossiers/ua-ru-2025/developments")],
    body: Annotated[
        str, typer.Argument(help="The JSON of the request, or - to read it from standard input.")
    ],
    seen: Annotated[int | None, typer.Option(help="The version that it is said of, as If-Match.")] = None,
    key: Annotated[str | None, typer.Option(help="An Idempotency-Key.")] = None,
    only: Annotated[str | None, typer.Option(help="One part of the answer: id")] = None,
    url: Url = LOCAL,
    token: Token = "",
) -> None:
    """Have a running service record something, and print its answer."""
    try:
        value = json.loads(sys.stdin.read() if body == "-" else body)
    except json.JSONDecodeError as error:
        raise fail(f"the body is not JSON: {error}") from error
    with talking(url, token) as client:
        _print(client.post(path, value, key=key, seen=seen), only)


@contextmanager
def talking(url: str, token: str) -> Iterator[Client]:
    """A client of a service, whose refusals end the command with its words."""
    with Client(url, token or None) as client:
        try:
            yield client
        except Refused as error:
            raise fail(str(error)) from error
        except httpx2.TransportError as error:
            raise fail(f"no service answers at {url}: {error}") from error


def _print(answer: Any, only: str | None) -> None:
    for step in only.split(".") if only else ():
        try:
            answer = answer[int(step)] if isinstance(answer, list) else answer[step]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise fail(f"the answer has no {only!r}") from error
    if isinstance(answer, str):
        sys.stdout.write(answer + "\n")
    else:
        console.print_json(data=answer)


def play_file(file: Path, client: Client, at: Callable[[datetime | None], None] = lambda _: None) -> Played:
    """Play a chronology to a service, with progress shown; `at` hears since when each step was known."""
    try:
        steps = read(file)
        with Progress(console=errors, transient=True) as progress:
            task = progress.add_task(f"Recording {file.name}", total=len(steps))
            return play(steps, client, file.stem, lambda _: progress.advance(task), at)
    except UnreadableChronology as error:
        raise fail(str(error)) from error
