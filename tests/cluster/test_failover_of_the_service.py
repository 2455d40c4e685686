"""Two services, 64 writers, and a primary that dies in the middle of it, again and again.

Nothing that was acknowledged is lost, nothing is there twice, whoever follows misses nothing, and the log
goes on from every checkpoint that was fetched. `DEPOSITARY_TEST_KILLS` says how often the primary dies (2).
"""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.cluster.callers import TEMPORARY, Callers
from tests.cluster.nodes import cluster
from tests.cluster.outcome import (
    assert_all_is_there_once,
    assert_checkpoints_go_on,
    assert_repetitions_are_answered_as_the_first_time,
)
from tests.cluster.parts import PATIENCE
from tests.cluster.services import services
from tests.service.recording import ROOT, wait_until

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("DEPOSITARY_TEST_KILLS", "2"))
WRITERS = 64


@pytest.fixture(scope="module")
def nodes():
    with cluster() as started:
        yield started


# Deaths


def kill_the_node(nodes, callers):
    """In the middle of a commit that no standby will ever hear of; the node comes back as a standby."""
    nodes.silence_primary()
    sleep(0.5)
    dead = nodes.kill_primary()
    nodes.wait_for_leader()
    nodes.revive(dead)
    return dead


def crash_postgres(nodes, callers):
    """Its Patroni lives, and gives up the lease at once; the same node may get it again."""
    crashed = nodes.crash_postgres()
    wait_until(lambda: nodes.primary() is not crashed)
    nodes.wait_for_leader()
    return crashed


def freeze_the_node(nodes, callers):
    """Its connections stay open, and the services give them up; then it goes on, not knowing."""
    frozen = nodes.freeze_primary()
    nodes.wait_for_leader()
    replaced = monotonic()
    wait_until(lambda: callers.acknowledged[-1].at > replaced, PATIENCE)
    nodes.thaw(frozen)
    return frozen


DEATHS = (kill_the_node, crash_postgres, freeze_the_node)


def die_again_and_again(nodes, callers):
    for number in range(KILLS):
        sleep(2)
        began = monotonic()
        how = DEATHS[number % len(DEATHS)]
        victim = how(nodes, callers)
        nodes.wait_until_redundant()
        print(f"{number + 1}. {how.__name__} {victim.name}: {silences(callers, began)}")
    sleep(2)


def silences(callers, began):
    """The longest time in which nobody was answered since then, and that of one write."""
    since = [one for one in callers.acknowledged if one.at > began]
    longest = max(later - earlier for earlier, later in pairwise([began, *(one.at for one in since)]))
    return f"no answer for {longest:.1f} s, longest wait of a write {max(one.waited for one in since):.1f} s"


# What came of it


def assert_every_standby_has_it(nodes):
    def extent(node):
        own = make_conninfo(nodes.dsn, host=node.address, target_session_attrs="any")
        with psycopg.connect(own) as connection:
            return connection.execute("SELECT count(*), max(position) FROM stored_events").fetchone()

    expected = extent(nodes.primary())
    for node in nodes.nodes:
        wait_until(lambda node=node: extent(node) == expected)


def depositary(*arguments):
    """What a command says that is to end well."""
    program = Path(sys.executable).with_name("depositary")
    told = subprocess.run(
        [program, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


def assert_the_record_verifies(nodes, callers, running, folder):
    assert f"{callers.tailer.last} events" in depositary("verify", nodes.dsn, "--key", running.key)
    first = folder / "checkpoint"
    first.write_text(callers.keeper.notes[0])
    assert "It holds" in depositary("audit", nodes.dsn, "--since", first, "--key", running.key)


def test_a_service_loses_nothing_when_the_primary_dies_again_and_again(nodes, tmp_path):
    with services(nodes) as running:
        callers = Callers.of(running, WRITERS)
        with callers.working():
            die_again_and_again(nodes, callers)

        assert all(hand.acknowledged for hand in callers.hands)
        assert_all_is_there_once(nodes.dsn, callers)
        assert_every_standby_has_it(nodes)
        assert_repetitions_are_answered_as_the_first_time(callers, running)
        assert_checkpoints_go_on(callers, running)
        assert_the_record_verifies(nodes, callers, running, tmp_path)
        assert set(callers.met) <= TEMPORARY
