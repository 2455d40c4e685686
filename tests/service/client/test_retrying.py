"""What is safe to repeat is repeated while a service falters, and nothing else; and never for ever."""

import asyncio
from time import monotonic

import httpx2
import pytest

from service.app import create_app
from service.client import AsyncClient, Client, Patience, Refused, Unavailable
from service.serving import listen, serving
from tests.service.api.desk import DOSSIER, telling
from tests.service.stores import settings_for
from tests.service.wire import wire
from tests.tokens import token_for

pytestmark = pytest.mark.sqlite
LAKE = DOSSIER["id"]
SOON = Patience(attempts=4, seconds=5, first_pause=0.01)


class Faltering:
    """A service that answers some requests otherwise before it answers as it should."""

    def __init__(self, app):
        self.app = app
        self.answers = []
        self.asked = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or not self.answers:
            await self.app(scope, receive, send)
            return
        self.asked.append({name.decode(): value.decode() for name, value in scope["headers"]})
        status, headers = self.answers.pop(0)
        if status < 200:  # it has done what was asked, and says otherwise
            await self.app(scope, receive, _unheard)
            status = 503
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b'{"title": "Not now"}'})


async def _unheard(message):
    pass


@pytest.fixture(scope="module")
def faltering(tmp_path_factory):
    app = create_app(settings_for(tmp_path_factory.mktemp("faltering") / "record.db"))
    token = token_for(app.state.settings, "ada", "admin")
    service = Faltering(app)
    with serving(service, listen("127.0.0.1")) as url, Client(url, token) as client:
        client.open_dossier(DOSSIER)
        yield service, url, token


def calls_on_record(client):
    return sum(1 for _ in client.all_happened(LAKE, kind=["call-held"]))


def test_a_read_is_asked_again_until_it_is_answered(faltering):
    service, *where = faltering
    service.answers[:] = [(503, {}), (502, {}), (504, {})]
    with Client(*where, patience=SOON) as client:
        assert client.timeline(LAKE).dossier == LAKE
    assert service.answers == []


def test_a_write_is_sent_again_under_one_key_and_recorded_once(faltering):
    service, *where = faltering
    with Client(*where, patience=SOON) as client:
        before = calls_on_record(client)
        service.asked.clear()
        service.answers[:] = [(503, {}), (102, {})]
        said = client.record(LAKE, telling("call-held"))
        assert calls_on_record(client) == before + 1
    assert said.version == 1
    keys = [headers["idempotency-key"] for headers in service.asked]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_the_pause_is_the_one_that_the_service_asks_for(faltering):
    service, *where = faltering
    service.answers[:] = [(503, {"Retry-After": "1"})]
    began = monotonic()
    with Client(*where, patience=SOON) as client:
        client.timeline(LAKE)
    assert 1 <= monotonic() - began < 3


def test_who_is_to_wait_longer_than_the_patience_is_told_at_once(faltering):
    service, *where = faltering
    service.answers[:] = [(503, {"Retry-After": "60"})]
    began = monotonic()
    with Client(*where, patience=SOON) as client, pytest.raises(Unavailable) as raised:
        client.timeline(LAKE)
    assert raised.value.retry_after == 60
    assert monotonic() - began < 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422, 429, 500, 501])
def test_what_is_refused_is_not_asked_again(faltering, status):
    service, *where = faltering
    service.answers[:] = [(status, {}), (status, {})]
    with Client(*where, patience=SOON) as client, pytest.raises(Refused) as raised:
        client.get("/v1/dossiers")
    assert raised.value.status == status
    assert len(service.answers) == 1
    service.answers.clear()


def test_the_attempts_are_counted(faltering):
    service, *where = faltering
    service.answers[:] = [(503, {})] * 10
    with Client(*where, patience=SOON) as client, pytest.raises(Unavailable):
        client.timeline(LAKE)
    assert len(service.answers) == 10 - SOON.attempts
    service.answers.clear()


def test_a_broken_connection_is_tried_again_and_a_write_whose_answer_is_lost_is_recorded_once(faltering):
    _, url, token = faltering
    with Client(url, token) as client:
        before = calls_on_record(client)
    with wire(url, 20, 40) as broken:
        with Client(broken.address, token, patience=SOON) as client:
            said = client.record(LAKE, telling("call-held"))
            assert client.history(said.id).versions[0].version == 1
            assert calls_on_record(client) == before + 1
        assert broken.connections == 3


def test_where_nobody_listens_it_is_given_up_soon():
    began = monotonic()
    with Client("http://127.0.0.1:1", patience=SOON) as client, pytest.raises(httpx2.ConnectError):
        client.dossiers()
    assert monotonic() - began < 2


def test_an_address_that_is_none_is_not_tried_again():
    impatient = Patience(first_pause=30)
    with Client("nowhere", patience=impatient) as client, pytest.raises(httpx2.UnsupportedProtocol):
        client.dossiers()


def test_lines_are_asked_for_once(faltering):
    service, *where = faltering
    service.answers[:] = [(503, {}), (503, {})]
    with Client(*where, patience=SOON) as client, pytest.raises(Unavailable):
        list(client.export(LAKE))
    assert len(service.answers) == 1
    service.answers.clear()


def test_who_awaits_has_the_same_patience(faltering):
    service, *where = faltering
    service.answers[:] = [(503, {}), (102, {})]

    async def record():
        async with AsyncClient(*where, patience=SOON) as client:
            return await client.record(LAKE, telling("call-held"))

    assert asyncio.run(record()).version == 1
    assert service.answers == []
