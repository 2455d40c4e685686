"""The record: commands in, receipts out, and of those who race for one version exactly one wins."""

from uuid import UUID

import pytest

from domain.commands import Corroborate, Dispute, Dossier, Reinstate, Resolve, Retract
from domain.errors import (
    DossierTaken,
    IsRetracted,
    LiesInFuture,
    NothingChanged,
    StaleVersion,
    UnknownDevelopment,
    UnknownDossier,
    UnresolvedReference,
)
from domain.values import Source
from service.callers import Caller
from service.store.group_commit import Closed
from tests.service.recording import (
    ADA,
    DOSSIER,
    GAZETTE,
    Clock,
    answers_of,
    assert_sound,
    at_once,
    open_record,
    relabel,
    start_hand,
    tell,
)

NOBODY = UUID(int=404)
BECAUSE = "So the test tells it."


def test_a_receipt_says_what_was_recorded_where_and_when(tmp_path):
    clock = Clock()
    with open_record(tmp_path / "record.db", clock) as record:
        clock.turn(hours=1)
        receipt = record.record(DOSSIER.id, tell(), ADA)

        assert (receipt.kind, receipt.event, receipt.version) == ("other-development", "other-development", 1)
        assert (receipt.position, receipt.recorded_at) == (2, clock.now)
        assert record.at(2).event.development == tell()
        assert record.at(2).event.recorded_by == "ada"


def test_everything_that_is_said_of_a_development_is_its_next_version(record):
    one = record.record(DOSSIER.id, tell(), ADA).id
    source = Source.model_validate({"outlet": "Lake Radio (invented)"})
    receipts = [
        record.say(one, relabel("amended"), [1], ADA),
        record.say(one, Corroborate(source=source), [2], ADA),
        record.say(one, Dispute(by="XB", reason=BECAUSE), [3], ADA),
        record.say(one, Resolve(dispute=4, outcome="dismissed", reason=BECAUSE), [4], ADA),
        record.say(one, Retract(reason=BECAUSE), [5], ADA),
        record.say(one, Reinstate(reason=BECAUSE), [6], ADA),
    ]

    assert [receipt.version for receipt in receipts] == [2, 3, 4, 5, 6, 7]
    assert {(receipt.id, receipt.kind) for receipt in receipts} == {(one, "other-development")}
    told = [stamped.event.stored_name for stamped in record.stream(one)]
    assert told[1:] == [receipt.event for receipt in receipts]
    assert_sound(record)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda record: record.record("nowhere", tell(), ADA), UnknownDossier),
        (lambda record: record.record(DOSSIER.id, tell(occurred="2099-01-01"), ADA), LiesInFuture),
        (lambda record: record.say(NOBODY, relabel("amended"), [1], ADA), UnknownDevelopment),
        (lambda record: record.record(DOSSIER.id, _resting_on(NOBODY), ADA), UnresolvedReference),
    ],
    ids=["unknown dossier", "future", "unknown development", "unknown reference"],
)
def test_what_is_refused_leaves_no_trace(record, act, refusal):
    with pytest.raises(refusal):
        act(record)

    assert record.store.max_notification_id() == 1


def _resting_on(step):
    return tell(kind="step-fulfilled", step=str(step))


def test_nothing_more_is_said_of_what_is_retracted(record):
    one = record.record(DOSSIER.id, tell(), ADA).id
    record.say(one, Retract(reason=BECAUSE), [1], ADA)

    with pytest.raises(IsRetracted):
        record.say(one, relabel("amended"), [2], ADA)


def test_a_development_cannot_rest_on_one_of_another_dossier(record):
    record.open_dossier(Dossier(id="elsewhere", title="Elsewhere (invented)"), ADA)
    step = tell(kind="step-planned", step="Open the quay", planned_by="XA")
    there = record.record("elsewhere", step, ADA).id

    with pytest.raises(UnresolvedReference, match="belongs to the dossier 'elsewhere'"):
        record.record(DOSSIER.id, _resting_on(there), ADA)


# Dossiers


def test_a_dossier_is_opened_once(record):
    again, opened = record.open_dossier(DOSSIER, Caller("bert"))

    assert not opened
    assert again.position == 1
    assert record.store.max_notification_id() == 1


