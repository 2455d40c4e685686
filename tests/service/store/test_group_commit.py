"""Group commit: the wait for the disk is shared; success and failure are not."""

from threading import Event, current_thread
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from domain.errors import StaleVersion
from domain.events import DevelopmentRecorded
from service.store.group_commit import MOST_WAITING, Closed, GroupCommit, Unanswered
from tests.service.recording import (
    ADA,
    DOSSIER,
    assert_sound,
    at_once,
    caller,
    folding,
    in_threads,
    labels,
    open_record,
    relabel,
    tell,
    wait_until,
)


class Gate:
    """A commit that can be held up: `groups` are those that were taken, in order."""

    def __init__(self):
        self.groups = []
        self.entered, self.opened = Event(), Event()

    def commit(self, group):
        self.groups.append(list(group))
        self.entered.set()
        self.opened.wait(10)
        return [ValueError(one) if one == "bad" else f"{one}, written" for one in group]


@pytest.fixture
def gate():
    return Gate()


def held_up(gate, writers, others):
    """Submit one, which is held up in its commit, and meanwhile the others; what each was answered."""
    answers = {}

    def submit(one):
        try:
            answers[one] = writers.submit(one)
        except Exception as error:  # noqa: BLE001 - what was raised is an answer
            answers[one] = error

    with in_threads([lambda: submit("first")]):
        gate.entered.wait(10)
        with in_threads([lambda one=one: submit(one) for one in others]):
            wait_until(lambda: len(writers._waiting) == len(others))
            assert answers == {}, "nobody is answered before the commit"
            gate.opened.set()
    return answers


def test_those_who_wait_at_the_same_time_share_a_commit_and_are_answered_after_it(gate):
    writers = GroupCommit(gate.commit)
    answers = held_up(gate, writers, ["a", "b", "c"])
    writers.close()

    assert answers == {one: f"{one}, written" for one in ("first", "a", "b", "c")}
    assert [sorted(group) for group in gate.groups] == [["first"], ["a", "b", "c"]]


def test_a_group_has_a_largest_size(gate):
    writers = GroupCommit(gate.commit, largest_group=2)
    held_up(gate, writers, ["a", "b", "c"])
    writers.close()

    assert [len(group) for group in gate.groups] == [1, 2, 1]


def test_a_failure_of_one_is_its_own(gate):
    writers = GroupCommit(gate.commit)
    answers = held_up(gate, writers, ["a", "bad", "c"])
    writers.close()

    assert isinstance(answers.pop("bad"), ValueError)
    assert answers == {one: f"{one}, written" for one in ("first", "a", "c")}


def test_a_failure_of_the_commit_is_everybodys_and_the_next_group_is_written():
    def commit(group):
        if "poison" in group:
            raise OSError("no disk")
        return group

    writers = GroupCommit(commit)
    with pytest.raises(OSError, match="no disk"):
        writers.submit("poison")
    assert writers.submit("next") == "next"
    writers.close()


def test_nobody_waits_for_ever_and_what_has_not_begun_is_never_written(gate):
    writers = GroupCommit(gate.commit, patience=0.1)
    with pytest.raises(Unanswered, match="begun and not ended"):
        writers.submit("begun")
    with pytest.raises(Unanswered, match="not begun"):
        writers.submit("withdrawn")
    gate.opened.set()

    assert writers.submit("later") == "later, written"
    assert gate.groups == [["begun"], ["later"]]
    writers.close()


def test_whoever_comes_while_a_commit_is_stuck_and_enough_wait_is_turned_away(gate):
    writers = GroupCommit(gate.commit, stuck=0.0)
    waiting = [lambda n=n: writers.submit(n) for n in range(MOST_WAITING)]
    with in_threads([lambda: writers.submit("stuck")]):
        gate.entered.wait(10)
        with in_threads(waiting):
            wait_until(lambda: len(writers._waiting) == MOST_WAITING)
            with pytest.raises(Unanswered, match="enough wait"):
                writers.submit("one too many")
            assert [type(one) for one in writers.submit_all(["two", "at once"])] == [Unanswered] * 2
            gate.opened.set()
    writers.close()

    assert sorted(gate.groups[1]) == list(range(MOST_WAITING))


def test_to_close_is_to_write_who_waits(gate):
    writers = GroupCommit(gate.commit)
    answers = []
    with in_threads([lambda one=one: answers.append(writers.submit(one)) for one in "abc"]):
        gate.entered.wait(10)
        wait_until(lambda: sum(map(len, gate.groups)) + len(writers._waiting) == 3)
        with in_threads([writers.close]):
            wait_until(lambda: writers._closed)
            gate.opened.set()

    assert sorted(answers) == ["a, written", "b, written", "c, written"]
    with pytest.raises(Closed):
        writers.submit("too late")
    assert [type(one) for one in writers.submit_all(["far", "too late"])] == [Closed] * 2


