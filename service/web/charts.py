"""What the charts are told: the course of the ceasefire as a strip, cumulative exchanges as steps."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, cast

from projections.course import CeasefireCourse
from projections.exchanges import Exchanges
from projections.returns import Tally
from projections.series import ExchangeSeries, Point
from service.web.drawing import course as strip
from service.web.drawing.axis import Axis
from service.web.drawing.promises import bars
from service.web.reading import Reading
from service.words import days, states

Told = dict[str, Any]
WIDTH = 1_000
"""How long the axis of days is; a script draws as many of its marks as there is room for."""
NARROWEST = 60
DAY = timedelta(days=1)
Bounds = tuple[int, int | None]
"""At least, and at most where that is known."""


def course(reading: Reading) -> Told:
    """The ceasefire over time."""
    return {"strip": strip.draw(cast("CeasefireCourse", reading.view("ceasefire/course"))), "hatch": "course"}


def promises(reading: Reading) -> Told:
    """What was promised under each stipulation, against what was carried out."""
    view = cast("Exchanges", reading.view("exchanges"))
    return {"view": view, "bars": bars}


def series(reading: Reading) -> Told:
    """Cumulative exchanges: for the table every point, for the chart a line for each bound."""
    view = cast("ExchangeSeries", reading.view("exchanges/series"))
    bands = list(_bands(view.points, reading))
    return {
        "view": view,
        "sides": _sides(view.points),
        "chart": {**_axis(view.points, view.as_of), "bands": [one for one in bands if _is_drawn(one)]},
        "uncounted": [one["name"] for one in bands if not _is_drawn(one)],
    }


def _sides(points: Sequence[Point]) -> list[str]:
    return list(dict.fromkeys(one.side for point in points for one in point.persons))


def _axis(points: Sequence[Point], as_of: date) -> Told:
    """Where each point lies, the day before the first, and the end of the day that it is as of."""
    shown = [one.day for one in points if one.day > date.min]
    begin = (shown[0] if shown else as_of) - DAY
    end = as_of + DAY if as_of < date.max else as_of
    axis = Axis([begin, *shown, end], 0, WIDTH)
    return {
        "x": [axis.x(one) for one in (begin, *shown, end)],
        "days": [days.day(one) for one in (begin, *shown, as_of)],
        "ticks": [{"x": one.x, "label": one.label} for one in axis.ticks(NARROWEST)],
        "breaks": axis.breaks,
    }


def _bands(points: Sequence[Point], reading: Reading) -> Iterator[Told]:
    """The stages, each side's persons, and each category of them that anybody counted."""
    stages = [(one.stages.certain, one.stages.certain + one.stages.possible) for one in points]
    yield _band("Stages", points, stages)
    for side in _sides(points):
        name = f"Returned to {reading.name(side)}"
        own = [next((one.persons for one in point.persons if one.side == side), None) for point in points]
        yield _band(name, points, [_bounds(one) or (0, 0) for one in own])
        for category in dict.fromkeys(
            one.category for point in points for one in point.categories if one.side == side
        ):
            counted = [_of_category(point, side, category) for point in points]
            # Before anybody counted a category, whoever had returned may have been of it.
            of = [
                _bounds(one) or (0, None if all_of_side else 0)
                for one, all_of_side in zip(counted, own, strict=True)
            ]
            yield _band(f"{name}: {states.label(category)}", points, of)


def _of_category(point: Point, side: str, category: str) -> Tally | None:
    every = (one.persons for one in point.categories if (one.side, one.category) == (side, category))
    return next(every, None)


def _bounds(told: Tally | None) -> Bounds | None:
    """What had certainly returned at least, and at most where that is known."""
    return (told.certain.at_least, told.with_possible.at_most) if told else None


def _band(name: str, points: Sequence[Point], bounds: Sequence[Bounds]) -> Told:
    """A line for each bound, held until the end; it begins with what may have been on any day before."""
    begun = [] if points and points[0].day == date.min else [(0, 0)]
    held = [*begun, *bounds, *bounds[-1:]]
    return {"name": name, "certain": [one for one, _ in held], "possible": [one for _, one in held]}


def _is_drawn(band: Told) -> bool:
    """Whether any number is known of it; where none is, any line would be one that nobody published."""
    return any(band["certain"]) or any(band["possible"])
