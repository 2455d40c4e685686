"""The course of the ceasefire: each step is the status as of its day, and between steps nothing changes."""

from datetime import timedelta

from hypothesis import given, settings

from projections.ceasefire import ceasefire_status
from projections.course import ceasefire_course
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
