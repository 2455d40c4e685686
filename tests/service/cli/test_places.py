"""The same commands on a file, on a database and on a running service: they answer alike."""

import json
import re
from contextlib import contextmanager
from getpass import getuser

import pytest

from service.app import create_app
from service.serving import listen, serving
from tests.service.cli.calling import answered, call, printed
from tests.service.stores import place_of, settings_for
from tests.tokens import token_for

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?")
OUTLET = ("--outlet", "Lake Radio (invented)")


@contextmanager
def itself(file, monkeypatch):
    monkeypatch.setenv("DEPOSITARY_AT", place_of(file))
    yield "ada"


@contextmanager
def served(file, monkeypatch):
    app = create_app(settings_for(file))
    with serving(app, listen("127.0.0.1")) as url:
        monkeypatch.setenv("DEPOSITARY_URL", url)
        monkeypatch.setenv("DEPOSITARY_TOKEN", token_for(app.state.settings, "ada", "admin"))
        yield None


@pytest.fixture(params=[itself, served], ids=["opened", "served"])
def name(request, tmp_path, monkeypatch):
    """The name to record under, where the record itself is opened; the environment names the place."""
    with request.param(tmp_path / "record.db", monkeypatch) as named:
        yield named


def plain(text):
    """What does not change from one time to the next."""
    return MOMENT.sub("…", UUID.sub("…", text))


@pytest.mark.slow
def test_a_dossier_is_opened_a_development_recorded_and_all_said_of_it(name):
    by = ("--as", name) if name else ()
    assert "position 1" in printed(
        "open", "lake", "--title", "The lake (invented)", "--party", "XA=Arvenia", *by
    )
    recorded = answered(
        "record", "lake", "--kind", "call-held", "--occurred", "2021-03-08",
        "--parties", "XA", "--parties", "XB", "--place.name", "Port Solace", *OUTLET, *by,
    )  # fmt: skip
    id_ = recorded["id"]
    amended = printed(
        "amend", id_, "--occurred", "2021-03-09", "--reason", "So the host says.", "--seen", 1, *OUTLET, *by
    )
    disputed = printed(
        "say", "dispute", id_, "--by", "XB", "--says", '{"occurred": "2021-03-10"}',
        "--reason", "So it says.", "--seen", 2, "--only", "version", *by,
    )  # fmt: skip
    code, _, errors = call("say", "retract", id_, "--reason", "Not confirmed.", "--seen", 1, *by)

    assert plain(amended) == "… (call-held) is amended.\nIt is at version 2, and the record at position 3.\n"
    assert disputed == "3\n"
    assert code == 1
    assert errors.startswith("the current version is 3: read the development again")
    assert "repeat with --seen 3 if it still applies" in errors
    versions = answered("history", id_)["versions"]
    assert [one["recorded_by"] for one in versions] == ["ada"] * 3
    assert versions[0]["said"]["development"]["place"] == {"name": "Port Solace"}
    assert versions[1]["sources"] == [{"outlet": "Lake Radio (invented)"}]
    timeline = printed("as-of", "timeline", "lake", "--on", "2021-12-31")
    assert "2021-03-09 │ certain   │ Call between XA, XB │ disputed" in timeline
    assert "XB: occurred: 2021-03-10" in timeline
    assert "/accounts │ the first 1 of 2 │" in printed("as-of", "contacts", "lake", "--limit", 1)
    told = printed("diff", "lake", "disputes", "--from", "2020-01-01T00:00:00Z", "--on", "2021-12-31")
    assert "disputed, recorded by ada at …: So it says." in plain(told)
    by_day = printed("diff", "lake", "contacts", "--from", "2021-03-01", "--to", "2021-03-31")
    assert "because of “Call between XA, XB”, which begins or ends on 2021-03-09" in by_day
    assert [one["id"] for one in answered("dossiers")["dossiers"]] == ["lake"]
    assert "Arvenia (XA)" in printed("dossiers")
    exported = [json.loads(line) for line in printed("export", "lake").splitlines()]
    assert [one.get("id") for one in exported] == [None, id_]


