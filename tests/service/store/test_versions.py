"""The views' tables: at any position they hold what a fold of the events up to it holds."""

from uuid import UUID

import pytest
from eventsourcing.persistence import OperationalError, StoredEvent

from domain.commands import Erase
from service.record import Record
from service.store.layout import NAME
from service.store.versions import Selection
from tests.service.recording import (
    ADA,
    DOSSIER,
    answers_of,
    assert_sound,
    at_once,
    in_threads,
    open_record,
    relabel,
    start_hand,
    tell,
    views,
)
from tests.service.stores import environment, run_on


def fill(record, count):
    """Record so many and amend every other one."""
    for number in range(count):
        one = record.record(DOSSIER.id, tell(f"race {number}"), ADA).id
        if number % 2:
            record.say(one, relabel(f"amended {number}"), [1], ADA)


def sail_on(record, label):
    """Have the log grow by an event that the views do not take in."""
    told = tell(label).model_dump_json(exclude_unset=True)
    state = f'{{"recorded_by":"ada","dossier":"{DOSSIER.id}","development":{told}}}'
    projection, record.store.projection = record.store.projection, None
    record.store.insert_events([StoredEvent(UUID(int=7), 1, "other-development", state.encode())])
    record.store.projection = projection


# Bringing up


@pytest.mark.parametrize("older", ["versions-0", "versions-1", "versions-of-old"])
def test_a_new_name_has_the_tables_rebuilt_when_the_record_is_opened(file, older):
    with open_record(file) as record:
        fill(record, 10)
        before = views(record)
    run_on(
        file,
        f"UPDATE tracking SET application_name = '{older}' WHERE application_name = '{NAME}'",
        "DROP TABLE versions",
        "CREATE TABLE versions (what TEXT)",
        "DELETE FROM dossiers",
    )
    with open_record(file) as record:
        assert views(record) == before
        assert run_on(file, "SELECT application_name FROM tracking") == [(NAME,)]
        assert_sound(record)


def test_a_file_without_views_gets_them_when_it_is_opened_and_says_how_far_it_is(file):
    with open_record(file) as record:
        fill(record, 10)
        before = views(record)
    run_on(file, "DROP TABLE versions", "DROP TABLE dossiers", "DELETE FROM tracking")

    told = []
    record = Record(environment(file), progress=lambda done, of: told.append((done, of)))
    assert views(record) == before
    assert told == [(16, 16)]
    record.close()


def test_a_rebuild_says_how_far_it_is(file, monkeypatch):
    monkeypatch.setattr("service.store.rebuilding.BATCH", 7)
    with open_record(file) as record:
        fill(record, 10)
        told = []
        record.rebuild(lambda done, of: told.append((done, of)))

        assert told == [(7, 16), (14, 16), (16, 16)]
        assert_sound(record)


def test_views_that_lag_behind_are_brought_up_from_where_they_are(file):
    with open_record(file) as record:
        fill(record, 10)
        sail_on(record, "not taken in")
        assert record.store.head().reflected == 16
    told = []
    record = Record(environment(file), progress=lambda done, of: told.append((done, of)))

    assert record.versions.entry(UUID(int=7), 17).development.label == "not taken in"
    assert told == [(17, 17)]
    assert_sound(record)
    record.close()


def test_a_record_opens_what_is_up_to_date_without_the_writers_lock(file):
    with open_record(file) as holder:
        fill(holder, 3)
        with holder.store.database.writing():
            Record(environment(file, SQLITE_LOCK_TIMEOUT="1")).close()


def test_nothing_is_recorded_over_a_gap_in_the_views(file):
    with open_record(file) as record:
        sail_on(record, "not taken in")

        with pytest.raises(OperationalError, match="reflect position 1 of 2"):
            record.record(DOSSIER.id, tell(), ADA)
        assert record.store.max_notification_id() == 2
    with open_record(file) as record:
        record.record(DOSSIER.id, tell(), ADA)
        assert_sound(record)


def test_a_process_whose_views_were_replaced_by_another_version_records_nothing(file):
    with open_record(file) as older:
        run_on(file, f"UPDATE tracking SET application_name = 'other' WHERE application_name = '{NAME}'")

        with pytest.raises(OperationalError, match="start this process again"):
            older.record(DOSSIER.id, tell(), ADA)


# Rebuilding


def test_a_rebuild_that_is_broken_off_leaves_everything_as_it_was_and_goes_on_from_there(file, monkeypatch):
    monkeypatch.setattr("service.store.rebuilding.BATCH", 7)

    def break_off(done, of):
        raise KeyboardInterrupt

    with open_record(file) as record:
        fill(record, 10)
        before = views(record)
        with pytest.raises(KeyboardInterrupt):
            record.rebuild(break_off)

        assert views(record) == before
        assert record.store.head().reflected == 16
    with open_record(file) as record:
        told = []
        record.rebuild(lambda done, of: told.append((done, of)))

        assert told == [(14, 16), (16, 16)]
        assert views(record) == before
        fill(record, 1)
        assert_sound(record)


