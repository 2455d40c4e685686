"""Which moment of knowledge and which day a question is about, and that the answer to it is final."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from domain.errors import Invalid
from service.moments import Asked, Moment, Moments, NotFreshEnough
from tests.service.recording import ADA, DOSSIER, Clock, open_record, tell
from tests.service.stores import environment

NOON = datetime(2031, 4, 1, 12, tzinfo=UTC)
TODAY = NOON.date()
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    return Clock("2031-04-01T09:00:00Z")


@pytest.fixture
def record(tmp_path, clock):
    """A dossier opened at nine, one development recorded at ten and one at eleven; it is noon."""
    with open_record(tmp_path / "record.db", clock) as opened:
        for _ in range(2):
            clock.turn(hours=1)
            opened.record(DOSSIER.id, tell(), ADA)
        clock.turn(hours=1)
        yield opened


@pytest.fixture
def moments(record, clock):
    return Moments(record.store, clock, patience=0.05)


@pytest.mark.parametrize(
    ("asked", "settled"),
    [
        (Asked(), Moment(TODAY, NOON - HOUR, 3)),
        (Asked(as_of=date(2025, 5, 1)), Moment(date(2025, 5, 1), NOON - HOUR, 3)),
        (Asked(known_at=NOON - 1.5 * HOUR), Moment(TODAY, NOON - 1.5 * HOUR, 2)),
        (Asked(known_at=NOON - 2 * HOUR), Moment(TODAY, NOON - 2 * HOUR, 2)),
        (Asked(known_at=NOON - 9 * HOUR), Moment(TODAY, NOON - 9 * HOUR, 0)),
        (Asked(known_at=NOON - 0.5 * HOUR), Moment(TODAY, NOON - 0.5 * HOUR, 3)),
        (Asked(at_position=0), Moment(TODAY, None, 0)),
        (Asked(at_position=2), Moment(TODAY, NOON - 2 * HOUR, 2)),
        (Asked(at_position=3, min_position=3), Moment(TODAY, NOON - HOUR, 3)),
        (Asked(at_position=1, min_position=3), Moment(TODAY, NOON - 3 * HOUR, 1)),
        (Asked(min_position=1), Moment(TODAY, NOON - HOUR, 3)),
        (Asked(known_at=NOON - 2 * HOUR, min_position=3), Moment(TODAY, NOON - 2 * HOUR, 2)),
        (
            Asked(as_of=date(2025, 5, 1), known_at=NOON - 2 * HOUR, min_position=3),
            Moment(date(2025, 5, 1), NOON - 2 * HOUR, 2),
        ),
    ],
    ids=str,
)
def test_a_question_is_settled(moments, asked, settled):
    assert moments.settle(asked) == settled


def test_a_question_without_moments_means_the_same_when_it_is_asked_again_with_those_it_got(
    record, moments, clock
):
    first = moments.settle(Asked())
    clock.turn(days=1)
    record.record(DOSSIER.id, tell(), ADA)

    assert moments.settle(Asked(as_of=first.as_of, known_at=first.known_at)) == first
    assert moments.settle(Asked()) != first


def test_the_moment_is_the_same_in_every_offset(moments):
    in_kiritimati = (NOON - 2 * HOUR).astimezone(timezone(14 * HOUR))

    assert moments.settle(Asked(known_at=in_kiritimati)).position == 2


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=timezone(14 * HOUR)),
        datetime(999, 12, 31, 23, 59, tzinfo=UTC),
    ],
    ids=str,
)
def test_nothing_was_known_before_the_first_event(moments, moment):
    assert moments.settle(Asked(known_at=moment)).position == 0


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        (Asked(known_at=NOON + timedelta(microseconds=1)), "known_at"),
        (Asked(known_at=datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-14 * HOUR))), "known_at"),
        (Asked(at_position=4), "at_position"),
        (Asked(known_at=NOON - HOUR, at_position=2), "at_position"),
        (Asked(as_of=date(2031, 4, 3)), "as_of"),
    ],
    ids=str,
)
def test_what_is_still_to_come_or_contradicts_itself_is_refused(moments, asked, pointer):
    with pytest.raises(Invalid) as refused:
        moments.settle(asked)

    assert refused.value.pointer == pointer


def test_a_day_that_has_begun_somewhere_on_earth_is_not_the_future(moments):
    assert moments.settle(Asked(as_of=date(2031, 4, 2))).as_of == date(2031, 4, 2)


def test_a_read_that_cannot_be_as_fresh_as_it_has_to_be_says_how_far_it_is(moments):
    with pytest.raises(NotFreshEnough) as refused:
        moments.settle(Asked(min_position=4))

    assert refused.value.last == 3


def test_of_an_empty_record_everything_is_settled_at_nought(tmp_path, clock):
    from service.record import Record

    record = Record(environment(tmp_path / "empty.db"), clock)
    moments = Moments(record.store, clock)

    assert moments.settle(Asked()) == Moment(clock.now.date(), None, 0)
    assert moments.settle(Asked(known_at=clock.now - HOUR)).position == 0
    record.close()


def test_the_moment_of_the_last_event_is_known_even_if_the_clock_was_set_back(record, moments, clock):
    last = record.record(DOSSIER.id, tell(), ADA).recorded_at
    clock.turn(days=-1)

    assert moments.settle(Asked(known_at=last)).position == 4
    with pytest.raises(Invalid):
        moments.settle(Asked(known_at=last + HOUR))
