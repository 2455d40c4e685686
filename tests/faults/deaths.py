"""How the processes of a record die: each takes one that lots have chosen, and starts it again."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from random import Random

import psycopg

from tests.cluster.parts import kill_all_in
from tests.faults.processes import House

BACKENDS = """SELECT pid FROM pg_stat_activity WHERE application_name = 'depositary'
    AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""


def one_service(house: House, lots: Random) -> None:
    """One of the two, while the other goes on."""
    part = lots.choice(house.services)
    part.kill()
    part.start()


def everything(house: House, lots: Random) -> None:
    """All processes of the record's own, one right after the other: nobody is left who has it open."""
    order = lots.sample(house.parts, len(house.parts))
    for part in order:
        part.kill()
    for part in order:
        part.start()


def the_rebuild(house: House, lots: Random) -> None:
    """The process that folds the views anew; it goes on where it was broken off."""
    house.rebuilder.kill()
    house.rebuilder.start()


def one_backend(house: House, lots: Random) -> None:
    """A process of the server's that serves one connection: the server ends all others, and recovers."""
    assert house.postmaster is not None
    with psycopg.connect(house.postmaster.dsn, autocommit=True) as connection:
        backends = [pid for (pid,) in connection.execute(BACKENDS).fetchall()]
    if backends:
        with suppress(ProcessLookupError):
            os.kill(lots.choice(backends), signal.SIGKILL)


def the_server(house: House, lots: Random) -> None:
    """Every process of the server, as if the power had failed."""
    assert house.postmaster is not None
    kill_all_in(house.postmaster.home)
    house.postmaster.start()


Death = Callable[[House, Random], None]
OF_THE_RECORD: tuple[Death, ...] = (one_service, everything, the_rebuild)
OF_POSTGRES: tuple[Death, ...] = (one_service, the_server, one_backend, everything, the_rebuild)
