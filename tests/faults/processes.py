"""The processes of one record, each of which can be killed at any instant and comes back."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2

from service.keyfiles import make_key
from service.serving import listen
from tests.cluster.parts import NotInTime, Part
from tests.cluster.services import LOG, Services
from tests.postgres import Postmaster, folder
from tests.service.recording import ROOT
from tests.service.stores import settings_for
from tests.tokens import token_for

HOST = "127.0.0.1"
PATIENCE = 60.0
"""Seconds in which a service is to serve."""


@dataclass(frozen=True)
class House:
    """Two services over one record, a rebuild of its views beside them, and the server that keeps it."""

    services: tuple[Part, Part]
    rebuilder: Part
    running: Services
    postmaster: Postmaster | None

    @property
    def parts(self) -> list[Part]:
        """All processes of the record's own."""
        return [*self.services, self.rebuilder]

    @property
    def rebuilds(self) -> int:
        """How often the views were folded anew to the end."""
        return self.rebuilder.log().count("rebuilt")


@contextmanager
def house(file: Path, postmaster: Postmaster | None = None) -> Iterator[House]:
    """All of it at work on the record that a file is, or names; it ends with the block."""
    settings = settings_for(file)
    key = make_key(settings.log_key_file, LOG).verifier.format()
    token = token_for(settings, "archivist")
    with ExitStack() as ends:
        homes = [ends.enter_context(folder(name)) for name in ("service", "service", "rebuilder")]
        ports = [_free_port() for _ in range(2)]
        one, other = (serving(home, file, port) for home, port in zip(homes, ports, strict=False))
        rebuilder = _part("the rebuild", homes[2], file, "-m", "tests.faults.rebuilder", str(file))
        for part in (one, other, rebuilder):
            ends.callback(part.kill)
            part.start()
        urls = [wait_until_it_serves(one, ports[0]), wait_until_it_serves(other, ports[1])]
        yield House((one, other), rebuilder, Services(urls, token, key), postmaster)


@contextmanager
def served(file: Path, *wrapped_in: str) -> Iterator[tuple[str, Part]]:
    """A service by itself, within another command if need be: its address, and its process."""
    port = _free_port()
    with folder("service") as home:
        part = serving(home, file, port)
        part.command[:0] = wrapped_in
        try:
            part.start()
            yield wait_until_it_serves(part, port), part
        finally:
            part.kill()


def serving(home: Path, file: Path, port: int, **variables: str) -> Part:
    """A service as it is started by hand, whose log is signed twenty times a second; not started yet."""
    program = str(Path(sys.executable).with_name("depositary"))
    often = {"DEPOSITARY_CHECKPOINT_EVERY": "0.05"}
    command = (program, "serve", "--host", HOST, "--port", str(port))
    return _part(f"the service on port {port}", home, file, *command, **often, **variables)


def _part(name: str, home: Path, file: Path, *command: str, **variables: str) -> Part:
    settings = settings_for(file)
    given = {
        **settings.store_environment,
        "DEPOSITARY_LOG_KEY": str(settings.log_key_file),
        "PYTHONPATH": str(ROOT),
    }
    return Part(name, HOST, home, [sys.executable, *command], {**given, **variables})


def _free_port() -> int:
    with listen(HOST) as listening:
        port: int = listening.getsockname()[1]
        return port


def wait_until_it_serves(part: Part, port: int) -> str:
    """The address of a service, once it answers."""
    url, until = f"http://{HOST}:{port}", monotonic() + PATIENCE
    while monotonic() < until and not part.has_ended():
        try:
            httpx2.get(f"{url}/v1/kinds", timeout=2, trust_env=False)
        except httpx2.TransportError:
            sleep(0.02)
        else:
            return url
    raise NotInTime(f"{part.name} does not serve:\n{part.log(4000)}")
