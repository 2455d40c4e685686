"""Opening a record: its file, its settings, and what lies on disk."""

import sqlite3
from contextlib import closing
from threading import active_count
from uuid import UUID

import pytest
from eventsourcing.persistence import (
    DatabaseError,
    InfrastructureFactoryError,
    MapperDeserialisationError,
    StoredEvent,
)
from eventsourcing.sqlite import SQLiteConnectionPool

from domain.access import Grant
from service.record import Record
from tests.service.recording import (
    ADA,
    DOSSIER,
    answers_of,
    assert_sound,
    at_once,
    labels,
    open_record,
    start_hand,
    tell,
)
from tests.service.stores import bytes_of, dsn_of, environment, run_on

ZLIB = {"COMPRESSOR_TOPIC": "zlib"}
XOR = {"CIPHER_TOPIC": "tests.service.recording:Xor"}


# Durability


@pytest.mark.sqlite
def test_what_writes_commits_to_disk(file):
    with open_record(file) as record, record.store.database.writing() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2, "FULL"


def test_what_reads_cannot_write(file):
    with open_record(file) as record, pytest.raises(DatabaseError, match=r"read-?only"):
        record.store.reads.fetch("DELETE FROM stored_events")


@pytest.mark.sqlite
def test_a_closed_record_is_one_file(file):
    with open_record(file) as record:
        record.record(DOSSIER.id, tell(), ADA)

    assert [one.name for one in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("name", [":memory:", "file::memory:?cache=shared", "file:x?mode=memory"])
def test_a_record_is_not_kept_in_memory(name):
    with pytest.raises(InfrastructureFactoryError, match="kept in a file"):
        Record({"SQLITE_DBNAME": name})


@pytest.mark.sqlite
def test_a_file_that_is_no_record_is_not_touched(file):
    file.write_text("Dear diary, " * 100)

    with pytest.raises(DatabaseError, match="not a database"):
        Record(environment(file))
    assert file.read_text() == "Dear diary, " * 100


# Layout


@pytest.mark.sqlite
def test_a_layout_newer_than_known_is_refused_and_left_alone(file):
    with open_record(file):
        pass
    run_on(file, "PRAGMA user_version=99")
    before, threads = file.read_bytes(), active_count()

    with pytest.raises(InfrastructureFactoryError, match=r"layout 99, .* knows up to 3"):
        Record(environment(file))
    assert file.read_bytes() == before
    assert active_count() == threads, "nobody is left waiting"


def test_a_record_from_before_there_were_administrators_gets_their_tables(file):
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("A ferry race"), ADA)
    older = "UPDATE layout SET number = 2" if dsn_of(file) else "PRAGMA user_version = 2"
    tables = ("administration", "webhooks", "dead_letters")
    run_on(file, *(f"DROP TABLE {table}" for table in tables), older)

    with open_record(file) as record:
        issued = record.administration.issue("ada", "tests", roles=(Grant(role="editor"),))
        assert record.administration.of_token(issued.token).principal == "ada"
        assert_sound(record)
    for table in tables:
        run_on(file, f"SELECT * FROM {table}")


def test_a_record_that_is_laid_out_opens_without_the_writers_lock(file):
    with open_record(file) as holder, holder.store.database.writing():
        Record(environment(file, SQLITE_LOCK_TIMEOUT="1")).close()


@pytest.mark.sqlite
def test_one_that_another_keeps_from_setting_up_the_file_waits_for_it(file, monkeypatch):
    """SQLite itself does not let it wait, where two set the kind of journal of one file."""
    make, refused = SQLiteConnectionPool._create_connection, [busy_error(file)] * 3

    def make_in_the_end(pool):
        if refused:
            raise refused.pop()
        return make(pool)

    monkeypatch.setattr(SQLiteConnectionPool, "_create_connection", make_in_the_end)
    with open_record(file) as record:
        assert record.store.max_notification_id() == 1
    assert refused == []


def busy_error(file):
    """What SQLite tells somebody who may not wait."""
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(file, timeout=0)) as other:
        one.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as found:
            other.execute("BEGIN EXCLUSIVE")
    return found.value


def test_records_that_open_a_new_file_at_once_lay_it_out_once(file):
    for turn in range(5):
        new = file.with_name(f"turn {turn}.db")
        place = environment(new)
        opened = at_once([lambda place=place: Record(place)] * 6)
        for record in opened:
            record.close()
        with open_record(new) as record:
            assert_sound(record)


@pytest.mark.slow
def test_processes_that_open_a_new_file_at_once_lay_it_out_once(file):
    hands = [start_hand(file, "write", name, 2, 1) for name in range(4)]
    receipts = [receipt for hand in hands for receipt in answers_of(hand)]

    assert len(receipts) == 4 * 2 * 2
    with open_record(file) as record:
        assert_sound(record)


# Compressor and cipher, under the library's names


@pytest.mark.sqlite
@pytest.mark.parametrize("env", [ZLIB, XOR, ZLIB | XOR], ids=["zlib", "cipher", "both"])
def test_what_is_compressed_or_encrypted_is_not_readable_bytes_of(file, env):
    with open_record(file, **env) as record:
        receipt = record.record(DOSSIER.id, tell("A secret ferry race"), ADA)
        kept = bytes_of(file)

        assert b"secret ferry" not in kept
        assert b'"label"' not in kept
        assert DOSSIER.title.encode() not in kept
        assert record.versions.entry(receipt.id, 2).development.label == "A secret ferry race"
        assert_sound(record)


@pytest.mark.sqlite
def test_without_them_what_is_on_disk_is_json_that_anybody_can_read(file):
    with open_record(file) as record:
        record.record(DOSSIER.id, tell("An open ferry race"), ADA)

        assert b'"label":"An open ferry race"' in bytes_of(file)


def test_what_was_compressed_and_encrypted_is_read_after_a_restart(file):
    with open_record(file, **ZLIB, **XOR) as record:
        record.record(DOSSIER.id, tell("A secret ferry race"), ADA)
    with open_record(file, **ZLIB, **XOR) as record:
        assert labels(record) == ["A secret ferry race"]
        assert record.versions.dossier(DOSSIER.id, 2) == DOSSIER


def test_an_event_that_cannot_be_read_is_named(file):
    unheard_of = StoredEvent(UUID(int=7), 1, "unheard-of", b'{"recorded_by":"ada"}')
    with open_record(file) as record:
        record.store.projection = None
        record.store.insert_events([unheard_of])

        with pytest.raises(MapperDeserialisationError, match=r"position 2, .*7 version 1: .*unheard-of"):
            record.at(2)
