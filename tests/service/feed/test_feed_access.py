"""Where reading is closed: whoever may read a dossier hears of it alone, and no longer than they may."""

import time

import httpx2
import pytest

from domain.access import Authority, Grant
from domain.errors import NotAllowed, UnknownDossier
from service.feed.wanted import EVERYTHING, Wanted
from service.record import Record
from tests.service.api.desk import DOSSIER
from tests.service.feed.listening import messages, served
from tests.service.recording import wait_until
from tests.service.stores import environment
from tests.service.webhooks.receiving import LOOPBACK, receiver, subscribe
from tests.tokens import token_in

LAKE = {**DOSSIER, "id": "lake", "title": "The talks on the lake (invented)"}
OF_LAKE = Grant(role="reader", dossier="lake")
RITA = Authority("rita", frozenset({OF_LAKE}))


@pytest.fixture
def service(tmp_path):
    """A closed service with two dossiers."""
    with served(tmp_path / "record.db", open_reads=False, feed_heartbeat=0.1, **LOOPBACK) as one:
        one.post("/v1/dossiers", LAKE)
        yield one


def reader_of_lake(service):
    issued = service.app.state.record.administration.issue("rita", "tests", roles=(OF_LAKE,))
    return {"Authorization": f"Bearer {issued.token}"}


def heard(service, headers, **query):
    asked = {"from": "start", "follow": "false", **query}
    return httpx2.get(f"{service.url}/v1/feed", params=asked, headers=headers, timeout=20)


def test_whoever_may_read_one_dossier_hears_of_that_alone(service):
    token = reader_of_lake(service)
    there = service.record(dossier="lake")
    service.record()
    answer = heard(service, token)

    events = [one.event for one in messages(iter(answer.text.splitlines())) if one.data]
    assert {event["dossier"] for event in events} == {"lake"}
    assert there["id"] in answer.text
    assert DOSSIER["id"] not in answer.text


def test_a_dossier_that_is_not_theirs_is_to_them_as_if_there_were_none(service):
    token = reader_of_lake(service)
    told = [heard(service, token, dossier=dossier) for dossier in (DOSSIER["id"], "solace-2012")]

    assert [one.status_code for one in told] == [404, 404]
    assert DOSSIER["id"] not in told[1].text


def test_whoever_may_read_nothing_is_refused(service):
    token = token_in(service.app, "nobody", "reader")
    service.app.state.record.administration.withdraw("nobody", Grant(role="reader"), "tests")

    assert heard(service, {"Authorization": f"Bearer {token}"}).status_code == 403


@pytest.mark.slow
def test_who_follows_is_let_go_once_they_may_read_no_longer(service):
    headers = reader_of_lake(service)
    with httpx2.stream("GET", f"{service.url}/v1/feed", headers=headers, timeout=20) as stream:
        lines = stream.iter_lines()
        assert next(lines)
        service.app.state.record.administration.withdraw("rita", OF_LAKE, "tests")
        service.record(dossier="lake")
        began = time.monotonic()
        for _ in lines:
            assert time.monotonic() - began < 10, "it goes on"


@pytest.mark.slow
def test_a_webhook_tells_its_owner_no_more_than_they_may_read(service, tmp_path):
    with receiver() as received, Record(environment(tmp_path / "record.db")) as elsewhere:
        owner = type(service)(service.url, reader_of_lake(service)["Authorization"][7:], service.app)
        subscribe(owner, received)
        service.record()
        there = service.record(dossier="lake")
        wait_until(lambda: received.taken)
        elsewhere.administration.withdraw("rita", OF_LAKE, "tests")
        time.sleep(0.6)
        service.record(dossier="lake")
        time.sleep(1.0)
        assert received.taken == [there["position"]]
        elsewhere.administration.grant("rita", OF_LAKE, "tests")
        wait_until(lambda: len(received.taken) == 2)


def test_what_somebody_wants_is_narrowed_to_what_they_may_read():
    everything = Authority("ada", frozenset({Grant(role="reader")}))

    assert EVERYTHING.within(None) == EVERYTHING.within(everything) == EVERYTHING
    assert EVERYTHING.within(RITA).dossiers == ("lake",)
    assert Wanted(dossiers=("lake",)).within(RITA).dossiers == ("lake",)
    with pytest.raises(UnknownDossier):
        Wanted(dossiers=("lake", "harbour")).within(RITA)
    with pytest.raises(NotAllowed):
        EVERYTHING.within(Authority("eve", frozenset()))


def test_what_was_narrowed_is_theirs_while_they_may_read_all_of_it():
    assert EVERYTHING.within(RITA).is_within(RITA)
    assert not EVERYTHING.is_within(RITA), "it would tell of dossiers that are not theirs"
    assert not Wanted(dossiers=("lake",)).is_within(Authority("rita", frozenset()))
