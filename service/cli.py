"""The command line: serve a record, demonstrate one, play chronologies to it, take it out, rebuild it."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import httpx2
import typer
from rich.console import Console
from rich.progress import Progress

from service.chronology import Played, UnreadableChronology, play, read
from service.client import Client, Refused
from service.keyfiles import UnsafeKey, make_key
from service.log.errors import Malformed
from service.settings import Settings
from service.tokens import Tokens

WIDTH = 140
"""How wide tables are where no terminal says."""

LOCAL = "http://127.0.0.1:8000"
FOUNDING = Path(__file__).parent.parent / "seeds" / "ua-ru-2025.yaml"
SHOWN = "agreement-1000"
"""The label of the development whose history the demonstration shows."""

app = typer.Typer(
    help="Depositary: an event-sourced record of diplomatic developments.", no_args_is_help=True
)
tokens_app = typer.Typer(help="Who may write.", no_args_is_help=True)
app.add_typer(tokens_app, name="tokens")
keys_app = typer.Typer(help="What the log is signed with.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
errors = Console(stderr=True)
console = Console()
if not console.is_terminal:
    console = Console(width=WIDTH)

Database = Annotated[Path | None, typer.Option(help="The SQLite file of the record; else SQLITE_DBNAME.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Token = Annotated[str, typer.Option(envvar="DEPOSITARY_TOKEN", help="A token of the service.")]
Url = Annotated[str, typer.Option(envvar="DEPOSITARY_URL", help="The service.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65_535)]


def _settings(database: Path | None) -> Settings:
    settings = Settings() if database is None else Settings(SQLITE_DBNAME=database)
    settings.database.parent.mkdir(parents=True, exist_ok=True)
    return settings


def _fail(message: str) -> typer.Exit:
    errors.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(1)


@app.command()
def serve(database: Database = None, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve the record over HTTP until interrupted."""
    import uvicorn

    from service.app import create_app

    uvicorn.run(create_app(_settings(database)), host=host, port=port)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop after printing.")] = False,
    database: Annotated[Path, typer.Option(help="The SQLite file of the demonstration.")] = Path(
        "var/demo.db"
    ),
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Record the founding chronology through the API, show what it answers, and go on serving it."""
    from service.demo import show

    settings = _settings(database)
    token = Tokens(settings.tokens_file).issue("demo")
    if not settings.log_key_file.exists():
        make_key(settings.log_key_file, "demo.depositary.example/record")
    with _serving(settings, host, port) as url:
        console.print(f"Serving {database} at {url}, documentation at {url}/docs")
        console.print(
            f"Token for writing, as Authorization: Bearer …\n{token}\n", highlight=False, soft_wrap=True
        )
        with _talking(url, token) as client:
            played = _play(FOUNDING, client)
            show(console, client, played.dossier, played.ids[SHOWN])
        if not once:
            console.print(f"Serving at {url} until interrupted (Ctrl-C).")
            _until_stopped()


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A chronology; see seeds/README.md.")
    ],
    url: Url = LOCAL,
    token: Token = "",
) -> None:
    """Play a chronology to a running service. Played again, it records nothing twice."""
    with _talking(url, token) as client:
        played = _play(file, client)
    console.print(f"{len(played.ids)} developments of {played.dossier} are on record.")


@app.command()
def get(
    path: Annotated[str, typer.Argument(help="An address of the service: /v1/dossiers/ua-ru-2025/ceasefire")],
    query: Annotated[list[str] | None, typer.Argument(help="Parameters: as_of=2025-06-14")] = None,
    only: Annotated[str | None, typer.Option(help="One part of the answer: exchanges.stages")] = None,
    url: Url = LOCAL,
    token: Token = "",
) -> None:
    """Ask a running service something, and print its answer."""
    parameters = dict(parameter.partition("=")[::2] for parameter in query or [])
    with _talking(url, token) as client:
        _print(client.get(path, **parameters), only)


@app.command()
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
        raise _fail(f"the body is not JSON: {error}") from error
    with _talking(url, token) as client:
        _print(client.post(path, value, key=key, seen=seen), only)


@app.command()
def export(
    dossier: Annotated[str, typer.Argument(help="Its id.")],
    url: Url = LOCAL,
    token: Token = "",
) -> None:
    """Write a dossier to standard output as NDJSON: a line for itself, then one for each development."""
    with _talking(url, token) as client:
        for line in client.lines(f"/v1/dossiers/{dossier}/export"):
            sys.stdout.write(line + "\n")


@app.command()
def rebuild(database: Database = None) -> None:
    """Throw the views away and fold them from the events again, with progress shown."""
    from service.record import Record

    with Record(_settings(database).store_environment) as record, Progress(console=errors) as progress:
        task = progress.add_task("Folding events", total=None)
        record.versions.rebuild(lambda done, of: progress.update(task, completed=done, total=of))
        console.print(f"The views reflect position {record.store.max_notification_id()}.")


@tokens_app.command("issue")
def issue_token(
    principal: Annotated[str, typer.Argument(help="Whose it is: the name that goes into the record.")],
    database: Database = None,
) -> None:
    """Make a token for a principal, in place of the one it had, and print it once."""
    console.print(Tokens(_settings(database).tokens_file).issue(principal), highlight=False, soft_wrap=True)


@keys_app.command("new")
def new_key(
    name: Annotated[
        str, typer.Argument(help="The name of the log, for good: like an address, archive.example/record")
    ],
    database: Database = None,
) -> None:
    """Make the key that the log of a record is signed with, and print the public one.

    Give the public key to whoever is to verify the record, and let them keep it.
    """
    try:
        key = make_key(_settings(database).log_key_file, name)
    except (UnsafeKey, Malformed) as error:
        raise _fail(str(error)) from error
    console.print(key.verifier.format(), highlight=False, soft_wrap=True)


@contextmanager
def _talking(url: str, token: str) -> Iterator[Client]:
    """A client of a service, whose refusals end the command with its words."""
    with Client(url, token or None) as client:
        try:
            yield client
        except Refused as error:
            raise _fail(str(error)) from error
        except httpx2.TransportError as error:
            raise _fail(f"no service answers at {url}: {error}") from error


def _print(answer: Any, only: str | None) -> None:
    for step in only.split(".") if only else ():
        try:
            answer = answer[int(step)] if isinstance(answer, list) else answer[step]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise _fail(f"the answer has no {only!r}") from error
    if isinstance(answer, str):
        sys.stdout.write(answer + "\n")
    else:
        console.print_json(data=answer)


def _play(file: Path, client: Client) -> Played:
    try:
        steps = read(file)
        with Progress(console=errors, transient=True) as progress:
            task = progress.add_task(f"Recording {file.name}", total=len(steps))
            return play(steps, client, file.stem, lambda _: progress.advance(task))
    except UnreadableChronology as error:
        raise _fail(str(error)) from error


@contextmanager
def _serving(settings: Settings, host: str, port: int) -> Iterator[str]:
    from service.app import create_app
    from service.serving import listen, serving

    try:
        listening = listen(host, port)
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror}; choose another --port"
        raise _fail(message) from error
    with serving(create_app(settings), listening) as url:
        yield url


def _until_stopped() -> None:
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