@pytest.mark.slow
def test_a_chronology_and_a_file_of_developments_are_taken(name, tmp_path):
    by = ("--as", name) if name else ()
    played = printed("load", "seeds/solace-2021.yaml", *by)
    assert printed("load", "seeds/solace-2021.yaml", *by) == played
    lines = tmp_path / "calls.ndjson"
    call_held = {"kind": "call-held", "occurred": "2021-04-01", "parties": ["XA", "XB"]}
    lines.write_text(json.dumps({**call_held, "sources": [{"outlet": "Lake Radio (invented)"}]}) + "\n{\n")
    code, out, errors = call("import", lines, "--dossier", "solace-2021", *by)

    assert code == 1
    assert out == "Into solace-2021: 1 recorded, 0 on record before, 1 refused.\n"
    assert "line 2: the body is not JSON" in errors


def test_what_is_refused_says_the_place_and_leaves_no_trace(name):
    by = ("--as", name) if name else ()
    printed("open", "lake", "--title", "The lake (invented)", *by)
    wrong = ("--kind", "call-held", "--occurred", "2021-02-30", "--issues", "Not A Slug", *OUTLET, *by)
    code, out, errors = call("record", "lake", *wrong)

    assert (code, out) == (1, "")
    assert "/occurred: '2021-02-30' is not a date in EDTF" in errors
    assert "/issues/0: expected a short name" in errors
    assert call("as-of", "ceasefire", "lakes")[0] == 1
    assert answered("as-of", "timeline", "lake")["developments"] == []


# What is particular to the record itself


@pytest.fixture
def file(tmp_path):
    return tmp_path / "record.db"


def test_who_names_nobody_records_as_the_user_of_the_system(file):
    at = ("--at", place_of(file))
    printed("open", "lake", "--title", "The lake (invented)", *at)

    changes = answered("get", "/v1/dossiers/lake/changes", *at, "--only", "changes")
    assert [one["recorded_by"] for one in changes] == [getuser()]


def test_the_record_is_read_while_a_service_runs_on_it(file):
    app = create_app(settings_for(file))
    token = token_for(app.state.settings, "ada", "admin")
    with serving(app, listen("127.0.0.1")) as url:
        printed("open", "lake", "--title", "The lake (invented)", "--at", url, "--token", token)
        here = answered("dossiers", "--at", place_of(file))
        there = answered("dossiers", "--at", url)
        race = ("--kind", "other-development", "--label", "A race", "--occurred", "2021", *OUTLET)
        printed("record", "lake", *race, "--at", place_of(file), "--as", "bert")
        after = answered("as-of", "timeline", "lake", "--at", url)

    assert here == there
    assert len(after["developments"]) == 1


@pytest.mark.sqlite
def test_reading_begins_no_record_where_there_is_none(tmp_path):
    nowhere = tmp_path / "nowhere.db"
    for command in (["dossiers"], ["as-of", "ceasefire", "lake"], ["record", "lake", "{}"]):
        code, _, errors = call(*command, "--at", nowhere)
        assert code == 2
        assert f"there is no record at {nowhere}: `depositary open` begins one" in errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.sqlite
def test_what_cannot_be_opened_is_said_in_words(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear depositary, …\n" * 100)
    code, out, errors = call("dossiers", "--at", tmp_path / "letter.txt")

    assert (code, out) == (2, "")
    assert "letter.txt cannot be opened: file is not a database" in errors


@pytest.mark.sqlite
def test_a_service_is_not_told_who_records(tmp_path):
    code, _, errors = call("record", "lake", "{}", "--at", "http://127.0.0.1:1", "--as", "ada")

    assert code == 2
    assert "a service knows who records by the token" in errors
