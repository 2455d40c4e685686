"""Commands that send any request, and that play a chronology."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from service.chronology import Played, UnreadableChronology, play, read
from service.cli.lazily import examples
from service.cli.reaching import talking
from service.cli.terms import (
    LOCAL,
    NOT_CARRIED_OUT,
    AsJson,
    At,
    By,
    Only,
    Token,
    console,
    errors,
    fail,
    print_json,
    print_part,
    read_json,
)
from service.client import Client


@examples("depositary load seeds/solace-2021.yaml --at lake.db")
def load(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A chronology; see seeds/README.md.")
    ],
    at: At = LOCAL,
    token: Token = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Play a chronology. Played again, it records nothing twice."""
    with talking(at, token, by, makes=True) as client:
        played = play_file(file, client)
    if as_json:
        print_json({"dossier": played.dossier, "ids": played.ids})
        return
    console.print(f"{len(played.ids)} developments of {played.dossier} are on record.")


@examples(
    "depositary get /v1/dossiers/ua-ru-2025/ceasefire as_of=2025-05-16 --only status",
    "depositary get /v1/kinds --only kinds.0.kind",
)
def get(
    path: Annotated[str, typer.Argument(help="An address of the service: /v1/dossiers/ua-ru-2025/ceasefire")],
    query: Annotated[list[str] | None, typer.Argument(help="Parameters: as_of=2025-06-14")] = None,
    only: Only = None,
    at: At = LOCAL,
    token: Token = "",
    as_json: AsJson = False,
) -> None:
    """Ask anything that the service has an address for, and print the answer."""
    parameters = dict(parameter.partition("=")[::2] for parameter in query or [])
    with talking(at, token) as client:
        print_part(client.get(path, **parameters), only, as_json=as_json)


@examples(
    """depositary post /v1/dossiers '{"id": "cape", "title": "The cape (invented)"}' --only id""",
)
def post(
    path: Annotated[str, typer.Argument(help="An address: /v1/dossiers/ua-ru-2025/developments")],
    body: Annotated[
        str, typer.Argument(help="The JSON of the request, or - to read it from standard input.")
    ],
    seen: Annotated[int | None, typer.Option(help="The version that it is said of, as If-Match.")] = None,
    key: Annotated[str | None, typer.Option(help="An Idempotency-Key.")] = None,
    only: Only = None,
    at: At = LOCAL,
    token: Token = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Send any request that has something recorded, and print the answer."""
    value = read_json(body, "the body")
    with talking(at, token, by, makes=True) as client:
        print_part(client.post(path, value, key=key, seen=seen), only, as_json=as_json)


def play_file(file: Path, client: Client, at: Callable[[datetime | None], None] = lambda _: None) -> Played:
    """Play a chronology to a service, with progress shown; `at` hears since when each step was known."""
    try:
        steps = read(file)
        with Progress(console=errors, transient=True, disable=not errors.is_terminal) as progress:
            task = progress.add_task(f"Recording {file.name}", total=len(steps))
            return play(steps, client, file.stem, lambda _: progress.advance(task), at)
    except UnreadableChronology as error:
        raise fail(str(error), NOT_CARRIED_OUT) from error
