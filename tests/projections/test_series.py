"""Returns as series: each point is what the exchanges view itself answers as of that day."""

from datetime import timedelta

from hypothesis import given

from projections.exchanges import exchanges
from projections.series import exchange_series
from tests.scenarios.chronicle import Chronicle, persons
from tests.scenarios.histories import EXCHANGES, days, histories, moments


def told(answer, tally):
    return {side.side: side.persons for side in tally.persons if side.persons.with_possible.stages}


def counted(sides):
    """The sums of the sides to which anybody may have returned."""
    return {one.side: one.persons for one in sides if one.persons.with_possible.stages}


@given(history=histories(EXCHANGES), as_of=days(), known_at=moments())
def test_each_point_is_the_answer_as_of_its_day_and_between_points_nothing_changes(history, as_of, known_at):
    shown = exchange_series(history.chronicle.cut(as_of, known_at))
    series = {"exchanges": shown, "remains": shown.remains, "releases": shown.releases}
    for name, one in series.items():
        points = {point.day: point for point in one.points}
        assert list(points) == sorted(points)
        assert all(day <= as_of for day in points)

        for offset in range(-3, 4):
            day = as_of + timedelta(days=offset)
            if day > as_of or not any(one <= day for one in points):
                continue
            point = points[max(one for one in points if one <= day)]
            answer = getattr(exchanges(history.chronicle.cut(day, known_at)), name)
            assert point.stages == answer.stages
            both = {one.side for one in answer.persons} & {one.side for one in point.persons}
            assert {one.side for one in answer.persons if one.persons.certain.at_least} <= both
            shown_of, told_of = ([x for x in of if x.side in both] for of in (point.persons, answer.persons))
            assert counted(shown_of) == counted(told_of)
            shown_of, told_of = (
                [x for x in of if x.side in both] for of in (point.categories, answer.categories)
            )
            assert list(shown_of) == list(told_of)


def test_categories_grow_day_by_day_from_the_first_count_of_them():
    lake = Chronicle()
    crew = {"category": "aircrew", "count": {"type": "exact", "value": 2}}
    wounded = {"category": "wounded", "count": {"type": "at_least", "min": 1}}
    for day, crewmen in (
        ("2031-03-13", [crew]),
        ("2031-03-20", []),
        ("[2031-03-22..2031-03-28]", [crew, wounded]),
    ):
        of = [{"side": "XA", "count": {"type": "exact", "value": 5}, "by_category": crewmen}]
        lake.record("exchange-stage-carried-out", day, parties=["XA", "XB"], persons=of)

    points = {str(one.day): one.categories for one in lake.view("exchanges/series").points}
    told = {
        day: [
            (one.category, one.persons.certain.at_least, one.persons.with_possible.at_most, unknown)
            for one in several
            for unknown in [one.persons.certain.unknown]
        ]
        for day, several in points.items()
    }
    assert told == {
        "2031-03-13": [("aircrew", 2, 2, 0)],
        "2031-03-20": [("aircrew", 2, None, 1)],
        "2031-03-22": [("aircrew", 2, None, 1), ("wounded", 0, None, 2)],
        "2031-03-28": [("aircrew", 4, None, 1), ("wounded", 1, None, 2)],
    }


def test_a_dossier_of_releases_alone_has_their_series():
    lake = Chronicle()
    lake.record("detainees-released", "2031-03-13", persons=persons(XA=3))

    shown = lake.view("exchanges/series")
    assert (shown.points, shown.remains.points) == ((), ())
    assert [(str(one.day), one.stages.certain) for one in shown.releases.points] == [("2031-03-13", 1)]
