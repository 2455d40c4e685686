"""Answers as tables of pandas or polars, for whoever goes on to count and to plot.

Nothing that is not known becomes a number: bounds stay two columns, with the counts of what is unknown or
withheld beside them, and an upper bound that there is not is null, not zero and not NaN.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from pydantic import BaseModel

if TYPE_CHECKING:
    from projections.exchanges import Exchanges
    from projections.returns import Returned, SideTally
    from projections.series import ExchangeSeries

Row = dict[str, Any]

ROWS_IN = {
    "Timeline": "developments",
    "CeasefireStatus": "ceasefires",
    "CeasefireCourse": "steps",
    "Agreements": "agreements",
    "Positions": "positions",
    "Agenda": "steps",
    "Contacts": "contacts",
    "Disputes": "disputed",
    "Actors": "actors",
    "History": "versions",
    "Changes": "changes",
    "KnowledgeDiff": "differences",
    "TimeDiff": "differences",
    "KeptCheckpoints": "checkpoints",
    "Dossiers": "dossiers",
    "Kinds": "kinds",
}
"""The part of each answer that has a row for each of its items."""


def to_frame(
    answer: BaseModel | Iterable[BaseModel],
    of: str | None = None,
    library: Literal["pandas", "polars"] | None = None,
) -> Any:
    """A table of an answer, or of items of one: of pandas or polars, whichever is named or installed.

    The timeline has a row for each development; exchanges have one for each figure, side and category; each
    other answer one for each item of its main part, or of the part that `of` names. What is inside an item
    has columns of its own (`violated_alleged`); lists of texts stay lists, and lists of more are left out.
    Raise `ModuleNotFoundError` where neither is installed, and `ValueError` for what has no rows.
    """
    rows = list(_rows(answer, of))
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return _maker(library)({name: [row.get(name) for row in rows] for name in columns})


def _rows(answer: BaseModel | Iterable[BaseModel], of: str | None) -> Iterator[Row]:
    if not isinstance(answer, BaseModel):
        return map(_flat, answer)
    kind = type(answer).__name__
    if of is None and kind in _FIGURES:
        return _FIGURES[kind](answer)
    part = of or ROWS_IN.get(kind)
    parts = {name: value for name, value in answer if isinstance(value, list | tuple)}
    if part not in parts:
        raise ValueError(
            f"{kind} has no rows in {part!r}; those of its parts that have some: {', '.join(parts)}"
        )
    return map(_flat, parts[part])


def _flat(item: BaseModel | Mapping[str, Any], prefix: str = "") -> Row:
    """One row: what is inside has columns of its own, named by the way to it."""
    row: Row = {}
    for name, value in item.items() if isinstance(item, Mapping) else item:
        row |= _columns(prefix + name, value)
    return row


def _columns(name: str, value: Any) -> Row:
    match value:
        case BaseModel():
            return _flat(value, name + "_")
        case Enum():
            return {name: value.value}
        case None | bool() | int() | float() | str() | date() | datetime():
            return {name: value}
        case UUID():
            return {name: str(value)}
        case list() | tuple() if all(isinstance(one, str | UUID | int) for one in value):
            return {name: [one if isinstance(one, int) else str(one) for one in value]}
        case list() | tuple():
            return {}
    return {name: json.dumps(value, ensure_ascii=False, default=str)}


# Figures of persons


def _exchanges(answer: "Exchanges") -> Iterator[Row]:
    """For all exchanges, remains and releases, and under each stipulation, a row a side and category."""
    for name in ("exchanges", "remains", "releases"):
        yield from _returned({"figure": name}, getattr(answer, name))
    for one in answer.by_stipulation:
        under = {"agreement": one.agreement and str(one.agreement), "stipulation": one.stipulation}
        yield from _returned({"figure": "carried_out", **under}, one.carried_out)
        yield from _returned({"figure": "remains", **under}, one.remains)


def _returned(named: Row, returned: "Returned") -> Iterator[Row]:
    tallies: list[Any] = [*returned.persons, *returned.categories]
    for one in tallies:
        category = getattr(one, "category", None)
        stages = {"stages_certain": returned.stages.certain, "stages_possible": returned.stages.possible}
        about = {"agreement": None, "stipulation": None, **named}
        yield from _tallies({**about, **stages, "side": one.side, "category": category}, one)


def _series(answer: "ExchangeSeries") -> Iterator[Row]:
    """For each series a row a day, side and certainty."""
    every = {"exchanges": answer.points, "remains": answer.remains.points, "releases": answer.releases.points}
    for figure, points in every.items():
        for point in points:
            stages = {"stages_certain": point.stages.certain, "stages_possible": point.stages.possible}
            for one in point.persons:
                yield from _tallies({"figure": figure, "day": point.day, **stages, "side": one.side}, one)


def _tallies(named: Row, one: "SideTally | Any") -> Iterator[Row]:
    """Over the certain stages alone, and over the possible ones as well."""
    yield {**named, "with_possible": False, **_flat(one.persons.certain)}
    yield {**named, "with_possible": True, **_flat(one.persons.with_possible)}


_FIGURES: dict[str, Callable[[Any], Iterator[Row]]] = {"Exchanges": _exchanges, "ExchangeSeries": _series}


# Libraries


def _maker(library: str | None) -> Callable[[dict[str, list[Any]]], Any]:
    for name in (library,) if library else ("pandas", "polars"):
        try:
            found = import_module(name)
        except ModuleNotFoundError:
            continue
        return _in_polars(found) if name == "polars" else _in_pandas(found)
    wanted = library or "pandas or polars"
    raise ModuleNotFoundError(
        f"a table needs {wanted}, which is not installed: pip install {library or 'pandas'}"
    )


def _in_polars(polars: Any) -> Callable[[dict[str, list[Any]]], Any]:
    return lambda columns: polars.DataFrame(columns, strict=False)


def _in_pandas(pandas: Any) -> Callable[[dict[str, list[Any]]], Any]:
    def make(columns: dict[str, list[Any]]) -> Any:
        return pandas.DataFrame(
            {name: pandas.Series(values, dtype=_dtype(values)) for name, values in columns.items()}
        )

    return make


def _dtype(values: Sequence[Any]) -> str:
    """A type that has a null of its own, so that no null becomes a number."""
    kinds = {type(one) for one in values if one is not None}
    if kinds == {bool}:
        return "boolean"
    if kinds and kinds <= {int}:
        return "Int64"
    if kinds and kinds <= {int, float}:
        return "Float64"
    if kinds == {date}:
        return "datetime64[s]"
    return "object"
