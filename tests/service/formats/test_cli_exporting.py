"""`depositary export DOSSIER --format …`: what is written, and what it loses beside it."""

import json

import pytest
from typer.testing import CliRunner

from service.app import create_app
from service.cli import app
from service.serving import listen, serving
from tests.service.formats.taking_out import ledger, read_zip, taken_out

pytestmark = pytest.mark.sqlite


@pytest.fixture
def service(solace, monkeypatch):
    with serving(create_app(solace.client.app.state.settings, solace.clock), listen("127.0.0.1")) as url:
        monkeypatch.setenv("DEPOSITARY_URL", url)
        yield url


def run(*arguments):
    done = CliRunner().invoke(app, ["export", *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout_bytes, done.stderr


def test_a_dossier_is_written_as_json_lines_where_nothing_else_is_said(solace, service):
    code, out, errors = run("solace-2021")

    assert (code, errors) == (0, "")
    assert out.splitlines()[1:] == taken_out(solace).splitlines()[1:]


def test_beside_a_file_lies_what_it_could_not_hold(solace, service, tmp_path):
    code, out, errors = run(
        "solace-2021", "--format", "csv", "--table", "sources", "--out", tmp_path / "s.csv"
    )
    losses, end = ledger(solace, format="csv", table="sources")
    beside = [json.loads(line) for line in (tmp_path / "s.csv.losses.jsonl").read_text().splitlines()]

    assert (code, out) == (0, b"")
    assert f"{end['losses']} fields could not be held" in errors
    assert (tmp_path / "s.csv").read_bytes() == taken_out(solace, format="csv", table="sources")
    assert beside[:-1] == losses
    assert sorted(one.name for one in tmp_path.iterdir()) == ["s.csv", "s.csv.losses.jsonl"]


def test_where_nothing_is_lost_nothing_lies_beside_it(service, tmp_path):
    code, _, errors = run("solace-2021", "--format", "csv-zip", "--out", tmp_path / "s.zip")

    assert (code, errors) == (0, "")
    assert [one.name for one in tmp_path.iterdir()] == ["s.zip"]
    assert "developments.csv" in read_zip((tmp_path / "s.zip").read_bytes())


def test_it_is_of_the_day_and_the_moment_that_are_asked_for(service):
    _, early, _ = run("solace-2021", "--known-at", "2026-02-03T09:10:00Z", "--as-of", "2021-03-05")
    _, late, _ = run("solace-2021")

    assert json.loads(early.splitlines()[0])["as_of"] == "2021-03-05"
    assert 1 < len(early.splitlines()) < len(late.splitlines())


def test_the_ledger_alone_is_printed_where_it_is_asked_for(solace, service):
    code, out, _ = run("solace-2021", "--format", "csv", "--ledger")

    assert code == 0
    assert json.loads(out.splitlines()[-1])["losses"] == ledger(solace, format="csv")[1]["losses"] > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["solace-2012"], "did you mean 'solace-2021'?"),
        (["solace-2021", "--format", "xlsx"], "expected jsonl, csv"),
        (["solace-2021", "--table", "sources"], "jsonl is not one table"),
        (["solace-2021", "--as-of", "yesterday"], "expected one day"),
    ],
)
def test_what_cannot_be_written_says_why_and_leaves_no_file(service, tmp_path, arguments, words):
    code, _, errors = run(*arguments, "--out", tmp_path / "out")

    assert code == 1
    assert words in errors
    assert list(tmp_path.iterdir()) == []
