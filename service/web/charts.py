"""What the charts are told: the course of the ceasefire as a strip, cumulative exchanges as steps."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from projections.course import CeasefireCourse
from projections.series import ExchangeSeries, Point
from service.web.drawing import course as strip
from service.web.reading import Reading

Told = dict[str, Any]


def course(reading: Reading) -> Told:
    """The ceasefire over time."""
    return {"strip": strip.draw(cast("CeasefireCourse", reading.view("ceasefire/course"))), "hatch": "course"}


def series(reading: Reading) -> Told:
    """Cumulative exchanges: for the table every point, for the chart a line for each bound."""
    view = cast("ExchangeSeries", reading.view("exchanges/series"))
    points = [point for point in view.points if point.day > date.min]
    sides = list(dict.fromkeys(one.side for point in view.points for one in point.persons))
    bands = [_stages(points), *(_persons(side, reading.name(side), points) for side in sides)]
    shown = [one.day for one in points]
    chart = {
        "days": [one.isoformat() for one in shown],
        "until": _until(shown, view.as_of).isoformat(),
        "bands": bands,
    }
    return {"view": view, "sides": sides, "chart": chart}


def _until(shown: Sequence[date], as_of: date) -> date:
    """Where the chart ends: at the day, or soon after the last change, where that is long before it."""
    if not shown:
        return as_of
    return min(as_of, shown[-1] + max((shown[-1] - shown[0]) / 8, timedelta(days=3)))


def _stages(points: Sequence[Point]) -> Told:
    certain = [point.stages.certain for point in points]
    possible = [point.stages.certain + point.stages.possible for point in points]
    return {"name": "Stages", "unit": "stages", "certain": certain, "possible": possible}


def _persons(side: str, name: str, points: Sequence[Point]) -> Told:
    """The persons of one side: what had certainly returned at least, and at most where that is known."""
    tallies = [next((one.persons for one in point.persons if one.side == side), None) for point in points]
    return {
        "name": f"Returned to {name}",
        "unit": "persons",
        "certain": [one.certain.at_least if one else 0 for one in tallies],
        "possible": [one.with_possible.at_most if one else 0 for one in tallies],
    }
