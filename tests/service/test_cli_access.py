"""The commands about who may do what, on the record itself, and where a service may listen."""

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from service.app import create_app
from service.cli import app
from service.cli.serving import is_loopback
from tests.service.api.desk import DOSSIER
from tests.service.stores import place_of, settings_for


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
