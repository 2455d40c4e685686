"""Two services on one record, killed at random instants under load: nothing acknowledged is lost or doubled.

Hands record and amend, others import, a tailer follows, checkpoints are signed and fetched, and the views
are folded anew all the time. `DEPOSITARY_TEST_KILLS` says how often something is killed (3 times for each
engine), in rounds of 20 with a record and a seed of their own, of which `DEPOSITARY_TEST_SEED` is the first.
"""

import os
from collections import Counter
from random import Random
from time import sleep

import psycopg
import pytest

from tests.cluster.callers import TEMPORARY
from tests.cluster.outcome import (
    assert_checkpoints_go_on,
    assert_repetitions_are_answered_as_the_first_time,
)
from tests.faults.deaths import OF_POSTGRES, OF_THE_RECORD
from tests.faults.load import Load
from tests.faults.outcome import assert_all_is_there_once, assert_it_verifies
from tests.faults.processes import house
from tests.postgres import own_postmaster
from tests.service.recording import wait_until
from tests.service.stores import NOTE

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("DEPOSITARY_TEST_KILLS", "3"))
FIRST = int(os.environ.get("DEPOSITARY_TEST_SEED", "1"))
A_ROUND = 20
HANDS = 6
LONGEST = 0.5
"""Seconds of work, at most, between an answer to each service's hands and a death."""
ROUNDS = [
    pytest.param(FIRST + number, min(A_ROUND, KILLS - done), id=f"seed-{FIRST + number}")
    for number, done in enumerate(range(0, KILLS, A_ROUND))
]
PASSING = {"ConnectError", "ReadError", "WriteError", "RemoteProtocolError", "JSONDecodeError", *TEMPORARY}
"""All that a caller meets while processes die."""


def die_again_and_again(house, load, lots, deaths, kills):
    """Have each way of dying take its turn, in an order of lots, each at an instant of work."""
    died, turns = Counter(), []
    for _ in range(kills):
        turns = turns or lots.sample(deaths, len(deaths))
        how = turns.pop()
        wait_until_all_work(load)
        sleep(lots.uniform(0, LONGEST))
        how(house, lots)
        died[how.__name__] += 1
    wait_until_all_work(load)
    return died


def wait_until_all_work(load):
    before = [len(hand.acknowledged) for hand in load.callers.hands]
    wait_until(
        lambda: all(
            len(hand.acknowledged) > had for hand, had in zip(load.callers.hands, before, strict=True)
        ),
        90,
    )


def kill_under_load(file, seed, deaths, kills, postmaster=None):
    """A round: the load, the deaths, and what came of it."""
    with house(file, postmaster) as home:
        load = Load(home.running, HANDS)
        with load.working():
            died = die_again_and_again(home, load, Random(seed), deaths, kills)
        events = assert_all_is_there_once(file, load)
        assert_repetitions_are_answered_as_the_first_time(load.callers, home.running)
        assert_checkpoints_go_on(load.callers, home.running)
        print(
            f"seed {seed}: {dict(died)}; {events} events, {len(load.acknowledged)} acknowledged and found, "
            f"{sum(hand.doubts for hand in load.callers.hands)} repeated after a death, "
            f"{sum(one.broken_off for one in load.importers)} imports broken off, {home.rebuilds} rebuilds; "
            f"met {dict(load.met)}"
        )
        assert load.callers.tailer.last == events
        assert load.met.keys() <= PASSING
        assert events > 10 * kills
        for part in home.parts:
            assert "Traceback" not in part.log() or home.postmaster, part.log(4000)
    assert_it_verifies(file, load, home.running.key)


@pytest.mark.sqlite
@pytest.mark.parametrize(("seed", "kills"), ROUNDS)
def test_a_file_whose_processes_are_killed_loses_and_doubles_nothing(tmp_path, seed, kills):
    kill_under_load(tmp_path / "record.db", seed, OF_THE_RECORD, kills)


@pytest.mark.postgres
@pytest.mark.parametrize(("seed", "kills"), ROUNDS)
def test_a_database_whose_server_and_services_are_killed_loses_and_doubles_nothing(tmp_path, seed, kills):
    file = tmp_path / "record.db"
    with own_postmaster() as postmaster:
        with psycopg.connect(postmaster.dsn, autocommit=True) as connection:
            connection.execute("CREATE DATABASE record")
        file.write_text(NOTE + psycopg.conninfo.make_conninfo(postmaster.dsn, dbname="record"))
        kill_under_load(file, seed, OF_POSTGRES, kills, postmaster)
