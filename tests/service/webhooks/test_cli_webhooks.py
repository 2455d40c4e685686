"""The commands about webhooks, before a running service and a real receiver."""

import json

import pytest
from typer.testing import CliRunner

from service.cli import app
from tests.service.feed.listening import served
from tests.service.recording import wait_until
from tests.service.webhooks.receiving import LOOPBACK, receiver

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


def run(service, *arguments):
    """What a command prints."""
    given = ["webhooks", *arguments, "--url", service.url, "--token", service.token]
    done = CliRunner().invoke(app, given, env={"NO_COLOR": "1", "COLUMNS": "200"})
    return done.exit_code, done.output


def listed(service):
    return json.loads(run(service, "list", "--json")[1])["webhooks"]


def test_a_webhook_is_added_listed_retried_and_removed(tmp_path):
    refusing = [True]
    with (
        receiver() as received,
        served(tmp_path / "record.db", webhook_retries=(0.05,), **LOOPBACK) as service,
    ):
        received.answers = lambda position, times: 500 if refusing else 200
        code, printed = run(service, "add", received.url, "--event", "call-held", "--from", "start")
        webhook, received.secret = printed.split()
        call = service.record("call-held")["position"]
        service.record("visit-made")
        wait_until(lambda: listed(service)[0]["dead_letters"] == 1)
        (letter,) = json.loads(run(service, "dead-letters", webhook, "--json")[1])["dead_letters"]
        shown, dead = run(service, "list")[1], run(service, "dead-letters", webhook)[1]
        refusing.clear()
        retried, goes_on = run(service, "retry", webhook, "--position", str(call))
        wait_until(lambda: received.taken == [call])
        wait_until(lambda: listed(service)[0]["dead_letters"] == 0)
        removed, gone = run(service, "remove", webhook, "--json")
        again, words = run(service, "remove", webhook)
        refused, reason = run(service, "add", "http://newsroom.example/")
        left = listed(service)

    assert (code, retried, removed, left) == (0, 0, 0, [])
    assert (letter["position"], letter["attempts"], letter["error"]) == (call, 2, "it answered 500")
    assert (again, f"no webhook {webhook} is yours" in " ".join(words.split())) == (1, True)
    assert (refused, "it should begin with https://" in reason) == (1, True)
    assert received.failures == []
    assert all(words in shown for words in (webhook, received.url, "call-held", "it goes on"))
    assert all(words in dead for words in (str(call), "it answered 500"))
    assert "these are sent again" in goes_on
    assert json.loads(gone) == {"id": webhook, "removed": True}
