"""Views that are read from a standby: as fresh as was asked for, or refused; never older than told before."""

import subprocess
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import psycopg
import pytest
from eventsourcing.persistence import OperationalError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from projections.cut import NO_LENS
from projections.timeline import Sought
from service.clock import system_clock
from service.moments import Asked, NotFreshEnough
from service.paging import Pages, Question
from service.record import Record
from service.views import Views
from tests.postgres import as_child, binaries, folder, own_server
from tests.service.recording import ADA, DOSSIER, in_threads, now, tell, wait_until

pytestmark = pytest.mark.slow


@contextmanager
def standby_of(primary):
    """A copy of a server that follows it; its DSN."""
    source = conninfo_to_dict(primary.dsn)
    with folder("standby") as home:
        copy = as_child(
            binaries() / "pg_basebackup", "-D", home / "data", "-R", "-X", "stream", "-c", "fast",
            "-h", source["host"], "-U", source["user"],
        )  # fmt: skip
        subprocess.run(copy, cwd="/", check=True, capture_output=True, timeout=60)
        (home / "data").chmod(0o700)
        command = as_child(
            binaries() / "postgres", "-D", home / "data", "-k", home, "-c", "listen_addresses="
        )
        with (home / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd="/", stdout=log, stderr=log)
        try:
            dsn = make_conninfo(primary.dsn, host=str(home))
            wait_until(lambda: answers(dsn))
            yield dsn
        finally:
            process.terminate()
            process.wait(30)


def answers(dsn):
    try:
        psycopg.connect(dsn).close()
    except psycopg.OperationalError:
        return False
    return True


def shows(dsn, position):
    """Whether a server has come to a position."""
    with psycopg.connect(dsn) as connection:
        try:
            return connection.execute("SELECT position FROM head").fetchone()[0] >= position
        except psycopg.errors.UndefinedTable:
            return False


