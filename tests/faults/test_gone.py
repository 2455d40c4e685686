"""A database that goes away and comes back under a running service: 503 meanwhile, and then all goes on."""

import signal
from threading import Thread
from time import sleep

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.postgres import own_postmaster
from tests.service.api.desk import open_desk, telling
from tests.service.recording import assert_sound
from tests.service.stores import NOTE

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
PATIENCE = 0.3
"""Seconds for which a request waits for the server here; in earnest it is 20."""


@pytest.fixture
def postmaster():
    with own_postmaster(fsync=False) as started:
        yield started


@pytest.fixture
def desk(tmp_path, postmaster, monkeypatch):
    """A service whose server is a test's own to stop."""
    monkeypatch.setattr("service.store.recorder.PATIENCE", PATIENCE)
    with psycopg.connect(postmaster.dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE record")
    (tmp_path / "record.db").write_text(NOTE + make_conninfo(postmaster.dsn, dbname="record"))
    with open_desk(tmp_path) as opened:
        opened.client.app.state.record.store.database.reads._patience = PATIENCE
        opened.open_dossier()
        yield opened


def assert_away(desk, response):
    assert desk.refused(response).told == (503, "store-unavailable")
    assert response.headers["Retry-After"] == "1"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["in order", "at once"])
def test_while_it_is_away_all_are_told_so_and_then_the_same_requests_succeed(desk, postmaster, how):
    first, path = desk.record("call-held"), f"/v1/dossiers/{desk.dossier}/developments"
    view, told = desk.view("contacts"), telling("visit-made")
    postmaster.end(how)
    for _ in range(2):
        assert_away(desk, desk.post(path, told, idempotency_key="told-once"))
        assert_away(desk, desk.says(first, "retractions", {"reason": "It was a rumour."}))
        assert_away(desk, desk.client.get(f"/v1/dossiers/{desk.dossier}/contacts"))
        assert_away(desk, desk.client.get("/v1/log/checkpoint"))
    postmaster.start()

    assert desk.view("contacts") == view
    taken = desk.post(path, told, idempotency_key="told-once")
    assert taken.status_code == 201
    assert desk.post(path, told, idempotency_key="told-once").json() == taken.json()
    assert desk.get("/v1/log/checkpoint")["size"] == taken.json()["position"] == 3
    assert_sound(desk.client.app.state.record)


def test_whoever_writes_while_it_is_away_for_a_moment_notices_nothing(desk, postmaster, monkeypatch):
    monkeypatch.setattr("service.store.recorder.PATIENCE", 20)
    desk.client.app.state.record.store.database.reads._patience = 20
    postmaster.end(signal.SIGQUIT)
    answers = []
    path = f"/v1/dossiers/{desk.dossier}/developments"
    writing = Thread(target=lambda: answers.append(desk.post(path, telling("visit-made"))))
    writing.start()
    sleep(0.3)
    postmaster.start()
    writing.join(30)

    assert [answer.status_code for answer in answers] == [201]
