"""The course of the ceasefire: each step is the status as of its day, and between steps nothing changes."""

from datetime import timedelta

from hypothesis import given, settings

from projections.ceasefire import Violated, ceasefire_status
from projections.course import ceasefire_course
from tests.scenarios.chronicle import Chronicle, agenda_of
from tests.scenarios.histories import CEASEFIRES, TALK, days, histories, moments


def standing(answer):
    return answer.status, set(answer.possible), answer.in_effect, answer.violated


def of_each(answer):
    return {one.id: (one.status, set(one.possible), one.in_effect, one.violated) for one in answer.ceasefires}


@settings(max_examples=40)
@given(history=histories((*CEASEFIRES, *TALK), most=16), as_of=days(), known_at=moments())
def test_each_step_is_the_status_as_of_its_day_and_between_steps_nothing_changes(history, as_of, known_at):
    course = ceasefire_course(history.chronicle.cut(as_of, known_at)).steps
    assert [step.day for step in course] == sorted({step.day for step in course})

    for offset in range(-9, 1):
        day = as_of + timedelta(days=offset)
        before = [step for step in course if step.day <= day]
        answer = ceasefire_status(history.chronicle.cut(day, known_at))
        if before:
            assert standing(before[-1]) == standing(answer)
            assert of_each(before[-1]) == of_each(answer)
        else:
            assert standing(answer) == ("none", {"none"}, "not", Violated())


@given(history=histories((*CEASEFIRES, *TALK), most=16, addressing=True), as_of=days(), known_at=moments())
def test_a_step_is_to_the_letter_what_the_status_of_its_day_says(history, as_of, known_at):
    """The course asks ceasefires in parts, and most of them not on most days; the status all together."""
    course = ceasefire_course(history.chronicle.cut(as_of, known_at))
    for step in course.steps:
        answer = ceasefire_status(history.chronicle.cut(step.day, known_at))
        told = (answer.status, answer.possible, answer.in_effect, answer.violated, answer.rests_on)
        assert (step.status, step.possible, step.in_effect, step.violated, step.rests_on) == told
        assert [one.id for one in step.ceasefires] == [one.id for one in answer.ceasefires]
    assert course.rests_on == ceasefire_status(history.chronicle.cut(as_of, known_at)).rests_on


def test_a_breach_that_is_reported_is_a_step_of_the_course():
    lake = Chronicle()
    agreed = str(lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-01"))
    lake.record("ceasefire-violation-reported", "2031-03-04", ceasefire=agreed, status="alleged")

    steps = lake.view("ceasefire/course").steps

    told = [(str(one.day), one.status, one.violated.alleged) for one in steps]
    assert told == [("2031-03-01", "in_effect", "not"), ("2031-03-04", "in_effect", "certain")]


def test_of_many_breaches_each_is_a_ground_though_the_first_alone_moves_the_course():
    lake = Chronicle()
    agreed = lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-01")
    first, *more = [
        lake.record("ceasefire-violation-reported", f"2031-03-{day:02}", ceasefire=str(agreed))
        for day in range(4, 20)
    ]
    ended = lake.record("ceasefire-terminated", "2031-03-15", ceasefire=str(agreed))

    steps = lake.view("ceasefire/course").steps

    assert [str(one.day) for one in steps] == ["2031-03-01", "2031-03-04", "2031-03-15"]
    assert [len(one.rests_on.certain) for one in steps] == [1, 2, 14]
    assert {agreed, first, *more[:11], ended} == {one.id for one in steps[-1].rests_on.certain}


def test_talk_that_something_later_overtook_is_left_out_of_nothing_but_the_reckoning():
    lake = Chronicle()
    for day in range(1, 10):
        outcome = "agreed" if day % 2 else "no_agreement"
        lake.record("round-held", f"2031-03-{day:02}", agenda=agenda_of(ceasefire=outcome))
    vague = lake.record(
        "round-held", "[2031-03-02..2031-03-09]", agenda=agenda_of(ceasefire="deferred"), on="2031-05-02"
    )

    steps = lake.view("ceasefire/course", "2031-05-02").steps

    assert [set(one.possible) for one in steps[-2:]] == [
        {"no_agreement", "under_discussion"},
        {"accepted_in_principle", "under_discussion"},
    ]
    assert len(steps[-1].rests_on.certain) == 10
    assert vague in {one.id for one in steps[1].rests_on.possible}
