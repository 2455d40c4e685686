"""The feed over real connections: what it tells, where it goes on, what it lets pass, how it ends."""

import json
import socket
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
import pytest

from service.erasing import erase
from service.record import Record
from tests.service.api.desk import DOSSIER
from tests.service.feed.listening import served
from tests.service.recording import wait_until
from tests.service.stores import environment

REASON = {"reason": "So the test tells it."}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A service that a module's tests share."""
    with served(tmp_path_factory.mktemp("feed") / "record.db", feed_heartbeat=0.3) as one:
        yield one


def ids(messages):
    return [one.id for one in messages]


def test_what_is_recorded_is_told_to_those_who_follow(service):
    with service.following() as told:
        first = next(told)
        recorded = service.record()
        message = next(one for one in told if one.data)

    assert (first.data, first.retry) == ("", 1_000)
    assert message.id == first.id + 1 == recorded["position"]
    assert message.event == {
        "specversion": "1.0",
        "id": str(recorded["position"]),
        "source": f"/v1/dossiers/{DOSSIER['id']}",
        "type": "org.depositary.call-held",
        "subject": recorded["id"],
        "time": recorded["recorded_at"],
        "datacontenttype": "application/json",
        "dossier": DOSSIER["id"],
        "data": message.event["data"],
    }


def test_what_an_event_says_is_what_the_changes_say_of_it(service):
    call = service.record()["id"]
    service.say(call, "amendments", {"changes": {"summary": "Twice."}, **REASON})
    service.say(call, "disputes", {"by": "XB", "says": {"occurred": "2021-03-05"}, **REASON}, seen=2)
    service.say(call, "retractions", REASON, seen=3)
    changes = httpx2.get(f"{service.url}/v1/dossiers/{DOSSIER['id']}/changes?limit=500").json()["changes"]
    told = [one.event for one in service.told(from_="start", dossier=DOSSIER["id"])]

    assert [one["data"] for one in told] == changes
    assert told[0]["type"] == "org.depositary.dossier-opened"
    assert "subject" not in told[0]
    assert [one["type"] for one in told[-4:]] == [
        f"org.depositary.{event}" for event in ("call-held", "amended", "disputed", "retracted")
    ]


def test_where_the_address_is_set_the_source_and_the_schema_are_found_there(tmp_path):
    with served(tmp_path / "record.db", public_url="https://archive.example/") as service:
        (opened,) = (one.event for one in service.told(from_="start"))
        document = httpx2.get(f"{service.url}/openapi.json").json()

    assert opened["source"] == f"https://archive.example/v1/dossiers/{DOSSIER['id']}"
    schema = opened["dataschema"].removeprefix("https://archive.example/openapi.json#/")
    assert schema.split("/")[-1] in document["components"]["schemas"]


@pytest.mark.parametrize("asked", [{"last": 2}, {"after": 2}, {"from_": 3}, {"last": 2, "after": 1}], ids=str)
def test_whoever_comes_again_goes_on_after_the_position_that_it_names(service, asked):
    for _ in range(4):
        service.record()
    last = httpx2.get(f"{service.url}/v1/dossiers").json()["position"]

    assert ids(service.told(**asked)) == list(range(3, last + 1))


def test_a_stream_that_broke_off_before_its_first_event_goes_on_where_it_began(service):
    with service.following() as told:
        began = next(told).id
    recorded = service.record()["position"]

    assert ids(service.told(last=began)) == list(range(began + 1, recorded + 1))


def test_only_what_is_wanted_is_told_and_the_stream_says_how_far_it_has_come(service):
    service.post("/v1/dossiers", {**DOSSIER, "id": "harbour"})
    before = service.record(dossier="harbour")["position"]
    visit = service.record("visit-made")
    service.say(visit["id"], "retractions", REASON)
    service.record("other-development", dossier="harbour", label="A regatta (invented)")
    after = {"after": before}

    def told(**query):
        return [one.event["type"].removeprefix("org.depositary.") for one in service.told(**after, **query)]

    assert told(dossier="harbour") == ["other-development"]
    assert told(dossier=[DOSSIER["id"], "harbour"]) == ["visit-made", "retracted", "other-development"]
    assert told(kind="visit-made") == ["visit-made", "retracted"]
    assert told(event=["retracted", "call-held"]) == ["retracted"]
    assert told(kind="visit-made", event="visit-made", dossier="harbour") == []
    assert told(actor="XA", dossier=DOSSIER["id"]) == ["visit-made", "retracted"]
    assert told(actor="QM") == []
    with service.following(event="reinstated", **after) as stream:
        alive = [one for one, _ in zip(stream, range(3), strict=False)]
    assert [(one.data, one.comments) for one in alive[1:]] == [("", ["alive"])] * 2
    assert alive[1].id == before + 3


