"""A repeated request has the first answer, whoever it reaches and whenever it comes, and is recorded once."""

import pytest

from domain.commands import Dossier
from domain.errors import LiesInFuture, StaleVersion
from service.callers import Caller, KeyReused
from service.record import Record
from tests.service.recording import (
    ADA,
    DOSSIER,
    answers_of,
    assert_sound,
    at_once,
    caller,
    folding,
    labels,
    open_record,
    relabel,
    start_hand,
    tell,
)
from tests.service.stores import environment, run_on


def test_the_same_key_answers_the_first_receipt(record):
    first = record.record(DOSSIER.id, tell(), caller("a"))

    assert record.record(DOSSIER.id, tell(), caller("a")) == first
    assert record.store.max_notification_id() == first.position


def test_the_first_receipt_is_answered_even_when_much_has_happened_since(record):
    one = record.record(DOSSIER.id, tell(), ADA).id
    first = record.say(one, relabel("first"), [1], caller("a"))
    record.say(one, relabel("second"), [2], ADA)

    assert record.say(one, relabel("first"), [1], caller("a")) == first


def test_the_first_receipt_is_answered_after_a_restart(tmp_path):
    with open_record(tmp_path / "record.db") as record:
        first = record.record(DOSSIER.id, tell(), caller("a"))
    with open_record(tmp_path / "record.db") as record:
        assert record.record(DOSSIER.id, tell(), caller("a")) == first


def test_opening_a_dossier_is_repeated_with_its_first_answer(record):
    dossier = Dossier(id="lake", title="The lake (invented)")

    assert record.open_dossier(dossier, caller("a")) == record.open_dossier(dossier, caller("a"))


def test_without_a_key_a_repetition_is_another_development(record):
    assert record.record(DOSSIER.id, tell(), ADA).id != record.record(DOSSIER.id, tell(), ADA).id


def test_a_key_belongs_to_one_principal(record):
    first = record.record(DOSSIER.id, tell(), caller("a"))
    other = record.record(DOSSIER.id, tell(), Caller("bert", "a", b"a request"))

    assert other.position == first.position + 1


def test_a_key_that_was_used_for_another_request_is_refused(record):
    record.record(DOSSIER.id, tell(), caller("a"))

    with pytest.raises(KeyReused):
        record.record(DOSSIER.id, tell(), caller("a", b"another request"))
    assert record.store.max_notification_id() == 2


def test_a_refused_command_does_not_burn_its_key(record):
    with pytest.raises(LiesInFuture):
        record.record(DOSSIER.id, tell(occurred="2099-01-01"), caller("a"))

    assert record.record(DOSSIER.id, tell(), caller("a", b"corrected")).version == 1


def test_a_lost_race_does_not_burn_the_keys_of_those_who_lost_it(record):
    one = record.record(DOSSIER.id, tell(), ADA).id
    keys = [f"key {n}" for n in range(8)]
    answers = at_once([lambda k=k: record.say(one, relabel(k), [1], caller(k)) for k in keys])

    lost = [k for k, answer in zip(keys, answers, strict=True) if isinstance(answer, StaleVersion)]
    assert len(lost) == 7
    assert record.say(one, relabel("again"), [2], caller(lost[0], b"corrected")).version == 3


def test_a_key_is_on_disk_exactly_when_its_event_is(tmp_path):
    with open_record(tmp_path / "record.db") as record:
        receipt = record.record(DOSSIER.id, tell(), caller("a"))
        rows = run_on(
            tmp_path / "record.db", "SELECT principal, key, fingerprint, position FROM idempotency_keys"
        )

        assert rows == [("ada", "a", b"a request", receipt.position)]


def test_what_fails_in_the_transaction_takes_its_key_with_it(record):
    def fail(stamped):
        raise RuntimeError("the view could not be folded")

    with folding(record, fail), pytest.raises(RuntimeError):
        record.record(DOSSIER.id, tell(), caller("a"))

    assert record.store.find_key("ada", "a") is None
    assert record.record(DOSSIER.id, tell(), caller("a")).position == 2
    assert_sound(record)


def test_repetitions_sent_at_once_are_recorded_once_and_answered_alike(record):
    answers = at_once([lambda: record.record(DOSSIER.id, tell(), caller("a"))] * 20)

    assert {answer.position for answer in answers} == {2}
    assert len(set(answers)) == 1
    assert len(labels(record)) == 1


def test_amendments_repeated_at_once_are_answered_alike_and_none_is_told_that_it_is_stale(record):
    for turn in range(25):
        one = record.record(DOSSIER.id, tell(), ADA).id
        key = caller(f"turn {turn}")
        answers = at_once([lambda one=one, key=key: record.say(one, relabel("amended"), [1], key)] * 8)

        assert len(set(answers)) == 1
        assert answers[0].version == 2


class Interrupted(Record):
    """A record to which something happens between the look for a key and the decision."""

    meanwhile = None

    def _entry(self, development):
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        return super()._entry(development)


def test_a_repetition_that_was_faster_gives_the_answer(tmp_path):
    with open_record(tmp_path / "record.db") as there:
        here = Interrupted(environment(tmp_path / "record.db"))
        one = there.record(DOSSIER.id, tell(), ADA).id
        first = []
        here.meanwhile = lambda: first.append(there.say(one, relabel("amended"), [1], caller("a")))

        assert here.say(one, relabel("amended"), [1], caller("a")) == first[0]
        assert here.store.max_notification_id() == 3
        here.close()


def test_repetitions_through_two_records_on_one_file_are_answered_alike(tmp_path):
    with open_record(tmp_path / "record.db") as here, open_record(tmp_path / "record.db") as there:
        for turn in range(25):
            key = caller(f"turn {turn}")
            acts = [lambda r=r, key=key: r.record(DOSSIER.id, tell(), key) for r in (here, there)] * 3
            assert len(set(at_once(acts))) == 1
        assert len(labels(here)) == 25


def test_of_two_requests_under_one_key_at_once_one_is_refused(record):
    for turn in range(10):
        keys = [caller(f"turn {turn}", body) for body in (b"one", b"another")]
        answers = at_once([lambda key=key: record.record(DOSSIER.id, tell(), key) for key in keys])

        assert sum(isinstance(answer, KeyReused) for answer in answers) == 1
    assert len(labels(record)) == 10


@pytest.mark.slow
def test_repetitions_from_several_processes_at_once_are_recorded_once(tmp_path):
    hands = [start_hand(tmp_path / "record.db", "once", "a", "a request") for _ in range(3)]
    for hand in hands:
        hand.stdout.readline()
    for hand in hands:
        hand.stdin.write("go\n")
        hand.stdin.flush()
    answers = [answers_of(hand) for hand in hands]

    with open_record(tmp_path / "record.db") as record:
        first = record.record(DOSSIER.id, tell("a"), caller("a"))
        assert labels(record) == ["a"]
        told = {
            "id": str(first.id),
            "version": 1,
            "position": 2,
            "recorded_at": first.recorded_at.isoformat(),
        }
        assert answers == [[told]] * 3
        with pytest.raises(KeyReused):
            record.record(DOSSIER.id, tell("a"), caller("a", b"another request"))
