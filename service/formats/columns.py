"""Columns of a model, by its types: what is nested is laid flat, so that a new field is a new column.

An interval becomes two columns and the counts of what is unknown and withheld, for it is a model of these.
Grounds become the ids of the developments that it rests on. What no column can hold flat is JSON in one.
"""

import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from domain.time import Edtf
from projections.view import Grounds

LAID_FLAT = frozenset({"performance", "taken", "claim"})
"""Fields whose own fields are named without them."""


class Kind(StrEnum):
    """What a column holds. Any of it may be missing."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    TRUTH = "truth"
    DAY = "day"
    MOMENT = "moment"
    TEXTS = "texts"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind
    read: Callable[[Any], Any]
    """Its value of a row, in Python's own type for its kind; `None` where there is none."""


_KINDS: tuple[tuple[type, Kind], ...] = (
    (bool, Kind.TRUTH),
    (int, Kind.INTEGER),
    (float, Kind.NUMBER),
    (datetime, Kind.MOMENT),
    (date, Kind.DAY),
    (str, Kind.TEXT),
    (UUID, Kind.TEXT),
    (Edtf, Kind.TEXT),
)


@cache
def columns_of(model: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of the rows that a model describes, in the order of its fields."""
    return tuple(_columns(model, "", ()))


def _columns(model: type[BaseModel], prefix: str, way: tuple[str, ...]) -> Iterator[Column]:
    for name, field in model.model_fields.items():
        wanted, inner = _plain(field.annotation), (*way, name)
        if wanted is Grounds:
            yield Column(prefix + name, Kind.TEXTS, _ids(inner, "certain"))
            yield Column(f"{prefix}{name}_possibly", Kind.TEXTS, _ids(inner, "possible"))
        elif isinstance(wanted, type) and issubclass(wanted, BaseModel):
            yield from _columns(wanted, prefix if name in LAID_FLAT else f"{prefix}{name}_", inner)
        else:
            kind = _kind(wanted)
            yield Column(prefix + name, kind, _reading(inner, kind))


def _plain(annotation: Any) -> Any:
    """A type without what is said of it, and without `None`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        others = [one for one in get_args(annotation) if one is not type(None)]
        return _plain(others[0]) if len(others) == 1 else annotation
    return annotation


def _kind(wanted: Any) -> Kind:
    if get_origin(wanted) is Literal:
        return _kind(type(get_args(wanted)[0]))
    if get_origin(wanted) is tuple:
        items = [one for one in get_args(wanted) if one is not ...]
        return Kind.TEXTS if all(_kind(_plain(one)) is Kind.TEXT for one in items) else Kind.JSON
    if isinstance(wanted, type):
        return next((kind for cls, kind in _KINDS if issubclass(wanted, cls)), Kind.JSON)
    return Kind.JSON


def _at(row: Any, way: tuple[str, ...]) -> Any:
    for step in way:
        if row is None:
            return None
        row = getattr(row, step)
    return row


def _ids(way: tuple[str, ...], which: str) -> Callable[[Any], Any]:
    return lambda row: [str(one.id) for one in getattr(_at(row, way), which, ())]


def _reading(way: tuple[str, ...], kind: Kind) -> Callable[[Any], Any]:
    def read(row: Any) -> Any:
        value = _at(row, way)
        if value is None:
            return None
        return _as(value, kind)

    return read


def _as(value: Any, kind: Kind) -> Any:
    match kind:
        case Kind.TEXT:
            return str(value.value if isinstance(value, Enum) else value)
        case Kind.TEXTS:
            return [_as(one, Kind.TEXT) for one in value]
        case Kind.JSON:
            return to_jsonable_python(value) or None
    return value