def do(dsn, statement):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def paused(dsn):
    """A standby that goes on receiving and shows nothing of it."""
    do(dsn, "SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        do(dsn, "SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def servers():
    with own_server() as primary, standby_of(primary) as standby:
        yield primary.dsn, standby


@contextmanager
def open_on(primary, standby=None):
    """A record in a database, read from a standby of it if one is named; closed in the end."""
    place = {"PERSISTENCE_MODULE": "service.store.postgres:Factory", "DEPOSITARY_DSN": primary}
    opened = Record(place | ({"DEPOSITARY_READ_DSN": standby} if standby else {}))
    try:
        opened.open_dossier(DOSSIER, ADA)
        yield opened
    finally:
        opened.close()


@contextmanager
def followed():
    """A record of its own, on a primary with one standby that shows all of it; with both DSNs."""
    with own_server() as primary, standby_of(primary) as standby, open_on(primary.dsn, standby) as record:
        wait_until(lambda: shows(standby, 1))
        yield record, primary.dsn, standby


@pytest.fixture
def record(servers):
    primary, standby = servers
    with open_on(primary, standby) as opened:
        wait_until(lambda: shows(standby, opened.store.max_notification_id()))
        yield opened


@pytest.fixture
def views(record):
    return Views(record, system_clock, patience=5)


def shown(views, **asked):
    return views.timeline(DOSSIER.id, Asked(**asked), Sought(), limit=1_000)


def test_what_was_recorded_is_read_from_the_standby_once_it_is_there(record, views, servers):
    receipt = record.record(DOSSIER.id, tell("A regatta"), ADA)
    page = shown(views, min_position=receipt.position)

    assert page.moment.position >= receipt.position
    assert "A regatta" in {one.headline for one in page.timeline.developments}
    assert views.moments._log is not record.store


def test_a_page_is_counted_on_the_standby_as_it_is_on_the_primary(record, views, servers):
    for day in range(1, 6):
        held = tell(kind="call-held", occurred=f"2025-03-0{day}", parties=["XA", "XB"], format="phone")
        position = record.record(DOSSIER.id, held, ADA).position
    question, asked = Question("contacts", DOSSIER.id, NO_LENS), Asked(min_position=position)
    page = Pages(views, record.reading).answer(question, asked, 2)
    with open_on(servers[0]) as primary:
        pages = Pages(Views(primary, system_clock), primary.reading)
        there = pages.answer(question, Asked(page.as_of, at_position=page.position), 2)

    assert page == there
    assert [(one.path, one.of) for one in page.left_out] == [
        ("/between/0/rests_on/certain", 5),
        ("/contacts", 5),
    ]


def test_a_standby_that_is_behind_shows_what_it_has_and_says_up_to_where(record, views, servers):
    before = record.record(DOSSIER.id, tell(), ADA).position
    assert shown(views, min_position=before)
    with paused(servers[1]):
        after = record.record(DOSSIER.id, tell("Unseen"), ADA).position
        page = shown(views)

        assert page.moment.position == before < after
        assert "Unseen" not in {one.headline for one in page.timeline.developments}


def test_whoever_wants_more_than_a_standby_has_is_told_to_ask_again(record, servers):
    impatient = Views(record, system_clock, patience=0.1)
    before = record.record(DOSSIER.id, tell(), ADA).position
    wait_until(lambda: _has(impatient, before))
    with paused(servers[1]):
        after = record.record(DOSSIER.id, tell(), ADA).position
        with pytest.raises(NotFreshEnough):
            shown(impatient, min_position=after)
    wait_until(lambda: _has(impatient, after))


def _has(views, position):
    return shown(views).moment.position >= position


def test_a_moment_that_is_closed_on_the_primary_is_answered_by_all_that_it_knew(record, servers):
    """Also by a standby that has yet to hear of it: it waits, or says that it has not heard."""
    impatient = Views(record, system_clock, patience=0.1)
    with paused(servers[1]):
        record.record(DOSSIER.id, tell(), ADA)
        moment = now()
        with pytest.raises(NotFreshEnough):
            shown(impatient, known_at=moment)
        last = record.record(DOSSIER.id, tell("Too late"), ADA).position
    wait_until(lambda: _has(impatient, last))

    page = shown(impatient, known_at=moment)
    assert page.moment.position == last - 1
    assert record.store.moment_of(last) > moment
    assert record.store.moment_of(last) - moment < timedelta(minutes=1)


def test_of_several_standbys_none_shows_less_than_another_has_shown(servers):
    """Connections may lead to any of them, and one is behind."""
    primary, standby = servers
    hosts = ",".join(conninfo_to_dict(one)["host"] for one in (standby, primary))
    both = make_conninfo(primary, host=hosts, load_balance_hosts="random")
    told = []
    with open_on(primary, both) as record:
        views = Views(record, system_clock, patience=5)
        wait_until(lambda: shows(standby, record.store.max_notification_id()))
        with paused(standby):
            for number in range(20):
                record.record(DOSSIER.id, tell(f"Race {number}"), ADA)
                record.reading.log.reads._connections.forget()
                told.append(shown(views).moment.position)

    assert told == sorted(told)
    assert told[-1] > told[0]


def test_a_standby_that_went_its_own_way_shows_nothing():
    """Say, one that another was preferred to when the primary died: what it has beyond that is lost."""
    with followed() as (record, _, standby):
        do(standby, "SELECT pg_promote()")
        with open_on(standby) as astray:
            for other, label in ((astray, "What was lost"), (record, "What was kept")):
                other.record(DOSSIER.id, tell(label), ADA)
            record.reading.log.reads._patience = 0.3

            with pytest.raises(OperationalError, match="does not have the event of position 2"):
                shown(Views(record, system_clock))


@contextmanager
def commits_wait(primary):
    """Have commits wait for a standby that there is not, from when on they certainly do.

    A server takes new settings in its own time: until it has, what commits is acknowledged.
    """
    waits = Event()

    def commit():
        while not waits.is_set():
            do(primary, "SELECT pg_logical_emit_message(true, 'probe', '')")

    do(primary, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    do(primary, "SELECT pg_reload_conf()")
    with in_threads([commit]):
        try:
            wait_until(lambda: is_waiting(primary))
            waits.set()
            yield
        finally:
            waits.set()
            do(primary, "ALTER SYSTEM RESET synchronous_standby_names")
            do(primary, "SELECT pg_reload_conf()")


def is_waiting(dsn):
    """Whether a commit waits for a standby."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        return found.fetchone() is not None


def test_a_standby_that_is_ahead_of_what_is_acknowledged_does_not_show_it():
    """It has what the primary sent it and waits for another to confirm; that may be lost yet."""
    with followed() as (record, primary, standby):
        views, may_record = Views(record, system_clock, patience=5), Event()

        def record_one():
            assert may_record.wait(60)
            record.record(DOSSIER.id, tell("Not confirmed"), ADA)

        with in_threads([record_one]), commits_wait(primary):
            may_record.set()
            wait_until(lambda: shows(standby, 2))
            before = shown(views).moment.position

        assert before == 1
        assert shown(views, min_position=2).moment.position == 2
