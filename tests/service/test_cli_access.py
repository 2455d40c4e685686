"""The commands about who may do what, on the record and through its service; where a service may listen."""

import json
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from service.app import create_app
from service.cli import app
from service.cli.serving import is_loopback
from service.serving import listen, serving
from tests.service.api.desk import DOSSIER
from tests.service.cli.calling import answered, call, printed
from tests.service.stores import place_of, settings_for
from tests.tokens import token_for


def run(file, *command, code=0):
    done = CliRunner().invoke(app, [*command, "--database", place_of(file)])
    assert done.exit_code == code, done.output
    return done.output.strip()


def opened(file, token, dossier="lake"):
    with TestClient(create_app(settings_for(file)), headers={"Authorization": f"Bearer {token}"}) as client:
        return client.post("/v1/dossiers", json={**DOSSIER, "id": dossier}).status_code


def test_a_token_is_issued_listed_by_name_and_revoked(file):
    token = run(file, "token", "issue", "ada")
    assert opened(file, token) == 201
    listed = run(file, "token", "list")
    name, principal = listed.split(",")[0].split()
    assert principal == "ada"
    assert token not in listed

    run(file, "token", "revoke", name, "--reason", "The laptop was lost.")

    assert opened(file, token) == 401
    assert run(file, "token", "list") == ""
    assert "could be revoked" in run(file, "token", "revoke", name, code=1)


def test_a_role_is_granted_in_one_dossier_listed_and_withdrawn(file):
    token = run(file, "token", "issue", "ada", "--role", "reader")
    assert opened(file, token) == 403
    run(file, "role", "grant", "ada", "--role", "editor", "--dossier", "lake")
    assert run(file, "role", "list").splitlines() == [
        "ada is editor of lake",
        "ada is reader of all dossiers",
    ]
    assert opened(file, token) == 201
    assert opened(file, token, "harbour") == 403

    run(file, "role", "withdraw", "ada", "--role", "editor", "--dossier", "lake")

    assert opened(file, token) == 403
    said = run(file, "role", "withdraw", "ada", "--role", "editor", "--dossier", "lake", code=1)
    assert "ada is not editor of lake" in said


def test_a_token_can_be_narrowed_and_end(file):
    run(file, "token", "issue", "ada")
    token = run(file, "token", "issue", "ada", "--role", "reader", "--narrowed", "--days", "3")

    assert opened(file, token) == 403
    assert "only reader of all dossiers" in run(file, "token", "list")


def test_a_role_that_there_is_not_is_refused_with_those_that_there_are(file):
    assert "recorder" in run(file, "role", "grant", "ada", "--role", "king", code=1)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "archive.example"])
def test_a_service_does_not_listen_beyond_loopback_unless_it_is_said_that_tls_is_in_front(file, host):
    said = run(file, "serve", "--host", host, code=2)

    assert "DEPOSITARY_TLS_IN_FRONT" in said


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_loopback_is_loopback(host):
    assert is_loopback(host)


@contextmanager
def itself(file):
    yield ("--at", place_of(file))


@contextmanager
def served(file):
    app = create_app(settings_for(file))
    with serving(app, listen("127.0.0.1")) as url:
        yield ("--url", url, "--token", token_for(app.state.settings, "root", "admin"))


@pytest.mark.parametrize("at", [itself, served])
def test_the_record_and_its_service_answer_machines_alike(file, at):
    with at(file) as where:
        issued = answered("token", "issue", "ada", "--role", "reader", "--days", 3, *where)
        granted = answered("role", "grant", "ada", "--role", "editor", "--dossier", "lake", *where)
        roles = answered("role", "list", *where)["ada"]
        withdrawn = answered("role", "withdraw", "ada", "--role", "editor", "--dossier", "lake", *where)
        (token,) = [one for one in answered("token", "list", *where)["tokens"] if one["principal"] == "ada"]
        revoked = answered("token", "revoke", token["id"], *where)
        left = [one["principal"] for one in answered("token", "list", *where)["tokens"]]

    reader, editor = {"role": "reader", "dossier": None}, {"role": "editor", "dossier": "lake"}
    assert issued["token"].startswith("depositary_")
    assert (token["id"], token["only"]) == (issued["id"], [])
    assert granted["roles"] == roles == [editor, reader]
    assert withdrawn == {"principal": "ada", "roles": [reader], "only": []}
    assert revoked == {"id": issued["id"], "revoked": True}
    assert "ada" not in left


def test_who_is_no_administrator_of_a_service_is_refused(file):
    app = create_app(settings_for(file))
    token = token_for(app.state.settings, "ada", "editor")
    with serving(app, listen("127.0.0.1")) as url:
        code, out, errors = call("token", "issue", "bert", "--at", url, "--token", token)

    assert (code, out) == (1, "")
    assert "admin" in errors


def test_the_record_that_the_environment_names_is_the_one_that_is_changed(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    named = {"DEPOSITARY_AT": place_of(file)}
    printed("role", "grant", "ada", "--role", "reader", env=named)

    assert list(json.loads(printed("role", "list", "--json", env=named))) == ["ada"]
    assert not (tmp_path / "depositary.db").exists()


def test_a_record_that_cannot_be_opened_is_said_in_words(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear depositary, …\n" * 100)
    code, _, errors = call("token", "list", "--at", tmp_path / "letter.txt")

    assert code == 2
    assert "cannot be opened: file is not a database" in errors
