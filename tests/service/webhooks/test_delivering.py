"""Delivery to a real receiver: in order, signed, again until taken, and lost in no crash."""

import os
import signal
import time

import pytest

from service.proving.verifying import verify
from tests.service.api.desk import DOSSIER
from tests.service.feed.listening import served
from tests.service.recording import wait_until
from tests.service.stores import run_on
from tests.service.webhooks.receiving import LOOPBACK, read, receiver, subscribe

pytestmark = pytest.mark.slow

SOON = (0.05, 0.05)


@pytest.fixture
def received():
    with receiver() as one:
        yield one


def test_what_is_recorded_arrives_in_order_signed_and_once(tmp_path, received):
    with served(tmp_path / "record.db", **LOOPBACK) as service:
        service.fill(150)
        webhook = subscribe(service, received, **{"from": "start"})
        service.fill(60)
        wait_until(lambda: len(received.taken) >= 211)
        wait_until(lambda: read(service, webhook)["position"] == 211)
        told = service.told(from_="start")

    assert received.taken == list(range(1, 212))
    assert received.bodies == [one.event for one in told]
    assert received.failures == []
    assert received.arrived[16] == (f"msg_{webhook.replace('-', '')}_17", 17)


def test_only_what_is_wanted_arrives_from_now_on(tmp_path, received):
    with served(tmp_path / "record.db", **LOOPBACK) as service:
        service.record("visit-made")
        subscribe(service, received, wanted={"kinds": ["visit-made"]})
        service.record("call-held")
        wanted = service.record("visit-made")
        wait_until(lambda: received.taken)
        service.record("call-held")
        time.sleep(0.3)

    assert received.taken == [wanted["position"]]


def test_what_fails_is_sent_again_until_it_is_taken_and_nothing_overtakes_it(tmp_path, received):
    received.answers = lambda position, times: 500 if position == 2 and times < 3 else 200
    with served(tmp_path / "record.db", webhook_retries=SOON, **LOOPBACK) as service:
        webhook = subscribe(service, received)
        service.fill(3)
        wait_until(lambda: len(received.taken) == 3)
        wait_until(lambda: read(service, webhook)["position"] == 4)
        fares = read(service, webhook)

    assert [position for _, position in received.arrived] == [2, 2, 2, 3, 4]
    assert len({message for message, position in received.arrived if position == 2}) == 1
    assert (fares["attempts"], fares["failing_since"], fares["dead_letters"]) == (0, None, 0)


def test_what_is_never_taken_becomes_a_dead_letter_and_is_sent_again_by_hand(tmp_path, received):
    refusing = [True]
    received.answers = lambda position, times: 302 if position == 3 and refusing else 200
    with served(tmp_path / "record.db", webhook_retries=SOON, **LOOPBACK) as service:
        webhook = subscribe(service, received)
        service.fill(4)
        wait_until(lambda: received.taken == [2, 4, 5])
        wait_until(lambda: read(service, webhook)["position"] == 5)
        (letter,) = read(service, webhook, "/dead-letters")["dead_letters"]
        service.post(f"/v1/webhooks/{webhook}/retries", {"positions": [3]})
        wait_until(lambda: read(service, webhook, "/dead-letters")["dead_letters"][0]["attempts"] == 4)
        refusing.clear()
        service.post(f"/v1/webhooks/{webhook}/retries", {})
        wait_until(lambda: read(service, webhook)["dead_letters"] == 0)

    assert (letter["position"], letter["attempts"], letter["error"]) == (3, 3, "it answered 302")
    assert received.taken == [2, 4, 5, 3]


def test_a_receiver_that_takes_nothing_for_long_is_paused_and_goes_on_where_it_was(tmp_path, received):
    deaf = [True]
    received.answers = lambda position, times: 503 if deaf else 200
    with served(tmp_path / "record.db", webhook_retries=SOON, webhook_give_up=0.01, **LOOPBACK) as service:
        webhook = subscribe(service, received)
        service.fill(2)
        wait_until(lambda: read(service, webhook)["paused"])
        paused = read(service, webhook)
        before = len(received.arrived)
        time.sleep(0.8)
        assert len(received.arrived) == before
        deaf.clear()
        service.post(f"/v1/webhooks/{webhook}/retries", {})
        wait_until(lambda: received.taken == [2, 3])

    assert paused["paused"].startswith("nothing was taken since")
    assert paused["position"] == 1


