"""What was known at a moment stays so, whatever was under way then and whatever the clocks do."""

from datetime import timedelta
from threading import Event

import pytest

from tests.service.recording import (
    ADA,
    DOSSIER,
    Clock,
    answers_of,
    assert_sound,
    folding,
    in_threads,
    now,
    open_record,
    start_hand,
    tell,
    wait_until,
)

MICROSECOND = timedelta(microseconds=1)


def recorded_by(record, moments):
    """How many events bear a moment up to each of these, counted one by one."""
    recorded = [one.recorded_at for one in record.store.select_notifications(1, 1_000_000)]
    return [sum(one <= moment for one in recorded) for moment in moments]


def assert_final(record, answers):
    moments = [moment for moment, _ in answers]
    assert [answer for _, answer in answers] == recorded_by(record, moments)
    assert [answer for _, answer in answers] == [record.store.position_at(moment) for moment in moments]


def test_a_moment_is_answered_with_all_that_was_recorded_by_it(file):
    clock = Clock()
    with open_record(file, clock) as record:
        for _ in range(10):
            clock.turn(seconds=1)
            record.record(DOSSIER.id, tell(), ADA)
        bounds = [record.store.moment_of(position) for position in range(1, 12)]
        asked = [bound + step * MICROSECOND for bound in bounds for step in (-1, 0, 1)]

        assert_final(record, [(moment, record.store.position_at(moment)) for moment in asked])


def test_a_write_that_was_stamped_but_not_committed_is_waited_for(file):
    entered, opened, answers = Event(), Event(), []
    clock = Clock()
    with open_record(file, clock) as record, open_record(file, clock) as elsewhere:

        def hold_up(stamped):
            entered.set()
            opened.wait(10)

        clock.turn(seconds=1)
        write = [lambda: record.record(DOSSIER.id, tell(), ADA)]
        with folding(record, hold_up), in_threads(write):
            entered.wait(10)
            moment = clock.turn(seconds=1)
            ask = [lambda r=r: answers.append(r.store.position_at(moment)) for r in (record, elsewhere)]
            with in_threads(ask):
                assert answers == []
                opened.set()

        assert answers == [2, 2]
        assert_final(record, [(moment, 2)])


@pytest.mark.parametrize("turned", [{"hours": -2}, {"seconds": -1}, {"microseconds": 0}], ids=str)
@pytest.mark.parametrize("restarted", [False, True], ids=["the same process", "after a restart"])
def test_nothing_is_added_to_a_moment_that_was_answered_when_the_clock_is_set_back(file, turned, restarted):
    clock = Clock()
    with open_record(file, clock) as record:
        moment = clock.turn(hours=3)
        answer = record.store.position_at(moment)
        clock.turn(**turned)
        if not restarted:
            record.record(DOSSIER.id, tell(), ADA)
            assert_final(record, [(moment, answer)])
    with open_record(file, clock) as record:
        later = record.record(DOSSIER.id, tell(), ADA)

        assert later.recorded_at > moment
        assert_final(record, [(moment, answer)])


def test_nothing_is_added_by_another_process_whose_clock_is_behind(file):
    ahead, behind = Clock("2031-04-01T13:00:00Z"), Clock("2031-04-01T12:00:00Z")
    with open_record(file, ahead) as here, open_record(file, behind) as there:
        moment = ahead.turn(seconds=5)
        answer = here.store.position_at(moment)

        assert there.record(DOSSIER.id, tell(), ADA).recorded_at > moment
        assert_final(there, [(moment, answer)])


def test_a_moment_that_is_closed_is_not_closed_again(file):
    clock = Clock()
    with open_record(file, clock) as record:
        moment = clock.turn(hours=3)
        record.store.position_at(moment)
        closed = record.store.head().closed_until
        record.store.position_at(moment)
        record.store.position_at(moment - timedelta(hours=1))

        assert record.store.head().closed_until == closed
        assert record.store.max_notification_id() == 1


def sample(record, answers, until):
    """Ask again and again what is known at this very moment, and note each answer."""
    while not until():
        moment = now() - MICROSECOND * (len(answers) % 3)
        answers.append((moment, record.store.position_at(moment)))


def test_answers_given_beside_many_writers_are_final(file):
    hands, writes = 3, 80
    with open_record(file) as record, open_record(file) as elsewhere:
        last = 1 + 2 * hands * writes

        def done():
            return record.store.max_notification_id() == last

        def write(writer):
            for _ in range(writes):
                writer.record(DOSSIER.id, tell(), ADA)

        here, there = [], []
        asking = [lambda: sample(record, here, done), lambda: sample(elsewhere, there, done)]
        writing = [lambda writer=writer: write(writer) for writer in (record, elsewhere)] * hands
        with in_threads([*asking, *writing]):
            pass

        assert len({answer for _, answer in here + there}) > 3, "some were asked while they wrote"
        assert_final(record, here + there)
        assert_sound(record)


@pytest.mark.slow
def test_answers_given_beside_processes_are_final_even_if_one_has_its_clock_an_hour_behind(file):
    with open_record(file) as record:
        # They pause for five milliseconds now and then, so that there is a moment to ask.
        north = start_hand(file, "write", "north", 20, 2, 0.005)
        south = start_hand(file, "behind", "south", 20, 2, 0.005)
        answers = []
        sample(record, answers, lambda: record.store.max_notification_id() == 1 + 2 * 20 * 2 * 2)
        for hand in (north, south):
            answers_of(hand)

        assert len({answer for _, answer in answers}) > 3, "some were asked while they wrote"
        assert_final(record, answers)
        assert_sound(record)


def test_a_disk_that_takes_nothing_in_leaves_what_is_closed_to_be_asked(file):
    clock = Clock()
    with open_record(file, clock, SQLITE_LOCK_TIMEOUT="1") as record, open_record(file) as holder:
        with holder.store.database.writing():
            assert record.store.position_at(clock.now) == 1
        wait_until(lambda: record.store.position_at(clock.turn(seconds=1)) == 1)
