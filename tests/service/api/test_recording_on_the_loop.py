"""Recording on the event loop: what has to be read for it is read elsewhere, so nobody else waits for it."""

from asyncio import get_running_loop

import pytest

from service.store.postgres import PostgresReads
from service.store.reads import SQLiteReads
from tests.service.api.desk import open_desk


@pytest.fixture
def read_on_the_loop(monkeypatch):
    """What is read of the database where others would have to wait for it."""
    found = []

    def watched(fetch):
        def watch(self, statement, params=()):
            try:
                get_running_loop()
            except RuntimeError:
                return fetch(self, statement, params)
            found.append(statement)
            return fetch(self, statement, params)

        return watch

    for reads in (SQLiteReads, PostgresReads):
        monkeypatch.setattr(reads, "fetch", watched(reads.fetch))
    return found


def test_nothing_is_read_on_the_loop_whatever_a_development_holds(tmp_path, read_on_the_loop):
    with open_desk(tmp_path) as desk:
        read_on_the_loop.clear()  # Nobody waits for a service that starts.
        desk.open_dossier()
        first = desk.record("agreement-reached")
        desk.record("agreement-suspended", agreement=first)
        desk.record("statement-made", content="Ada lives on the quay.", personal=["/content"])
        refused = desk.try_recording("agreement-suspended", agreement=str(desk.dossier))

        assert refused.status_code == 422
        assert read_on_the_loop == []
