"""The generated records that benchmarks run on: always the same, as mixed as they say, and sound."""

from collections import Counter
from itertools import islice

import pytest

from domain.commands import Amend
from domain.developments import DEVELOPMENT
from service.record import Record
from tests.benchmarks.filling import CLERK, Shelf, StandingClock
from tests.benchmarks.generated import Opened, Plan, Said, Told, plans, steps
from tests.benchmarks.questions import fresh
from tests.service.recording import assert_sound

MANY = 10_000


@pytest.fixture(scope="module")
def many():
    return list(steps(plans(MANY)))


def test_the_same_seed_tells_the_same_story(many):
    assert list(islice(steps(plans(MANY)), 500)) == many[:500]
    assert list(islice(steps(plans(MANY, seed=8)), 500)) != many[:500]


@pytest.mark.parametrize(("size", "largest"), [(1_000, 316), (10_000, 1_000), (1_000_000, 100_000)])
def test_dossiers_are_of_all_sizes_and_hold_so_many_developments_in_all(size, largest):
    planned = plans(size)

    assert sum(plan.size for plan in planned) == size
    assert min(plan.size for plan in planned) <= 100
    assert max(plan.size for plan in planned if plan.size != planned[-1].size) == largest
    assert len({plan.id for plan in planned}) == len(planned)


def test_one_in_twenty_is_amended_one_in_a_hundred_disputed_or_retracted_a_tenth_uncertain(many):
    said = Counter(isinstance(step.command, Amend) for step in many if isinstance(step, Said))
    told = [step for step in many if isinstance(step, Told)]
    uncertain = sum(len(step.body["occurred"]) != len("2025-06-01") for step in told)

    assert len(told) == MANY
    assert said[True] == pytest.approx(MANY / 20, rel=0.15)
    assert said[False] == pytest.approx(MANY / 100, rel=0.3)
    assert uncertain == pytest.approx(MANY / 10, rel=0.15)


def test_it_is_told_in_the_order_in_which_it_became_known_and_never_before_it_happened(many):
    moments = [step.moment for step in many]

    assert moments == sorted(moments)
    for step in many:
        if isinstance(step, Told):
            earliest = DEVELOPMENT.validate_python(step.body).occurred.earliest
            assert earliest <= step.moment.date()


def test_the_record_takes_all_of_it_with_every_reference(tmp_path):
    told = list(steps([Plan("talks", 300, seed=1)]))
    ids = iter([step.id for step in told if isinstance(step, Told)])
    clock = StandingClock()
    with Record({"SQLITE_DBNAME": str(tmp_path / "record.db")}, clock, lambda: next(ids)) as record:
        for step in told:
            clock.now = step.moment
            _take(record, step)

        assert record.store.max_notification_id() == len(told)


def _take(record, step):
    match step:
        case Opened(dossier=dossier):
            record.open_dossier(dossier, CLERK)
        case Told(dossier=dossier, body=body, id=identity):
            receipt = record.record(dossier, DEVELOPMENT.validate_python(body), CLERK)
            assert receipt.id == identity
        case Said(id=identity, command=command):
            record.say(identity, command, [record._entry(identity).version], CLERK)


def test_a_filled_record_is_sound_and_takes_fresh_tellings(tmp_path):
    plan = Plan("talks", 300, seed=1)
    file = Shelf(tmp_path, lambda text: None).dossier(plan)

    with Record({"SQLITE_DBNAME": str(file)}) as record:
        assert record.store.max_notification_id() == len(list(steps([plan])))
        for one in fresh(plan, 20):
            record.record(plan.id, DEVELOPMENT.validate_python(one.body), CLERK)
        assert_sound(record)


def test_a_record_is_filled_once(tmp_path):
    heard = []
    shelf = Shelf(tmp_path, heard.append)

    assert shelf.record(400) == shelf.record(400)
    assert len(heard) == len({*heard})


def test_a_corrected_record_has_as_many_corrections_as_developments(tmp_path):
    shelf = Shelf(tmp_path, lambda text: None)
    with (
        Record({"SQLITE_DBNAME": str(shelf.record(400))}) as plain,
        Record({"SQLITE_DBNAME": str(shelf.corrected(400))}) as corrected,
    ):
        last = plain.store.max_notification_id()
        added = corrected.store.select_notifications(last + 1, 1_000)

    assert [one.topic for one in added] == ["amended"] * 400
