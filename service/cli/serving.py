"""Commands that serve a record, demonstrate one, or fold its views again."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from service.cli.access import issue
from service.cli.asking import play_file
from service.cli.lazily import examples
from service.cli.reaching import talking
from service.cli.terms import (
    NOT_CARRIED_OUT,
    AsJson,
    Database,
    Host,
    Port,
    console,
    errors,
    fail,
    opened,
    print_json,
    settings_of,
)
from service.clock import Clock, SetClock
from service.keyfiles import make_key
from service.settings import Settings

SEEDS = Path(__file__).parents[2] / "seeds"
FOUNDING = SEEDS / "ua-ru-2025.yaml"
KNOWN_OVER_TIME = SEEDS / "ferry-2021.yaml"
"""An invented one, recorded as if each of its steps had been told on the day that it names."""
SHOWN = "agreement-1000"
"""The label of the development whose history the demonstration shows."""


@examples("depositary serve --at lake.db --port 8000")
def serve(database: Database = None, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve the record over HTTP until interrupted."""
    from service.app import create_app
    from service.logs import log_to_errors
    from service.serving import serve as serve_app

    settings = settings_of(database)
    if not (settings.tls_in_front or is_loopback(host)):
        raise fail(
            f"{host} is open to others, and what they send here, tokens too, can be read on the way: serve "
            "on 127.0.0.1, or say that something in front ends TLS, by DEPOSITARY_TLS_IN_FRONT=true",
            NOT_CARRIED_OUT,
        )
    log_to_errors(settings.log_format, settings.log_level)  # What is logged before it serves reads alike.
    with opened(settings):
        pass  # What keeps it from opening is said here in words, and not by the server as a fault.
    serve_app(create_app(settings), host, port, settings)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@examples("depositary demo --once --port 0")
def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop after printing.")] = False,
    database: Annotated[Path, typer.Option(help="The SQLite file of the demonstration.")] = Path(
        "var/demo.db"
    ),
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Record the founding chronology through the API, show what it answers, and go on serving it.

    An invented one stands beside it, recorded by a clock that is set to the days on which it was told.
    """
    from service.demo import show

    settings, clock = settings_of(database), SetClock()
    token = issue(settings, "demo")
    if not settings.log_key_file.exists():
        make_key(settings.log_key_file, "demo.depositary.example/record")
    with _serving(settings, host, port, clock) as url:
        console.print(f"Serving {database} at {url}, documentation at {url}/docs")
        console.print(
            f"Token for writing, as Authorization: Bearer …\n{token}\n", highlight=False, soft_wrap=True
        )
        with talking(url, token) as client:
            play_file(KNOWN_OVER_TIME, client, clock.set)
            clock.set(None)
            played = play_file(FOUNDING, client)
            show(console, client, played.dossier, played.ids[SHOWN])
        if not once:
            console.print(f"Serving at {url} until interrupted (Ctrl-C).")
            _until_stopped()


@examples("depositary rebuild --at var/demo.db")
def rebuild(database: Database = None, as_json: AsJson = False) -> None:
    """Fold the views from the events anew, while services go on from the old ones; then swap them.

    It goes on where it was broken off. Progress and rate are shown.
    """
    from service.serving import rest_collector

    rest_collector()

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors) as progress:
        task = progress.add_task("Folding events", total=None)

        def told(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        with opened(settings_of(database), told) as record:
            record.rebuild(told)
            position = record.store.max_notification_id()
    if as_json:
        print_json({"position": position})
    else:
        console.print(f"The views reflect position {position}.")


class Rate(ProgressColumn):
    """How many events a second."""

    def render(self, task: Task) -> Text:
        """The rate of late, once there is one."""
        return Text(f"{task.speed:,.0f} events/s" if task.speed else "")


@contextmanager
def _serving(settings: Settings, host: str, port: int, clock: Clock) -> Iterator[str]:
    from service.app import create_app
    from service.serving import listen, serving

    try:
        listening = listen(host, port)
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror}; choose another --port"
        raise fail(message, NOT_CARRIED_OUT) from error
    with serving(create_app(settings, clock), listening) as url:
        yield url


def _until_stopped() -> None:
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    stopped.wait()
