"""Answers in pages: of a long list the first items, with how many there are in all.

Of the lists of an answer itself so many items are shown as the limit says; of the lists within a listed item
a tenth of that. Only lists of objects are cut: what is listed by name, such as what is `possible`, is whole.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from operator import is_
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, JsonValue

from domain.errors import Invalid
from domain.values import Slug, Value
from projections.short import size_of, within
from projections.view import LeftOut, View

Answer = TypeVar("Answer", bound=View)
Part = TypeVar("Part", bound=BaseModel)

SMALL = 250
"""An answer about a dossier of no more developments by the day is whole, where nobody asks for pages."""
LIMIT = 25
"""The most items of a list, or of any page, where nobody says how many."""
WHOLE = frozenset({"left_out", "explanation", "receipt"})


class Items(Value):
    """A further page of one list of an answer: the same items, in the same order, as the whole answer has."""

    dossier: Slug
    view: str
    as_of: date
    known_at: datetime | None
    position: int
    list: str
    """The place of the list in the answer, as a JSON Pointer."""
    first: int
    """The place in the list of the first item here; the first of all has 0."""
    of: int
    """How many items the whole list has."""
    items: tuple[dict[str, JsonValue], ...]
    left_out: tuple[LeftOut, ...] = ()
    """Lists within these items of which only the first items are shown."""
    next: str | None = None
    """The address of the next page of the list."""


def page(answer: Answer, limit: int) -> Answer:
    """The answer with each of its lists cut to the limit."""
    left_out: list[LeftOut] = []
    shown = _part(answer, "", limit, limit, left_out)
    return shown.model_copy(update={"left_out": tuple(left_out)}) if left_out else answer


def items(answer: View, view: str, path: str, first: int, limit: int) -> Items:
    """So many items of one list of an answer; raise `Invalid` where it has no such list."""
    listed = _list_at(answer, path)
    left_out: list[LeftOut] = []
    shown = [
        _part(item, f"{path}/{place}", within(limit), limit, left_out)
        for place, item in enumerate(listed[first : first + limit], first)
    ]
    return Items(
        dossier=answer.dossier,
        view=view,
        as_of=answer.as_of,
        known_at=answer.known_at,
        position=answer.position,
        list=path,
        first=first,
        of=len(listed),
        items=tuple(one.model_dump(mode="json") for one in shown),
        left_out=tuple(left_out),
    )


def _part(part: Part, path: str, most: int, limit: int, left_out: list[LeftOut]) -> Part:
    """A part of an answer with no more than so many items in each of its lists; what is left out is noted."""
    cut: dict[str, Any] = {}
    for name in _fields(type(part)):
        value = getattr(part, name)
        if isinstance(value, BaseModel):
            shown: Any = _part(value, f"{path}/{name}", most, limit, left_out)
        elif _is_list(value):
            shown = _list(value, f"{path}/{name}", most, limit, left_out)
        else:
            continue
        if shown is not value:
            cut[name] = shown
    return part.model_copy(update=cut) if cut else part


def _list(
    listed: tuple[BaseModel, ...], path: str, most: int, limit: int, left_out: list[LeftOut]
) -> tuple[BaseModel, ...]:
    if (size := size_of(listed)) > most:
        left_out.append(LeftOut(path=path, shown=most, of=size))
    first = listed[:most] if len(listed) > most else listed
    if not _fields(type(first[0])):
        return first
    shown = [
        _part(item, f"{path}/{place}", within(limit), limit, left_out) for place, item in enumerate(first)
    ]
    return first if all(map(is_, shown, first)) else tuple(shown)


def _is_list(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


@cache
def _fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields that may hold a list of objects, or an object that has one."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if name not in WHOLE and any(_is_model(one) for one in _types(field.annotation))
    )


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for one in get_args(annotation):
        yield from _types(one)


def _is_model(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, BaseModel)


def _list_at(answer: View, path: str) -> tuple[BaseModel, ...]:
    found: Any = answer
    for step in path.split("/")[1:]:
        found = _step(found, step)
    if path and (_is_list(found) or found == ()):
        listed: tuple[BaseModel, ...] = found
        return listed
    raise Invalid("list", f"{path!r} is no list of objects in this answer: follow `next` of `left_out`")


def _step(part: Any, step: str) -> Any:
    if isinstance(part, BaseModel) and step in type(part).model_fields and step not in WHOLE:
        return getattr(part, step)
    if _is_list(part) and step.isascii() and step.isdecimal() and int(step) < len(part):
        return part[int(step)]
    return None
