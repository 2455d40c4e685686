"""What a view is folded from: no more than can move it, read once, and the same as a fold of all rows."""

from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.commands import Amend, Dispute, JudgeSame, Retract
from projections.cut import NO_LENS, Lens, Moment, cut
from projections.registry import VIEWS
from service.moments import Asked
from service.record import Record
from service.store.recent import Recent
from service.store.versions import Selection
from service.views import Views
from tests.projections.test_every_view import DAYS, KINDS
from tests.scenarios.chronicle import agenda_of
from tests.scenarios.histories import PLANS, histories
from tests.service.proving.answering import taken_in
from tests.service.recording import (
    ADA,
    DOSSIER,
    GAZETTE,
    Clock,
    answers_of,
    at_once,
    open_record,
    start_hand,
    tell,
)
from tests.service.store.test_versions_histories import STANDINGS
from tests.service.stores import environment, run_on
from tests.service.test_erasure import BECAUSE, SECRET, answers, personal
from tests.service.test_erasure_histories import Teller, acts, do

WAITING = (*PLANS[:1] * 3, "statement-made", "round-held")
TOLD = st.one_of(KINDS, st.just(WAITING)).flatmap(lambda kinds: histories(kinds, most=24))
LENSES = st.builds(
    Lens,
    st.sampled_from([None, None, "XA", "XB"]),
    st.one_of(*[st.just(())] * 3, st.lists(st.sampled_from(STANDINGS), unique=True, min_size=1).map(tuple)),
)
NAMES = st.sampled_from([*sorted(VIEWS), "agenda", "agenda", "agenda", "disputes"])
QUESTIONS = st.lists(st.tuples(NAMES, DAYS, st.integers(0, 30), LENSES), min_size=8)
NUMBERS = count()
relaxed = settings(suppress_health_check=list(HealthCheck), max_examples=40)


@pytest.fixture
def record(tmp_path):
    with open_record(tmp_path / "record.db", Clock()) as opened:
        yield opened


def file_in(tmp_path_factory):
    """A place for one more record."""
    return tmp_path_factory.mktemp("gathered") / f"{next(NUMBERS)}.db"


def folded(record, name, moment, lens):
    """What a view answers that is folded from every row that it rests on."""
    entries = list(record.versions.entries(Selection(DOSSIER.id, moment.position)))
    retracted = [one.id for one in entries if one.retracted]
    chosen = [
        one
        for one in entries
        if isinstance(one.development, VIEWS[name].rests_on)
        and (not one.retracted or "retracted" in lens.standings)
    ]
    return VIEWS[name].fold(cut(DOSSIER.id, moment, chosen, retracted, lens))


@relaxed
@given(history=TOLD, questions=QUESTIONS)
def test_every_view_answers_what_a_fold_of_all_rows_does(tmp_path_factory, history, questions):
    """Asked one after the other, so that most of what a view rests on was read before."""
    clock = Clock()
    with taken_in(history, environment(file_in(tmp_path_factory)), clock) as record:
        views, last = Views(record, clock), record.store.max_notification_id()
        for name, as_of, back, lens in questions:
            position = max(last - back, 1)
            moment = Moment(as_of, record.store.moment_of(position), position)
            answer = views.view_at(VIEWS[name], DOSSIER.id, moment, lens)
            assert answer.model_dump_json() == folded(record, name, moment, lens).model_dump_json()


@settings(relaxed, max_examples=200)
@given(history=TOLD, as_of=DAYS, lens=LENSES, name=st.sampled_from(["agenda", "disputes"]))
def test_what_cannot_move_a_view_is_left_out_without_a_difference(history, as_of, lens, name):
    told = history.chronicle
    moment = Moment(as_of, told.history[-1].recorded_at, len(told.history))
    every = [told.entry(one.originator_id) for one in told.history[1:] if one.originator_version == 1]
    entries = [one for one in every if not one.retracted or "retracted" in lens.standings]
    few = VIEWS[name].moved_by(entries)
    assert len(few) <= len(entries)
    assert VIEWS[name].fold(cut("d", moment, few, (), lens)) == VIEWS[name].fold(
        cut("d", moment, entries, (), lens)
    )


# Few


def agenda_of_record(record, lens=NO_LENS):
    return Views(record, record._clock).view(VIEWS["agenda"], DOSSIER.id, Asked(), lens)


def read_by(record, name):
    """How many entries a view reads of a record that nothing was read of."""
    with_nothing = Record(record.env, record._clock)
    try:
        Views(with_nothing, record._clock).view(VIEWS[name], DOSSIER.id, Asked())
        return len(with_nothing.reading.versions._recent)
    finally:
        with_nothing.close()


def test_what_nobody_disputes_is_not_read_for_disputes_nor_for_the_agenda(record):
    ids = [record.record(DOSSIER.id, tell(f"race {number}"), ADA).id for number in range(20)]
    record.record(
        DOSSIER.id, tell(kind="call-held", parties=["XA", "XB"], agenda=agenda_of(harbour="agreed")), ADA
    )
    assert [read_by(record, name) for name in ("disputes", "agenda", "actors")] == [0, 1, 21]

    record.say(ids[0], Dispute(by="XB", says={"label": "A regatta"}, reason=BECAUSE), [1], ADA)
    assert [read_by(record, name) for name in ("disputes", "agenda", "actors")] == [1, 2, 21]

    record.say(ids[1], JudgeSame(other=ids[2], reason=BECAUSE), [1], ADA)
    assert [read_by(record, name) for name in ("disputes", "agenda", "actors")] == [21, 21, 21]