def test_to_close_twice_or_before_any_write_is_no_error(gate):
    writers = GroupCommit(gate.commit)
    writers.close()
    writers.close()

    with pytest.raises(Closed):
        writers.submit("too late")
    assert [type(one) for one in writers.submit_all(["far", "too late"])] == [Closed] * 2


def test_one_thread_writes_whoever_submits():
    writers = GroupCommit(lambda group: [current_thread().name] * len(group))
    assert set(at_once([lambda: writers.submit("one")] * 5)) == {"depositary-writer"}
    writers.close()


# In the store


def failing_on(record, label, error):
    """Have the fold of the views fail for one development."""

    def fail(stamped):
        if getattr(stamped.event.development, "label", None) == label:
            raise error

    return folding(record, fail)


@pytest.mark.parametrize("error", [RuntimeError("no such fold"), IntegrityError("twice"), MemoryError()])
def test_a_command_that_fails_does_not_take_its_neighbours_down(record, error):
    told = [f"good {n}" for n in range(12)] + ["bad"]
    with failing_on(record, "bad", error):
        answers = at_once([lambda label=label: record.record(DOSSIER.id, tell(label), ADA) for label in told])

    assert isinstance(answers[-1], type(error))
    assert {answer.version for answer in answers[:-1]} == {1}
    assert sorted(labels(record)) == sorted(told[:-1])
    assert_sound(record)


def test_a_version_that_is_taken_does_not_take_its_neighbours_down(record):
    one = record.record(DOSSIER.id, tell(), ADA).id
    acts = [lambda: record.say(one, relabel("amended"), [1], ADA)] * 3
    acts += [lambda n=n: record.record(DOSSIER.id, tell(f"good {n}"), ADA) for n in range(9)]
    answers = at_once(acts)

    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 2
    assert not any(isinstance(answer, Exception) for answer in answers[3:])
    assert_sound(record)


def test_a_thousand_events_of_one_command_are_written_as_one_is(record):
    told = [
        DevelopmentRecorded(
            originator_id=uuid4(),
            originator_version=1,
            recorded_by="ada",
            dossier=DOSSIER.id,
            development=tell(f"race {number}"),
        )
        for number in range(1_000)
    ]
    positions = [one.notification.id for one in record.save(*told, events=told)]

    assert positions == list(range(2, 1_002))
    assert labels(record)[-1] == "race 999"
    assert_sound(record)


def test_whoever_is_answered_finds_it_on_disk(tmp_path):
    with open_record(tmp_path / "record.db") as record, open_record(tmp_path / "record.db") as elsewhere:

        def write_and_look(n):
            receipt = record.record(DOSSIER.id, tell(), caller(f"key {n}"))
            assert elsewhere.store.max_notification_id() >= receipt.position
            assert elsewhere.store.find_key("ada", f"key {n}") == (b"a request", receipt.position)
            assert elsewhere.versions.entry(receipt.id, receipt.position).version == 1

        assert at_once([lambda n=n: write_and_look(n) for n in range(30)]) == [None] * 30


def test_to_close_the_record_is_to_write_who_waits(tmp_path):
    entered, opened = Event(), Event()

    def hold_up(stamped):
        entered.set()
        opened.wait(10)

    with open_record(tmp_path / "record.db") as record, folding(record, hold_up):
        told = [f"waiting {n}" for n in range(5)]
        receipts = []
        first, *others = [
            lambda one=one: receipts.append(record.record(DOSSIER.id, tell(one), ADA)) for one in told
        ]
        with in_threads([first]):
            entered.wait(10)
            with in_threads(others):
                wait_until(lambda: len(record.store._writer._waiting) == 4)
                with in_threads([record.close]):
                    wait_until(lambda: record.store._writer._closed)
                    opened.set()

    with open_record(tmp_path / "record.db") as record:
        assert sorted(labels(record)) == told
        assert sorted(receipt.position for receipt in receipts) == [2, 3, 4, 5, 6]
        assert_sound(record)


def test_a_writer_who_waits_too_long_for_another_process_is_told_so(tmp_path):
    file = tmp_path / "record.db"
    with (
        open_record(file) as holder,
        open_record(file, SQLITE_LOCK_TIMEOUT="1", POSTGRES_LOCK_TIMEOUT="1") as record,
    ):
        with holder.store.database.writing():
            with pytest.raises(OperationalError, match="locked"):
                record.record(DOSSIER.id, tell(), ADA)
            assert record.store.max_notification_id() == 1, "reading goes on"

        assert record.record(DOSSIER.id, tell(), ADA).position == 2
