"""A replicated PostgreSQL of three nodes, run by Patroni from the files of `deploy/`, on this machine.

    with cluster() as nodes:
        psycopg.connect(nodes.dsn)
        dead = nodes.kill_primary()
        nodes.wait_for_leader()
        nodes.revive(dead)
        nodes.wait_until_redundant()

Every node has a loopback address of its own, so the ports are those of a deployment, and no connection of
others can sit on the port of a node that is down. A node's processes are known by the folder they work in.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import SystemRandom
from secrets import token_hex
from socket import create_server
from time import monotonic, sleep
from typing import Any

import httpx2
from psycopg.conninfo import make_conninfo

from tests.cluster.parts import PATIENCE, NotInTime, Part, processes_in
from tests.postgres import as_child, folder

DEPLOY = Path(__file__).parents[2] / "deploy"
NAMES = ("postgres1", "postgres2", "postgres3")
PASSWORDS = (
    "PATRONI_SUPERUSER_PASSWORD",
    "PATRONI_REPLICATION_PASSWORD",
    "PATRONI_REWIND_PASSWORD",
    "PATRONI_RESTAPI_PASSWORD",
    "DEPOSITARY_DATABASE_PASSWORD",
)


def settings_in(file: Path) -> dict[str, str]:
    """What a file of variables sets, as compose and systemd read it."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


# The cluster


