"""`depositary export --record` and `import --record`: a record out of one place and into another."""

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.app import create_app
from service.cli import app
from service.log.notes import SigningKey
from service.serving import listen, serving
from service.transparency import Transparency
from tests.service.recording import ADA, DOSSIER, Clock, open_record, tell
from tests.service.stores import place_of, settings_for
from tests.service.test_erasure import personal
from tests.service.travelling.test_record_travels import lines, tables, verified
from tests.tokens import token_for

KEY = SigningKey("lake.example/record", bytes(range(32)))


def run(*arguments: object, told: bytes | None = None) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [*map(str, arguments)], input=told)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def recorded(file: Path) -> Path:
    """The file of a record with a personal text and a signed checkpoint."""
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("The ferry race"), ADA)
        record.record(DOSSIER.id, personal(), ADA)
        Transparency(record, Clock(), KEY).checkpoint()
    return file


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "there.db"


def test_a_record_goes_out_into_a_file_and_comes_in_elsewhere(recorded, there, tmp_path):
    out = tmp_path / "record.jsonl"

    assert run("export", "--record", place_of(recorded), "--out", out) == (0, "", "")
    assert out.read_bytes().splitlines(keepends=True) == lines(recorded)
    code, told, errors = run(
        "import", "--record", out, "--into", place_of(there), "--log-key", KEY.verifier.format()
    )

    assert (code, errors) == (0, "")
    assert told.startswith("3 events, 1 checkpoints and 0 keys of requests are on record.")
    assert f"The checkpoint of 3 events is signed by {KEY.verifier.format()}." in told
    assert "1 keys of personal texts were kept back" in told
    assert tables(there) == tables(recorded)
    assert verified(there, KEY.verifier).holds
    assert not list(tmp_path.glob("*.part"))


def test_keys_come_along_where_that_is_said_and_are_warned_of(recorded, there, tmp_path):
    out = tmp_path / "record.jsonl"

    code, _, errors = run("export", "--record", place_of(recorded), "--with-keys", "--out", out)
    _, told, _ = run("import", "--record", out, "--into", place_of(there), "--json")

    assert code == 0
    assert "whoever has it can read those texts" in errors
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(told) == {
        "events": 3,
        "checkpoints": 1,
        "idempotency": 0,
        "root": json.loads(told)["root"],
        "latest_checkpoint": {"origin": KEY.name, "size": 3},
        "signatures_checked_by": None,
        "keys_kept_back": 0,
    }
    assert lines(there, with_keys=True) == lines(recorded, with_keys=True)


def test_a_running_service_hands_its_record_out_without_keys(recorded, there, tmp_path):
    settings = settings_for(recorded)
    token = token_for(settings, "ada", "auditor")
    with serving(create_app(settings), listen("127.0.0.1")) as url:
        out = tmp_path / "record.jsonl"
        code, _, errors = run("export", "--record", url, "--out", out, "--token", token)
        refused = run("export", "--record", url, "--with-keys")

    assert (code, errors) == (0, "")
    assert (tmp_path / "record.jsonl").read_bytes().splitlines(keepends=True) == lines(recorded)
    assert (refused[0], "a service keeps its keys back" in refused[2]) == (2, True)


def test_an_altered_record_leaves_nothing_behind(recorded, there, tmp_path):
    told = b"".join(lines(recorded)).replace(b"The ferry race", b"The fairy race")

    code, _, errors = run("import", "--record", "-", "--into", place_of(there), told=told)

    assert code == 1
    assert errors.startswith("Nothing was imported: line 3: it does not follow the line before it")


@pytest.mark.sqlite
def test_a_file_that_was_made_for_nothing_is_gone(recorded, there):
    run("import", "--record", "-", "--into", there, told=b"nothing\n")
    assert not list(there.parent.glob("there.db*"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["export"], "give the id of a dossier, or --record"),
        (["export", "lake", "--record", "x.db"], "one of them"),
        (["export", "--record", "nowhere.db"], "there is no file nowhere.db"),
        (["import"], "give a FILE of developments and the --dossier"),
        (["import", "--record", "-"], "say where the record comes --into"),
        (["import", "--record", "-", "--into", "x.db", "--log-key", "lake"], "--log-key: "),
    ],
)
@pytest.mark.sqlite
def test_what_cannot_be_carried_out_says_why(tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    code, out, errors = run(*arguments, told=b"")

    assert (code, out) == (2, "")
    assert words in errors
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_is_there_is_left_alone(recorded):
    before = tables(recorded)
    told = b"".join(lines(recorded))

    code, _, errors = run("import", "--record", "-", "--into", place_of(recorded), told=told)

    assert (code, tables(recorded)) == (2, before)
    assert "a record of 3 events is there already" in errors