def planned(**told):
    return tell(kind="step-planned", step="A meeting.", planned_by="XC", **told)


def test_a_step_is_met_by_whatever_the_record_or_a_party_says(record):
    race = record.record(DOSSIER.id, tell("A ferry race"), ADA).id
    other = record.record(DOSSIER.id, tell("Another race"), ADA).id
    after = {"text": "the race is over", "met_by": str(race)}
    said = {**GAZETTE, "chain": [{"actor": "XB", "role": "speaker"}]}
    plan = record.record(DOSSIER.id, planned(after=after, sources=[said]), ADA).id
    for one in (race, other):
        record.say(one, Amend(changes={"sources": [said]}, reason=BECAUSE), [1], ADA)

    (step,) = agenda_of_record(record).steps
    assert (step.after.met, step.after.met_by) == (True, race)

    says = {"after": {**after, "met_by": str(other)}}
    record.say(plan, Dispute(by="XB", says=says, reason=BECAUSE), [1], ADA)
    (step,) = agenda_of_record(record, Lens(party="XB")).steps
    assert (step.after.met, step.after.met_by) == (True, other)
    assert [one.id for one in step.rests_on.certain] == [plan, other]

    record.say(race, Retract(reason=BECAUSE), [2], ADA)
    (step,) = agenda_of_record(record).steps
    assert (step.after.met, step.after.met_by, step.rests_on_retracted) == (False, race, (race,))


# What was read before


def kept_by(record):
    """The entries that a record keeps in memory."""
    recent = record.reading.versions._recent
    return [*recent._new.values(), *recent._old.values()]


def test_an_erasure_in_another_process_needs_no_message(tmp_path):
    file = tmp_path / "record.db"
    with open_record(file) as record:
        one = record.record(DOSSIER.id, tell(kind="statement-made", speaker="XA", content="Before."), ADA).id
        record.say(
            one, Amend(changes={"content": SECRET}, personal=["/changes/content"], reason=BECAUSE), [1], ADA
        )
        other = record.record(DOSSIER.id, personal(), ADA).id
        before = [answers(record, one, position) for position in (2, 3, 4)]
        assert SECRET in str(before)
        assert [(entry.id, entry.version) for entry in kept_by(record)] == [(one, 1)]

        for marked in (one, other):
            answers_of(start_hand(file, "erase", marked))

        after = [answers(record, one, position) for position in (2, 3, 4)]
        assert SECRET not in str(after)
        assert after[0] == before[0]
        with open_record(file) as fresh:
            assert after == [answers(fresh, one, position) for position in (2, 3, 4)]


@relaxed
@given(told=acts, first=st.sets(st.sampled_from(["content", "summary"])))
def test_whoever_has_read_it_before_answers_as_whoever_has_not(tmp_path_factory, told, first):
    clock, teller, file = Clock(), Teller(), file_in(tmp_path_factory)
    with open_record(file, clock) as writer, open_record(file, clock) as reader:
        texts = {name: teller.text(name, first) for name in ("content", "summary")}
        marks = [f"/{name}" for name in sorted(first)]
        statement = tell(kind="statement-made", speaker="XA", sources=[GAZETTE], personal=marks, **texts)
        one = writer.record(DOSSIER.id, statement, ADA).id
        for verb, marked in [*told, ("erase", set())]:
            clock.turn(days=1)
            do(teller, writer, one, verb, marked)
            warm = [
                answers(reader, one, position)
                for position in range(2, reader.store.max_notification_id() + 1)
            ]
            assert "secret-" not in "".join(entry.model_dump_json() for entry in kept_by(reader))
        with open_record(file, clock) as fresh:
            assert warm == [answers(fresh, one, position) for position in range(2, 2 + len(warm))]


def test_what_was_altered_in_the_file_is_not_kept_so_a_rebuild_mends_what_is_answered(tmp_path):
    file = tmp_path / "record.db"
    with open_record(file) as record, open_record(file) as elsewhere:
        for label in ("Rowing", "Sailing"):
            record.record(DOSSIER.id, tell(label), ADA)
        true = run_on(file, "SELECT entry FROM versions ORDER BY known_from")
        run_on(file, "UPDATE versions SET entry = (SELECT max(entry) FROM versions AS v)")
        versions, every = record.reading.versions, Selection(DOSSIER.id, 3)
        assert len({entry.id for entry in versions.gathered(every)}) == 1
        assert len(kept_by(record)) == 1

        elsewhere.rebuild()
        assert run_on(file, "SELECT entry FROM versions ORDER BY known_from") == true
        assert len({entry.id for entry in versions.gathered(every)}) == len(kept_by(record)) == 2


def test_many_who_ask_at_once_have_the_same_answers(record, monkeypatch):
    for number in range(60):
        record.record(DOSSIER.id, tell(f"race {number}", occurred=str(date(2025, 3, 1 + number % 30))), ADA)
    views, versions = Views(record, record._clock), record.reading.versions
    asked = [(name, Asked(at_position=position)) for name in VIEWS for position in (20, 40, 61)]
    alone = [views.view(VIEWS[name], DOSSIER.id, one) for name, one in asked]
    monkeypatch.setattr(versions, "_recent", Recent(32))

    def ask():
        return [views.view(VIEWS[name], DOSSIER.id, one) for name, one in asked]

    assert at_once([ask] * 6) == [alone] * 6
    assert len(kept_by(record)) <= 32
