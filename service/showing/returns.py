"""Exchanges, releases and remains, for people: stages and persons as intervals, never a total made up."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from projections.exchanges import Exchanges, UnderStipulation
from projections.returns import CategoryTally, Returned, SideTally
from projections.series import ExchangeSeries, Point
from service.showing.tables import table
from service.showing.words import count, lines, plain, stages, tally

FIGURES = ("exchanges", "releases", "remains")


def exchanges(answer: Exchanges) -> Iterator[RenderableType]:
    """What took place in all, of which categories, and under which promise."""
    figures = [(name, *figure(getattr(answer, name))) for name in FIGURES]
    yield table("Carried out", ("", "stages", "stages without a count", "persons returned"), figures)
    under = map(_under, answer.by_stipulation)
    yield table(
        "By stipulation",
        ("agreement", "formula", "promised", "stages", "persons returned", "remains returned"),
        under,
        "nothing was promised or carried out",
    )
    categories = (
        (name, one.side, one.category, tally(one.persons))
        for name in FIGURES
        for one in getattr(answer, name).categories
    )
    yield table("By category", ("", "side", "category", "persons"), categories, "no category was counted")


def series(answer: ExchangeSeries) -> Iterator[RenderableType]:
    """Each cumulative series, a row a day."""
    every = {"exchanges": answer.points, "releases": answer.releases.points, "remains": answer.remains.points}
    for name, points in every.items():
        columns = ("by the end of", "stages", "persons returned", "by category")
        yield table(f"Cumulative {name}", columns, map(_point, points), "none")


def figure(returned: Returned) -> tuple[str, str, str]:
    """The stages, those without a count, and the persons who returned to each side."""
    return stages(returned.stages), stages(returned.without_count), to_sides(returned.persons)


def to_sides(persons: Sequence[SideTally | CategoryTally]) -> str:
    """How many returned to each side."""
    return lines(f"to {one.side}: {tally(one.persons)}" for one in persons) or "none"


def formula(under: UnderStipulation) -> str:
    """What was to be exchanged for what."""
    return plain(under.formula or "no formula")


def promised(under: UnderStipulation) -> str:
    """How many persons and stages were promised."""
    told = [f"to {one.side}: {count(one.count)}" for one in under.promised]
    return lines([*told, *([f"stages: {count(under.promised_stages)}"] if under.promised_stages else [])])


def _under(one: UnderStipulation) -> tuple[str, ...]:
    name = one.title or (str(one.agreement) if one.agreement else "no agreement on record")
    name += f" ({one.stipulation})" if one.stipulation else ""
    name += ", retracted since" if one.retracted else ""
    done, _, persons = figure(one.carried_out)
    return name, formula(one), promised(one) or "no number", done, persons, to_sides(one.remains.persons)


def _point(point: Point) -> tuple[str, ...]:
    categories = lines(f"{one.category} to {one.side}: {tally(one.persons)}" for one in point.categories)
    return str(point.day), stages(point.stages), to_sides(point.persons), categories