@dataclass
class Cluster:
    """Three nodes and one etcd. All that waits raises NotInTime when it has waited long enough."""

    etcd: Part
    nodes: list[Part]
    password: str
    down: set[str] = field(default_factory=set)

    @property
    def dsn(self) -> str:
        """The DSN that the service is deployed with, for these nodes: it finds the primary."""
        return self._dsn("DEPOSITARY_DSN")

    @property
    def read_dsn(self) -> str:
        """The DSN for reads: it finds a standby if there is one."""
        return self._dsn("DEPOSITARY_READ_DSN")

    def _dsn(self, name: str) -> str:
        deployed = settings_in(DEPLOY / "service.env")[name]
        return make_conninfo(deployed, host=self.hosts, password=self.password)

    @property
    def hosts(self) -> str:
        """The nodes' addresses, as a DSN lists them."""
        return ",".join(node.address for node in self.nodes)

    def primary(self) -> Part | None:
        """The node that holds the lease and takes writes, if there is one at this moment."""
        for node in self.nodes:
            answer = node.ask("/primary") if node.name not in self.down else None
            if answer is not None and answer.status_code == httpx2.codes.OK:
                return node
        return None

    def wait_for_leader(self, other_than: Part | None = None) -> Part:
        """Wait until there is a primary, or another one than that; which node it is."""

        def leader() -> Part | None:
            found = self.primary()
            return None if found is other_than else found

        return self._wait(leader, "no node became primary")

    def roles(self) -> dict[str, tuple[str, str]]:
        """By name, each node's role and state, as the primary sees them; none without a primary."""
        node = self.primary()
        answer = node.ask("/cluster") if node else None
        members = answer.json()["members"] if answer is not None and answer.is_success else []
        return {member["name"]: (member["role"], member["state"]) for member in members}

    def wait_until_redundant(self) -> None:
        """Wait until all nodes are up and one may take over: until then a second death stops the writing."""
        whole = sorted([("leader", "running"), ("sync_standby", "streaming"), ("replica", "streaming")])
        self._wait(lambda: sorted(self.roles().values()) == whole, "not every standby came to follow")

    def kill(self, node: Part) -> Part:
        """Cut the power of a node, PostgreSQL and Patroni alike; the node, to be revived later."""
        self.down.add(node.name)
        node.kill()
        return node

    def kill_primary(self) -> Part:
        """Cut the power of the node that takes writes; the node."""
        return self.kill(self.wait_for_leader())

    def crash_postgres(self) -> Part:
        """Kill PostgreSQL on the primary while its Patroni lives; the node."""
        node = self.wait_for_leader()
        os.kill(int((node.home / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        return node

    def silence_primary(self) -> None:
        """Stop what the primary sends to its standbys: nobody is told of what it writes from now on."""
        for process in processes_in(self.wait_for_leader().home):
            with suppress(OSError):
                if b"walsender" in Path(f"/proc/{process}/cmdline").read_bytes():
                    os.kill(process, signal.SIGSTOP)

    def freeze_primary(self) -> Part:
        """Have the node hang, as one does whose disk does not answer: its connections stay open; the node."""
        node = self.wait_for_leader()
        self.down.add(node.name)
        node.signal(signal.SIGSTOP)
        return node

    def thaw(self, node: Part) -> None:
        """Have it go on where it stood: for a moment it does not know that it is the primary no more."""
        node.signal(signal.SIGCONT)
        self.down.discard(node.name)

    def revive(self, node: Part) -> None:
        """Start a killed node again, on the data that it has."""
        node.start()
        self.down.discard(node.name)

    def stop(self) -> None:
        """End everything. Nothing of it is kept, so nobody is asked to leave in order."""
        for part in (*self.nodes, self.etcd):
            part.kill()

    def _wait(self, holds: Callable[[], Any], otherwise: str) -> Any:
        until = monotonic() + PATIENCE
        while not (found := holds()):
            parts = (self.etcd, *self.nodes)
            if monotonic() > until or any(part.has_ended() for part in parts if part.name not in self.down):
                logs = "\n".join(f"{part.name}:\n{part.log(4000)}" for part in parts)
                raise NotInTime(f"{otherwise}\n{logs}")
            sleep(0.1)
        return found


# Starting it


def etcd_binary() -> str:
    """Where etcd is: in the virtual environment, where `make test` puts Debian's, or on the PATH."""
    found = shutil.which("etcd", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if found is None:
        raise FileNotFoundError("etcd is not there: make test gets it, or install Debian's etcd-server")
    return found


def free_network() -> str:
    """The first three numbers of loopback addresses that nobody listens on."""
    while True:
        lots = SystemRandom()
        network = f"127.{lots.randint(1, 254)}.{lots.randint(0, 255)}"
        with suppress(OSError), create_server((f"{network}.1", 5432)):
            return network


def etcd(home: Path, address: str) -> Part:
    """One etcd, which is enough for tests: they do not kill it; not started."""
    peers, clients = f"http://{address}:2380", f"http://{address}:2379"
    variables = settings_in(DEPLOY / "etcd.env") | {
        "ETCD_NAME": "etcd1",
        "ETCD_DATA_DIR": str(home / "data"),
        "ETCD_LISTEN_PEER_URLS": peers,
        "ETCD_INITIAL_ADVERTISE_PEER_URLS": peers,
        "ETCD_INITIAL_CLUSTER": f"etcd1={peers}",
        "ETCD_LISTEN_CLIENT_URLS": clients,
        "ETCD_ADVERTISE_CLIENT_URLS": clients,
    }
    return Part("etcd1", address, home, as_child(etcd_binary(), at_our_death="KILL"), variables)


def node(name: str, address: str, home: Path, etcd_address: str, passwords: dict[str, str]) -> Part:
    """A node as it is deployed, but for its address and folder; not started."""
    for source in ("patroni.yml", "create_database.sh"):
        shutil.copy(DEPLOY / source, home)
    (home / "config").mkdir()
    shutil.move(home / "patroni.yml", home / "config" / "1.yml")
    shutil.copy(Path(__file__).with_name("quick.yml"), home / "config" / "2.yml")
    variables = passwords | {
        "PATRONI_ETCD3_HOSTS": f"{etcd_address}:2379",
        "PATRONI_NAME": name,
        "PATRONI_RESTAPI_LISTEN": f"{address}:8008",
        "PATRONI_RESTAPI_CONNECT_ADDRESS": f"{address}:8008",
        "PATRONI_POSTGRESQL_LISTEN": f"{address}:5432",
        "PATRONI_POSTGRESQL_CONNECT_ADDRESS": f"{address}:5432",
        "PATRONI_POSTGRESQL_DATA_DIR": str(home / "data"),
        "PATRONI_POSTGRESQL_PGPASS": str(home / "pgpass"),
    }
    command = as_child(sys.executable, "-m", "patroni", home / "config", at_our_death="TERM")
    return Part(name, address, home, command, variables)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Three nodes that are up and follow each other; all of it ends with the block."""
    with ExitStack() as ends:
        homes = [ends.enter_context(folder(name)) for name in ("etcd", *NAMES)]
        network, passwords = free_network(), {name: token_hex(16) for name in PASSWORDS}
        agreeing = etcd(homes[0], f"{network}.100")
        nodes = [
            node(name, f"{network}.{number}", home, agreeing.address, passwords)
            for number, (name, home) in enumerate(zip(NAMES, homes[1:], strict=True), start=1)
        ]
        started = Cluster(agreeing, nodes, passwords["DEPOSITARY_DATABASE_PASSWORD"])
        ends.callback(started.stop)
        for part in (agreeing, *nodes):
            part.start()
        started.wait_until_redundant()
        yield started
