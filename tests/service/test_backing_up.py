"""A copy that is made while others write is one state of the record, proved; nothing is written over."""

import json
import re
import sqlite3
from threading import Event

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.keyfiles import make_key
from service.transparency import Transparency
from tests.service.recording import (
    ADA,
    DOSSIER,
    assert_sound,
    in_threads,
    labels,
    now,
    open_record,
    start_hand,
    tell,
)

pytestmark = pytest.mark.sqlite
DSN = "postgresql://ada:swordfish@db1.example/record"


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


def said(done):
    return " ".join(done.output.split())


@pytest.fixture
def signed(file):
    """A record of five events; the note of the checkpoint of the first four."""
    key = make_key(file.with_name("record.db.key"), "solace.example/log")
    with open_record(file) as record:
        for number in range(3):
            record.record(DOSSIER.id, tell(f"development {number}"), ADA)
        note = Transparency(record, now, key).checkpoint().kept.note.format()
        record.record(DOSSIER.id, tell("development 3"), ADA)
    return file, note


@pytest.fixture
def copied(signed, tmp_path):
    file, note = signed
    done = run("backup", file, tmp_path / "copy.db")
    assert done.exit_code == 0, done.output
    kept = tmp_path / "checkpoint.txt"
    kept.write_bytes(note)
    return tmp_path / "copy.db", kept


def test_a_copy_is_one_file_for_its_owner_alone_that_holds_what_the_record_holds(signed, copied):
    copy, _ = copied
    assert sorted(one.name for one in copy.parent.glob("copy.db*")) == ["copy.db"]
    assert copy.stat().st_mode & 0o077 == 0
    assert (
        run("verify", copy, "--key", run("keys", "show", "--database", signed[0]).stdout.strip()).exit_code
        == 0
    )
    with open_record(signed[0]) as record, open_record(copy) as other:
        assert labels(other) == labels(record)


def test_it_is_said_what_is_not_in_it_and_what_is(signed, tmp_path):
    told = said(run("backup", signed[0], tmp_path / "copy.db"))

    assert "copy of the first 5 events, and all of it holds" in told
    assert "Not in it, and to be kept elsewhere: the private key of the log, the witnesses' keys" in told
    assert "In it: the keys of personal texts" in told


def test_a_record_that_is_put_in_place_goes_on_where_the_copy_was_made(copied, tmp_path):
    copy, kept = copied
    into = tmp_path / "restored.db"
    into.with_name("restored.db.key").write_bytes((tmp_path / "record.db.key").read_bytes())
    into.with_name("restored.db.key").chmod(0o600)

    done = run("restore", copy, into, "--since", kept)

    assert done.exit_code == 0, done.output
    assert "holds 5 events, and all of it holds" in said(done)
    assert f"It goes on from the checkpoint in {kept}" in said(done)
    assert "erase it anew" in said(done)
    with open_record(into) as record:
        record.record(DOSSIER.id, tell("after"), ADA)
        assert labels(record)[-1] == "after"
        assert_sound(record)


def test_without_a_checkpoint_it_is_said_what_was_not_shown(copied, tmp_path):
    done = run("restore", copied[0], tmp_path / "restored.db")

    assert done.exit_code == 0
    assert "none was given as --since" in said(done)
    assert "Signatures are not checked" in said(done)


def test_nothing_is_written_over(signed, copied, tmp_path):
    copy, _ = copied
    before = copy.read_bytes()
    (tmp_path / "busy.db-wal").write_bytes(b"")

    for command in (
        ["backup", signed[0], copy],
        ["restore", copy, signed[0]],
        ["restore", copy, tmp_path / "busy.db"],
        ["backup", signed[0], tmp_path / "nowhere" / "copy.db"],
    ):
        done = run(*command)
        assert done.exit_code == 2
        assert "It could not be done" in said(done)
    assert copy.read_bytes() == before
    assert not (tmp_path / "busy.db").exists()


