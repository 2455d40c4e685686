"""A running service is verified as its record is: all that it hands out is walked where the command runs."""

import json

import pytest

from service.app import create_app
from service.client import Client
from service.keyfiles import make_key
from service.log.notes import SigningKey
from service.serving import listen, serving
from tests.service.cli.calling import answered, call
from tests.service.stores import place_of, settings_for
from tests.tokens import token_for

CALL = {"kind": "call-held", "occurred": "2021-03-08", "parties": ["XA", "XB"], "summary": "They spoke."}
OTHER = SigningKey("other.example/log", bytes(range(1, 33))).verifier.format()


@pytest.fixture
def served(file):
    """A service whose record has a call with a sealed text: its address, its key, and its settings."""
    settings = settings_for(file)
    key = make_key(settings.log_key_file, "solace.example/log").verifier.format()
    with serving(create_app(settings), listen("127.0.0.1")) as url:
        with Client(url, token_for(settings, "ada", "admin")) as client:
            client.open_dossier({"id": "lake", "title": "The lake (invented)"})
            source = {"outlet": "Lake Radio (invented)"}
            client.record("lake", {**CALL, "sources": [source], "personal": ["/summary"]})
            client.text("/checkpoint")
        yield url, key, settings


def test_it_holds_as_its_record_does(file, served):
    url, key, settings = served
    token = token_for(settings, "ben", "auditor")
    there = answered("verify", url, "--key", key, "--token", token)
    here = answered("verify", place_of(file), "--key", key)

    assert (there["holds"], there["events"], there["signatures_checked_by"]) == (True, 2, key)
    assert there.pop("keys_kept_back") == 1
    assert here.pop("keys_kept_back") == 0
    assert here.pop("last_act").startswith("4:")
    assert there.pop("last_act") is None  # Who may do what does not travel with a record.
    assert there == here


def test_an_act_that_was_kept_is_not_said_to_be_cut_off_where_no_acts_come(served):
    url, key, settings = served
    token = token_for(settings, "ben", "auditor")
    code, out, errors = call("verify", url, "--key", key, "--token", token, "--act", "1:" + "A" * 43 + "=")

    assert (code, out) == (2, "")
    assert "does not travel with the record of a service" in errors
    assert "/v1/administration/acts" in errors


def test_what_another_key_has_signed_does_not_hold(served):
    url, _, settings = served
    token = token_for(settings, "ben", "auditor")
    code, out, _ = call("verify", url, "--key", OTHER, "--token", token, "--json")

    assert code == 1
    assert json.loads(out)["holds"] is False
    assert "is not signed by other.example/log" in json.loads(out)["says"]


def test_who_is_no_auditor_cannot_check_it(served):
    url, key, settings = served
    for token in ("none", token_for(settings, "cyd", "reader")):
        code, _, errors = call("verify", url, "--key", key, "--token", token)
        assert code == 2
        assert "It could not be checked" in errors
