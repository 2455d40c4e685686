"""One total order, without gaps: no reader ever skips, repeats or reorders, and time goes one way."""

from datetime import UTC, timedelta
from itertools import pairwise
from threading import Event
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from domain.errors import StaleVersion
from service.store.admission import Append
from tests.service.recording import (
    ADA,
    DOSSIER,
    Clock,
    answers_of,
    assert_sound,
    at_once,
    in_threads,
    now,
    open_record,
    positions,
    relabel,
    start_hand,
    tell,
)


def moments(record):
    return [record.store.moment_of(position) for position in positions(record)]


def tail(record, until, seen, limit=7):
    """Read on from the last position, as any follower of the record does, up to a position."""
    deadline = now() + timedelta(seconds=60)
    while not seen or seen[-1] < until:
        assert now() < deadline, f"at {seen[-1:]} of {until}"
        seen.extend(positions(record, after=seen[-1] if seen else 0, limit=limit))


def test_positions_run_from_one_without_gaps(tmp_path):
    with open_record(tmp_path / "record.db") as record:
        receipts = [record.record(DOSSIER.id, tell(), ADA) for _ in range(5)]

        assert [receipt.position for receipt in receipts] == [2, 3, 4, 5, 6]
        assert positions(record) == [1, 2, 3, 4, 5, 6]
        assert record.store.max_notification_id() == 6


def test_a_refused_command_leaves_no_gap(tmp_path):
    with open_record(tmp_path / "record.db") as record:
        first = record.record(DOSSIER.id, tell(), ADA)
        acts = [lambda: record.say(first.id, relabel("amended"), [1], ADA)] * 12
        acts += [lambda: record.record(DOSSIER.id, tell(), ADA)] * 12
        answers = at_once(acts)

        assert sum(isinstance(one, StaleVersion) for one in answers) == 11
        assert positions(record) == list(range(1, 16))
        assert_sound(record)


@pytest.mark.parametrize("turned", [{"hours": 0}, {"hours": -5}, {"microseconds": -1}], ids=str)
def test_moments_increase_while_the_clock_stands_still_or_is_set_back(tmp_path, turned):
    clock = Clock()
    with open_record(tmp_path / "record.db", clock) as record:
        for _ in range(5):
            record.record(DOSSIER.id, tell(), ADA)
            clock.turn(**turned)

        told = moments(record)
        assert all(later - earlier == timedelta(microseconds=1) for earlier, later in pairwise(told))
        assert_sound(record)


def test_moments_increase_over_a_restart_with_an_earlier_clock(tmp_path):
    with open_record(tmp_path / "record.db", Clock("2031-04-01T12:00:00Z")) as record:
        before = record.record(DOSSIER.id, tell(), ADA)
    with open_record(tmp_path / "record.db", Clock("2030-01-01T00:00:00Z")) as record:
        after = record.record(DOSSIER.id, tell(), ADA)

        assert after.recorded_at == before.recorded_at + timedelta(microseconds=1)


def test_the_clock_is_told_again_once_it_is_ahead(tmp_path):
    clock = Clock()
    with open_record(tmp_path / "record.db", clock) as record:
        clock.turn(hours=1)
        receipt = record.record(DOSSIER.id, tell(), ADA)

        assert receipt.recorded_at == clock.now
        assert receipt.recorded_at.tzinfo is UTC


def test_hands_that_write_at_once_share_a_commit_and_no_moment(tmp_path):
    with open_record(tmp_path / "record.db", Clock()) as record:
        receipts = at_once([lambda: record.record(DOSSIER.id, tell(), ADA)] * 30)
        in_order = sorted(receipts, key=lambda receipt: receipt.position)

        assert all(one.recorded_at < next_one.recorded_at for one, next_one in pairwise(in_order))
        assert [one.recorded_at for one in in_order] == moments(record)[1:]


def test_a_tailer_beside_many_threads_skips_repeats_and_reorders_nothing(tmp_path):
    hands, writes = 8, 30
    with open_record(tmp_path / "record.db") as record, open_record(tmp_path / "record.db") as elsewhere:
        last = 1 + hands * writes
        here, there = [], []

        def write():
            for _ in range(writes):
                record.record(DOSSIER.id, tell(), ADA)

        tailers = [lambda: tail(record, last, here), lambda: tail(elsewhere, last, there)]
        with in_threads([*tailers, *[write] * hands]):
            pass

        assert here == there == list(range(1, last + 1))


@pytest.mark.slow
def test_a_tailer_beside_16_writers_with_conflicts_sees_100_000_positions_once_and_in_order(tmp_path):
    """One in twenty wants a version that somebody else has; its neighbours in the same commit do not mind."""
    writers, rounds, at_a_time, conflicts = 16, 125, 53, 3
    state = b'{"recorded_by":"ada"}'
    taken = StoredEvent(UUID(int=1), 1, "other-development", state)
    with open_record(tmp_path / "record.db") as record, open_record(tmp_path / "record.db") as elsewhere:
        record.store.projection = None  # The order is that of the log, whatever is folded from it.
        record.store.insert_events([taken])
        last = 2 + writers * rounds * (at_a_time - conflicts)
        seen, refused = [], []

        def write():
            for _ in range(rounds):
                fresh = [StoredEvent(uuid4(), 1, "other-development", state) for _ in range(at_a_time)]
                fresh[::20] = [taken] * conflicts
                outcomes = record.store.append_all([Append([one], []) for one in fresh])
                refused.extend(one for one in outcomes if isinstance(one, Exception))

        with in_threads([lambda: tail(elsewhere, last, seen, limit=1_000), *[write] * writers]):
            pass

        assert seen == list(range(1, last + 1))
        assert last > 100_000
        assert [type(one) for one in refused] == [IntegrityError] * (writers * rounds * conflicts)
        assert record.leaves.size == last


@pytest.mark.slow
def test_a_tailer_beside_several_processes_skips_repeats_and_reorders_nothing(tmp_path):
    hands, threads, writes = 3, 4, 12
    with open_record(tmp_path / "record.db") as record:
        last = 1 + hands * threads * writes * 2
        started = [
            start_hand(tmp_path / "record.db", "write", name, writes, threads) for name in range(hands)
        ]
        seen = []
        tail(record, last, seen)
        acknowledged = [one["position"] for hand in started for one in answers_of(hand)]

        assert seen == list(range(1, last + 1))
        assert sorted(acknowledged) == seen[1:]
        assert_sound(record)


def test_what_is_waited_for_is_seen_when_it_is_committed(tmp_path):
    with open_record(tmp_path / "record.db") as record:
        asked, waited = Event(), []

        def wait():
            asked.set()
            waited.append(record.store.wait_for(2, timeout=10))

        with in_threads([wait]):
            asked.wait()
            record.record(DOSSIER.id, tell(), ADA)

        assert waited == [2]


def test_what_another_process_writes_is_waited_for_too(tmp_path):
    with open_record(tmp_path / "record.db") as here, open_record(tmp_path / "record.db") as there:
        waited = []
        with in_threads([lambda: waited.append(here.store.wait_for(2, timeout=10))]):
            there.record(DOSSIER.id, tell(), ADA)

        assert waited == [2]


def test_a_wait_that_is_in_vain_ends_in_time_with_the_last_position(tmp_path):
    with open_record(tmp_path / "record.db") as record:
        begun = now()

        assert record.store.wait_for(99, timeout=0.1) == 1
        assert now() - begun < timedelta(seconds=5)
