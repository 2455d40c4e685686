"""Whether a service lives and is ready: told at once, whatever hangs, and to anybody."""

import sqlite3
from contextlib import contextmanager
from threading import Event
from threading import enumerate as enumerate_threads
from time import monotonic

import pytest
from eventsourcing.persistence import OperationalError
from fastapi.testclient import TestClient

from service import readiness
from service.app import create_app
from tests.service.api.desk import open_desk, telling
from tests.service.recording import in_threads, wait_until
from tests.service.stores import settings_for

READY = "/v1/health/ready"


@pytest.fixture(autouse=True)
def _looks_each_time(monkeypatch):
    monkeypatch.setattr(readiness, "KEPT", 0.0)
    monkeypatch.setattr(readiness, "LONGEST", 0.3)


def lacking(desk):
    """What a service lacks, by what was checked; it is answered within its time, and as a problem."""
    began = monotonic()
    refusal = desk.refused(desk.client.get(READY))
    assert monotonic() - began < readiness.LONGEST + 1
    assert refusal.told == (503, "not-ready")
    assert refusal.response.headers["Retry-After"] == "1"
    return {one["check"] for one in refusal.body["checks"] if one["lacks"]}


def ready(desk):
    return [(one["check"], one["lacks"]) for one in desk.get(READY)["checks"]]


def test_a_service_that_can_do_its_work_is_live_and_ready(desk):
    desk.record("call-held")
    before = desk.position

    assert desk.get("/v1/health/live") == {"status": "live"}
    assert ready(desk) == [("record", None), ("writes", None), ("log", None)]
    assert desk.position == before


def test_anybody_may_ask_even_where_reads_are_closed(tmp_path):
    with open_desk(tmp_path, open_reads=False) as desk:
        assert ready(desk)
        assert desk.get("/v1/health/live")


@contextmanager
def hanging(owner, name, monkeypatch):
    """Have something hang until the block ends."""
    let_go, plain = Event(), getattr(owner, name)

    def hang(*arguments):
        let_go.wait(30)
        return plain(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, hang)
        try:
            yield
        finally:
            let_go.set()


def test_a_store_that_hangs_is_not_waited_for_and_keeps_no_thread_from_others(desk, monkeypatch):
    store = desk.client.app.state.record.store
    with hanging(store, "head", monkeypatch):
        assert [lacking(desk) for _ in range(2)] == [{"record"}] * 2
        assert desk.get("/v1/health/live")
        assert [one.name for one in enumerate_threads()].count("depositary-readiness") == 1
    wait_until(lambda: desk.client.get(READY).status_code == 200)


def test_a_commit_that_hangs_is_not_waited_for(desk, monkeypatch):
    store = desk.client.app.state.record.store
    with (
        in_threads([lambda: desk.try_recording("call-held")]),
        hanging(store._writer, "_commit", monkeypatch),
    ):
        wait_until(lambda: store._writer._begun is not None)
        assert lacking(desk) == {"writes"}
        monkeypatch.setattr(store._writer, "_stuck", 0.0)
        began = monotonic()
        assert lacking(desk) == {"writes"}
        assert monotonic() - began < readiness.LONGEST
    wait_until(lambda: desk.client.get(READY).status_code == 200)


def test_what_cannot_be_written_is_not_ready_and_says_nothing_of_its_insides(desk, monkeypatch):
    def fail(group):
        raise OperationalError("connection to db1.example failed")

    monkeypatch.setattr(desk.client.app.state.record.store._writer, "_commit", fail)

    assert lacking(desk) == {"writes"}
    assert "db1.example" not in desk.client.get(READY).text


@pytest.mark.sqlite
def test_a_file_that_another_process_keeps_locked_takes_no_writes(desk, tmp_path):
    other = sqlite3.connect(tmp_path / "record.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert lacking(desk) == {"writes"}
    finally:
        other.close()
    wait_until(lambda: desk.client.get(READY).status_code == 200)


def test_a_service_without_a_key_cannot_sign(tmp_path):
    with open_desk(tmp_path) as desk:
        (tmp_path / "record.db.key").unlink()
        with TestClient(create_app(settings_for(tmp_path / "record.db"), desk.clock)) as client:
            desk.client = client
            assert lacking(desk) == {"log"}


def test_a_log_that_could_not_be_signed_is_not_ready_until_it_can(desk, monkeypatch):
    log = desk.client.app.state.transparency
    with monkeypatch.context() as patched:
        patched.setattr(log, "checkpoint", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            log.sign_news()
    assert lacking(desk) == {"log"}
    log.sign_news()
    assert ready(desk)


def test_a_service_that_is_stopping_says_so_and_answers_all_else(desk):
    desk.client.app.state.readiness.stopping = True

    assert lacking(desk) == {"serving"}
    assert desk.try_recording("call-held").status_code == 201


def test_many_who_ask_are_told_of_one_look(desk, monkeypatch):
    monkeypatch.setattr(readiness, "KEPT", 60.0)
    taken = []
    store = desk.client.app.state.record.store
    begin = store.begin
    monkeypatch.setattr(store, "begin", lambda append: taken.append(append) or begin(append))

    assert [desk.client.get(READY).status_code for _ in range(5)] == [200] * 5
    assert len(taken) <= 1


def test_a_question_that_is_none_is_refused(desk):
    assert desk.refused(desk.client.get(READY, params={"deep": 1})).told == (422, "invalid-request")
    assert desk.post(READY, telling("call-held")).status_code == 405
