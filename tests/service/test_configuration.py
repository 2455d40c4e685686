"""What is set is told in full but for secrets, and what is wrong with a setting in words."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.configuration import OF_THE_LIBRARY, masked, variable_of
from service.settings import Settings

pytestmark = pytest.mark.sqlite

README = Path(__file__).parents[2] / "README.md"
DSN = "postgresql://ada:swordfish@db1.example,db2.example/record?sslpassword=halibut"


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run `depositary config` with these variables and no others of ours."""
    monkeypatch.chdir(tmp_path)
    for variable in [*map(variable_of, Settings.model_fields), *OF_THE_LIBRARY]:
        monkeypatch.delenv(variable, raising=False)

    def run(*arguments, **environment):
        return CliRunner().invoke(app, ["config", *arguments], env=environment)

    return run


def told(run, **environment):
    done = run("--json", **environment)
    assert done.exit_code == 0, done.output
    return {one["variable"]: one for one in json.loads(done.stdout)}


def test_every_setting_is_told_with_where_it_comes_from_and_what_it_is(run):
    settings = told(run, DEPOSITARY_PATIENCE="3.5")

    assert [*settings] == [*map(variable_of, Settings.model_fields), *OF_THE_LIBRARY]
    assert all(one["meaning"] for one in settings.values())
    assert settings["DEPOSITARY_PATIENCE"]["value"] == "3.5"
    assert settings["DEPOSITARY_PATIENCE"]["source"] == "environment"
    assert {one["source"] for name, one in settings.items() if name != "DEPOSITARY_PATIENCE"} == {"default"}


def test_what_lies_beside_the_record_is_told_as_it_is_looked_for(run):
    settings = told(run, SQLITE_DBNAME="/srv/record.db")

    assert settings["DEPOSITARY_WITNESSES"]["value"] == "/srv/record.db.witnesses"
    assert settings["DEPOSITARY_LOG_KEY"]["value"] == "/srv/record.db.key"
    assert settings["PERSISTENCE_MODULE"]["value"] == "service.store.sqlite:Factory"


@pytest.mark.parametrize("form", ["--json", None])
def test_no_password_and_no_key_is_shown(run, form):
    done = run(*filter(None, [form]), DEPOSITARY_DSN=DSN, DEPOSITARY_READ_DSN=DSN, CIPHER_KEY="anchovy")

    assert done.exit_code == 0
    assert "ada" in done.stdout
    assert not re.search("swordfish|halibut|anchovy", done.output)


def test_a_masked_connection_string_says_the_rest():
    shown = masked("host=db dbname=record password='sword fish'")

    assert sorted(shown.split()) == ["dbname=record", "host=db", "password=***"]


def test_a_variable_that_sets_nothing_is_told_with_the_one_that_is_meant(run):
    done = run(DEPOSITARY_PATIENSE="3")

    assert done.exit_code == 0
    assert "DEPOSITARY_PATIENSE sets nothing: is DEPOSITARY_PATIENCE meant?" in done.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"DEPOSITARY_PATIENCE": "soon"}, ["DEPOSITARY_PATIENCE 'soon'", "valid number", "2.0"]),
        ({"DEPOSITARY_LARGEST_BODY": "3"}, ["DEPOSITARY_LARGEST_BODY '3'", "1024", "1048576"]),
        ({"DEPOSITARY_DSN": "postgresql://ada:swordfish@["}, ["DEPOSITARY_DSN", "dbname="]),
        ({"DEPOSITARY_OPEN_READS": "?", "DEPOSITARY_PATIENCE": "-1"}, ["OPEN_READS '?'", "PATIENCE '-1'"]),
    ],
)
@pytest.mark.parametrize("command", [["config"], ["config", "--json"], ["serve"], ["token", "issue", "ada"]])
def test_what_is_wrong_is_said_by_every_command_with_what_would_be_right(run, environment, words, command):
    done = CliRunner().invoke(app, command, env=environment)

    assert done.exit_code == 1
    assert [word for word in words if word not in done.stderr] == []
    assert "swordfish" not in done.output
    assert "Traceback" not in done.output


def test_the_readme_lists_the_settings_and_no_others():
    table = README.read_text().partition("| setting | is |")[2].partition("\n\n")[0]
    listed = [
        name for row in table.splitlines()[2:] for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])
    ]

    assert sorted(listed) == sorted([*map(variable_of, Settings.model_fields), *OF_THE_LIBRARY])
