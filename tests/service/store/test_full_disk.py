"""A disk that is full: the caller is told, nothing is there by half, and with room again all goes on."""

from contextlib import contextmanager

import pytest
from eventsourcing.persistence import PersistenceError

from domain.commands import Amend
from tests.service.recording import (
    ADA,
    DOSSIER,
    answers_of,
    assert_sound,
    at_once,
    caller,
    labels,
    open_record,
    start_hand,
    tell,
)

LONG = "A long story. " * 300
LENGTHENED = Amend(changes={"content": LONG}, reason="There is more to tell.")

pytestmark = pytest.mark.sqlite


def pragma(record, setting):
    """Set something on the connection that writes."""
    with record.store.database.datastore.transaction(commit=False) as cursor:
        cursor.execute(f"PRAGMA {setting}")
        return cursor.fetchone()[0]


@contextmanager
def no_room(record):
    """Let the file grow no further."""
    pragma(record, f"max_page_count={pragma(record, 'page_count')}")
    yield
    pragma(record, "max_page_count=4294967294")


def test_the_caller_is_told_and_nothing_is_there_by_half(record):
    one = record.record(DOSSIER.id, tell("before"), ADA).id
    with no_room(record):
        for act in (
            lambda: record.record(DOSSIER.id, tell("without room", content=LONG), caller("a")),
            lambda: record.say(one, LENGTHENED, [1], caller("a")),
        ):
            with pytest.raises(PersistenceError, match="full"):
                act()
        assert record.store.find_key("ada", "a") is None
        assert labels(record) == ["before"]

    assert_sound(record)


def test_with_room_again_the_same_request_succeeds(record):
    told = tell("without room", content=LONG)
    with no_room(record), pytest.raises(PersistenceError):
        record.record(DOSSIER.id, told, caller("a"))

    receipt = record.record(DOSSIER.id, told, caller("a"))
    assert receipt.position == 2
    assert record.record(DOSSIER.id, told, caller("a")) == receipt
    assert_sound(record)


def test_everybody_in_a_group_is_told(record):
    with no_room(record):
        acts = [lambda: record.record(DOSSIER.id, tell("without room", content=LONG), ADA)] * 20
        answers = at_once(acts)

        assert all(isinstance(answer, PersistenceError) for answer in answers)
    assert labels(record) == []
    assert_sound(record)


def test_reading_goes_on(record):
    receipt = record.record(DOSSIER.id, tell("before"), ADA)
    with no_room(record):
        assert record.versions.entry(receipt.id, 2).development.label == "before"
        assert record.store.position_at(receipt.recorded_at) == 2


def test_a_log_that_the_disk_cuts_short_is_not_taken_for_what_it_was_to_be(tmp_path):
    answers = answers_of(start_hand(tmp_path / "record.db", "without-room"))
    receipts = [answer for answer in answers if "position" in answer]

    assert len([answer for answer in answers if "failed" in answer]) >= 11
    with open_record(tmp_path / "record.db") as record:
        assert [receipt["position"] for receipt in receipts] == list(range(2, len(receipts) + 2))
        assert labels(record)[0] == "before"
        assert labels(record)[-1] == "after"
        assert len(labels(record)) == len(receipts)
        assert_sound(record)
