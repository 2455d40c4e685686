"""The exchanges as a series: each point is what the exchanges view itself answers as of that day."""

from datetime import timedelta

from hypothesis import given

from projections.exchanges import exchanges
from projections.series import exchange_series
from tests.scenarios.histories import EXCHANGES, days, histories, moments


def told(answer, tally):
    return {side.side: side.persons for side in tally.persons if side.persons.with_possible.stages}


@given(history=histories(EXCHANGES), as_of=days(), known_at=moments())
def test_each_point_is_the_answer_as_of_its_day_and_between_points_nothing_changes(history, as_of, known_at):
    series = exchange_series(history.chronicle.cut(as_of, known_at))
    points = {point.day: point for point in series.points}
    assert list(points) == sorted(points)
    assert all(day <= as_of for day in points)

    for offset in range(-3, 4):
        day = as_of + timedelta(days=offset)
        if day > as_of or not any(one <= day for one in points):
            continue
        point = points[max(one for one in points if one <= day)]
        answer = exchanges(history.chronicle.cut(day, known_at)).exchanges
        assert point.stages == answer.stages
        named = {one.side for one in answer.persons}
        assert {one.side: one.persons for one in point.persons if one.side in named} == {
            one.side: one.persons for one in answer.persons
        }
