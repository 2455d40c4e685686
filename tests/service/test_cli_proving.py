"""The commands that prove, as a script calls them: what they print, and what they exit with."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from service.app import create_app
from service.cli import app
from service.keyfiles import make_key
from service.log.notes import SigningKey
from service.proving.events import ENTRY_FIELDS
from service.proving.opening import NotChecked, file_of
from service.serving import listen, serving
from service.transparency import Transparency
from tests.service.recording import ADA, DOSSIER, now, open_record, relabel, tell
from tests.service.stores import place_of, run_on, settings_for
from tests.service.tampering import ATTEMPTS, KEY, NEW_KEY, OTHER, TABLES, VIEWS, WITNESS, make_record
from tests.service.test_transparency import LAYOUT_1
from tests.tokens import token_for

VKEY = KEY.verifier.format()


@pytest.fixture
def file(tmp_path):
    """A small record, closed."""
    made = tmp_path / "record.db"
    make_record(made)
    return made


@pytest.fixture
def altered(file):
    """The same, after one event was altered."""
    with closing(sqlite3.connect(file)) as connection:
        OTHER(connection)
        connection.commit()
    return file


def run(*arguments, told=None, env=None):
    """Call a command; its exit code, what it printed, and that as JSON where it is."""
    records = {one for one in arguments if isinstance(one, Path) and one.suffix == ".db"}
    named = [place_of(one) if one in records else str(one) for one in arguments]
    done = CliRunner().invoke(app, named, input=told, env=env or {})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def run_json(*arguments, **more):
    code, out, _ = run(*arguments, "--json", **more)
    return code, json.loads(out)


# verify


def test_a_record_that_holds_is_said_to_hold(file):
    code, out, _ = run("verify", file, "--key", VKEY, "--witness", WITNESS.verifier.format())

    assert code == 0
    assert "All of it holds: 12 events, 3 dossiers, 4 checkpoints, 1 cosignatures." in out
    assert f"Signatures were checked by {VKEY}." in out


def test_for_machines_it_is_json(file):
    code, told = run_json("verify", file, "--key", VKEY)

    assert code == 0
    assert (told["holds"], told["events"], told["findings"]) == (True, 12, [])
    assert told["cosignatures_of_strangers"] == 1


def test_an_act_that_was_kept_is_looked_for(file):
    _, told = run_json("verify", file, "--key", VKEY)
    number, _, chain = told["last_act"].partition(":")

    assert run("verify", file, "--key", VKEY, "--act", told["last_act"])[0] == 0
    code, later = run_json("verify", file, "--key", VKEY, "--act", f"{int(number) + 1}:{chain}")
    assert (code, later["findings"][0]["field"]) == (1, "administration.position")
    code, _, says = run("verify", file, "--key", VKEY, "--act", "the last")
    assert (code, "expected its place and its hash" in says) == (2, True)


@pytest.mark.sqlite
def test_an_altered_record_is_said_where_it_does_not_hold(altered):
    code, out, _ = run("verify", altered, "--key", VKEY)
    machine, told = run_json("verify", altered, "--key", VKEY)

    assert (code, machine) == (1, 1)
    assert "position 5, stream" in out
    assert "stored_events.state: it is not what the log's entry commits to" in out
    assert told["findings"][0] | {"stream": ""} == {
        "field": "stored_events.state",
        "says": "it is not what the log's entry commits to",
        "position": 5,
        "stream": "",
        "version": 1,
    }


def test_without_a_key_it_is_said_that_signatures_were_not_checked(file):
    code, out, _ = run("verify", file)

    assert code == 0
    assert "Signatures were NOT checked" in out
    assert run_json("verify", file)[1]["signatures_checked_by"] is None


@pytest.mark.sqlite
def test_the_key_beside_the_record_is_used_where_none_is_given(file):
    key = make_key(file.with_name("record.db.key"), "solace.example/log")
    code, out, _ = run("verify", file)

    assert code == 1, "it is another key than the one that signed"
    assert f"Signatures were checked by {key.verifier.format()}." in out
    assert "no trusted key has signed the note" in out


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("nowhere.db", "there is no file"),
        ("mysql://ada@db/record", "a record is in a SQLite file or a PostgreSQL database"),
        ("postgresql://ada@127.0.0.1:1/record", "the database cannot be read"),
        ("diary.db", "cannot be read as a SQLite database"),
        (".", "there is no file"),
    ],
)
def test_what_cannot_be_checked_is_said_in_words(tmp_path, monkeypatch, named, says):
    monkeypatch.chdir(tmp_path)
    Path("diary.db").write_text("Dear diary, " * 100)
    code, _, err = run("verify", named)

    assert code == 2
    assert says in err
    assert run_json("verify", named)[1]["holds"] is None
    assert [one.name for one in tmp_path.iterdir()] == ["diary.db"], "nothing was made"


def test_a_key_that_is_none_is_said_to_be_none(file):
    code, _, err = run("verify", file, "--key", "dear+diary")

    assert code == 2
    assert "no key of type 1" in err


@pytest.mark.sqlite
def test_a_record_without_a_log_cannot_be_checked(file):
    run_on(file, *LAYOUT_1)
    code, _, err = run("verify", file)

    assert code == 2
    assert "has no log yet" in err


@pytest.mark.sqlite
def test_a_file_is_named_by_its_path_or_address(tmp_path):
    file = tmp_path / "a record.db"
    file.touch()
    assert file_of(str(file)) == file_of(file.as_uri()) == file
    with pytest.raises(NotChecked):
        file_of("https://example.org/record.db")


@pytest.mark.sqlite
def test_verifying_leaves_the_directory_as_it_was(file):
    before = {one.name: one.read_bytes() for one in file.parent.iterdir()}
    assert run("verify", file)[0] == 0

    assert {one.name: one.read_bytes() for one in file.parent.iterdir()} == before


@pytest.mark.sqlite
def test_a_record_on_a_medium_that_cannot_be_written_is_verified(file):
    file.chmod(0o444)
    file.parent.chmod(0o555)
    try:
        assert run("verify", file)[0] == 0
    finally:
        file.parent.chmod(0o755)


def test_a_record_is_verified_while_it_is_written(tmp_path):
    file = tmp_path / "record.db"
    with open_record(file) as record:
        for number in range(3):
            record.record(DOSSIER.id, tell(f"Race {number}"), ADA)
            code, told = run_json("verify", file)
            assert (code, told["events"]) == (0, 2 + number)


@pytest.mark.parametrize(
    "env", [{"COMPRESSOR_TOPIC": "zlib"}, {"CIPHER_TOPIC": "tests.service.recording:Xor"}], ids=str
)
def test_a_record_that_is_compressed_or_encrypted_is_verified_with_the_same_settings(tmp_path, env):
    file = tmp_path / "record.db"
    with open_record(file, **env) as record:
        first = record.record(DOSSIER.id, tell(), ADA).id
        record.say(first, relabel("again"), [1], ADA)

    assert run("verify", file, env=env)[0] == 0
    code, told = run_json("verify", file)
    assert code == 1
    assert {one["field"] for one in told["findings"]} <= {
        "stored_events.state or stored_events.topic",
        "stored_events.state or stored_events.originator_id",
        " or ".join(ENTRY_FIELDS),
    }


# verify-receipt


@pytest.fixture
def answered(tmp_path):
    """An answer with its receipt, and the key of the log."""
    key = make_key(tmp_path / "record.db.key", "solace.example/log")
    settings = settings_for(tmp_path / "record.db")
    service, token = create_app(settings), token_for(settings)
    with TestClient(service, headers={"Authorization": f"Bearer {token}"}) as client:
        client.post("/v1/dossiers", json=DOSSIER.model_dump(mode="json"))
        body = tell("Rowing").model_dump(mode="json", exclude_unset=True)
        client.post(f"/v1/dossiers/{DOSSIER.id}/developments", json=body)
        answer = client.get(f"/v1/dossiers/{DOSSIER.id}/timeline?receipt=true")
    return answer.text, key.verifier.format()


def test_a_receipt_is_verified_from_a_file_or_from_standard_input(tmp_path, answered):
    answer, key = answered
    (tmp_path / "R.json").write_text(answer)
    for code, out, _ in (
        run("verify-receipt", tmp_path / "R.json", "--key", key),
        run("verify-receipt", "-", "--key", key, told=answer),
    ):
        assert code == 0
        assert "It holds: the answer of timeline, dossier solace-2031" in out
        assert "It cannot be proved so that nothing else was recorded" in out
    assert run_json("verify-receipt", "-", "--key", key, told=answer)[1]["events_proven"] == 2


def test_an_answer_that_was_changed_is_refused_with_the_place(answered):
    answer, key = answered
    told = json.loads(answer)
    told["developments"][0]["headline"] = "Something else"
    code, _, err = run("verify-receipt", "-", "--key", key, told=json.dumps(told))
    machine, out = run_json("verify-receipt", "-", "--key", key, told=json.dumps(told))

    assert (code, machine) == (1, 1)
    assert "/developments/0/headline: the answer says 'Something else'" in err
    assert out["pointer"] == "/developments/0/headline"


def test_an_answer_without_a_receipt_cannot_be_checked(answered):
    code, _, err = run("verify-receipt", "-", "--key", answered[1], told='{"dossier": "solace-2031"}')

    assert code == 2
    assert "ask for one with receipt=true" in err
    assert run("verify-receipt", "-", "--key", answered[1], told="Dear diary")[0] == 2


def test_a_receipt_that_another_key_signed_is_refused(answered):
    other = SigningKey("solace.example/log", bytes(32)).verifier.format()
    code, _, err = run("verify-receipt", "-", "--key", other, told=answered[0])

    assert code == 1
    assert "/receipt/checkpoint: no trusted key has signed the note" in err


# audit


@pytest.fixture
def since(file, tmp_path):
    """The checkpoint of 10 events, as it left the machine."""
    ((note,),) = run_on(file, "SELECT note FROM checkpoints WHERE size = 10")
    kept = tmp_path / "checkpoint.txt"
    kept.write_bytes(note)
    return kept


def test_a_record_that_goes_on_is_said_to(file, since):
    code, out, _ = run("audit", file, "--since", since, "--key", VKEY)

    assert code == 0
    assert "the log of 12 events goes on from the checkpoint of 10" in out
    told = run_json("audit", file, "--since", since, "--key", VKEY)[1]
    assert (told["holds"], told["since"]["size"], told["now"]["size"]) == (True, 10, 12)


@pytest.mark.sqlite
def test_a_record_that_was_altered_does_not(altered, since):
    code, _, err = run("audit", altered, "--since", since, "--key", VKEY)

    assert code == 1
    assert "the first 10 events of the record are not those that the checkpoint is of" in err
    assert run_json("audit", altered, "--since", since, "--key", VKEY)[1]["holds"] is False


def test_a_checkpoint_that_another_key_signed_is_not_believed(file, since):
    assert run("audit", file, "--since", since, "--key", NEW_KEY.verifier.format())[0] == 1


def test_without_a_key_the_signature_is_said_not_to_be_checked(file, since):
    code, _, err = run("audit", file, "--since", since)

    assert code == 0
    assert "signature was not checked" in err


def test_what_is_no_checkpoint_cannot_be_checked(file, tmp_path):
    (tmp_path / "diary.txt").write_text("Dear diary")

    assert run("audit", file, "--since", tmp_path / "diary.txt", "--key", VKEY)[0] == 2
    assert run("audit", "--since", tmp_path / "diary.txt", "--key", VKEY)[0] == 2, "of what?"


@contextmanager
def served(file):
    """A service on a record; its address."""
    with serving(create_app(settings_for(file)), listen("127.0.0.1")) as url:
        yield url


def test_a_service_is_audited_from_afar(tmp_path):
    file, kept, next_one = (tmp_path / name for name in ("record.db", "checkpoint.txt", "next.txt"))
    key = make_key(tmp_path / "record.db.key", "solace.example/log")
    vkey = key.verifier.format()
    with open_record(file) as record:
        kept.write_bytes(Transparency(record, now, key).checkpoint().kept.note.format())
        for number in range(3):
            record.record(DOSSIER.id, tell(f"Race {number}"), ADA)
    with served(file) as url:
        code, told = run_json("audit", "--url", url, "--since", kept, "--key", vkey, "--keep", next_one)
        assert (code, told["now"]["size"]) == (0, 4)
        assert run("audit", "--url", url, "--since", next_one, "--key", vkey)[0] == 0
        assert run("audit", "--url", url, "--since", next_one)[0] == 2, "whose key?"
        other = SigningKey(key.name, bytes(32)).verifier.format()
        assert run("audit", "--url", url, "--since", next_one, "--key", other)[0] == 1
    assert run("audit", "--url", url, "--since", kept, "--key", vkey)[0] == 2, "nobody answers"


def test_a_service_on_another_record_does_not_go_on(tmp_path):
    kept = tmp_path / "checkpoint.txt"
    key = make_key(tmp_path / "record.db.key", "solace.example/log")
    with open_record(tmp_path / "elsewhere.db") as record:
        kept.write_bytes(Transparency(record, now, key).checkpoint().kept.note.format())
    with open_record(tmp_path / "record.db") as record:
        record.record(DOSSIER.id, tell(), ADA)
    with served(tmp_path / "record.db") as url:
        code, _, err = run("audit", "--url", url, "--since", kept, "--key", key.verifier.format())

    assert code == 1
    assert "is not the beginning of the one of 2" in err


# As they are called


@pytest.mark.parametrize("command", ["verify", "verify-receipt", "audit"])
def test_exit_codes_are_in_the_help(command):
    code, out, _ = run(command, "--help", env={"COLUMNS": "200"})

    assert code == 0
    assert "0 it holds, 1 it does not, 2 it could not be checked" in " ".join(out.split())


def test_the_table_of_tampering_is_printed():
    """`python -m tests.service.tampering` names each way that was tried; the bytes are counted elsewhere."""
    script = "import tests.service.tampering as t; t.try_bytes = lambda *_: (1, []); t.main()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "a history signed anew with a new key" in done.stdout
    assert done.stdout.splitlines()[-1].split()[-2:] == [str(len(TABLES) + len(VIEWS) + len(ATTEMPTS))] * 2