def test_a_dossier_with_other_content_is_refused(record):
    with pytest.raises(DossierTaken):
        record.open_dossier(DOSSIER.model_copy(update={"title": "Another title"}), ADA)


def test_of_many_who_open_one_dossier_at_once_one_opens_it(record):
    dossier = Dossier(id="lake", title="The lake (invented)")
    answers = at_once([lambda: record.open_dossier(dossier, ADA)] * 10)

    assert sum(opened for _, opened in answers) == 1
    assert {receipt.position for receipt, _ in answers} == {2}


# Optimistic concurrency


def test_of_those_who_amend_one_version_at_once_exactly_one_wins(record):
    one = record.record(DOSSIER.id, tell(), ADA).id
    hands = 16
    answers = at_once([lambda n=n: record.say(one, relabel(f"by hand {n}"), [1], ADA) for n in range(hands)])

    (won,) = [n for n in range(hands) if not isinstance(answers[n], Exception)]
    lost = [answer for n, answer in enumerate(answers) if n != won]
    assert all(isinstance(answer, StaleVersion) and answer.current == 2 for answer in lost)
    first, second = record.stream(one)
    assert second.event.development.label == f"by hand {won}"
    assert record.store.max_notification_id() == answers[won].position == first.position + 1


def test_of_two_records_on_one_file_exactly_one_wins_too(tmp_path):
    with open_record(tmp_path / "record.db") as here, open_record(tmp_path / "record.db") as there:
        for turn in range(20):
            one = here.record(DOSSIER.id, tell(), ADA).id
            acts = [lambda r=r, one=one: r.say(one, relabel("amended"), [1], ADA) for r in (here, there)]
            answers = at_once(acts)

            assert sum(isinstance(answer, StaleVersion) for answer in answers) == 1, turn
        assert_sound(here)


def test_one_who_lost_wins_with_the_version_that_the_refusal_names(record):
    one = record.record(DOSSIER.id, tell(), ADA).id
    record.say(one, relabel("first"), [1], ADA)
    with pytest.raises(StaleVersion) as lost:
        record.say(one, relabel("second"), [1], ADA)

    assert record.say(one, relabel("second"), [lost.value.current], ADA).version == 3


def test_one_of_several_versions_may_be_the_current_one(record):
    one = record.record(DOSSIER.id, tell(), ADA).id

    assert record.say(one, relabel("amended"), [7, 1], ADA).version == 2


def test_an_amendment_that_changes_nothing_is_refused(record):
    one = record.record(DOSSIER.id, tell(), ADA).id

    with pytest.raises(NothingChanged):
        record.say(one, relabel("A ferry race"), [1], ADA)


# The end


def test_a_closed_record_takes_nothing_in_and_keeps_nothing_open(tmp_path):
    with open_record(tmp_path / "record.db") as record:
        pass

    with pytest.raises(Closed):
        record.record(DOSSIER.id, tell(), ADA)
    assert record.store.max_notification_id() == 1
    assert record.store.reads._connections._idle == []
    assert [one.name for one in tmp_path.iterdir()] == ["record.db"]
    record.close()


def test_what_was_recorded_is_there_after_a_restart(tmp_path):
    with open_record(tmp_path / "record.db") as record:
        receipt = record.record(DOSSIER.id, tell(sources=[GAZETTE]), ADA)
    with open_record(tmp_path / "record.db") as record:
        assert record.at(receipt.position).recorded_at == receipt.recorded_at
        assert record.at(receipt.position).event.development == tell()
        assert_sound(record)


def test_reads_leave_no_connection_behind_when_their_threads_end(record):
    for _ in range(20):
        at_once([record.store.max_notification_id] * 5)

    assert len(record.store.reads._connections._idle) <= 5


@pytest.mark.slow
def test_several_processes_write_one_record(tmp_path):
    hands = [start_hand(tmp_path / "record.db", "write", name, 5, 3) for name in ("north", "south")]
    receipts = [receipt for hand in hands for receipt in answers_of(hand)]

    with open_record(tmp_path / "record.db") as record:
        assert sorted(receipt["position"] for receipt in receipts) == list(range(2, 62))
        assert_sound(record)
