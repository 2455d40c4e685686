"""Service processes as operators start them, on the database of a cluster."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2
from psycopg.conninfo import make_conninfo

from service.keyfiles import make_key
from service.settings import Settings
from tests.cluster.nodes import DEPLOY, Cluster, settings_in
from tests.cluster.parts import PATIENCE, NotInTime, Part
from tests.postgres import as_child, folder
from tests.tokens import token_for

ROOT = DEPLOY.parent
LOG = "solace.example/record"
KEPT = {"DEPOSITARY_LOG_KEY": "log.key", "DEPOSITARY_WITNESSES": "witnesses"}
"""What all processes share, by its variable."""


@dataclass(frozen=True)
class Services:
    """Processes that serve one record; who may write to it, and the public key of its log."""

    urls: Sequence[str]
    token: str
    key: str


@contextmanager
def services(nodes: Cluster, count: int = 2) -> Iterator[Services]:
    """So many, started at once on whatever the database holds; they end with the block."""
    with ExitStack() as ends:
        shared, *homes = [ends.enter_context(folder("service")) for _ in range(count + 1)]
        key = make_key(shared / KEPT["DEPOSITARY_LOG_KEY"], LOG).verifier.format()
        token = token_for(Settings(dsn=_dsn(nodes)), "archivist")
        network = nodes.etcd.address.rpartition(".")[0]
        parts = [_service(nodes, shared, home, f"{network}.{200 + n}") for n, home in enumerate(homes)]
        for part in parts:
            part.start()
            ends.callback(part.kill)
        yield Services([_ready(part) for part in parts], token, key)


def _dsn(nodes: Cluster) -> str:
    """How a process finds whichever node is the primary."""
    deployed = settings_in(DEPLOY / "service.env")["DEPOSITARY_DSN"]
    return make_conninfo(deployed, host=nodes.hosts, password=nodes.password)


def _service(nodes: Cluster, shared: Path, home: Path, address: str) -> Part:
    """A process as it is deployed, but for its address and folders; not started."""
    deployed = settings_in(DEPLOY / "service.env")
    variables = {
        **deployed,
        **{name: make_conninfo(dsn, host=nodes.hosts) for name, dsn in deployed.items() if "DSN" in name},
        **{name: str(shared / file) for name, file in KEPT.items()},
        "PGPASSWORD": nodes.password,
        "PYTHONPATH": str(ROOT),
    }
    program = Path(sys.executable).with_name("depositary")
    command = as_child(program, "serve", "--host", address, "--port", "8000", at_our_death="KILL")
    return Part(f"service at {address}", address, home, command, variables)


def _ready(part: Part) -> str:
    """The address of one that answers."""
    url, until = f"http://{part.address}:8000", monotonic() + PATIENCE
    while True:
        with suppress(httpx2.TransportError):
            httpx2.get(f"{url}/problems", trust_env=False).raise_for_status()
            return url
        if monotonic() > until or part.has_ended():
            raise NotInTime(f"{part.name} does not serve:\n{part.log(4000)}")
        sleep(0.05)
