"""The primary dies in the middle of writing, again and again, and nothing that was acknowledged is lost.

`DEPOSITARY_TEST_KILLS` says how often (2). Every death costs the lease of the dead primary, about 20 seconds.
"""

import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from threading import Event
from time import monotonic, sleep

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.cluster.nodes import cluster
from tests.cluster.parts import PATIENCE
from tests.service.recording import wait_until

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("DEPOSITARY_TEST_KILLS", "2"))
WRITERS = 8
REWOUND = "pg_rewind exit code=0"


@pytest.fixture(scope="module")
def running():
    with cluster() as started:
        yield started


@pytest.fixture
def nodes(running):
    with psycopg.connect(running.dsn) as connection:
        connection.execute("DROP TABLE IF EXISTS entries")
        connection.execute("CREATE TABLE entries (writer int, number int, PRIMARY KEY (writer, number))")
    return running


class Writing:
    """Writers who go on until they are told to stop, and what was acknowledged to them, when."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.over = Event()
        self.acknowledged: list[tuple[tuple[int, int], float]] = []

    def write(self, writer: int) -> None:
        """Insert row after row; whatever came of the last one, it is sent again until it is acknowledged."""
        number = 0
        until = monotonic() + KILLS * 3 * PATIENCE
        while not self.over.is_set() and monotonic() < until:
            try:
                with psycopg.connect(self.dsn, autocommit=True) as connection:
                    while not self.over.is_set():
                        insert(connection, writer, number)
                        self.acknowledged.append(((writer, number), monotonic()))
                        number += 1
            except psycopg.OperationalError:
                sleep(0.05)

    def silence_since(self, moment: float) -> float:
        """The longest time in which nothing was acknowledged, in seconds."""
        moments = sorted(when for _, when in self.acknowledged if when > moment)
        return max(later - earlier for earlier, later in pairwise([moment, *moments]))


REPEATABLE = """
    INSERT INTO entries VALUES (%s, %s)
    ON CONFLICT (writer, number) DO UPDATE SET number = excluded.number
"""
"""A row whose acknowledgement was lost is not written twice. It is touched, since only what
changes something waits for a standby: that the row is here does not say that another node has it."""


def insert(connection, writer, number):
    connection.execute(REPEATABLE, (writer, number))


@contextmanager
def writing(dsn):
    """All the writers at work during the block; an error of any of them is raised after it."""
    work = Writing(dsn)
    with ThreadPoolExecutor(WRITERS) as pool:
        hands = [pool.submit(work.write, writer) for writer in range(WRITERS)]
        try:
            yield work
        finally:
            work.over.set()
    for hand in hands:
        hand.result()


def rows_on(node, dsn):
    """What one node has, be it primary or standby."""
    own = make_conninfo(dsn, host=node.address, target_session_attrs="any")
    with psycopg.connect(own) as connection:
        return connection.execute("SELECT writer, number FROM entries").fetchall()


def write_what_nobody_is_told_of(nodes, number):
    """On the primary alone: what it sends to its standbys is stopped first."""
    with psycopg.connect(nodes.dsn, autocommit=True) as connection:
        for (sender,) in connection.execute("SELECT pid FROM pg_stat_replication").fetchall():
            os.kill(sender, signal.SIGSTOP)
        connection.execute("SET synchronous_commit = local")
        insert(connection, -1, number)


def die_and_come_back(nodes, work, number):
    """One death in the middle of writing, and the dead node's return as a standby."""
    write_what_nobody_is_told_of(nodes, number)
    moment = monotonic()
    dead = nodes.kill_primary()
    rewound = dead.log().count(REWOUND)
    nodes.wait_for_leader()
    revived = monotonic()
    nodes.revive(dead)
    nodes.wait_until_redundant()
    back = monotonic() - revived
    silence = work.silence_since(moment)
    print(f"{dead.name} died: no writing for {silence:.1f} s, a standby again {back:.1f} s later")
    assert dead.log().count(REWOUND) == rewound + 1
    assert nodes.primary() is not dead


def test_nothing_acknowledged_is_lost_however_often_the_primary_dies(nodes):
    with writing(nodes.dsn) as work:
        for number in range(KILLS):
            sleep(1)
            die_and_come_back(nodes, work, number)
        sleep(1)

    acknowledged = Counter(row for row, _ in work.acknowledged)
    print(f"{acknowledged.total()} rows acknowledged")
    assert {writer for writer, _ in acknowledged} == set(range(WRITERS))
    for node in nodes.nodes:
        wait_until(lambda node=node: Counter(rows_on(node, nodes.dsn)) == acknowledged)


def test_reads_find_a_standby(nodes):
    with psycopg.connect(nodes.read_dsn) as connection:
        assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)


def test_what_no_standby_has_is_not_acknowledged(nodes):
    with writing(nodes.dsn) as work:
        sleep(1)
        primary = nodes.wait_for_leader()
        standbys = [nodes.kill(node) for node in nodes.nodes if node is not primary]
        moment = monotonic()
        sleep(3)
        alone = [row for row, when in work.acknowledged if when > moment]
        for node in standbys:
            nodes.revive(node)
        nodes.wait_until_redundant()

    assert alone == []
    assert nodes.primary() is primary


def test_a_crash_of_postgres_alone_is_answered_within_seconds(nodes):
    with writing(nodes.dsn) as work:
        sleep(1)
        moment = monotonic()
        crashed = nodes.crash_postgres()
        nodes.wait_for_leader(other_than=crashed)
        replaced = monotonic()
        wait_until(lambda: work.acknowledged[-1][1] > replaced, PATIENCE)
    silence = work.silence_since(moment)
    print(f"PostgreSQL crashed on {crashed.name}: no writing for {silence:.1f} s")

    assert silence < 10
