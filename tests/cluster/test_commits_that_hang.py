"""No standby is left to confirm a commit: nobody waits for ever, and reading goes on.

What was not acknowledged is sent again, and is there once in the end.
"""

from contextlib import contextmanager
from time import monotonic, sleep

import httpx2
import psycopg
import pytest

from service.app import create_app
from service.keyfiles import make_key
from service.serving import listen, serving
from service.settings import Settings
from tests.cluster.callers import UNAVAILABLE, Callers
from tests.cluster.outcome import (
    assert_all_is_there_once,
    assert_checkpoints_go_on,
    assert_repetitions_are_answered_as_the_first_time,
)
from tests.cluster.services import LOG, Services
from tests.postgres import own_server
from tests.service.recording import DOSSIER, wait_until
from tests.tokens import token_for

pytestmark = pytest.mark.slow
WRITERS = 60
HANGING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@pytest.fixture
def server():
    with own_server(fsync=False) as started:
        yield started


@contextmanager
def impatient_service(dsn, folder):
    """A service that waits for a commit for a second, and not for half a minute."""
    settings = Settings(SQLITE_DBNAME=folder / "record", dsn=dsn, checkpoint_every=0.2)
    app = create_app(settings)
    token, key = token_for(settings, "archivist"), make_key(settings.log_key_file, LOG)
    with serving(app, listen("127.0.0.1")) as url:
        writer = app.state.record.store._writer
        writer.patience, writer._stuck = 1.0, 0.3
        yield Services([url, url], token, key.verifier.format())


def confirm_commits(connection, by):
    """Have commits wait for this standby; the empty name is nobody's."""
    connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{by}'")
    connection.execute("SELECT pg_reload_conf()")


@contextmanager
def commits_hang(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        confirm_commits(connection, by="nobody")
        try:
            wait_until(lambda: connection.execute(HANGING).fetchone()[0] > 0)
            yield
        finally:
            confirm_commits(connection, by="")


def longest_read(url, seconds):
    """Read again and again for a while; the longest that it took."""
    times, until = [], monotonic() + seconds
    with httpx2.Client(base_url=url, timeout=10, trust_env=False) as http:
        while monotonic() < until:
            for path in ("/problems", f"/v1/dossiers/{DOSSIER.id}/timeline"):
                began = monotonic()
                http.get(path).raise_for_status()
                times.append(monotonic() - began)
    return max(times)


def test_whoever_writes_is_told_in_time_and_whoever_reads_is_answered(server, tmp_path):
    with impatient_service(server.dsn, tmp_path) as running:
        callers = Callers.of(running, WRITERS)
        with callers.working():
            sleep(1)
            with commits_hang(server.dsn):
                sleep(2)
                before = len(callers.acknowledged)
                longest = longest_read(running.urls[0], 2)
                assert len(callers.acknowledged) == before
            wait_until(lambda: len(callers.acknowledged) > before + WRITERS)

        print(f"longest read while commits hang: {longest:.2f} s")
        assert longest < 1.5
        assert_all_is_there_once(server.dsn, callers)
        assert_repetitions_are_answered_as_the_first_time(callers, running)
        assert_checkpoints_go_on(callers, running)
        assert set(callers.met) == {UNAVAILABLE}
