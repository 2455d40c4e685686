"""What runs in a folder of its own, on a loopback address of its own, and is ended as a whole."""

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import httpx2

from tests.postgres import binaries

PATIENCE = 60.0
"""How long anything that is waited for may take, in seconds: three times the lease of a dead primary."""


class NotInTime(Exception):
    """What was waited for did not come; the ends of the logs say why."""


def processes_in(home: Path) -> set[int]:
    """The processes that work in a folder or below it."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or it is not ours
            if (entry / "cwd").readlink().is_relative_to(home):
                found.add(int(entry.name))
    return found


def kill_all_in(home: Path) -> None:
    """As if the power had failed there: every process at once, and those that were just being started."""
    until = monotonic() + PATIENCE
    while found := processes_in(home):
        for process in found:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if monotonic() > until:
            raise NotInTime(f"{found} outlive SIGKILL")
        sleep(0.01)


@dataclass
class Part:
    """One thing that runs in a folder of its own: etcd, or a node."""

    name: str
    address: str
    home: Path
    command: list[str]
    variables: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again."""
        foreign = ("PATRONI", "PG", "ETCD")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        path = f"{binaries()}{os.pathsep}{os.environ['PATH']}"
        environment = kept | self.variables | {"PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.home, env=environment, stdout=log, stderr=log
            )

    def has_ended(self) -> bool:
        """Whether it gave up, which etcd and Patroni do only over what no waiting mends."""
        return self.process is not None and self.process.poll() is not None

    def kill(self) -> None:
        """End all of it, without warning."""
        kill_all_in(self.home)
        if self.process is not None:
            self.process.wait()

    def signal(self, number: int) -> None:
        """Send all of it a signal."""
        for process in processes_in(self.home):
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def log(self, last: int = 0) -> str:
        """What it has written, or the end of that."""
        return (self.home / "log").read_text(encoding="utf-8", errors="replace")[-last:]

    def ask(self, path: str) -> httpx2.Response | None:
        """What Patroni answers, or nothing if it does not."""
        with suppress(httpx2.TransportError):
            return httpx2.get(f"http://{self.address}:8008{path}", timeout=2, trust_env=False)
        return None
