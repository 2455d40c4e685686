"""Every reader of the feed sees every position of its filter once and in order, whoever writes beside it."""

import threading
from random import Random
from threading import Thread
from time import monotonic

import httpx2
import pytest

from tests.service.api.desk import DOSSIER, telling
from tests.service.feed.listening import served
from tests.service.recording import answers_of, in_threads, start_hand, wait_until

WRITERS, ROUNDS = 16, 20
LAKE, HARBOUR = DOSSIER["id"], "harbour"


class Reader:
    """Follows the feed under a filter, and leaves at random; it comes again with the last id that it has."""

    def __init__(self, service, seed, **query):
        self.service, self.lots, self.query = service, Random(seed), query
        self.seen, self.visits, self.last = [], 0, 0

    def read_until(self, is_enough):
        """Read on until it is enough."""
        while not is_enough(self.last):
            self.visits += 1
            stay = self.lots.choice([0, 1, 7, 60, 500])
            begun = {"from_": "start"} if self.visits == 1 else {"last": self.last}
            with self.service.following(**begun, **self.query) as told:
                for message in told:
                    self.last = message.id
                    if message.data:
                        self.seen.append((message.event["data"]["position"], message.event["dossier"]))
                        stay -= 1
                    if stay < 0 or is_enough(self.last):
                        break


def write(service, number, refused):
    """Record and amend; one in twenty amends a version that has been amended already."""
    lots = Random(number)
    with httpx2.Client(base_url=service.url, headers={"Authorization": f"Bearer {service.token}"}) as http:
        for _ in range(ROUNDS):
            dossier = lots.choice([LAKE, HARBOUR])
            body = telling("other-development", label=f"Writer {number} (invented)")
            made = http.post(f"/v1/dossiers/{dossier}/developments", json=body).json()
            for summary in ("Once.", "Twice.")[: 2 if lots.random() < 0.1 else 1]:
                answer = http.post(
                    f"/v1/developments/{made['id']}/amendments",
                    json={"changes": {"summary": summary}, "reason": "So the test tells it."},
                    headers={"If-Match": '"1"'},
                )
                refused.append(answer.status_code == 412)


@pytest.mark.slow
def test_beside_16_writers_with_conflicts_readers_that_leave_and_come_again_see_all_of_it(tmp_path):
    with served(tmp_path / "record.db", feed_heartbeat=0.2, feed_every=0.02) as service:
        assert service.post("/v1/dossiers", {**DOSSIER, "id": HARBOUR}).status_code == 201
        filters = [{}, {}, {}, {"dossier": LAKE}, {"dossier": HARBOUR}, {"event": "amended"}]
        readers = [Reader(service, seed, **query) for seed, query in enumerate(filters)]
        ended, refused = [], []
        reading = [lambda one=one: one.read_until(lambda last: ended and last >= ended[0]) for one in readers]
        with in_threads(reading):
            with in_threads([lambda n=n: write(service, n, refused) for n in range(WRITERS)]):
                pass
            ended.append(httpx2.get(f"{service.url}/v1/dossiers").json()["position"])
        expected = [(one.id, one.event["dossier"]) for one in service.told(from_="start")]
        amended = [one.id for one in service.told(from_="start", event="amended")]

    assert [position for position, _ in expected] == list(range(1, ended[0] + 1))
    assert ended[0] == 2 + 2 * WRITERS * ROUNDS
    assert 0.02 < sum(refused) / (len(refused) + WRITERS * ROUNDS) < 0.08
    for reader in readers[:3]:
        assert reader.seen == expected
    for reader, dossier in zip(readers[3:5], (LAKE, HARBOUR), strict=True):
        assert reader.seen == [one for one in expected if one[1] == dossier]
    assert [position for position, _ in readers[5].seen] == amended
    assert sum(reader.visits for reader in readers) > 30


@pytest.mark.slow
def test_what_other_processes_write_is_told_here_in_the_same_order(tmp_path):
    hands, writes = 2, 15
    file = tmp_path / "record.db"
    with served(file, feed_every=0.02, feed_heartbeat=0.2) as service:
        started = [start_hand(file, "write", name, writes, 2) for name in range(hands)]
        last = 2 + hands * 2 * writes * 2  # with the dossier that the hands open
        own = 25
        seen = []
        with service.following(from_="start") as told:
            recording = Thread(target=lambda: [service.record() for _ in range(own)])
            recording.start()
            for message in told:
                seen += [message.id] if message.data else []
                if message.id == last + own:
                    break
            recording.join()
        acknowledged = [one["position"] for hand in started for one in answers_of(hand)]

    assert seen == list(range(1, last + own + 1))
    assert set(acknowledged) <= set(seen)


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_hundred_readers_cost_no_threads_and_no_queries_of_their_own(tmp_path):
    readers, events = 100, 20
    with served(tmp_path / "record.db", feed_heartbeat=5) as service:
        heard = [[] for _ in range(readers)]
        ready, pages = [], []
        teller, threads = service.app.state.feed.teller, threading.active_count()
        page = teller.page
        teller.page = lambda *asked: pages.append(asked) or page(*asked)

        def read(mine):
            with service.following(timeout=60) as told:
                ready.append(next(told))
                for message in told:
                    mine.append(message.id)
                    if len(mine) == events:
                        break

        with in_threads([lambda mine=mine: read(mine) for mine in heard]):
            wait_until(lambda: len(ready) == readers)
            begun, more_threads = monotonic(), threading.active_count() - readers - threads
            for _ in range(events):
                service.record()
        took = monotonic() - begun

    assert heard == [list(range(2, events + 2))] * readers
    assert took < 20
    assert len(pages) <= 2 * events
    assert more_threads < readers / 2
