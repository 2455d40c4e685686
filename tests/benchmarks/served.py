"""Services as processes of their own, started the way `depositary serve` starts one.

`python -m tests.benchmarks.served noop|stock PORT` serves an application that is ours to compare with.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen
from uuid import UUID

from fastapi import APIRouter, Body, Depends, FastAPI, Query, Response

from domain.developments import Development
from service.answers import Recorded
from service.api.asking import DossierId
from service.api.authorising import reader
from service.api.calling import CallerOf, RecordOf, TransparencyOf, ViewsOf
from service.api.developments import recorded
from service.api.memento import TimeGate
from service.api.pages import FoldedQuery
from service.api.strict import StrictRoute
from service.app import create_app
from service.clock import system_clock
from service.record import Receipt
from service.serving import NotStarted, listen, serve
from service.settings import Settings
from tests.benchmarks import stock
from tests.benchmarks.load import ROOT
from tests.tokens import token_for

SERVE = ("-c", "from service.cli import app; app()", "serve", "--port")
NOOP = ("-m", "tests.benchmarks.served", "noop")
STOCK = ("-m", "tests.benchmarks.served", "stock")
PATIENCE = 120.0
SOMEBODY = UUID(int=7, version=4)

noop = APIRouter(prefix="/noop", route_class=StrictRoute, include_in_schema=False)


@noop.post("/dossiers/{dossier}/developments", status_code=201)
def store_nothing(
    dossier: DossierId,
    body: Annotated[Development, Body()],
    record: RecordOf,
    caller: CallerOf,
    response: Response,
) -> Recorded:
    """Take all that recording a development takes, and store nothing."""
    return recorded(Receipt(SOMEBODY, body.kind, body.kind, 1, 1, system_clock()), response)


@noop.get("/dossiers/{dossier}/view", dependencies=[Depends(reader)])
def look_nothing_up(
    dossier: DossierId,
    views: ViewsOf,
    log: TransparencyOf,
    query: Annotated[FoldedQuery, Query()],
    gate: TimeGate,
) -> dict[str, str]:
    """Take all that a view takes, and look nothing up."""
    return {"dossier": dossier}


def with_noop() -> FastAPI:
    """The service, with routes beside its own that do nothing."""
    app = create_app()
    app.include_router(noop)
    return app


@dataclass(frozen=True)
class Service:
    """A service that runs."""

    port: int
    process: "subprocess.Popen[bytes]"
    token: str
    log: Path

    @property
    def peak(self) -> float:
        """The most memory that it has ever held, in megabytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1_024

    def get(self, path: str) -> bytes:
        """What it answers."""
        with urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
            content: bytes = answer.read()
            return content


@contextmanager
def serving(
    what: tuple[str, ...], file: Path, env: Mapping[str, str] | None = None, *, ready: str = "/openapi.json"
) -> Iterator[Service]:
    """A service of its own process while the block runs; it has answered `ready` once when it begins."""
    with started(what, file, env) as service:
        wait_for(service, ready)
        yield service


@contextmanager
def started(what: tuple[str, ...], file: Path, env: Mapping[str, str] | None = None) -> Iterator[Service]:
    """The same, as soon as its process is there."""
    with listen("127.0.0.1") as listening:
        port = listening.getsockname()[1]
    given = {**os.environ, "PYTHONPATH": str(ROOT), "SQLITE_DBNAME": str(file), **(env or {})}
    log = file.with_name(f"{file.name}.{port}.out")
    # The stock application has no tokens, and its file is to hold nothing but its own tables.
    settings = Settings.of(given.get("DEPOSITARY_DSN") or file)
    token = "" if what == STOCK else token_for(settings, f"bench-{port}")
    with log.open("wb") as out:
        command = [sys.executable, *what, str(port)]
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, env=given)
    try:
        yield Service(port, process, token, log)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        log.unlink(missing_ok=True)


def wait_for(service: Service, path: str) -> bytes:
    """Ask until it answers; raise `NotStarted` where it does not."""
    until = monotonic() + PATIENCE
    while True:
        try:
            return service.get(path)
        except HTTPError:
            raise
        except URLError:
            if service.process.poll() is not None or monotonic() > until:
                raise NotStarted(service.log.read_text()) from None
            sleep(0.002)


def main(which: str, port: str) -> None:
    """Serve one of the applications, as `depositary serve` does."""
    apps: dict[str, Any] = {
        "noop": with_noop,
        "stock": lambda: stock.create_app(
            {name: value for name, value in os.environ.items() if name.startswith(("PERS", "SQL", "POST"))}
        ),
    }
    serve(apps[which](), "127.0.0.1", int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