@pytest.mark.parametrize(
    ("query", "headers", "place", "words"),
    [
        ({"after": 1_000_000}, {}, "after", "reaches position"),
        ({"from": 1_000_000}, {}, "from", "reaches position"),
        ({}, {"Last-Event-ID": "1000000"}, "Last-Event-ID", "reaches position"),
        ({}, {"Last-Event-ID": "x"}, "Last-Event-ID", "no position"),
        ({"after": 1, "from": "start"}, {}, "after", "not both"),
        ({"from": "yesterday"}, {}, "from", ""),
        ({"kind": "call-hold"}, {}, "kind", "did you mean 'call-held'?"),
        ({"event": "ammended"}, {}, "event", "did you mean 'amended'?"),
        ({"evnt": "amended"}, {}, "evnt", ""),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_before_anything_is_told(service, query, headers, place, words):
    answer = httpx2.get(f"{service.url}/v1/feed", params=query, headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
    assert answer.json()["errors"][0]["parameter"].startswith(place)
    assert words in answer.json()["detail"]


def test_a_dossier_that_is_not_there_is_refused(service):
    answer = httpx2.get(f"{service.url}/v1/feed", params={"dossier": "solace-2012"})

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/unknown-dossier")


def test_head_of_a_stream_without_end_is_answered(service):
    answer = httpx2.head(f"{service.url}/v1/feed", timeout=5)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")


def test_where_reads_are_closed_the_feed_takes_a_token_by_its_header_alone(tmp_path):
    with served(tmp_path / "record.db", open_reads=False) as service:
        address = f"{service.url}/v1/feed?from=start&follow=false"
        bare = httpx2.get(address)
        by_query = httpx2.get(f"{address}&token={service.token}")
        held = httpx2.get(address, headers={"Authorization": f"Bearer {service.token}"})

    assert bare.status_code == 401
    assert by_query.status_code in {401, 422}
    assert held.status_code == 200
    assert '"org.depositary.dossier-opened"' in held.text


def test_texts_that_were_erased_are_told_as_such(tmp_path):
    with served(tmp_path / "record.db") as service:
        note = service.record(
            "other-development", label="A letter", content="Orsolin is unwell.", personal=["/content"]
        )
        before = service.told(after=1)[0].event["data"]["said"]["development"]["content"]
        with Record(environment(tmp_path / "record.db")) as record:
            erase(record, UUID(note["id"]), "At the family's request.", "ada")
        told = service.told(after=1)

    assert before == "Orsolin is unwell."
    assert told[0].event["data"]["said"]["development"]["content"].startswith("[erased")
    assert told[1].event["type"] == "org.depositary.personal-data-erased"
    assert "unwell" not in "".join(one.data for one in told)


def test_those_who_follow_are_let_go_when_the_service_stops(tmp_path):
    ended = []

    def follow(service):
        with service.following() as told:
            list(told)
            ended.append(monotonic())

    file = tmp_path / "record.db"
    with served(file) as service:
        threads = [Thread(target=follow, args=(service,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        wait_until(lambda: httpx2.get(f"{service.url}/v1/kinds").status_code == 200)
        with service.following() as told:
            next(told)
            stopping = monotonic()
        stopping = monotonic()
    for thread in threads:
        thread.join(10)
    assert len(ended) == 5
    assert max(ended) - stopping < 3


def test_a_reader_that_takes_nothing_in_is_cut_off_and_goes_on_where_it_was(tmp_path, caplog):
    with served(tmp_path / "record.db", feed_patience=0.3, feed_heartbeat=0.1) as service:
        url = urlsplit(service.url)
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            slow.connect((url.hostname, url.port))
            slow.sendall(b"GET /v1/feed?from=start HTTP/1.1\r\nHost: a\r\n\r\n")
            service.fill(1_000, content="x" * 10_000)
            wait_until(lambda: "was cut off" in caplog.text)
            received = b""
            while piece := slow.recv(65_536):
                received += piece
        whole = [
            json.loads(line[6:]) for line in received.decode().split("\r\n") for line in line.split("\n")
            if line.startswith("data: ") and line.endswith("}")
        ]  # fmt: skip
        last = int(whole[-1]["id"]) if whole else 0
        rest = service.told(last=last)

    assert [int(one["id"]) for one in whole] + ids(rest) == list(range(1, 1_002))


def test_a_service_goes_on_telling_after_it_could_not_read(tmp_path, caplog):
    with served(tmp_path / "record.db", feed_heartbeat=0.2) as service:
        teller = service.app.state.feed.teller
        page, failures = teller.page, iter([OSError("the disk is gone")])

        def fails_once(*asked):
            for failure in failures:
                raise failure
            return page(*asked)

        with service.following() as told:
            next(told)
            teller.page = fails_once
            recorded = service.record()["position"]
            message = next(one for one in told if one.data)

    assert message.id == recorded
    assert "could not be told" in caplog.text