def altered(copy, statement):
    with sqlite3.connect(copy) as connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET state = replace(state, 'ment 1', 'ment 9') WHERE position = 3",
        "DELETE FROM stored_events WHERE position = 2",
        "UPDATE versions SET standing = 'retracted' WHERE version = 1",
    ],
)
def test_what_was_altered_is_put_in_no_place(copied, tmp_path, statement):
    copy, _ = copied
    altered(copy, statement)

    done = run("restore", copy, tmp_path / "restored.db")

    assert done.exit_code == 1
    assert re.search(r"does not hold, and \S+ was not made", said(done))
    assert list(tmp_path.glob("restored.db*")) == []


def test_an_altered_record_is_not_taken_for_a_good_copy(signed, tmp_path):
    altered(signed[0], "DELETE FROM stored_events WHERE position = 2")

    assert run("backup", signed[0], tmp_path / "copy.db").exit_code == 1
    assert list(tmp_path.glob("copy.db*")) == []


def test_a_copy_of_before_a_checkpoint_does_not_go_on_from_it(file, tmp_path):
    key = make_key(file.with_name("record.db.key"), "solace.example/log")
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("before"), ADA)
        assert run("backup", file, tmp_path / "copy.db").exit_code == 0
        record.record(DOSSIER.id, tell("after"), ADA)
        kept = tmp_path / "checkpoint.txt"
        kept.write_bytes(Transparency(record, now, key).checkpoint().kept.note.format())

    done = run("restore", tmp_path / "copy.db", tmp_path / "restored.db", "--since", kept)

    assert done.exit_code == 1
    assert "its end was cut off" in said(done)
    assert list(tmp_path.glob("restored.db*")) == []


@pytest.mark.parametrize("command", [["backup", DSN, "copy.db"], ["restore", "copy.db", DSN]])
def test_a_database_is_copied_by_its_own_means_and_it_is_said_where_to_read_of_them(command):
    done = run(*command)

    assert done.exit_code == 2
    assert "pg_basebackup" in said(done)
    assert "deploy/README.md" in said(done)
    assert "swordfish" not in done.output


@pytest.mark.parametrize("command", [["backup"], ["restore"]])
def test_a_service_and_a_database_are_no_file_to_be_copied(command, tmp_path):
    for place, words in (("http://127.0.0.1:8000", "is a running service"), (DSN, "pg_basebackup")):
        done = run(*command, place, tmp_path / "copy.db")
        assert done.exit_code == 2
        assert words in said(done)
    assert list(tmp_path.iterdir()) == []


def test_machines_are_told_what_was_copied_and_what_it_goes_on_from(copied, tmp_path):
    copy, kept = copied
    again = json.loads(run("backup", copy, tmp_path / "again.db", "--json").stdout)
    restored = json.loads(
        run("restore", copy, tmp_path / "restored.db", "--since", kept, "--json").stdout.strip()
    )

    assert (again["copy"], again["holds"], again["events"]) == (str(tmp_path / "again.db"), True, 5)
    assert (restored["record"], restored["goes_on_from"]) == (str(tmp_path / "restored.db"), str(kept))
    assert restored["root"] == again["root"]


def test_what_is_no_record_is_said_in_words(tmp_path):
    (tmp_path / "notes.txt").write_text("Not a database.\n" * 100)

    for source in ("notes.txt", "nothing.db"):
        done = run("backup", tmp_path / source, tmp_path / "copy.db")
        assert done.exit_code == 2
        assert "could not be done" in said(done)
        assert list(tmp_path.glob("copy.db*")) == []
        assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.slow
def test_copies_that_are_made_while_others_write_are_whole_and_hold(file, tmp_path):
    with open_record(file):
        pass
    hands = [start_hand(file, "write", name, 150, 2) for name in ("north", "south")]
    for hand in hands:
        hand.stdout.readline()
    enough, answers = Event(), []

    def listen(hand):
        answers.extend(hand.stdout)
        enough.set()

    copies = []
    with in_threads([lambda hand=hand: listen(hand) for hand in hands]):
        while not enough.is_set() and len(copies) < 20:
            copies.append(tmp_path / f"copy {len(copies)}.db")
            done = run("backup", file, copies[-1])
            assert done.exit_code == 0, done.output
    assert [hand.wait(60) for hand in hands] == [0, 0]
    for hand in hands:
        hand.stdin.close()
        hand.stdout.close()

    sizes = []
    for copy in copies:
        with open_record(copy) as record:
            sizes.append(record.store.max_notification_id())
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 1
