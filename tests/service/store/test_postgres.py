"""What can happen to a record in PostgreSQL alone: connections are lost, before, amid and after a commit."""

from contextlib import contextmanager
from threading import Event
from time import monotonic, sleep

import psycopg
import pytest
from eventsourcing.persistence import OperationalError

from domain.errors import StaleVersion
from service.store.ports import Disconnected
from service.store.postgres import MOST_STRANDED, PostgresReads
from service.store.sessions import Primaries, connect
from tests.service.recording import (
    ADA,
    DOSSIER,
    assert_sound,
    at_once,
    caller,
    in_threads,
    labels,
    open_record,
    relabel,
    tell,
)
from tests.service.stores import dsn_of

pytestmark = pytest.mark.postgres

TERMINATE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'depositary' AND pid <> pg_backend_pid()"""


def lose_connections(record, when, times=1):
    """Have the writer lose its connection for so many times, `before` or `after` the server commits."""
    writing, left = record.store.database.writing, [times]

    def lose():
        if left[0]:
            left[0] -= 1
            raise Disconnected("the network is gone")

    @contextmanager
    def losing():
        with writing() as cursor:
            yield cursor
            if when == "before":
                lose()
        if when == "after":
            lose()

    record.store.database.writing = losing


@contextmanager
def connections_killed(file, every):
    """Have the server end every connection of the record again and again, whatever it is in the middle of."""
    done = Event()

    def kill():
        with psycopg.connect(dsn_of(file), autocommit=True, application_name="killer") as server:
            while not done.wait(every):
                server.execute(TERMINATE)

    with in_threads([kill]):
        try:
            yield
        finally:
            done.set()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_lost_at_the_commit_records_once_and_is_no_conflict(record, when):
    first = record.record(DOSSIER.id, tell(), ADA)
    lose_connections(record, when, times=2)

    told = record.record(DOSSIER.id, tell("told once"), caller("key"))
    said = record.say(first.id, relabel("amended"), [1], ADA)

    assert (told.position, said.version) == (3, 2)
    assert labels(record) == ["A ferry race", "told once"]
    assert_sound(record)


@pytest.mark.parametrize("when", ["before", "after"])
def test_everybody_in_a_group_is_answered_as_if_nothing_had_happened(record, when):
    one = record.record(DOSSIER.id, tell(), ADA).id
    lose_connections(record, when, times=3)
    acts = [lambda: record.say(one, relabel("amended"), [1], ADA)] * 4
    acts += [lambda n=n: record.record(DOSSIER.id, tell(f"good {n}"), ADA) for n in range(12)]
    answers = at_once(acts)

    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 3
    assert not any(isinstance(answer, Exception) for answer in answers[4:])
    assert len(labels(record)) == 13
    assert_sound(record)


def test_what_another_process_recorded_meanwhile_is_not_taken_for_ones_own(file, record):
    with open_record(file) as elsewhere:
        pause, there = record.store.pause, []

        def write_elsewhere(seconds):
            there.append(elsewhere.record(DOSSIER.id, tell("elsewhere"), ADA))
            pause(seconds)

        record.store.pause = write_elsewhere
        lose_connections(record, "before")
        here = record.record(DOSSIER.id, tell("here"), ADA)

        assert (there[0].position, here.position) == (2, 3)
        assert labels(record) == ["elsewhere", "here"]
        assert_sound(record)


@pytest.mark.slow
def test_whoever_writes_and_reads_does_not_notice_that_connections_are_killed(file, record):
    acknowledged = []

    def write(hand):
        for number in range(25):
            name = f"{hand}-{number}"
            receipt = record.record(DOSSIER.id, tell(name), caller(name))
            assert record.versions.entry(receipt.id, receipt.position).development.label == name
            acknowledged.append(name)

    with connections_killed(file, every=0.03):
        answers = at_once([lambda hand=hand: write(hand) for hand in range(8)])

    assert answers == [None] * 8
    assert sorted(labels(record)) == sorted(acknowledged)
    assert len(acknowledged) == 8 * 25
    assert_sound(record)


def test_a_database_that_is_gone_for_too_long_is_said_to_be(file, record, monkeypatch):
    monkeypatch.setattr("service.store.recorder.PATIENCE", 0.2)
    lose_connections(record, "before", times=1_000)

    with pytest.raises(OperationalError, match="the network is gone"):
        record.record(DOSSIER.id, tell(), ADA)
    assert labels(record) == []


def test_a_server_that_does_not_answer_is_given_up_and_asked_anew(file, record, monkeypatch):
    """Its kernel may keep the connection open for as long as it likes."""
    monkeypatch.setattr("service.store.sessions.LONGEST", 0.1)
    record.store.database.close()
    told = []
    with psycopg.connect(dsn_of(file)) as hanging:
        hanging.execute("SELECT 1 FROM head FOR UPDATE")
        with in_threads([lambda: told.append(record.record(DOSSIER.id, tell(), ADA))]):
            sleep(0.4)
            hanging.rollback()

    assert [receipt.position for receipt in told] == [2]
    assert_sound(record)


def test_so_many_reads_wait_for_a_server_and_more_are_told_that_there_is_none(tmp_path):
    reads = PostgresReads(f"host={tmp_path} dbname=nowhere", Primaries(), patience=0.5)

    def waited():
        began = monotonic()
        with pytest.raises(Disconnected):
            reads.fetch("SELECT 1")
        return monotonic() - began

    answers = at_once([waited] * (MOST_STRANDED + 8))

    assert sum(answer < 0.5 for answer in answers) == 8


def test_a_primary_that_was_replaced_is_neither_read_nor_written(file, record):
    """Here a later one is only said to have been seen; tests/cluster has one that goes on after it hung."""
    primaries = Primaries()
    with connect(dsn_of(file), primaries) as session:
        assert primaries.is_current(session)
        primaries._latest = session.timeline + 1
        assert not primaries.is_current(session)
    with pytest.raises(psycopg.OperationalError, match="has taken over"):
        connect(dsn_of(file), primaries)


def test_a_process_that_hangs_amid_a_transaction_loses_the_lock(file, record):
    """Nobody waits for it for longer than the server is told to."""
    with psycopg.connect(dsn_of(file), autocommit=True) as hanging:
        hanging.execute("SET idle_in_transaction_session_timeout = '300ms'")
        hanging.execute("BEGIN")
        hanging.execute("SELECT 1 FROM head FOR UPDATE")
        assert record.record(DOSSIER.id, tell(), ADA).position == 2
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            hanging.execute("COMMIT")