def test_a_receiver_that_is_gone_is_paused_at_once(tmp_path, received):
    received.answers = lambda position, times: 410
    with served(tmp_path / "record.db", **LOOPBACK) as service:
        webhook = subscribe(service, received)
        service.fill(2)
        wait_until(lambda: read(service, webhook)["paused"])

    assert [position for _, position in received.arrived] == [2]


def test_where_nothing_is_listening_it_is_said_and_tried_again(tmp_path, received):
    with served(tmp_path / "record.db", webhook_retries=(60,), **LOOPBACK) as service:
        received.url = "http://127.0.0.1:9/hook"
        webhook = subscribe(service, received)
        service.fill(1)
        wait_until(lambda: read(service, webhook)["error"])
        fares = read(service, webhook)

    assert "ConnectError" in fares["error"]
    assert (fares["attempts"], fares["position"]) == (1, 1)
    assert fares["due"] > fares["failing_since"]


def test_two_services_do_not_deliver_at_once_and_one_goes_on_where_the_other_stopped(tmp_path, received):
    received.answers = lambda position, times: time.sleep(0.002) or 200
    file = tmp_path / "record.db"
    with served(file, "bea", **LOOPBACK) as second:
        with served(file, **LOOPBACK) as first:
            subscribe(first, received, **{"from": "start"})
            for _ in range(5):
                first.fill(20)
                second.fill(20)
            wait_until(lambda: len(set(received.taken)) > 50)
        wait_until(lambda: len(set(received.taken)) >= 201)

    assert received.most_at_once == 1
    assert sorted(set(received.taken)) == list(range(1, 202))
    assert len(received.taken) <= 202  # The one that was under way when the first stopped may come twice.
    assert received.failures == []


def test_a_crash_between_delivery_and_its_being_saved_repeats_and_loses_nothing(
    tmp_path, received, monkeypatch
):
    """A process is killed in the middle; whoever comes after it waits until its hold is over."""
    from tests.service.test_crash import service as process_on

    file = tmp_path / "record.db"
    monkeypatch.setenv("DEPOSITARY_WEBHOOK_LOOPBACK", "true")
    received.answers = lambda position, times: time.sleep(0.01) or 200
    with served(file, **LOOPBACK) as service:
        service.fill(120)
    with process_on(file) as (process, url):
        service = type(service)(url, service.token, service.app)
        webhook = subscribe(service, received, **{"from": "start"})
        wait_until(lambda: len(received.taken) > 40)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)
    killed_at = len(received.taken)
    run_on(file, "UPDATE webhooks SET held_until = '2001-01-01T00:00:00.000000Z'")  # its minute is over
    with served(file, **LOOPBACK) as service:
        wait_until(lambda: set(received.taken) == set(range(1, 122)))
        wait_until(lambda: read(service, webhook)["position"] == 121)

    again = received.taken[killed_at:]
    assert again == list(range(again[0], 122))
    assert again[0] <= received.taken[killed_at - 1] + 1


def test_webhooks_are_no_part_of_what_is_proved_and_no_rebuild_touches_them(tmp_path, received):
    from service.proving.checkpoints import Keys
    from service.proving.opening import mapper_of_environment
    from service.record import Record
    from tests.service.stores import environment, snapshot_of

    file = tmp_path / "record.db"
    with served(file, **LOOPBACK) as service:
        webhook = subscribe(service, received, **{"from": "start"})
        wait_until(lambda: received.taken)
        with Record(environment(file)) as record:
            record.rebuild()
        with snapshot_of(file) as snapshot:
            assert verify(snapshot, mapper_of_environment(), Keys(None, ())).holds
        assert read(service, webhook)["wanted"] == {"dossiers": [], "kinds": [], "events": [], "actors": []}
        assert DOSSIER["id"] == received.bodies[0]["dossier"]
