"""The service in this very process: the same answers without a socket, streamed, and its faults told."""

import gc
import json
from itertools import islice

import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from service.client import Client, NotFound, Refused
from service.client.within import HERE, MOST_WAITING, Within, opened
from tests.service.api.desk import DOSSIER, telling
from tests.service.stores import place_of

LAKE = DOSSIER["id"]


@pytest.fixture
def place(tmp_path):
    return place_of(tmp_path / "record.db")


def test_a_record_is_written_and_read_under_a_name(place):
    with opened(place, by="ada") as client:
        client.open_dossier(DOSSIER)
        said = client.record(LAKE, telling("call-held"), key="once")
        assert client.record(LAKE, telling("call-held"), key="once") == said
    with opened(place, by="bert") as client:
        client.retract(said.id, {"reason": "So the test tells it."}, seen=1)
        recorded_by = [one.recorded_by for one in client.history(said.id).versions]
        with pytest.raises(NotFound, match="did you mean"):
            client.timeline("solace-2012")

    assert recorded_by == ["ada", "bert"]


def test_lines_go_in_and_come_out_one_by_one(place):
    lines = (json.dumps(telling("visit-made")) + "\n").encode() * 300
    with opened(place, by="ada") as client:
        client.open_dossier(DOSSIER)
        *answers, summed = client.import_lines(LAKE, lines)
        first = list(islice(client.export(LAKE), 2))
        every = list(client.export(LAKE))

    assert [one["status"] for one in answers] == [201] * 300
    assert summed["recorded"] == 300
    assert every[:2] == first
    assert len(every) == 301


@pytest.fixture
def reached():
    """A client of an application of a test's own, and the application."""
    from anyio.from_thread import start_blocking_portal

    app = FastAPI()
    with start_blocking_portal() as portal, Client(HERE, transport=Within(app, portal)) as client:
        yield client, app


@pytest.mark.sqlite
def test_whoever_reads_no_further_makes_the_application_stop(reached):
    client, app = reached
    sent = []

    async def endless():
        while True:
            sent.append(len(sent))
            yield f"{sent[-1]}\n"

    app.get("/endless")(lambda: StreamingResponse(endless()))
    assert list(islice(client.lines("/endless"), 3)) == ["0", "1", "2"]
    held_back = len(sent)
    assert client.get("/openapi.json")["openapi"]
    assert len(sent) - held_back <= MOST_WAITING
    assert held_back < 10 * MOST_WAITING, "the application waits for its reader"


@pytest.mark.sqlite
def test_a_fault_of_the_application_is_answered_as_one(reached):
    client, app = reached

    def fall():
        raise RuntimeError("the roof fell in")

    app.get("/roof")(fall)
    with pytest.raises(Refused) as raised:
        client.get("/roof")
    assert raised.value.status == 500


@pytest.mark.sqlite
def test_what_cannot_even_answer_raises_what_it_met(reached):
    client, _ = reached

    async def broken(scope, receive, send):
        raise RuntimeError("the roof fell in")

    client._http._transport._app = broken
    with pytest.raises(RuntimeError, match="the roof fell in"):
        client.get("/roof")
    gc.collect()  # what was left open would warn
