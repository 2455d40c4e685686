"""The course of the ceasefire: each step is the status as of its day, and between steps nothing changes."""

from datetime import timedelta

from hypothesis import given, settings

from projections.ceasefire import ceasefire_status
from projections.course import ceasefire_course
from tests.scenarios.chronicle import Chronicle
from tests.scenarios.histories import CEASEFIRES, TALK, days, histories, moments


def standing(answer):
    return answer.status, set(answer.possible), answer.in_effect


@settings(max_examples=40)
@given(history=histories((*CEASEFIRES, *TALK), most=8), as_of=days(), known_at=moments())
def test_each_step_is_the_status_as_of_its_day_and_between_steps_nothing_changes(history, as_of, known_at):
    course = ceasefire_course(history.chronicle.cut(as_of, known_at)).steps
    assert [step.day for step in course] == sorted({step.day for step in course})

    for offset in range(-9, 1):
        day = as_of + timedelta(days=offset)
        before = [step for step in course if step.day <= day]
        answer = ceasefire_status(history.chronicle.cut(day, known_at))
        if before:
            assert standing(before[-1]) == standing(answer)
            shown = {one.id: (one.status, set(one.possible)) for one in before[-1].ceasefires}
            assert shown == {one.id: (one.status, set(one.possible)) for one in answer.ceasefires}
        else:
            assert standing(answer) == ("none", {"none"}, "not")


def test_a_breach_that_is_reported_is_a_step_of_the_course():
    lake = Chronicle()
    agreed = str(lake.record("ceasefire-agreed", "2031-03-01", start="2031-03-01"))
    lake.record("ceasefire-violation-reported", "2031-03-04", ceasefire=agreed, status="alleged")

    steps = lake.view("ceasefire/course").steps

    told = [(str(one.day), one.status, one.violated.alleged) for one in steps]
    assert told == [("2031-03-01", "in_effect", "not"), ("2031-03-04", "in_effect", "certain")]