def test_readers_see_the_whole_of_the_views_while_they_are_rebuilt(file, monkeypatch):
    monkeypatch.setattr("service.store.rebuilding.BATCH", 7)
    with open_record(file) as record, open_record(file) as elsewhere:
        fill(record, 10)
        before, seen = views(record), []

        def look(done, of):
            seen.extend([views(record), views(elsewhere)])

        record.rebuild(look)
        assert seen == [before] * 6


def test_writers_write_on_beside_a_rebuild_and_it_takes_in_what_they_wrote(file, monkeypatch):
    monkeypatch.setattr("service.store.rebuilding.BATCH", 7)
    with open_record(file) as record, open_record(file) as elsewhere:
        fill(record, 10)
        run_on(file, "UPDATE versions SET kind = 'call-held'")
        receipts = []

        def write(done, of):
            if done < of:
                receipts.append(record.record(DOSSIER.id, tell("meanwhile"), ADA))
                assert record.versions.kind(receipts[-1].id) == "other-development", "it can be read at once"

        elsewhere.rebuild(write)

        assert [one.position for one in receipts] == [17, 18]
        assert {row[3] for row in views(record)[1:]} == {"other-development"}
        assert_sound(record)


def test_two_rebuilds_at_once_share_the_work(file, monkeypatch):
    monkeypatch.setattr("service.store.rebuilding.BATCH", 2)
    with open_record(file) as record, open_record(file) as elsewhere:
        fill(record, 10)
        told = []
        at_once(
            [lambda one=one: one.rebuild(lambda done, of: told.append(done)) for one in (record, elsewhere)]
        )

        assert sorted(told) == [2, 4, 6, 8, 10, 12, 14, 16]
        assert_sound(record)


def test_an_erasure_amid_a_rebuild_leaves_no_text_in_either_of_the_tables(file, monkeypatch):
    monkeypatch.setattr("service.store.rebuilding.BATCH", 7)
    with open_record(file) as record:
        told = tell("Ada lives on the quay", personal=["/label"])
        one = record.record(DOSSIER.id, told, ADA).id
        fill(record, 10)
        erased = []

        def erase(done, of):
            if not erased:
                erased.append(record.erase(one, Erase(reason="She asked for it."), ADA))

        record.rebuild(erase)

        assert record.versions.entry(one, 2).development.label.startswith("[erased ")
        assert_sound(record)


def test_rebuilds_beside_writers_lose_nothing(file, monkeypatch):
    monkeypatch.setattr("service.store.rebuilding.BATCH", 10)
    with open_record(file) as record, open_record(file) as elsewhere:
        writing = [lambda: fill(record, 40)] * 4
        rebuilding = [lambda: [elsewhere.rebuild(lambda done, of: None) for _ in range(8)]]
        with in_threads(writing + rebuilding):
            pass

        assert record.store.max_notification_id() == 1 + 4 * 60
        assert_sound(record)


@pytest.mark.slow
def test_processes_open_a_record_without_views_while_others_write(file):
    with open_record(file) as record:
        fill(record, 100)
    run_on(file, "DELETE FROM tracking", "DROP TABLE versions", "DROP TABLE dossiers")
    hands = [start_hand(file, "write", name, 10, 2) for name in ("north", "south", "east")]
    receipts = [receipt for hand in hands for receipt in answers_of(hand)]

    with open_record(file) as record:
        assert sorted(receipt["position"] for receipt in receipts) == list(range(152, 152 + 3 * 10 * 2 * 2))
        assert_sound(record)


# Reading


def test_what_is_known_at_a_position_is_not_changed_by_what_comes_after_it(file):
    with open_record(file) as record:
        one = record.record(DOSSIER.id, tell("first"), ADA).id
        for version in range(1, 6):
            record.say(one, relabel(f"version {version + 1}"), [version], ADA)

        labels = [record.versions.entry(one, position).development.label for position in range(2, 8)]
        assert labels == ["first", *(f"version {n}" for n in range(2, 7))]
        assert record.versions.entry(one, 1) is None
        for position in range(2, 8):
            (entry,) = record.versions.entries(Selection(DOSSIER.id, position))
            assert entry == record.versions.entry(one, position)
        assert list(record.versions.entries(Selection(DOSSIER.id, 1))) == []


def test_the_positions_of_a_dossier_come_in_order_and_in_pages(file):
    with open_record(file) as record:
        fill(record, 6)

        assert record.versions.positions_of(DOSSIER.id, 0, 100, 100) == list(range(1, 11))
        assert record.versions.positions_of(DOSSIER.id, 3, 7, 100) == [4, 5, 6, 7]
        assert record.versions.positions_of(DOSSIER.id, 3, 7, 2) == [4, 5]
        assert record.versions.positions_of("elsewhere", 0, 100, 100) == []
